#!/usr/bin/python3
"""S63: somebody asks to be forgotten. What was counted stays; that they were there is gone."""

import json
import socket
import time

from support import configuration, ledgers, roomtone, story, totals, wait_for


LISTS = """
[[list]]
id = "press"
expected_gap = "6h"
member = [{id = "ann", network = "own"}, {id = "bob"}]

[[list]]
id = "racing"
expected_gap = "6h"
member = [{handle = "Ann", network = "own"}, {handle = "bob"}]
"""


def say(address, author, texts, now):
    with socket.create_connection(address) as client:
        lines = [json.dumps({"id": f"{author}-{now}-{i}", "author": author, "time": now, "lang": "en", "text": text})
                 for i, text in enumerate(texts)]
        client.sendall("\n".join(lines).encode() + b"\n")


def erase(store, author, *more, check=True):
    return roomtone("erase", "--author", author, "--data", store, *more, check=check)


def main():
    with story("erase: a person leaves no trace but in the sums") as s:
        source = {"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}
        text = configuration(s.folder, [source], topics={"derby": "derby"}, topics_text=LISTS)
        store = s.folder / "s.store"
        daemon = s.daemon("s", text).start()
        now = time.time_ns() // 1000
        for author in ("ann", "bob", "cid"):
            say(daemon.port("chat"), author, ["what a lovely derby", "an awful derby", f"tea, says {author}"], now)
        wait_for("all to be counted", lambda: daemon.column("chat", "counted") == 9)

        held = erase(store, "own:ann", check=False)
        s.check("a store that a daemon holds is refused", held.returncode == 69 and "Stop the daemon" in held.stderr,
                (held.returncode, held.stderr))
        # Killed, so that there is a journal as well.
        daemon.kill()
        found = erase(store, "own:ann", "--dry-run").stdout
        s.check("the control: she is there", "found in 0 rollups, 0 samples, 0 journal records and 0 rows" not in found and
                "nothing of this author" not in found, found)
        s.check("somebody else of that name is not", "nothing of this author" in
                erase(store, "x:ann", "--dry-run").stdout)
        before = totals(store), ledgers(store)

        erased = erase(store, "own:ann").stdout
        s.check("erase reads the store again", "ok       read again, and in no row" in erased, erased)
        s.check("she is nowhere", "nothing of this author" in erase(store, "own:ann", "--dry-run").stdout)
        s.check("when she was heard as one of two lists' members is gone as well, whose handle one of them knows",
                any(f" and {n} silences" in erased for n in (2, 4)), erased)  # heard, and perhaps in rows already
        s.check("Bob is where he was", "nothing of this author" not in erase(store, "own:bob", "--dry-run").stdout)
        s.equal("what was counted stays counted", (totals(store), ledgers(store)), before)
        s.check("and the ledger balances", "ledger balances" in roomtone("verify", "--data", store).stdout)

        # The daemon goes on with what is left, and knows her message when it comes again.
        daemon.start()
        say(daemon.port("chat"), "ann", ["what a lovely derby"], now)
        say(daemon.port("chat"), "bob", ["one more derby"], now + 1)
        wait_for("both to arrive", lambda: daemon.column("chat", "duplicate") == 1 and
                 daemon.column("chat", "counted") == 10)
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        s.equal("room has heard ten messages", totals(store)["room"], 10)
        for wrong in ("ann", "own:", "mars:ann"):
            s.equal(f"'{wrong}' is no author", erase(store, wrong, check=False).returncode, 64)


if __name__ == "__main__":
    main()
