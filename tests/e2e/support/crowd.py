"""A crowd that talks about topics over TCP, and goes on talking when the daemon comes back."""

import json
import random
import socket
import threading
import time


def topics(count):
    return {f"t{i:04}": f"subject{i:04}" for i in range(count)}


class Crowd(threading.Thread):
    """Says something about a few random topics, `rounds_per_s` times a second, until it is closed."""

    def __init__(self, address, count, seed, rounds_per_s=10, topics_a_round=20):
        super().__init__(daemon=True)
        self.address = address
        self._random = random.Random(seed)
        self._count = count
        self._round = (1 / rounds_per_s, topics_a_round)
        self._talking, self._ending = threading.Event(), threading.Event()
        self._socket = None
        self.said = 0
        self.start()

    def run(self):
        pause, several = self._round
        while not self._ending.wait(pause):
            if self._talking.is_set():
                try:
                    self._say([self._random.randrange(self._count) for _ in range(several)])
                except OSError:
                    self._socket = None  # the daemon is away

    def _say(self, subjects):
        if self._socket is None:
            self._socket = socket.create_connection(self.address, timeout=1)
        now, lines = time.time_ns() // 1000, []
        for subject in subjects:
            self.said += 1
            lines.append(json.dumps({"id": f"m{self.said}", "author": f"a{self.said % 97}", "time": now, "lang": "en",
                                     "text": f"what a lovely day for subject{subject:04}"}))
        self._socket.sendall("\n".join(lines).encode() + b"\n")

    def talk(self, talking=True):
        if talking:
            self._talking.set()
        else:
            self._talking.clear()

    def close(self):
        self._ending.set()
        self.join()
        if self._socket is not None:
            self._socket.close()
