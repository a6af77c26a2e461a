"""The reader's state, without sockets and without a clock: frames and the time go in, questions and events come out.

One question is under way at a time: a snapshot, or the replay of one key.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from . import body as bodies
from .atmosphere import SourceHealth, source_health
from .body import read_body, read_json, whole
from .events import Counters, Event, Notice, Options, Origin, Removed, State, Update
from .holdings import Holdings
from .wire import (ATMOSPHERE_PREFIX, CHECK_SUFFIX, CONTROL_KEY, HEARTBEAT_KEY, PROTOCOL, Flag, Garbage, Header,
                   OtherVersion, parse_header, parse_key)

_LOSING_AFTER = 3  # recoveries in a row without a check frame that agrees
_RETRY_CODES = ("busy", "no_snapshot", "unavailable")


@dataclass(slots=True)
class _Question:
    id: str
    asked_at: float
    heard_at: float
    key: str = ""  # of a replay; a snapshot has none
    first: int = 0  # what a replay was asked from
    count: int = 0  # values received
    keys: set[str] = field(default_factory=set)  # of a snapshot
    values: list[tuple[Header, bytes]] = field(default_factory=list)  # of a replay: nothing counts before its END
    bytes: int = 0


@dataclass(slots=True)
class _Pulse:
    global_seq: int
    watermark_us: int | None
    sources: dict[str, SourceHealth]
    shed_ratio: float
    coverage: float


class Replica:
    """Used by one thread. `now` is seconds of a monotonic clock, `wall_us` microseconds since 1970."""

    def __init__(self, prefix: str, options: Options, now: float):
        self.options = options
        self.counters = Counters()
        self.events: deque[Event] = deque()
        self.questions: deque[list[bytes]] = deque()
        self.epoch: int | None = None
        self.stale = False
        self.stopped = False
        self.pulse: _Pulse | None = None
        self.lag_s: float | None = None  # of the newest message when it was read
        self.refused = ""  # the code with which the server refused us

        self._prefix = prefix
        self._check_key = prefix + CHECK_SUFFIX
        # A reader of everything sees every global_seq, and so the heartbeat tells it of a lost tail too.
        self._reads_all = prefix in ("", "/")
        self._holdings = Holdings()
        self.held = self._holdings.view
        self._seen_seq = 0  # newest global_seq known to have been published
        self._settled_seq = 0  # of the last END: sums of before it are of another moment than ours

        self._joined = False
        self._complete = False  # a snapshot of this epoch has come
        self._recovering = False
        self._asked: _Question | None = None
        self._last_id = 0
        self._snapshot_wanted = True
        self._snapshot_asked_at = float("-inf")
        self._pause = 0.0
        self._in_a_row = 0
        self._missing: dict[str, list[tuple[int, int]]] = {}  # by key, spans of key_seq to replay
        self._heard_at = now
        self._slow = False
        self._version_told = False

    @property
    def state(self) -> State:
        if not self._joined:
            return "joining"
        if self.refused:
            return "refused"
        if not self._complete:
            return "filling"
        return "recovering" if self._recovering else "live"

    def key_seq(self, key: str) -> int:
        """The newest sequence seen of a key that is held."""
        return self._holdings.entries[key].key_seq

    def blind_keys(self) -> dict[str, tuple[str, ...]]:
        """Keys whose figures rest on sources that are stalled or down, with the names of these sources.

        A key is blind, rather than quiet, when all of its sources are among them: compare with its `sources`.
        """
        deaf = {name for name, source in self.pulse.sources.items() if source.deaf} if self.pulse else set()
        return self._holdings.tainted_by(deaf)

    # What arrives.

    def take_published(self, frames: list[bytes], now: float, wall_us: int) -> None:
        try:
            if len(frames) != 3:
                raise Garbage(f"{len(frames)} frames")
            key, header = parse_key(frames[0]), parse_header(frames[1])
            self._heard(header, now, wall_us)
            self._dispatch(key, header, frames[2])
        except Garbage:
            self.counters.garbage += 1
        except OtherVersion as version:
            self.counters.other_version += 1
            if not self._version_told:
                self._version_told = True
                self._tell("version", detail=str(version))
        self._proceed(now)

    def take_answer(self, frames: list[bytes], now: float) -> None:
        try:
            if len(frames) < 3 or frames[0] != PROTOCOL:
                raise Garbage("no answer")
            verb = frames[1]
            if verb == b"KV":
                self._take_value(frames, now)
            elif verb in (b"MORE", b"END", b"ERR"):
                self._take_end(verb, read_json(frames[2]), now)
            else:
                self.counters.ignored += 1
        except (Garbage, OtherVersion):
            self.counters.garbage += 1
        self._proceed(now)

    def tick(self, now: float) -> None:
        """Keeps the timers. To be called a few times a second, whether anything came or not, and after what has come:
        a reader that was busy elsewhere finds messages waiting, and that is no silence."""
        if not self.stale and now - self._heard_at >= self.options.stale_after:
            self.stale = True
            self.counters.silences += 1
            self._tell("stale")
        asked = self._asked
        if asked and now - asked.heard_at >= self.options.patience:
            self._give_up("no answer")
        self._proceed(now)

    # The feed.

    def _heard(self, header: Header, now: float, wall_us: int) -> None:
        self._heard_at = now
        self.stopped = False
        if self.stale:
            self.stale = False
            self._tell("fresh")
            self._want_snapshot(at_once=True)  # what was said meanwhile did not reach us
        if self.epoch != header.epoch:
            self._enter_epoch(header.epoch)
        limit = self.options.slow_after
        if limit is not None and not header.has(Flag.RESEND):
            self.lag_s = (wall_us - header.publish_time_us) / 1e6
            if self.lag_s > limit and not self._slow:
                self._slow = True
                self._tell("slow", detail=f"{self.lag_s:.1f} s behind")
            elif self.lag_s < limit / 2:
                self._slow = False

    def _dispatch(self, key: str, header: Header, body: bytes) -> None:
        protobuf = header.has(Flag.PROTOBUF)
        if header.key_seq > 0:
            if key.startswith(self._prefix):
                self._apply(key, header, body, "feed")
            else:
                self.counters.ignored += 1
        elif key == HEARTBEAT_KEY:
            self._take_heartbeat(read_body(body, bodies.HEARTBEAT, protobuf))
        elif key == self._check_key:
            self._take_check(header, read_body(body, bodies.CHECK, protobuf))
        elif key == CONTROL_KEY:
            if read_body(body, bodies.CONTROL, protobuf)["event"] == "shutdown":
                self.stopped = True
                self._tell("shutdown")
            else:
                self.counters.ignored += 1
        elif not key.endswith(CHECK_SUFFIX):
            self.counters.ignored += 1

    def _enter_epoch(self, epoch: int) -> None:
        if self.epoch is not None:
            self.counters.epochs += 1
            self._tell("epoch", detail=str(epoch))
        self.epoch = epoch
        self._holdings.clear()
        self._seen_seq = self._settled_seq = 0
        self._missing.clear()
        self._asked = None
        self._complete = self._recovering = False
        self._want_snapshot(at_once=True)

    def _take_heartbeat(self, content: dict[str, Any]) -> None:
        sources = {name: source_health(one) for name, one in content["sources"].items()}
        before = self.pulse.sources if self.pulse else {}
        for name, source in sources.items():
            if name not in before or before[name].state != source.state:
                self._tell("source", name, source.state)
        self.pulse = _Pulse(content["global_seq"], content["watermark_us"], sources, content["shed_ratio"] or 0.0,
                            content["coverage"] or 0.0)
        self._joined = True
        behind = content["global_seq"] > self._seen_seq
        if self._reads_all and behind and self._may_compare():
            self._take_loss(f"global_seq {content['global_seq']}, seen {self._seen_seq}")

    def _take_check(self, header: Header, content: dict[str, Any]) -> None:
        if not self._may_compare() or header.global_seq < self._settled_seq:
            return
        theirs, ours = (content["keys"], content["key_seq_sum"]), (len(self._holdings.entries), self._holdings.key_seq_sum)
        if theirs == ours:
            self._pause = 0.0
            self._in_a_row = 0
        else:
            self._take_loss(f"{ours[0]} keys of {theirs[0]}, sequences {ours[1]} of {theirs[1]}")

    def _may_compare(self) -> bool:
        # While values come by the other socket we may be ahead of the feed; what we refuse is in their sums only.
        return self._complete and self._asked is None and self.counters.refused_keys == 0

    def _take_loss(self, detail: str) -> None:
        self.counters.losses += 1
        self._tell("loss", detail=detail)
        self._want_snapshot()

    # Values.

    def _apply(self, key: str, header: Header, body: bytes, origin: Origin) -> None:
        if header.has(Flag.TOMBSTONE):
            self._take_tombstone(key, header)
            return
        held = self._holdings.entries.get(key)
        repeat = held is not None and header.key_seq <= held.key_seq
        if held is not None and repeat and origin == "feed" and header.key_seq <= held.update.key_seq:
            self.counters.repeats += 1
            return
        content = self._read(key, header, body)
        start = content["window"]["start_us"] if content else 0
        if held is None and len(self.held) >= self.options.keys_max:
            if self.counters.refused_keys == 0:
                self._tell("full", key)
            self.counters.refused_keys += 1
            return
        if held is not None and origin == "feed" and header.key_seq > held.key_seq + 1:
            self._take_gap(key, held.key_seq + 1, header.key_seq - 1)
        update = Update(key, header, body, content, origin, newest=False)
        if self._holdings.is_newest(update, start):
            update = replace(update, newest=True)
        elif repeat and origin != "replay":
            if origin == "feed":
                self.counters.repeats += 1
            return
        self._holdings.put(update, start)
        if origin == "feed":
            self.counters.updates += 1
        self._seen_seq = max(self._seen_seq, header.global_seq)
        self.events.append(update)

    def _read(self, key: str, header: Header, body: bytes) -> dict[str, Any]:
        if not key.startswith(ATMOSPHERE_PREFIX):
            return {}
        content = read_body(body, bodies.ATMOSPHERE, header.has(Flag.PROTOBUF))
        if key != f"{ATMOSPHERE_PREFIX}{content['key']}/{content['window']['size_s']}s/":
            raise Garbage("a body of another key")
        return content

    def _take_tombstone(self, key: str, header: Header) -> None:
        held = self._holdings.entries.get(key)
        if held is not None and header.key_seq > held.key_seq:
            self._remove(key)
            self._seen_seq = max(self._seen_seq, header.global_seq)

    def _remove(self, key: str) -> None:
        self._holdings.remove(key)
        self._missing.pop(key, None)
        self.events.append(Removed(key))

    def _take_gap(self, key: str, first: int, last: int) -> None:
        self.counters.gaps += 1
        self.counters.missed += last - first + 1
        self._tell("gap", key, f"{first} to {last}")
        self._recovering = True
        if self.options.recover == "snapshot":
            self._want_snapshot()
        elif key in self._missing:
            self._missing[key].append((first, last))
        elif len(self._missing) < self.options.replays_max:
            self._missing[key] = [(first, last)]
        else:
            self._drop_replays("too many")
            self._want_snapshot()

    # Questions and answers.

    def _want_snapshot(self, at_once: bool = False) -> None:
        self._snapshot_wanted = True
        self._recovering = True
        if at_once:
            self._pause = 0.0

    def _proceed(self, now: float) -> None:
        """Asks what is to be asked next, if the time has come."""
        if self._asked is not None or not self._joined or self.stale:
            return
        if self._snapshot_wanted:
            waited = now - self._snapshot_asked_at
            if waited >= min(self._pause, self.options.pause_max):
                if waited >= self.options.pause_max and not self.refused:
                    self._pause = 0.0
                self._ask_snapshot(now)
                return
        if self._missing:
            key = next(iter(self._missing))
            self._ask_replay(key, now)
        elif self._recovering and not self._snapshot_wanted and self._complete:
            self._recovering = False
            self._tell("recovered")

    def _question(self, now: float, key: str = "", first: int = 0) -> _Question:
        self._last_id += 1
        self._asked = _Question(str(self._last_id), now, now, key, first)
        return self._asked

    def _ask(self, verb: bytes, arguments: dict[str, Any]) -> None:
        self.questions.append([PROTOCOL, verb, json.dumps(arguments, separators=(",", ":")).encode()])

    def _ask_snapshot(self, now: float) -> None:
        self._snapshot_wanted = False
        self._snapshot_asked_at = now
        self._pause = min(max(2 * self._pause, self.options.pause_first), self.options.pause_max)
        if self._complete:
            self._in_a_row += 1
            if self._in_a_row == _LOSING_AFTER:
                self._tell("losing")
        self.counters.snapshots_asked += 1
        asked = self._question(now)
        self._ask(b"SNAPSHOT", {"prefix": self._prefix, "credit": self.options.credit, "id": asked.id})

    def _ask_replay(self, key: str, now: float) -> None:
        self.counters.replays_asked += 1
        first = min(span[0] for span in self._missing[key])
        asked = self._question(now, key, first)
        self._ask(b"REPLAY", {"key": key, "epoch": str(self.epoch), "from_key_seq": first, "id": asked.id})

    def _take_value(self, frames: list[bytes], now: float) -> None:
        if len(frames) != 5:
            raise Garbage("a value of another number of frames")
        key, header = parse_key(frames[2]), parse_header(frames[3])
        asked = self._asked
        # Of another epoch: the feed will say which one holds. Without a question: of one that was given up.
        if asked is None or header.epoch != self.epoch:
            return
        asked.heard_at = now
        asked.count += 1
        if asked.key:
            asked.bytes += len(frames[4])
            if (key == asked.key and len(asked.values) < self.options.replay_messages_max
                    and asked.bytes <= self.options.replay_bytes_max):
                asked.values.append((header, frames[4]))
        elif key.startswith(self._prefix) and header.key_seq > 0:
            asked.keys.add(key)
            self._apply(key, header, frames[4], "snapshot")

    def _take_end(self, verb: bytes, content: dict[str, Any], now: float) -> None:
        asked = self._asked
        if asked is None:
            return
        if content.get("id", asked.id) != asked.id:
            # The end of a question that was given up: what came so far belonged to that one.
            asked.count = asked.bytes = 0
            asked.keys.clear()
            asked.values.clear()
            return
        asked.heard_at = now
        if verb == b"ERR":
            self._take_error(asked, content)
        elif verb == b"MORE":
            if not asked.key:
                self._ask(b"MORE", {"credit": self.options.credit, "id": asked.id})
        elif asked.key:
            self._end_replay(asked, content)
        else:
            self._end_snapshot(asked, content)

    def _take_error(self, asked: _Question, content: dict[str, Any]) -> None:
        code = str(content.get("code", ""))[:64]
        if not asked.key and code not in _RETRY_CODES:
            if self.refused != code:
                self._tell("refused", detail=code)
            self.refused = code
            self._pause = self.options.pause_max
        self._give_up(code)

    def _give_up(self, why: str) -> None:
        """The question under way has no answer that helps. A snapshot is asked for again, and also instead of a replay."""
        asked, self._asked = self._asked, None
        if asked is not None and asked.key and asked.key in self._missing:
            if why in ("evicted", "epoch", "no answer"):
                self._drop_replays(why)  # so are the others
            else:
                self._lose(asked.key, why)
        self._want_snapshot()

    def _drop_replays(self, why: str) -> None:
        for key in list(self._missing):
            self._lose(key, why)

    def _lose(self, key: str, why: str) -> None:
        del self._missing[key]
        self._tell("lost", key, why)

    def _end_replay(self, asked: _Question, content: dict[str, Any]) -> None:
        if content.get("recovered") is not True:
            self._give_up(str(content.get("reason", ""))[:64])
            return
        sequences = [header.key_seq for header, _ in asked.values]
        expected = list(range(asked.first, asked.first + len(sequences)))
        spans = self._missing.get(asked.key, [])
        whole_reply = whole(content.get("count", len(sequences))) == len(sequences) and sequences == expected
        if not whole_reply or any(last >= asked.first + len(sequences) for _, last in spans):
            self._give_up("incomplete")
            return
        self._asked = None
        self.counters.replays += 1
        self._missing.pop(asked.key, None)
        self._settled_seq = max(self._settled_seq, whole(content.get("global_seq", 0)))
        held = self._holdings.entries.get(asked.key)
        if held is None:
            return  # removed meanwhile
        for header, body in asked.values:
            missed = any(first <= header.key_seq <= last for first, last in spans)
            if missed or header.key_seq > held.key_seq:
                try:
                    self._apply(asked.key, header, body, "replay")
                except Garbage:
                    self.counters.garbage += 1

    def _end_snapshot(self, asked: _Question, content: dict[str, Any]) -> None:
        epoch, count = whole(content.get("epoch")), whole(content.get("count", asked.count))
        global_seq, start_seq = whole(content.get("global_seq")), whole(content.get("start_seq", 0))
        if epoch != self.epoch or count != asked.count:
            self._give_up("incomplete")
            return
        self._asked = None
        self.refused = ""
        self._settled_seq = max(self._settled_seq, global_seq)
        self._seen_seq = max(self._seen_seq, global_seq)
        for key in [key for key, held in self._holdings.entries.items()
                    if held.global_seq <= start_seq and key not in asked.keys]:
            self._remove(key)
        self.counters.snapshots += 1
        if not self._complete:
            self._complete = True
            self._recovering = self._snapshot_wanted or bool(self._missing)
            self._tell("complete")

    def _tell(self, kind: str, key: str = "", detail: str = "") -> None:
        self.events.append(Notice(kind, key, detail))
