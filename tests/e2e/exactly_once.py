#!/usr/bin/python3
"""Producers send again whatever has no receipt, while the daemon is killed and started anew: acknowledged is counted, once.

    exactly_once.py [KILLS [SEED]]

Three in ten answers are thrown away as well. One producer has neither ids nor numbers, and shows what would happen without:
it is counted more often than it sent.
"""

import json
import random
import sys
import threading
import time

from support import configuration, ledgers, story, totals
from support.senders import HttpSender, RouterSender, TcpSender

LINES = 20  # in a request or block
TCP_AT_ONCE = 400


def line(source, number, with_id):
    words = ["lovely", "awful", "plain", "bright", "sad"]
    record = {"text": f"a {words[number % 5]} day, number {number} of {source}", "author": f"a{number % 50}"}
    if with_id:
        record["id"] = f"{source}-{number}"
    return json.dumps(record).encode()


def block(source, i, with_id=False):
    return b"\n".join(line(source, i * LINES + k, with_id) for k in range(LINES)) + b"\n"


def main(kills=4, seed=1):
    with story(f"exactly once: {kills} kills, seed {seed}") as s:
        randomness = random.Random(seed)
        dice = random.Random(seed + 1)

        def deaf():
            return dice.random() < 0.3

        listen = {"listen": "127.0.0.1:0"}
        http = ["ids", "keys", "numbers", "neither"]
        daemon = s.daemon("s", configuration(s.folder, [
            *({"name": name, "kind": "http", **listen} for name in http),
            {"name": "lines", "kind": "tcp", **listen},
            {"name": "blocks", "kind": "zmq_router", "endpoint": "tcp://127.0.0.1:0"},
        ])).start()

        def headers(name):
            if name == "keys":
                return lambda i: {"Idempotency-Key": f"request-{i}"}
            if name == "numbers":
                return lambda i: {"Roomtone-Producer": "counter", "Roomtone-Epoch": "7", "Roomtone-Sequence": str(i + 1)}
            return lambda i: {}

        senders, units = {}, {}
        for name in http:
            senders[name] = HttpSender(lambda name=name: daemon.port(name), headers(name), deaf)
            units[name] = (lambda i, name=name: block(name, i, name == "ids"), 5, LINES)
        senders["lines"] = TcpSender(lambda: daemon.port("lines"), "liner", deaf=deaf)
        units["lines"] = (lambda i: line("lines", i, False), TCP_AT_ONCE, 1)
        senders["blocks"] = RouterSender(lambda: daemon.sources["blocks"], "blocker", deaf=deaf)
        units["blocks"] = (lambda i: block("blocks", i), 50, LINES)

        enough = threading.Event()
        sent, failures = dict.fromkeys(senders, 0), []

        def run(name):
            make, at_once, size = units[name]
            mine = []
            try:
                while not enough.is_set():
                    mine += [make(i) for i in range(len(mine), len(mine) + at_once)]
                    senders[name].send(mine)
                sent[name] = len(mine) * size
            except Exception as failure:  # told by the story below
                failures.append((name, repr(failure)))

        threads = [threading.Thread(target=run, args=(name,), daemon=True) for name in senders]
        for thread in threads:
            thread.start()
        done = 0
        # A few more where chance let a producer get away with sending everything once.
        while done < kills or (done < kills + 20 and not all(sender.resent for sender in senders.values())):
            done += 1
            time.sleep(randomness.uniform(0.02, 0.3))  # when it dies is the story's material, not a wait for something
            daemon.kill()
            daemon.start()
        time.sleep(0.1)
        enough.set()
        for thread in threads:
            thread.join(60)
        s.equal("no producer met an answer that the protocol does not have", failures, [])
        s.check("every producer came to its end", not any(t.is_alive() for t in threads), sent)
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)

        counted = {name: ledger["counted"] for name, ledger in ledgers(s.folder / "s.store").items()}
        for name, sender in senders.items():
            s.note(f"{name}: {sent[name]} sent, {sender.resent} units again, {counted[name]} counted")
        for name in senders:
            s.check(f"{name}: something was sent again", senders[name].resent > 0, senders[name].resent)
            if name != "neither":
                s.equal(f"{name}: acknowledged is counted, once", counted[name], sent[name])
        s.check("without ids, keys or numbers it would be counted too often", counted["neither"] > sent["neither"],
                (counted["neither"], sent["neither"]))
        s.equal("and the panes hold what the ledgers say", totals(s.folder / "s.store")["room"], sum(counted.values()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
