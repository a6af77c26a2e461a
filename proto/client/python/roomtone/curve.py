"""Keys of CURVE, from the files that `roomtone keygen` writes. A secret is never an argument."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field

import zmq

_KEY = re.compile(rb"([0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40})\r?\n?")


class KeyFileError(Exception):
    """A key file that cannot be used. Says which and why, and nothing of what is in it."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The server's public key and our own secret one, 40 characters of Z85 each."""

    server_key: bytes
    secret_key: bytes = field(repr=False)

    @property
    def public_key(self) -> bytes:
        return zmq.curve_public(self.secret_key)

    @classmethod
    def from_files(cls, server_pub: str | os.PathLike[str], own_key: str | os.PathLike[str]) -> Curve:
        """The server's .pub file and our own .key file. A secret that others than its owner may read is refused."""
        curve = cls(_read(server_pub), _read(own_key, secret=True))
        try:
            _ = curve.public_key
        except zmq.ZMQError:
            raise KeyFileError(f"{own_key}: not a CURVE secret key") from None
        return curve


def _read(path: str | os.PathLike[str], secret: bool = False) -> bytes:
    try:
        with open(path, "rb") as file:
            mode, text = os.fstat(file.fileno()).st_mode, file.read(64)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from None
    if secret and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(f"{path}: others than its owner may read this secret key; chmod 600 it")
    found = _KEY.fullmatch(text)
    if found is None:
        raise KeyFileError(f"{path}: expected 40 characters of Z85 on one line, as 'roomtone keygen' writes it")
    return found[1]
