"""Bodies of RTN/1, JSON or protobuf, as dictionaries with the members that proto/PROTOCOL.md names.

Both forms give the same dictionary: members that a protobuf body leaves out have their default, or None where the JSON
has null; whole numbers that JSON had to write as strings are numbers again. What is not known is ignored. The tables
below are the fields of roomtone/v1/*.proto, so that no protobuf library is needed to follow a feed.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from typing import Any

from .wire import Garbage


@dataclass(frozen=True)
class _Field:
    name: str
    kind: str  # whole, real, text, message, sources (a map), names (an enumeration)
    default: Any = None
    table: dict[int, "_Field"] | None = None
    names: tuple[str, ...] = ()
    repeated: bool = False


_Table = dict[int, _Field]

_DIGITS = re.compile(r"-?[0-9]{1,20}")


def _reals(first: int, *names: str, default: float | None = 0.0) -> _Table:
    return {first + i: _Field(name, "real", default) for i, name in enumerate(names)}


def _wholes(first: int, *names: str) -> _Table:
    return {first + i: _Field(name, "whole", 0) for i, name in enumerate(names)}


_READING: _Table = {**_reals(1, "tone", "ci_low", "ci_high", default=None), **_reals(4, "pos", "neg", "neutral")}
_READINGS: _Table = {1 + i: _Field(name, "message", table=_READING)
                     for i, name in enumerate(("raw", "voice", "reputable"))}
_CAMPAIGN: _Table = {1: _Field("id", "text", ""), **_reals(2, "share"), **_wholes(3, "n", "voices")}
_WINDOW: _Table = {
    **_wholes(1, "start_us", "end_us", "size_s"),
    4: _Field("state", "names", "unspecified", names=("unspecified", "partial", "final", "corrected")),
    5: _Field("revision", "whole", 0),
}
ATMOSPHERE: _Table = {
    1: _Field("v", "whole", 0),
    2: _Field("key", "text", ""),
    3: _Field("window", "message", table=_WINDOW),
    **_wholes(4, "n", "voices", "unique_n", "pos", "neg", "neutral", "unscored"),
    11: _Field("readings", "message", table=_READINGS),
    12: _Field("dispersion", "real"),
    13: _Field("rate_per_min", "real", 0.0),
    14: _Field("name", "names", "unknown",
               names=("unknown", "quiet", "calm", "buoyant", "uneasy", "tense", "divided")),
    15: _Field("sentence", "text", ""),
    **_reals(16, "coverage", "automation_share", "reply_share", "reshare_share"),
    20: _Field("scorer", "text", ""),
    21: _Field("sources", "text", "", repeated=True),
    **_reals(22, "real_share", "young_share", "concentration", "top_voice_share"),
    26: _Field("campaigns", "message", table=_CAMPAIGN, repeated=True),
    **_reals(27, "periodic_share"),
}
_SOURCE: _Table = {
    1: _Field("state", "names", "unspecified",
              names=("unspecified", "live", "catching_up", "quiet", "stalled", "down", "ended")),
    **_reals(2, "lag_s", "age_s", default=None),
}
_SOURCE_ENTRY: _Table = {1: _Field("key", "text", ""), 2: _Field("value", "message", table=_SOURCE)}
HEARTBEAT: _Table = {
    **_wholes(1, "epoch", "global_seq"),
    3: _Field("watermark_us", "whole"),
    4: _Field("sources", "sources", table=_SOURCE_ENTRY),
    **_reals(5, "shed_ratio", "coverage"),
}
CHECK: _Table = _wholes(1, "epoch", "global_seq", "keys", "key_seq_sum")
CONTROL: _Table = {1: _Field("event", "text", "")}


def read_body(body: bytes, table: _Table, protobuf: bool) -> dict[str, Any]:
    """The members of a body; raises Garbage where it is none, or a member that is known has another type."""
    if protobuf:
        return _read_message(body, table)
    return _check_object(read_json(body), table)


def read_json(text: bytes) -> dict[str, Any]:
    """An object of JSON, such as an answer's arguments."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Garbage("no JSON") from None
    if not isinstance(value, dict):
        raise Garbage("no JSON object")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and its like are Python's, not JSON's


def whole(value: Any) -> int:
    """A whole number as JSON has it: a number, or a string of digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise Garbage("no whole number")


def _check_object(value: Any, table: _Table) -> dict[str, Any]:
    """Brings the known members of a JSON object into their form. Members that are not known stay as they are."""
    if not isinstance(value, dict):
        raise Garbage("no object")
    for field in table.values():
        member = value.get(field.name)
        if member is None:
            value[field.name] = _absent(field)
        elif field.repeated:
            _check_list(member, field)
        elif field.kind == "whole":
            value[field.name] = whole(member)
        elif field.kind == "real":
            if not isinstance(member, (int, float)) or isinstance(member, bool):
                raise Garbage(f"{field.name} is no number")
        elif field.kind in ("text", "names"):
            if not isinstance(member, str):
                raise Garbage(f"{field.name} is no text")
        elif field.kind == "message":
            _check_object(member, field.table or {})
        elif not isinstance(member, dict):
            raise Garbage(f"{field.name} is no object")
        else:
            for one in member.values():
                _check_object(one, _SOURCE)
    return value


def _check_list(value: Any, field: _Field) -> None:
    if not isinstance(value, list):
        raise Garbage(f"{field.name} is no list")
    for one in value:
        if field.kind == "message":
            _check_object(one, field.table or {})
        elif not isinstance(one, str):
            raise Garbage(f"{field.name} is no list of texts")


def _absent(field: _Field) -> Any:
    if field.repeated:
        return []
    if field.kind == "sources":
        return {}
    if field.kind == "message":
        return {inner.name: _absent(inner) for inner in (field.table or {}).values()}
    return field.default


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(body) and shift < 70:
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (2**64 - 1), at
        shift += 7
    raise Garbage("a number without an end")


def _read_message(body: bytes, table: _Table) -> dict[str, Any]:
    value: dict[str, Any] = {field.name: _absent(field) for field in table.values()}
    at = 0
    while at < len(body):
        tag, at = _varint(body, at)
        wire_type, field = tag & 7, table.get(tag >> 3)
        if wire_type == 0:
            number, at = _varint(body, at)
            if field and field.kind == "whole":
                # Signed and unsigned fields alike: none of ours is negative, and an epoch may use all 64 bits.
                value[field.name] = number
            elif field and field.kind == "names":
                value[field.name] = field.names[number] if number < len(field.names) else field.names[0]
            continue
        if wire_type == 1:
            size = 8
        elif wire_type == 5:
            size = 4
        elif wire_type == 2:
            size, at = _varint(body, at)
        else:
            raise Garbage("a field of no type")
        if size > len(body) - at:
            raise Garbage("a field beyond the end")
        content = body[at:at + size]
        at += size
        if field and wire_type == 1 and field.kind == "real":
            value[field.name] = struct.unpack("<d", content)[0]
        elif field and wire_type == 2:
            _take_bytes(value, field, content)
    return value


def _take_bytes(value: dict[str, Any], field: _Field, content: bytes) -> None:
    if field.kind == "text":
        text = content.decode("utf-8", "replace")
        if field.repeated:
            value[field.name].append(text)
        else:
            value[field.name] = text
    elif field.kind == "message":
        message = _read_message(content, field.table or {})
        if field.repeated:
            value[field.name].append(message)
        else:
            value[field.name] = message
    elif field.kind == "sources":
        entry = _read_message(content, _SOURCE_ENTRY)
        value[field.name][entry["key"]] = entry["value"]
