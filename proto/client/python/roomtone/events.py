"""What a reader tells its user, and what it is told to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from .atmosphere import Atmosphere
from .wire import ATMOSPHERE_PREFIX, Flag, Header

Origin = Literal["feed", "snapshot", "replay"]
Recover = Literal["replay", "snapshot"]
State = Literal["joining", "filling", "live", "recovering", "refused"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader keeps to. Times are in seconds."""

    recover: Recover = "replay"  # of a gap: ask for what was missed, or take the present as it is
    stale_after: float = 3.0  # silence, heartbeats included
    patience: float = 2.0  # without an answer, before asking again
    pause_first: float = 1.0  # between a snapshot and the next one while losses go on; it doubles
    pause_max: float = 30.0
    slow_after: float | None = 1.0  # lag of a message; None where the clocks do not agree
    credit: int = 1000  # values in a slice of a snapshot
    keys_max: int = 100_000  # held at a time; further ones are refused and counted
    replays_max: int = 64  # keys waiting to be replayed; beyond that a snapshot does
    replay_messages_max: int = 1000  # in one replay
    replay_bytes_max: int = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Update:
    """A message of a key. It is the key's newest window if `newest`; otherwise news about an older one."""

    key: str
    header: Header
    body: bytes
    content: dict[str, Any] = field(repr=False)  # of atmospheres; empty for families of keys that are not known
    origin: Origin
    newest: bool

    @property
    def key_seq(self) -> int:
        return self.header.key_seq

    @property
    def partial(self) -> bool:
        return self.header.has(Flag.PARTIAL)

    @property
    def final(self) -> bool:
        return self.header.has(Flag.FINAL)

    @property
    def corrected(self) -> bool:
        return self.header.has(Flag.CORRECTED)

    @property
    def atmosphere(self) -> Atmosphere | None:
        """Typed; None where the key is no atmosphere's."""
        return Atmosphere.of(self.content) if self.key.startswith(ATMOSPHERE_PREFIX) else None


@dataclass(frozen=True, slots=True)
class Removed:
    """The server no longer has the key."""

    key: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the feed itself. `kind` is one of:

    complete    every key is held, from now on (after joining, and after a change of epoch)
    gap         updates of `key` are missing; `detail` says which
    loss        something is missing, as each check frame or heartbeat that differs shows
    recovered   whatever was missed is here again
    lost        updates of `key` that will not come any more: only a snapshot could help; `detail` says why
    epoch       the server lost its history: all that was held is discarded
    stale       silence: what is held may be old
    fresh       the silence is over
    shutdown    the server stops in good order
    source      the state of the source `key` is now `detail`
    slow        messages are older than slow_after when they are read
    losing      losses go on: this reader is too slow for its prefix
    refused     the server does not answer to us; `detail` is its code
    version     messages of another version of the protocol arrive, and are dropped
    full        keys beyond keys_max are left out
    """

    kind: str
    key: str = ""
    detail: str = ""


Event = Update | Removed | Notice


@dataclass(slots=True)
class Counters:
    updates: int = 0  # applied from the feed
    repeats: int = 0  # dropped: known already
    gaps: int = 0  # holes in the sequences of keys
    missed: int = 0  # messages in those holes
    losses: int = 0  # check frames and heartbeats that differed
    silences: int = 0
    epochs: int = 0  # changes of epoch
    snapshots_asked: int = 0
    snapshots: int = 0  # that came whole
    replays_asked: int = 0
    replays: int = 0  # that came whole
    garbage: int = 0  # frames that are not RTN/1
    ignored: int = 0  # well-formed, and of a kind that is not known
    other_version: int = 0
    refused_keys: int = 0  # beyond keys_max
