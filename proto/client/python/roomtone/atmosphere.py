"""An atmosphere and a source's health as typed values, for programs that would rather not hold dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of averaging a window. `tone` with its 95 % interval is None when nothing could be scored."""

    tone: float | None
    ci_low: float | None
    ci_high: float | None
    pos: float
    neg: float
    neutral: float


@dataclass(frozen=True, slots=True)
class Campaign:
    """One text that few voices say again and again, in near copies; estimated from a sample of the window."""

    id: str  # 12 hex digits, opaque; the same while the same text is seen
    share: float  # of the messages, 0..1
    n: int  # messages
    voices: int


@dataclass(frozen=True, slots=True)
class Window:
    """A span of event time [start_us, end_us), microseconds since 1970."""

    start_us: int
    end_us: int
    size_s: int
    state: str  # partial, final or corrected
    revision: int


@dataclass(frozen=True, slots=True)
class Atmosphere:
    """How a room was over a window. Shares are 0..1; the members are those of section 4.2 of the protocol."""

    room: str
    window: Window
    n: int
    voices: int
    unique_n: int
    pos: int
    neg: int
    neutral: int
    unscored: int
    raw: Reading  # one message, one vote
    voice: Reading  # one voice, one vote
    reputable: Reading  # one voice, its weight
    dispersion: float | None
    rate_per_min: float
    name: str
    sentence: str
    coverage: float
    automation_share: float
    reply_share: float
    reshare_share: float
    real_share: float  # of voices: not declared automation
    young_share: float  # of voices: account under 30 days old
    concentration: float  # how likely two messages are by one voice
    top_voice_share: float  # of messages: by the voice that says most
    campaigns: tuple[Campaign, ...]  # the largest first
    periodic_share: float  # of voices: post by the clock
    scorer: str
    sources: tuple[str, ...]

    @classmethod
    def of(cls, content: dict[str, Any]) -> Atmosphere:
        """From a body as read_body() gives it. Members that this release does not know are left out."""
        plain = {name: content[name] for name in _PLAIN}
        readings = {name: _pick(Reading, content["readings"][name]) for name in _READINGS}
        return cls(room=content["key"], window=_pick(Window, content["window"]),
                   campaigns=tuple(_pick(Campaign, one) for one in content["campaigns"]),
                   sources=tuple(content["sources"]), **readings, **plain)


_READINGS = ("raw", "voice", "reputable")
_APART = {"room", "window", "campaigns", "sources", *_READINGS}
_PLAIN = tuple(name for name in Atmosphere.__dataclass_fields__ if name not in _APART)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What a heartbeat says about a source: live, catching_up, quiet, stalled, down or ended."""

    state: str
    lag_s: float | None  # now minus the newest event time
    age_s: float | None  # since the last frame

    @property
    def deaf(self) -> bool:
        """Nothing comes from it, though something should."""
        return self.state in ("stalled", "down")


def source_health(content: dict[str, Any]) -> SourceHealth:
    return SourceHealth(content["state"], content["lag_s"], content["age_s"])


def _pick(kind: Any, content: dict[str, Any]) -> Any:
    return kind(**{name: content[name] for name in kind.__dataclass_fields__})
