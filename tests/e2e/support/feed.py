"""A reader of RTN/1 with plain ZeroMQ, written after proto/PROTOCOL.md alone."""

import dataclasses
import json
import struct
import time

import zmq

HEADER = struct.Struct(">2sBBIQQQQ")
RESEND, PARTIAL, FINAL, CORRECTED = 1, 2, 4, 8


@dataclasses.dataclass
class Update:
    key: str
    flags: int
    epoch: int
    global_seq: int
    key_seq: int
    publish_time_us: int
    body: dict
    frames: list
    at: float  # when it was received, monotonic


def parse(frames):
    """An update from its three frames. What does not follow the protocol is an AssertionError."""
    assert len(frames) == 3, f"{len(frames)} frames"
    key, header, body = frames
    assert len(header) == HEADER.size, f"a header of {len(header)} bytes"
    magic, version, flags, reserved, epoch, global_seq, key_seq, at = HEADER.unpack(header)
    assert magic == b"RT" and version == 1, f"{magic!r} {version}"
    return Update(key.decode("ascii"), flags, epoch, global_seq, key_seq, at, json.loads(body), frames,
                  time.monotonic())


def _guard(socket, keys):
    """`keys`: the server's public key, one's own and one's own secret one; None for a feed without keys."""
    if keys is not None:
        socket.curve_serverkey, socket.curve_publickey, socket.curve_secretkey = (key.encode() for key in keys)


class Subscriber:
    """SUB. What it has received stays in `updates`, in order."""

    def __init__(self, endpoint, *prefixes, keys=None):
        self._socket = zmq.Context.instance().socket(zmq.SUB)
        self._socket.linger = 0
        _guard(self._socket, keys)
        self._socket.rcvhwm = 100_000
        self._socket.connect(endpoint)
        for prefix in prefixes:
            self._socket.subscribe(prefix)
        self.updates = []

    def receive(self, seconds=0.0):
        """The next update, or None after so long."""
        if not self._socket.poll(int(seconds * 1000)):
            return None
        update = parse(self._socket.recv_multipart())
        self.updates.append(update)
        return update

    def drain(self):
        while self.receive():
            pass

    def until(self, condition, seconds=10):
        """Receives until the condition holds for an update, and returns that; None after so long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            update = self.receive(min(left, 0.5))
            if update is not None and condition(update):
                return update
        return None

    def heartbeat(self, seconds=5):
        return self.until(lambda update: update.key == "/hb/", seconds)

    def close(self):
        self._socket.close()


class Query:
    """DEALER, for questions."""

    def __init__(self, endpoint, keys=None):
        self._socket = zmq.Context.instance().socket(zmq.DEALER)
        self._socket.linger = 0
        _guard(self._socket, keys)
        self._socket.rcvhwm = 100_000
        self._socket.connect(endpoint)

    def ask(self, verb, **arguments):
        self._socket.send_multipart([b"RTN1", verb.encode(), json.dumps(arguments).encode()])

    def answer(self, seconds=5):
        if not self._socket.poll(int(seconds * 1000)):
            raise AssertionError(f"no answer in {seconds} s")
        frames = self._socket.recv_multipart()
        assert frames[0] == b"RTN1", frames[0]
        verb = frames[1].decode()
        return verb, (parse(frames[2:]) if verb == "KV" else json.loads(frames[2]))

    def snapshot(self, prefix="/a/"):
        """All current values under a prefix by key, and the END."""
        values = {}
        self.ask("SNAPSHOT", prefix=prefix)
        while True:
            verb, answer = self.answer()
            if verb == "KV":
                values[answer.key] = answer
            elif verb == "MORE":
                self.ask("MORE", credit=1000)
            elif verb == "END":
                return values, answer
            else:
                raise AssertionError(f"{verb} {answer}")

    def replay(self, key, epoch, from_key_seq):
        """The updates and the END."""
        self.ask("REPLAY", key=key, epoch=epoch, from_key_seq=from_key_seq)
        updates = []
        while True:
            verb, answer = self.answer()
            if verb != "KV":
                return updates, answer
            updates.append(answer)

    def close(self):
        self._socket.close()
