"""Producers that send again whatever has no receipt, written after proto/PROTOCOL.md alone.

Each takes a list of units and returns once all are acknowledged, whatever happens to the daemon in between. `address` is
a function, because a daemon that comes back has another port. Answers may be thrown away on purpose: `deaf` is asked after
each and says whether to forget it.
"""

import http.client
import json
import socket
import struct
import time

import zmq

PAUSE = 0.01  # between two tries of something that is not there


class HttpSender:
    """One request after the other, each sent until it gets 200. `headers(i)` names request i."""

    def __init__(self, address, headers=lambda i: {}, deaf=lambda: False):
        self.address, self.headers, self.deaf = address, headers, deaf
        self.acked = 0
        self.resent = 0
        self.answers = []
        self._connection = None

    def send(self, bodies):
        while self.acked < len(bodies):
            answer = self._try(bodies[self.acked], self.headers(self.acked))
            if answer is None or self.deaf():
                self.resent += 1
                continue
            self.answers.append(answer)
            self.acked += 1
        return self

    def _try(self, body, headers):
        """What a 200 said; None when it is to be sent again."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(*self.address(), timeout=5)
            self._connection.request("POST", "/v1/messages", body, {"Content-Type": "application/x-ndjson", **headers})
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection = None
            time.sleep(PAUSE)
            return None
        if answer.status in (429, 503):
            time.sleep(PAUSE)
            return None
        assert answer.status == 200, f"{answer.status} {text}"
        return json.loads(text)


class TcpSender:
    """A producer of numbered lines on TCP, with a window of those that are not acknowledged."""

    WINDOW = 2000

    def __init__(self, address, producer, epoch=1, deaf=lambda: False, token=None):
        self.address, self.producer, self.epoch, self.deaf, self.token = address, producer, epoch, deaf, token
        self.resent = 0
        self.hellos = []
        self.acked = 0
        self.sent = 0

    def send(self, lines):
        while self.acked < len(lines):
            try:
                self._connected(lines)
            except OSError:
                time.sleep(PAUSE)
        return self

    def _connected(self, lines):
        with socket.create_connection(self.address(), timeout=5) as connection:
            token = f" token={self.token}" if self.token else ""
            connection.sendall(f"ROOMTONE/1 producer={self.producer} epoch={self.epoch}{token}\n".encode())
            answers = connection.makefile("rb")
            hello = json.loads(answers.readline() or b"null")
            if not hello:
                raise OSError("closed")
            hello = hello["hello"]
            self.hellos.append(hello)
            if hello["committed"] < self.acked:
                raise AssertionError(f"acknowledged {self.acked}, and now {hello}")
            self.acked = max(self.acked, hello["committed"])
            at = hello["next"] - 1
            self.resent += max(0, self.sent - at)
            while self.acked < len(lines):
                upto = min(len(lines), self.acked + self.WINDOW)
                if at < upto:
                    part = lines[at:min(upto, at + 200)]
                    connection.sendall(b"".join(line + b"\n" for line in part))
                    at += len(part)
                    self.sent = max(self.sent, at)
                    if at < upto:
                        continue
                answer = answers.readline()
                if not answer:
                    raise OSError("closed")
                if self.deaf():
                    raise OSError("deaf")  # as if the answer had been lost
                self.acked = json.loads(answer)["ack"]


class RouterSender:
    """A producer of numbered blocks over DEALER."""

    def __init__(self, address, producer, epoch=1, deaf=lambda: False, token=b""):
        self.address, self.producer, self.epoch, self.deaf, self.token = address, producer, epoch, deaf, token
        self.resent = 0
        self.acked = 0
        self.sent = 0
        self.welcomes = []
        self.errors = []

    def send(self, blocks):
        while self.acked < len(blocks):
            dealer = zmq.Context.instance().socket(zmq.DEALER)
            dealer.linger = 0
            try:
                dealer.connect(self.address())
                self._connected(dealer, blocks)
            finally:
                dealer.close()
        return self

    def _connected(self, dealer, blocks):
        dealer.send_multipart([b"RTI1", b"HELLO", self.producer.encode(), _number(self.epoch), self.token])
        at, credit, welcome = 0, 0, False
        while self.acked < len(blocks):
            while welcome and at < min(len(blocks), self.acked + credit):
                dealer.send_multipart([b"RTI1", b"PUT", _number(at + 1), blocks[at]])
                at += 1
                self.sent = max(self.sent, at)
            if not dealer.poll(300):
                return  # nothing heard: connect anew
            magic, verb, *arguments = dealer.recv_multipart()
            assert magic == b"RTI1", magic
            if verb == b"WELCOME":
                committed, following, credit = map(_read, arguments)
                if committed < self.acked:
                    raise AssertionError(f"acknowledged {self.acked}, and now {committed}")
                self.welcomes.append((committed, following))
                self.acked, at, welcome = committed, following - 1, True
                self.resent += max(0, self.sent - at)
            elif verb == b"ACK":
                if self.deaf():
                    return
                self.acked = max(self.acked, _read(arguments[0]))
            else:
                self.errors.append(arguments[0].decode())
                return


def _number(value):
    return struct.pack(">Q", value)


def _read(data):
    return struct.unpack(">Q", data)[0]
