"""A server of RTN/1 that does as a session tells it, over real ZeroMQ sockets."""

import json
import struct
import time

import zmq

_HEADER = struct.Struct(">HBBIQQQQ")
_FLAGS = {"resend": 1, "partial": 2, "final": 4, "corrected": 8, "tombstone": 16}
_PROTOBUF = 32
_FIRST_START_US = 1_783_176_600_000_000
_SOURCE_STATES = ["unspecified", "live", "catching_up", "quiet", "stalled", "down", "ended"]


def _varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _field(number, value):
    """One protobuf field: whole numbers, reals, texts and messages by the type of the value."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 1) + struct.pack("<d", value)
    value = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _message(**fields):
    """A protobuf message; each field is named f<number>."""
    return b"".join(_field(int(name[1:]), value) for name, value in fields.items())


def _big(number):
    """Whole numbers as the protocol has them in JSON."""
    return number if number <= 2**53 else str(number)


class FakeServer:
    def __init__(self, body, epoch):
        self._context = zmq.Context()
        self._protobuf = body == "protobuf"
        self.epoch = epoch
        self._feed = self._query = None
        self.feed, self.query = "tcp://127.0.0.1:*", "tcp://127.0.0.1:*"
        self.open()

    def open(self):
        self._feed, self._query = self._context.socket(zmq.XPUB), self._context.socket(zmq.ROUTER)
        self._feed.setsockopt(zmq.XPUB_VERBOSER, 1)
        for socket in (self._feed, self._query):
            socket.linger = 0
        self.feed = self._bind(self._feed, self.feed)
        self.query = self._bind(self._query, self.query)
        self.subscriptions, self.questions = [], []

    @staticmethod
    def _bind(socket, endpoint):
        deadline = time.monotonic() + 5
        while True:  # after a restart the port may be held for a moment yet
            try:
                socket.bind(endpoint)
                return socket.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()
            except zmq.ZMQError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def close(self):
        self._feed.close()
        self._query.close()

    def end(self):
        self.close()
        self._context.term()

    def take_in(self, seconds):
        """Waits so long at most for subscriptions and questions, and keeps them."""
        poller = zmq.Poller()
        poller.register(self._feed, zmq.POLLIN)
        poller.register(self._query, zmq.POLLIN)
        for socket, _ in poller.poll(int(seconds * 1000)):
            frames = socket.recv_multipart()
            if socket is self._feed:
                if frames[0][:1] == b"\1":
                    self.subscriptions.append(frames[0][1:].decode())
            else:
                self.questions.append(frames)

    # What is published.

    def _header(self, given, flags=0):
        for name in given.get("flags", []):
            flags |= _FLAGS[name] if isinstance(name, str) else name
        if self._protobuf:
            flags |= _PROTOBUF
        return _HEADER.pack(0x5254, given.get("version", 1), flags, given.get("reserved", 0),
                            given.get("epoch", self.epoch), given.get("global_seq", 0), given.get("key_seq", 0),
                            given.get("publish_time_us", time.time_ns() // 1000))

    def _atmosphere(self, given):
        room, size = given["key"][len("/a/"):].rsplit("/", 2)[0], given["key"].rsplit("/", 2)[1]
        start = _FIRST_START_US + 1_000_000 * given.get("start_s", 0)
        seconds, n = int(size[:-1]), given.get("n", 1)
        sources = given.get("sources", ["chat"])
        if self._protobuf:
            window = _message(f1=start, f2=start + seconds * 1_000_000, f3=seconds, f4=1, f5=1)
            campaign = _message(f1="3fa9c0de0117", f2=0.5, f3=n, f4=1, f999="more")
            return _message(f1=1, f2=room, f3=window, f4=n, f16=0.5, f20="lexicon-1", f22=1.0, f999="more") + b"".join(
                _field(21, name) for name in sources) + _field(26, campaign) + _message(f27=0.25)
        reading = {"tone": None, "ci_low": None, "ci_high": None, "pos": 0.0, "neg": 0.0, "neutral": 0.0}
        return json.dumps({
            "v": 1, "key": room, "later": {"members": [1, None, True, "\u20ac \\ \" \u0001"]},
            "window": {"start_us": start, "end_us": start + seconds * 1_000_000, "size_s": seconds, "state": "partial",
                       "revision": 1},
            "n": str(n), "voices": 0, "unique_n": 0, "pos": 0, "neg": 0, "neutral": 0, "unscored": n,
            "readings": {"raw": reading, "voice": reading, "reputable": reading}, "dispersion": None, "rate_per_min": 0.0, "name": "unknown",
            "sentence": "", "coverage": 0.5, "automation_share": 0.0, "reply_share": 0.0, "reshare_share": 0.0,
            "real_share": 1.0, "young_share": 0.0, "concentration": 0.0, "top_voice_share": 0.0,
            "campaigns": [{"id": "3fa9c0de0117", "share": 0.5, "n": n, "voices": 1, "later": []}],
            "periodic_share": 0.25,
            "scorer": "lexicon-1", "sources": sources}).encode()

    def _update(self, given, flags=0):
        body = given["body"].encode() if "body" in given else self._atmosphere(given)
        return [given["key"].encode(), self._header(given, flags), body]

    def publish(self, given):
        self._feed.send_multipart(self._update(given))

    def publish_frames(self, frames):
        self._feed.send_multipart(frames)

    def _publish_outside(self, key, given, members, message):
        body = message if self._protobuf else json.dumps(members).encode()
        self._feed.send_multipart([key.encode(), self._header(given), body])

    def heartbeat(self, given):
        epoch, seq = given.get("epoch", self.epoch), given.get("global_seq", 0)
        states = given.get("sources", {"chat": "live"})
        message = _message(f1=epoch, f2=seq, f6=0.9) + b"".join(
            _field(4, _message(f1=name, f2=_message(f1=_SOURCE_STATES.index(state), f3=0.1)))
            for name, state in states.items())
        self._publish_outside("/hb/", given, {
            "epoch": _big(epoch), "global_seq": seq, "watermark_us": None, "shed_ratio": 0.0, "coverage": 0.9,
            "sources": {name: {"state": state, "lag_s": None, "age_s": 0.1} for name, state in states.items()}}, message)

    def check(self, prefix, given):
        epoch, seq = given.get("epoch", self.epoch), given["global_seq"]
        keys, total = given["keys"], given["key_seq_sum"]
        self._publish_outside(f"{prefix}~/", given,
                              {"epoch": _big(epoch), "global_seq": seq, "keys": keys, "key_seq_sum": str(total)},
                              _message(f1=epoch, f2=seq, f3=keys, f4=total))

    def control(self, given):
        self._publish_outside("/ctl/", given, {"event": given["event"]}, _message(f1=given["event"]))

    # Answers, to the question that `asked` holds.

    def answer(self, asked, verb, members):
        self._query.send_multipart([asked["peer"], b"RTN1", verb.encode(),
                                    json.dumps({"id": asked["id"], **members}).encode()])

    def answer_value(self, asked, given):
        self._query.send_multipart([asked["peer"], b"RTN1", b"KV", *self._update(given, _FLAGS["resend"])])

    def answer_frames(self, asked, frames):
        self._query.send_multipart([asked["peer"], *frames])
