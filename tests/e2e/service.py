#!/usr/bin/python3
"""Under a service manager: the daemon tells when it serves, that it is alive, and that it stops; and it stops soon, whoever
holds on to it.

    service.py
"""

import os
import socket

from support import PATIENCE, Subscriber, configuration, story

STOP_MS_MAX = 5000  # promised; it takes some tens, so that a busy machine does not matter


class Manager:
    """What systemd is to the daemon: a socket for datagrams, named in its environment."""

    def __init__(self, address):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.settimeout(PATIENCE)

    def hear(self):
        return self._socket.recv(4096).decode().splitlines()

    def hear_all(self):
        self._socket.setblocking(False)
        said = []
        try:
            while True:
                said += self.hear()
        except BlockingIOError:
            return said


def sources():
    return [{"name": "t", "kind": "tcp", "format": "own", "listen": "127.0.0.1:0"},
            {"name": "h", "kind": "http", "format": "own", "listen": "127.0.0.1:0"}]


def under(s, name, environment):
    """A daemon with these variables beside the usual ones."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        return s.daemon(name, configuration(s.folder, sources(), name=name)).start()
    finally:
        os.environ.clear()
        os.environ.update(before)


def main():
    with story("service: what a service manager hears, and how soon it stops") as s:
        path = str(s.folder / "notify")
        manager = Manager(path)
        daemon = under(s, "watched", {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "1000000"})
        s.equal("a daemon that serves says so first of all", manager.hear()[0], "READY=1")
        for _ in range(3):
            s.equal("and then that it is alive", manager.hear(), ["WATCHDOG=1"])

        # Held by a sender in the middle of a line, by one in the middle of a request, and by a reader who does not read.
        line = socket.create_connection(daemon.port("t"))
        line.sendall(b'{"id":"1","author":"a","text":"half a li')
        request = socket.create_connection(daemon.port("h"))
        request.sendall(b"POST /v1/messages HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n{")
        admin = socket.create_connection(tuple(daemon.admin.rsplit(":", 1)))
        reader = Subscriber(daemon.feed, "")
        s.equal("it stops with 0 with everybody still connected", daemon.stop(), 0)
        stopped = [int(event["took_ms"]) for event in daemon.log() if event["event"] == "stopped"]
        s.check("within the five seconds that are promised, by its own clock",
                len(stopped) == 1 and stopped[0] < STOP_MS_MAX, daemon.log_text())
        said = [word for word in manager.hear_all() if word != "WATCHDOG=1"]
        s.check("the manager hears once that it stops", said.count("STOPPING=1") == 1 and "READY=1" not in said, said)
        reader.close()
        for held in (line, request, admin):
            held.close()

        abstract = f"@roomtone-service-{os.getpid()}"
        manager = Manager("\0" + abstract[1:])
        daemon = under(s, "abstract", {"NOTIFY_SOCKET": abstract, "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"})
        s.equal("a socket may have an abstract name", manager.hear()[0], "READY=1")
        s.equal("it ends well", daemon.stop(), 0)
        s.check("whose watchdog is meant for another process is not fed", "WATCHDOG=1" not in manager.hear_all())

        daemon = under(s, "gone", {"NOTIFY_SOCKET": str(s.folder / "nobody")})
        s.equal("a manager that is gone is no fault", daemon.stop(), 0)


if __name__ == "__main__":
    main()
