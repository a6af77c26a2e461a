"""The frames of RTN/1 that are no body: keys and the header. See proto/PROTOCOL.md, sections 3 and 4.1."""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass

HEARTBEAT_KEY = "/hb/"
CONTROL_KEY = "/ctl/"
CHECK_SUFFIX = "~/"
ATMOSPHERE_PREFIX = "/a/"
PROTOCOL = b"RTN1"

PREFIX_BYTES_MAX = 256  # of a subscription and of a query's prefix
KEY_BYTES_MAX = 1024  # of a key that we take; the deepest known have five levels of 64
MESSAGE_BYTES_MAX = 4 * 1024 * 1024  # the server sends no larger frame

_HEADER = struct.Struct(">HBBIQQQQ")
_MAGIC = 0x5254
_VERSION = 1


class Flag(enum.IntFlag):
    RESEND = 1
    PARTIAL = 2
    FINAL = 4
    CORRECTED = 8
    TOMBSTONE = 16
    PROTOBUF = 32


class Garbage(Exception):
    """A frame that is not what the protocol says."""


class OtherVersion(Exception):
    """A message of RTN in a version that this reader does not speak."""


@dataclass(frozen=True, slots=True)
class Header:
    flags: int
    epoch: int
    global_seq: int
    key_seq: int  # 0 in frames outside the sequences
    publish_time_us: int  # microseconds since 1970, of the first time it was published

    def has(self, flag: Flag) -> bool:
        return bool(self.flags & flag)


def parse_header(frame: bytes) -> Header:
    if len(frame) != _HEADER.size:
        raise Garbage(f"a header of {len(frame)} bytes")
    magic, version, flags, _, epoch, global_seq, key_seq, publish_time_us = _HEADER.unpack(frame)
    if magic != _MAGIC:
        raise Garbage("another magic")
    if version != _VERSION:
        raise OtherVersion(str(version))
    return Header(flags, epoch, global_seq, key_seq, publish_time_us)


def encode_header(header: Header) -> bytes:
    return _HEADER.pack(_MAGIC, _VERSION, header.flags, 0, header.epoch, header.global_seq, header.key_seq,
                        header.publish_time_us)


def parse_key(frame: bytes) -> str:
    # `~/` is the check frame of those who read everything.
    begins = frame.startswith(b"/") or frame == CHECK_SUFFIX.encode()
    if len(frame) > KEY_BYTES_MAX or not frame.isascii() or not begins or not frame.endswith(b"/"):
        raise Garbage("a key that is none")
    return frame.decode("ascii")


def valid_prefix(prefix: str) -> bool:
    """Whether a snapshot may be asked for it: empty, or from '/' to '/'."""
    if not prefix:
        return True
    return (len(prefix) <= PREFIX_BYTES_MAX and prefix.isascii() and prefix[0] == "/" and prefix[-1] == "/"
            and CHECK_SUFFIX not in prefix)
