"""zstd with a dictionary, by way of the library that every Debian has: Python comes without it."""

import ctypes
import ctypes.util

_LIBRARY = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
for _name, _arguments in {
        "ZSTD_compressBound": [ctypes.c_size_t],
        "ZSTD_isError": [ctypes.c_size_t],
        "ZSTD_compress_usingDict": [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t,
                                    ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int],
        "ZDICT_isError": [ctypes.c_size_t],
        "ZDICT_trainFromBuffer": [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_uint],
}.items():
    getattr(_LIBRARY, _name).argtypes = _arguments
    getattr(_LIBRARY, _name).restype = ctypes.c_size_t
_LIBRARY.ZSTD_createCCtx.restype = ctypes.c_void_p
_LIBRARY.ZSTD_freeCCtx.argtypes = [ctypes.c_void_p]


def compress(data, dictionary, level=3):
    """One zstd frame."""
    out = ctypes.create_string_buffer(_LIBRARY.ZSTD_compressBound(len(data)))
    context = _LIBRARY.ZSTD_createCCtx()
    size = _LIBRARY.ZSTD_compress_usingDict(context, out, len(out), data, len(data), dictionary, len(dictionary), level)
    _LIBRARY.ZSTD_freeCCtx(context)
    if _LIBRARY.ZSTD_isError(size):
        raise ValueError("ZSTD_compress_usingDict")
    return out.raw[:size]


def train(samples, size=16 * 1024):
    """A dictionary for data such as these samples."""
    out = ctypes.create_string_buffer(size)
    sizes = (ctypes.c_size_t * len(samples))(*map(len, samples))
    size = _LIBRARY.ZDICT_trainFromBuffer(out, len(out), b"".join(samples), sizes, len(samples))
    if _LIBRARY.ZDICT_isError(size):
        raise ValueError("ZDICT_trainFromBuffer")
    return out.raw[:size]
