#!/usr/bin/python3
"""This reader behind the line protocol of the conformance suite: see proto/conformance/README.md."""

import os
import selectors
import sys
from dataclasses import fields
from typing import get_args

from roomtone import Curve, Event, Options, Reader, Update
from roomtone.events import Notice, Recover


def options(given: dict[str, str]) -> Options:
    recover: Recover = "replay"
    for known in get_args(Recover):
        if given.get("recover") == known:
            recover = known
    def seconds(name: str, default: float) -> float:
        return int(given.get(f"{name}_ms", 1000 * default)) / 1000
    standard = Options()
    return Options(recover=recover, stale_after=seconds("stale_after", standard.stale_after),
                   patience=seconds("patience", standard.patience), credit=int(given.get("credit", standard.credit)),
                   pause_first=seconds("pause_first", standard.pause_first),
                   pause_max=seconds("pause_max", standard.pause_max),
                   keys_max=int(given.get("keys_max", standard.keys_max)))


def tell(event: Event) -> str:
    if isinstance(event, Update):
        return f"update {event.key} {event.key_seq} {event.origin} {'newest' if event.newest else 'older'}"
    if isinstance(event, Notice):
        return f"notice {event.kind} {event.key or '-'} {event.detail}".rstrip()
    return f"removed {event.key}"


def dump(reader: Reader) -> list[str]:
    lines = [f"state {reader.state}", f"stale {'yes' if reader.stale else 'no'}",
             f"stopped {'yes' if reader.stopped else 'no'}",
             f"epoch {'-' if reader.epoch is None else reader.epoch}"]
    lines += [f"key {key} {reader.replica.key_seq(key)} {update.content.get('n', '-')}"
              for key, update in reader.held.items()]
    lines += [f"count {field.name} {getattr(reader.counters, field.name)}" for field in fields(reader.counters)]
    if reader.replica.pulse:
        lines += [f"source {name} {source.state}" for name, source in reader.replica.pulse.sources.items()]
    lines += [f"blind {key} {' '.join(sources)}" for key, sources in reader.blind_keys().items()]
    return [*lines, "end"]


class Commands:
    """Lines of standard input, without waiting for them."""

    def __init__(self) -> None:
        self._waiting = b""
        self._lines: list[str] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(0, selectors.EVENT_READ)

    def next(self, timeout: float | None) -> str:
        """The next line; empty when none comes in time. Ends the program with the input."""
        while not self._lines:
            if not self._selector.select(timeout):
                return ""
            read = os.read(0, 4096)
            if not read:
                sys.exit(0)
            *whole, self._waiting = (self._waiting + read).split(b"\n")
            self._lines += [line.decode() for line in whole]
        return self._lines.pop(0)


def follow(given: dict[str, str], commands: Commands) -> None:
    curve = None
    if "server_pub" in given:
        curve = Curve.from_files(given["server_pub"], given["own_key"])
    with Reader(given["feed"], given["query"], given.get("prefix", "/a/"), options=options(given), curve=curve) as reader:
        while True:
            lines = [tell(event) for event in reader.poll(0.02)]
            command = commands.next(0)
            if command == "dump":
                lines += dump(reader)
            if lines:
                print("\n".join(lines), flush=True)
            if command == "stop":
                return


def main() -> None:
    commands = Commands()
    while True:
        start = commands.next(None).split()
        if start[:1] == ["start"]:
            follow(dict(word.split("=", 1) for word in start[1:]), commands)
            print("closed", flush=True)


if __name__ == "__main__":
    main()
