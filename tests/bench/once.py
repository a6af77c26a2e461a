#!/usr/bin/python3
"""What it costs to count once: CPU of the daemon for each message, by how producers make themselves known.

    once.py [LINES [ROUNDS]]

Every way is run in each round, one after the other, and compared with the plain one of its transport in the same round;
the medians over the rounds are printed. ROOMTONE_BIN_DIR names the programs.
"""

import json
import os
import pathlib
import socket
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import configuration, story  # noqa: E402
from support.senders import HttpSender, RouterSender, TcpSender  # noqa: E402

AT_ONCE = 1000  # lines in a request or block
WAYS = {  # way: transport, corrections, ids in the lines
    "tcp": ("tcp", False, False),
    "tcp, ids": ("tcp", True, True),
    "tcp, numbered and acknowledged": ("tcp", False, False),
    "http": ("http", False, False),
    "http, ids": ("http", True, True),
    "http, Idempotency-Key": ("http", False, False),
    "http, numbered": ("http", False, False),
    "zmq_router": ("zmq_router", False, False),
}


def lines_of(count, ids):
    words = ["lovely", "awful", "plain", "bright", "sad", "quiet", "loud"]
    for i in range(count):
        record = {"text": f"what a {words[i % 7]} and {words[(i * 3 + 1) % 7]} afternoon that was, number {i}",
                  "author": f"a{i % 5000}", "time": 1767258000000000 + i * 1000}
        if ids:
            record["id"] = f"message-{i}"
        yield json.dumps(record).encode()


def send(way, daemon, lines):
    address = lambda: daemon.port("s")  # noqa: E731
    blocks = [b"\n".join(lines[i:i + AT_ONCE]) + b"\n" for i in range(0, len(lines), AT_ONCE)]
    if way == "tcp, numbered and acknowledged":
        TcpSender.WINDOW = 20_000
        TcpSender(address, "p").send(lines)
    elif way == "zmq_router":
        RouterSender(lambda: daemon.sources["s"], "p").send(blocks)
    elif way.startswith("tcp"):
        with socket.create_connection(address()) as connection:
            for block in blocks:
                connection.sendall(block)
    else:
        headers = {"http, Idempotency-Key": lambda i: {"Idempotency-Key": f"k{i}"},
                   "http, numbered": lambda i: {"Roomtone-Producer": "p", "Roomtone-Epoch": "1",
                                                "Roomtone-Sequence": str(i + 1)}}.get(way, lambda i: {})
        HttpSender(address, headers).send(blocks)


def run(s, way, count, number):
    """Microseconds of CPU for each message."""
    kind, corrections, ids = WAYS[way]
    where = {"endpoint": "tcp://127.0.0.1:*"} if kind == "zmq_router" else {"listen": "127.0.0.1:0"}
    daemon = s.daemon(f"d{number}", configuration(
        s.folder, [{"name": "s", "kind": kind, "corrections": corrections, **where}], name=f"d{number}",
        store={"sync": True}, pipeline={"horizon": "365d"})).start()
    send(way, daemon, list(lines_of(count, ids)))
    while daemon.column("s", "counted") < count:
        time.sleep(0.05)
    daemon.process.terminate()
    _, _, usage = os.wait4(daemon.process.pid, 0)
    daemon.process.returncode = 0
    return (usage.ru_utime + usage.ru_stime) / count * 1e6


def main(count=200_000, rounds=3):
    with story(f"counting once: {count} messages, {rounds} rounds") as s:
        seen = {way: [] for way in WAYS}
        for round_number in range(rounds):
            for i, way in enumerate(WAYS):
                seen[way].append(run(s, way, count, round_number * 100 + i))
        for way, costs in seen.items():
            plain = seen[way.split(",")[0].replace("zmq_router", "tcp")]
            ratio = statistics.median(cost / base for cost, base in zip(costs, plain))
            s.note(f"{way:32} {statistics.median(costs):6.2f} us a message, {ratio:4.2f} times the plain one")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
