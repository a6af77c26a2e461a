"""Keys of CURVE, from files. A secret is never an argument."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field

_KEY_FILE_BYTES_MAX = 4096
# Z85 has neither quotes nor blanks, so that a key is found in a bare line and in `name = "..."` alike.
_Z85 = r"[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}"


class KeyFileError(Exception):
    """A key file that cannot be used. Says which and why, and nothing of what is in it."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The server's public key and our own pair, 40 characters of Z85 each."""

    server_key: str
    public_key: str
    secret_key: str = field(repr=False)

    @classmethod
    def from_files(cls, server_key: str | os.PathLike[str], public_key: str | os.PathLike[str],
                   secret_key: str | os.PathLike[str]) -> Curve:
        """Each file holds one key: a line of 40 characters, or `public-key = "..."` or `secret-key = "..."`; a file with
        both of a pair may be named for both. A secret that others than its owner may read is refused."""
        return cls(_read(server_key, "public"), _read(public_key, "public"), _read(secret_key, "secret"))


def _read(path: str | os.PathLike[str], which: str) -> str:
    try:
        with open(path, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_KEY_FILE_BYTES_MAX + 1)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from None
    if which == "secret" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(f"{path}: others than its owner may read this secret key: chmod 600 it")
    if len(text) > _KEY_FILE_BYTES_MAX:
        raise KeyFileError(f"{path}: larger than {_KEY_FILE_BYTES_MAX} bytes")
    lines = text.decode("latin-1").splitlines()
    for line in lines:
        found = re.fullmatch(rf'\s*{which}[-_]key\s*=\s*"?({_Z85})"?\s*', line)
        if found:
            return found[1]
    bare = [line.strip() for line in lines if re.fullmatch(_Z85, line.strip())]
    if len(bare) == 1:
        return bare[0]
    raise KeyFileError(f"{path}: no {which} key of 40 characters in it")
