"""What a reader holds: per key, the newest window and the newest key_seq.

The two are not always of the same message: the correction of an older window moves the sequence and leaves the window. Which
body to hold is decided without regard to the order of arrival: the one with the greatest (window start, key_seq), so that
feed, snapshot and replay may overlap as they like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .events import Update
from .wire import Flag


@dataclass(slots=True)
class Entry:
    update: Update  # the newest window
    window_start: int
    key_seq: int  # newest seen, of whatever window
    global_seq: int


class Held(Mapping[str, Update]):
    """The newest window of every key. A live view: it changes with the reader."""

    def __init__(self, entries: dict[str, Entry]):
        self._entries = entries

    def __getitem__(self, key: str) -> Update:
        return self._entries[key].update

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class Holdings:
    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.view = Held(self.entries)
        self.key_seq_sum = 0  # as a check frame has it

    def is_newest(self, update: Update, window_start: int) -> bool:
        """Whether it is to be held as its key's newest window."""
        held = self.entries.get(update.key)
        if held is None:
            return True
        held_body_seq = held.update.header.key_seq
        if (window_start, update.key_seq) > (held.window_start, held_body_seq):
            return True
        # The server's own word about what is newest as of that sequence.
        authoritative = update.header.has(Flag.RESEND) and update.origin != "replay"
        return authoritative and update.key_seq >= held.key_seq and update.key_seq > held_body_seq

    def put(self, update: Update, window_start: int) -> None:
        """Takes an update in: its sequence, and its window if it is marked as the newest."""
        header = update.header
        held = self.entries.get(update.key)
        if held is None:
            self.entries[update.key] = Entry(update, window_start, header.key_seq, header.global_seq)
            self.key_seq_sum += header.key_seq
            return
        if update.newest:
            held.update, held.window_start = update, window_start
        if header.key_seq > held.key_seq:
            self.key_seq_sum += header.key_seq - held.key_seq
            held.key_seq = header.key_seq
            held.global_seq = max(held.global_seq, header.global_seq)

    def remove(self, key: str) -> None:
        self.key_seq_sum -= self.entries.pop(key).key_seq

    def clear(self) -> None:
        self.entries.clear()
        self.key_seq_sum = 0

    def tainted_by(self, sources: set[str]) -> dict[str, tuple[str, ...]]:
        """Keys whose newest window names any of these sources, with those that it names."""
        found = {}
        for key, held in self.entries.items():
            named = tuple(name for name in held.update.content.get("sources", ()) if name in sources)
            if named:
                found[key] = named
        return found
