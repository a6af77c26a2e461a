"""The readers of RTN/1 that Roomtone brings, as processes behind the line protocol of proto/conformance, and what is put
between them and the feed."""

import os
import pathlib
import random
import re
import struct
import subprocess
import sys
import threading
import time

import zmq

from .daemon import BIN

ROOT = pathlib.Path(__file__).resolve().parents[3]
PYTHON_READER = [sys.executable, "-B", str(ROOT / "proto/client/python/conform.py")]
CPP_READER = [str(BIN / "roomtone_client_conform")]
# The Python reader with its ears stopped: what a test finds in it shows that the test can find something.
DEAF_READER = [sys.executable, "-B", str(pathlib.Path(__file__).resolve().parent / "broken_reader.py"), "deaf"]

_GAP = re.compile(r"notice gap (\S+) (\d+) to (\d+)")


class ReaderProcess:
    """One reader. Every line that it tells is kept with the time at which it came."""

    def __init__(self, command, feed, query, prefix="/a/", **options):
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self._process.pid
        self.lines = []
        self._dumps = []
        self._dumped = threading.Condition()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        given = {"feed": feed, "query": query, "prefix": prefix, **options}
        self._say("start " + " ".join(f"{name}={value}" for name, value in given.items()))

    def _say(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _listen(self):
        dump = []
        for line in self._process.stdout:
            line = line.rstrip("\n")
            if line.split(" ", 1)[0] in ("update", "removed", "notice"):
                self.lines.append((time.monotonic(), line))
            elif line == "end":
                with self._dumped:
                    self._dumps.append(dump)
                    self._dumped.notify()
                dump = []
            else:
                dump.append(line.split(" "))

    def dump(self, seconds=20):
        """How it stands: state, stale, epoch, keys {key: (key_seq, n)}, count {name: n}."""
        self._say("dump")
        with self._dumped:
            if not self._dumped.wait_for(lambda: self._dumps, seconds):
                raise RuntimeError(f"no dump in {seconds} s")
            words = self._dumps.pop(0)
        found = {"keys": {}, "count": {}, "source": {}, "blind": {}}
        for kind, *rest in words:
            if kind == "key":
                found["keys"][rest[0]] = (int(rest[1]), rest[2])
            elif kind == "count":
                found["count"][rest[0]] = int(rest[1])
            elif kind == "source":
                found["source"][rest[0]] = rest[1]
            elif kind == "blind":
                found["blind"][rest[0]] = rest[1:]
            else:
                found[kind] = rest[0]
        return found

    def told(self, kind):
        return [line for _, line in self.lines if line.startswith(f"notice {kind} ")]

    def signal(self, number):
        os.kill(self.pid, number)

    def close(self):
        self._process.kill()
        self._process.wait()
        self._listener.join(5)
        self._process.stdin.close()
        self._process.stdout.close()


def snapshot_of(query):
    """What a fresh snapshot has, in the form of a dump's keys."""
    values, _ = query.snapshot("/a/")
    return {key: (value.key_seq, str(value.body["n"])) for key, value in values.items()}


class Tap(threading.Thread):
    """Stands between a feed and its readers and drops whole messages at random while it is open, all kinds alike."""

    def __init__(self, feed, endpoint, seed, share):
        super().__init__(daemon=True)
        self.endpoint = endpoint
        self.dropped = []  # (time, key, key_seq) of updates
        self.dropping = False
        self._ending = False
        self._random = random.Random(seed)
        self._share = share
        context = zmq.Context.instance()
        self._up, self._down = context.socket(zmq.XSUB), context.socket(zmq.XPUB)
        for socket in (self._up, self._down):
            socket.linger = 0
            socket.rcvhwm = socket.sndhwm = 100_000
        self._up.reconnect_ivl = 50
        self._up.connect(feed)
        self._down.bind(endpoint)
        self.start()

    def run(self):
        poller = zmq.Poller()
        poller.register(self._up, zmq.POLLIN)
        poller.register(self._down, zmq.POLLIN)
        while not self._ending:
            for socket, _ in poller.poll(100):
                frames = socket.recv_multipart()
                if socket is self._down:
                    self._up.send_multipart(frames)
                elif self.dropping and self._random.random() < self._share:
                    key_seq, = struct.unpack_from(">Q", frames[1], 24)
                    if key_seq > 0:
                        self.dropped.append((time.monotonic(), frames[0].decode(), key_seq))
                else:
                    self._down.send_multipart(frames)
        self._up.close()
        self._down.close()

    def close(self):
        self._ending = True
        self.join()


def detections(reader, dropped):
    """For each dropped update, how long until the reader knew: it told of a gap that holds it, or had from a snapshot or a
    replay a value that is as new (perhaps before the tap came to drop it: 0), or told before that of a loss (which names
    no key, and shows as long as the key is behind). None where it never did."""
    gaps, values, losses = {}, {}, []
    for at, line in reader.lines:
        gap = _GAP.fullmatch(line)
        words = line.split(" ")
        if gap:
            gaps.setdefault(gap[1], []).append((at, int(gap[2]), int(gap[3])))
        elif words[:2] == ["notice", "loss"]:
            losses.append(at)
        elif words[0] == "update" and words[3] != "feed":
            values.setdefault(words[1], []).append((at, int(words[2])))
    found = []
    for at, key, key_seq in dropped:
        known = [seen for seen, first, last in gaps.get(key, ()) if first <= key_seq <= last]
        known += [seen for seen, value in values.get(key, ()) if value >= key_seq]
        known += [loss for loss in losses if known and at <= loss <= min(known)]
        found.append(max(0, min(known) - at) if known else None)
    return found
