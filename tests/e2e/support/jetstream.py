"""A Jetstream server, version 1, that follows a script: it replays from a cursor, forgets what is old, and fails as told.

It is written from the protocol's description alone, so that it and the daemon cannot share a mistake.
"""

import asyncio
import base64
import bisect
import contextlib
import dataclasses
import hashlib
import json
import logging
import ssl
import struct
import subprocess
import threading
import urllib.parse

from .zstd import Packer

_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
# What is written to a connection that has just gone is no news here: connections go all the time.
logging.getLogger("asyncio").setLevel(logging.ERROR)

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


@dataclasses.dataclass
class Act:
    """How one connection goes. After `count` events it ends as `how` says; None: it goes on."""
    status: int = 101          # another: refused with that before the upgrade
    count: int = None
    how: str = "abrupt"        # abrupt, mid_frame, close, bad_frame, silent (alive, pings answered), dead (no pong either)
    garbage: dict = None       # at these places of the connection, a message of these bytes before the event
    ignore_cursor: bool = False


def certificate(folder, name, subject):
    """A self-signed certificate for `subject`, such as 'IP:127.0.0.1'. Returns paths of certificate and key."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=roomtone test",
                    "-addext", f"subjectAltName={subject}"], check=True, capture_output=True)
    return cert, key


def shifted(frames, by_us):
    """The same events as another host has them: with its own times, and so with another order of members."""
    out = []
    for frame in frames:
        event = json.loads(frame)
        event["time_us"] += by_us
        out.append(json.dumps(dict(sorted(event.items())), separators=(",", ":"), ensure_ascii=False).encode())
    return out


class Host:
    """One server on a port of its own. `frames` are its events in the order of their times."""

    def __init__(self, frames, tls=None, dictionary=None):
        self.frames = list(frames)
        self.times = [json.loads(frame)["time_us"] for frame in self.frames]
        self.oldest = 0            # the first event that it still has, as a place in frames
        self.published = 0         # how far the live stream has come
        self.acts = []             # of the coming connections, in turn; afterwards all goes well
        self.asked = []            # what each connection asked for: query parameters
        self.hellos = []           # options messages
        self.sent = 0
        self.pings = 0             # that were answered
        self._tls = tls
        self._packer = Packer(dictionary) if dictionary else None
        self._loop = asyncio.new_event_loop()
        self._moved = None
        self._open = set()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait()

    @property
    def url(self):
        return f"{'wss' if self._tls else 'ws'}://127.0.0.1:{self.port}"

    def publish(self, up_to=None):
        """Lets the live stream come so far; without a number, to its end."""
        self._call(lambda: self._publish(len(self.frames) if up_to is None else min(up_to, len(self.frames))))

    def forget(self, before):
        """Keeps nothing before that place."""
        self._call(lambda: setattr(self, "oldest", before))

    def script(self, *acts):
        self._call(lambda: self.acts.extend(acts))

    def hang_up(self):
        """Breaks all connections off."""
        self._call(lambda: [writer.transport.abort() for writer in list(self._open)])

    @property
    def connections(self):
        return len(self._open)

    def close(self):
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _call(self, function):
        done = threading.Event()

        def run():
            function()
            done.set()
        self._loop.call_soon_threadsafe(run)
        done.wait()

    def _publish(self, up_to):
        self.published = max(self.published, up_to)
        self._moved.set()
        self._moved = asyncio.Event()

    def _run(self, started):
        asyncio.set_event_loop(self._loop)

        async def begin():
            self._moved = asyncio.Event()
            context = None
            if self._tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*self._tls)
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
            self.port = server.sockets[0].getsockname()[1]
            return server
        server = self._loop.run_until_complete(begin())
        started.set()
        self._loop.run_forever()
        server.close()
        for writer in list(self._open):
            writer.transport.abort()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader, writer):
        self._open.add(writer)
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _converse(self, reader, writer):
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        target = request.split(" ")[1]
        headers = dict(line.lower().split(": ", 1) for line in request.split("\r\n")[1:] if ": " in line)
        url = urllib.parse.urlsplit(target)
        query = urllib.parse.parse_qs(url.query)
        self.asked.append(query)
        act = self.acts.pop(0) if self.acts else Act()
        status = act.status
        if url.path != "/subscribe":
            status = 404
        if status != 101:
            writer.write(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            return
        given = next(line.split(": ", 1)[1] for line in request.split("\r\n") if line.lower().startswith("sec-websocket-key"))
        assert "sec-websocket-extensions" not in headers, "zstd and permessage-deflate exclude each other"
        accept = base64.b64encode(hashlib.sha1(given.encode() + _ACCEPT).digest()).decode()
        writer.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode())
        hello = asyncio.get_running_loop().create_future()
        state = {"deaf": False}
        listening = asyncio.ensure_future(self._listen(reader, writer, hello, state))
        try:
            await self._send(writer, act, query, hello, listening, state)
        finally:
            listening.cancel()
            with contextlib.suppress(BaseException):
                await listening

    async def _listen(self, reader, writer, hello, state):
        """Answers pings, takes the options message, and ends with the connection."""
        while True:
            first, second = await reader.readexactly(2)
            assert second & 0x80, "a client masks"
            size = second & 0x7F
            if size == 126:
                size, = struct.unpack("!H", await reader.readexactly(2))
            elif size == 127:
                size, = struct.unpack("!Q", await reader.readexactly(8))
            mask = await reader.readexactly(4)
            payload = bytes(b ^ mask[i % 4] for i, b in enumerate(await reader.readexactly(size)))
            opcode = first & 0x0F
            if state["deaf"]:
                continue
            if opcode == PING:
                writer.write(_frame(PONG, payload))
                self.pings += 1
            elif opcode == TEXT:
                message = json.loads(payload)
                self.hellos.append(message)
                if message["type"] == "options_update" and not hello.done():
                    hello.set_result(message["payload"])
            elif opcode == CLOSE:
                return

    async def _send(self, writer, act, query, hello, listening, state):
        wanted = {"wantedCollections": query.get("wantedCollections", []), "wantedDids": query.get("wantedDids", [])}
        if query.get("requireHello") == ["true"]:
            wanted = await hello
        compressed = query.get("compress") == ["true"]
        at = self._place(None if act.ignore_cursor else query.get("cursor"))
        sent = 0
        while act.count is None or sent < act.count:
            while at >= self.published:
                moved = self._moved
                done, _ = await asyncio.wait([asyncio.ensure_future(moved.wait()), listening],
                                             return_when=asyncio.FIRST_COMPLETED)
                if listening in done:
                    return
            if at < self.oldest:
                at = self.oldest
                continue
            if act.garbage and sent in act.garbage:
                writer.write(_frame(BINARY if compressed else TEXT, act.garbage.pop(sent)))
            frame, at = self.frames[at], at + 1
            if not _passes(frame, wanted):
                continue
            writer.write(self._message(frame, compressed))
            sent += 1
            self.sent += 1
            if writer.transport.is_closing():
                return
            if sent % 64 == 0:
                await writer.drain()
                await asyncio.sleep(0)
                if listening.done():
                    return
        await writer.drain()
        if act.how == "mid_frame":
            whole = self._message(self.frames[min(at, len(self.frames) - 1)], compressed)
            writer.write(whole[:len(whole) // 2])
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        elif act.how == "close":
            writer.write(_frame(CLOSE, struct.pack("!H", 1012) + b"restarting"))
            await writer.drain()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.shield(listening), 5)
        elif act.how == "bad_frame":
            writer.write(b"\xF3\x04oops")  # reserved bits set, reserved opcode
            await writer.drain()
            await listening
        elif act.how in ("silent", "dead"):
            state["deaf"] = act.how == "dead"
            await listening

    def _place(self, cursor):
        """Where a cursor begins: inclusive; the past as far as it is kept, the future and no cursor are live."""
        if cursor is None:
            return self.published
        time_us = int(cursor[0])
        return max(self.oldest, min(bisect.bisect_left(self.times, time_us), self.published))

    def _message(self, frame, compressed):
        return _frame(BINARY, self._packer.pack(frame)) if compressed else _frame(TEXT, frame)


def _passes(frame, wanted):
    if not wanted["wantedDids"] and not wanted["wantedCollections"]:
        return True
    event = json.loads(frame)
    if wanted["wantedDids"] and event["did"] not in wanted["wantedDids"]:
        return False
    if event["kind"] != "commit" or not wanted["wantedCollections"]:
        return True
    collection = event["commit"]["collection"]
    return any(collection.startswith(name[:-1]) if name.endswith(".*") else collection == name
               for name in wanted["wantedCollections"])


def _frame(opcode, payload):
    head = bytes([0x80 | opcode])
    if len(payload) < 126:
        head += bytes([len(payload)])
    elif len(payload) < 65536:
        head += struct.pack("!BH", 126, len(payload))
    else:
        head += struct.pack("!BQ", 127, len(payload))
    return head + payload
