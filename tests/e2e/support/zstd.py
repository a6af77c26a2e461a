"""zstd with a dictionary, by way of the library that every Debian has: Python comes without it."""

import ctypes
import ctypes.util

_LIBRARY = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")


def _declare(name, result, *arguments):
    function = getattr(_LIBRARY, name)
    function.restype, function.argtypes = result, arguments
    return function


_size, _pointer, _bytes, _int = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_bound = _declare("ZSTD_compressBound", _size, _size)
_is_error = _declare("ZSTD_isError", ctypes.c_uint, _size)
_new_context = _declare("ZSTD_createCCtx", _pointer)
_new_dictionary = _declare("ZSTD_createCDict", _pointer, _bytes, _size, _int)
_compress = _declare("ZSTD_compress_usingCDict", _size, _pointer, _bytes, _size, _bytes, _size, _pointer)
_train = _declare("ZDICT_trainFromBuffer", _size, _bytes, _size, _bytes, _pointer, ctypes.c_uint)


class Packer:
    """Makes zstd frames with one dictionary; b"": with none. Not for several threads at once."""

    def __init__(self, dictionary, level=3):
        self._context = _new_context()
        self._dictionary = _new_dictionary(dictionary, len(dictionary), level)

    def pack(self, data):
        out = ctypes.create_string_buffer(_bound(len(data)))
        size = _compress(self._context, out, len(out), data, len(data), self._dictionary)
        if _is_error(size):
            raise ValueError("ZSTD_compress_usingCDict")
        return out.raw[:size]


def train(samples, size=16 * 1024):
    """A dictionary for data such as these samples."""
    out = ctypes.create_string_buffer(size)
    sizes = (_size * len(samples))(*map(len, samples))
    size = _train(out, len(out), b"".join(samples), sizes, len(samples))
    if _is_error(size):
        raise ValueError("ZDICT_trainFromBuffer")
    return out.raw[:size]
