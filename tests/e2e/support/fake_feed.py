"""A feed's query socket of our own making: it answers SNAPSHOT with the values it was given, in slices."""

import json
import struct
import threading

import zmq


class FakeFeed:
    def __init__(self, values, credit=2):
        """`values`: bodies by feed key."""
        self._socket = zmq.Context.instance().socket(zmq.ROUTER)
        self._socket.linger = 0
        self.query = f"tcp://127.0.0.1:{self._socket.bind_to_random_port('tcp://127.0.0.1')}"
        self.values, self._credit = values, credit
        self.asked = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        left = []
        while not self._stop.is_set():
            if not self._socket.poll(20):
                continue
            peer, _, verb, arguments = self._socket.recv_multipart()
            self.asked.append((verb.decode(), json.loads(arguments)))
            if verb == b"SNAPSHOT":
                prefix = self.asked[-1][1]["prefix"]
                left = [(key, body) for key, body in sorted(self.values.items()) if key.startswith(prefix)]
            now, left = left[:self._credit], left[self._credit:]
            header = struct.pack(">2sBBIQQQQ", b"RT", 1, 1, 0, 9, 1, 1, 0)
            for key, body in now:
                self._socket.send_multipart([peer, b"RTN1", b"KV", key.encode(), header, body])
            end = b"MORE" if left else b"END"
            self._socket.send_multipart([peer, b"RTN1", end, b'{"count":%d}' % len(now)])

    def close(self):
        self._stop.set()
        self._thread.join()
        self._socket.close()
