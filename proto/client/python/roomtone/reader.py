"""The reader: a Replica with two sockets and a clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType

import zmq

from .curve import Curve
from .events import Counters, Event, Options, State, Update
from .holdings import Held
from .replica import Replica
from .wire import CONTROL_KEY, HEARTBEAT_KEY, MESSAGE_BYTES_MAX, valid_prefix

FEED = "tcp://127.0.0.1:5570"
QUERY = "tcp://127.0.0.1:5571"

RECEIVE_HWM = 100_000  # messages queued for us before the server's side fills
MESSAGES_PER_POLL = 20_000  # of one socket, so that neither starves the other
_TIMER_S = 0.1  # how often timers are looked at
_RECONNECT_MS, _RECONNECT_MS_MAX = 100, 1000
_PING_MS, _PING_TIMEOUT_MS = 5000, 15_000


class Reader:
    """Holds the newest window of every key under a prefix, complete and up to date, and says what changes.

    It subscribes first, waits until a heartbeat proves that the server knows the subscription, takes a snapshot and
    applies what is newer. Gaps, lost tails, silence, restarts and changes of epoch are noticed and repaired; `state` and
    `stale` say how far what is held can be trusted. Used by one thread.
    """

    def __init__(self, feed: str = FEED, query: str = QUERY, prefix: str = "/a/", *, options: Options = Options(),
                 curve: Curve | None = None, context: zmq.Context[zmq.Socket[bytes]] | None = None):
        """Nothing waits for the server here: it may come later. ValueError for a prefix that is none."""
        if not valid_prefix(prefix):
            raise ValueError(f"prefix {prefix!r}: not empty, and not from '/' to '/'")
        if not 1 <= options.credit <= 1000:
            raise ValueError(f"credit {options.credit}: not within 1 to 1000")
        self._replica = Replica(prefix, options, time.monotonic())
        context = context or zmq.Context.instance()
        self._sub = self._socket(context, zmq.SUB, curve)
        self._dealer = self._socket(context, zmq.DEALER, curve)
        self._poller = zmq.Poller()
        self._poller.register(self._sub, zmq.POLLIN)
        self._poller.register(self._dealer, zmq.POLLIN)
        self._sub.connect(feed)
        self._dealer.connect(query)
        # After connecting, so that they travel in this order: the heartbeat proves that the prefix has arrived.
        for key in (prefix, CONTROL_KEY, HEARTBEAT_KEY):
            self._sub.setsockopt(zmq.SUBSCRIBE, key.encode())

    @staticmethod
    def _socket(context: zmq.Context[zmq.Socket[bytes]], kind: int, curve: Curve | None) -> zmq.Socket[bytes]:
        socket = context.socket(kind)
        for option, value in ((zmq.RCVHWM, RECEIVE_HWM), (zmq.LINGER, 0), (zmq.MAXMSGSIZE, MESSAGE_BYTES_MAX),
                              (zmq.RECONNECT_IVL, _RECONNECT_MS), (zmq.RECONNECT_IVL_MAX, _RECONNECT_MS_MAX),
                              (zmq.HEARTBEAT_IVL, _PING_MS), (zmq.HEARTBEAT_TIMEOUT, _PING_TIMEOUT_MS)):
            socket.setsockopt(option, value)
        if curve is not None:
            socket.setsockopt(zmq.CURVE_SERVERKEY, curve.server_key)
            socket.setsockopt(zmq.CURVE_PUBLICKEY, curve.public_key)
            socket.setsockopt(zmq.CURVE_SECRETKEY, curve.secret_key)
        return socket

    def poll(self, timeout: float = 1.0) -> list[Event]:
        """What has happened, in order; empty when nothing did within `timeout` seconds. To be called again and again: it
        keeps the timers too."""
        deadline = time.monotonic() + timeout
        replica = self._replica
        while True:
            left = deadline - time.monotonic()
            self._poller.poll(max(0, int(1000 * min(left, _TIMER_S))))
            for frames in self._receive(self._sub):
                replica.take_published(frames, time.monotonic(), time.time_ns() // 1000)
            for frames in self._receive(self._dealer):
                replica.take_answer(frames, time.monotonic())
            replica.tick(time.monotonic())
            self._send()
            if replica.events or left <= 0:
                events = list(replica.events)
                replica.events.clear()
                return events

    def _receive(self, socket: zmq.Socket[bytes]) -> Iterator[list[bytes]]:
        for _ in range(MESSAGES_PER_POLL):
            try:
                yield socket.recv_multipart(zmq.DONTWAIT)
            except zmq.Again:
                return

    def _send(self) -> None:
        questions = self._replica.questions
        while questions:
            try:
                self._dealer.send_multipart(questions.popleft(), zmq.DONTWAIT)
            except zmq.Again:
                return  # as good as lost on the way: it is asked again when no answer comes

    def events(self) -> Iterator[Event]:
        """All that happens, for ever."""
        while True:
            yield from self.poll()

    def __iter__(self) -> Iterator[Update]:
        """All updates, for ever."""
        return (event for event in self.events() if isinstance(event, Update))

    @property
    def held(self) -> Held:
        """The newest window of every key: a live view."""
        return self._replica.held

    @property
    def state(self) -> State:
        """joining, filling (not every key is held yet), live, recovering (something was missed), or refused."""
        return self._replica.state

    @property
    def stale(self) -> bool:
        """Nothing was heard for so long that what is held may be old. Users MUST be shown this."""
        return self._replica.stale

    @property
    def stopped(self) -> bool:
        """The server said that it stops. Until it is heard again."""
        return self._replica.stopped

    @property
    def epoch(self) -> int | None:
        return self._replica.epoch

    @property
    def lag_s(self) -> float | None:
        """How old the newest message was when it was read."""
        return self._replica.lag_s

    @property
    def counters(self) -> Counters:
        return self._replica.counters

    @property
    def replica(self) -> Replica:
        """The state behind it, with the sequences and the newest heartbeat."""
        return self._replica

    def blind_keys(self) -> dict[str, tuple[str, ...]]:
        """Keys whose figures rest on sources that are stalled or down, and which sources these are."""
        return self._replica.blind_keys()

    @property
    def sockets(self) -> tuple[zmq.Socket[bytes], zmq.Socket[bytes]]:
        """To wait on in a poller of one's own; call poll(0) when one is readable, and a few times a second besides."""
        return self._sub, self._dealer

    def close(self) -> None:
        self._sub.close()
        self._dealer.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()
