#!/usr/bin/python3
"""kill -9 at any moment loses nothing that can be read again, and counts nothing twice."""

import gzip
import http.client
import json
import threading
import time

from support import (PATIENCE, configuration, digest, file_source, history, ledger_of, roomtone, story, totals,
                     wait_for)

COUNT = 20_000


def replay(s, topics, name, recording, whole, kill_at):
    """Kills a paced replay each time so much was counted, then lets it end, and compares with the unbroken run."""
    def text(pace):
        return configuration(s.folder, [file_source("rec", [recording], pace=pace)], topics_text=topics, name=name,
                             store={"commit_every": "50ms"})
    daemon = s.daemon(name, text("x25"))
    for share in kill_at:
        daemon.start()
        wait_for(f"{share:.0%} to be counted", lambda: daemon.column("rec", "counted") >= share * COUNT)
        daemon.kill()
    store = s.folder / f"{name}.store"
    counted = ledger_of(store, "rec")["counted"]
    s.check(f"{name}: the last kill was in the middle", kill_at[-1] * COUNT <= counted < COUNT, counted)
    verified = roomtone("verify", "--data", store, check=False)
    s.equal(f"{name}: what was killed verifies", verified.returncode, 0)
    s.drained(name, text("full"))
    s.equal(f"{name}: history as of an unbroken run", history(store, "10s"), whole[0])
    s.equal(f"{name}: digest as of an unbroken run", digest(store), whole[1])


class Poster:
    def __init__(self, daemon):
        self._connection = http.client.HTTPConnection(*daemon.port("posts"), timeout=PATIENCE)

    def post(self, lines):
        """The receipt, without what is zero."""
        body = "".join(json.dumps(line) + "\n" for line in lines)
        self._connection.request("POST", "/v1/messages", body)
        answer = self._connection.getresponse()
        receipt = json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {receipt}")
        return {column: n for column, n in receipt.items() if n}


def corrections(s):
    text = configuration(s.folder, [{"name": "posts", "kind": "http", "listen": "127.0.0.1:0"}], name="http",
                         topics={"cake": "cake", "tea": "tea"})
    daemon = s.daemon("http", text).start()
    store = s.folder / "http.store"
    now = time.time_ns() // 1000
    said = [{"id": f"m{i}", "author": f"a{i % 7}", "time": now + i, "lang": "en",
             "text": f"number {i}: " + ("I love this cake" if i % 2 else "what an awful tea")} for i in range(10)]
    poster = Poster(daemon)
    s.equal("ten messages count", poster.post(said), {"records": 10, "counted": 10})
    s.equal("the same request again counts nothing", poster.post(said), {"records": 10, "duplicate": 10})
    s.equal("a delete is a retraction", poster.post([{"kind": "delete", "of": "m1"}]), {"records": 1, "retraction": 1})
    s.equal("it takes back from every room", totals(store), {"room": 9, "t/cake": 4, "t/tea": 5})
    s.equal("an edit counts", poster.post([{"kind": "edit", "of": "m2", "author": "a2", "time": now + 50, "lang": "en",
                                           "text": "I love this cake after all"}]), {"records": 1, "counted": 1})
    s.equal("and replaces what it edits", totals(store), {"room": 9, "t/cake": 5, "t/tea": 4})

    for times in ("once", "twice"):
        daemon.kill()
        s.equal(f"killed {times}, nothing acknowledged is lost", totals(store), {"room": 9, "t/cake": 5, "t/tea": 4})
        daemon.start()
        poster = Poster(daemon)
        s.equal("a repeat is still known as one", poster.post([said[0], *said[3:]]), {"records": 8, "duplicate": 8})
    s.equal("a delete finds what was said before the kill",
            poster.post([{"kind": "delete", "of": "m2"}, {"kind": "delete", "of": "m3"}]),
            {"records": 2, "retraction": 2})
    s.equal("an edit too", poster.post([{"kind": "edit", "of": "m4", "author": "a4", "time": now + 60, "lang": "en",
                                        "text": "tea and cake"}]), {"records": 1, "counted": 1})
    s.equal("the rooms know", totals(store), {"room": 7, "t/cake": 4 + 1 - 1, "t/tea": 4})
    ledger = ledger_of(store, "posts")
    s.equal("counted less retracted is what the room holds", ledger["counted"] - ledger["retracted"], 7)
    s.equal("no delete was for nothing", ledger.get("retraction_unmatched", 0), 0)

    # Killed while requests are under way: the client, who has no receipt, sends all again.
    batches = [[{"id": f"b{b}-{i}", "author": f"a{i}", "time": now + i, "lang": "en", "text": f"cake {b} {i}"}
                for i in range(100)] for b in range(60)]
    receipts = []

    def send():
        try:
            sender = Poster(daemon)
            for batch in batches:
                receipts.append(sender.post(batch))
        except (OSError, http.client.HTTPException):
            pass  # killed, as was meant
    sending = threading.Thread(target=send)
    sending.start()
    wait_for("some receipts", lambda: len(receipts) >= 5)
    daemon.kill()
    sending.join()
    acknowledged = len(receipts)
    s.check("the kill was in the middle", 5 <= acknowledged < len(batches), acknowledged)
    daemon.start()
    poster = Poster(daemon)
    again = [poster.post(batch) for batch in batches]
    s.equal("what had a receipt is a repeat now", again[:acknowledged],
            [{"records": 100, "duplicate": 100}] * acknowledged)
    s.check("a request under way at the kill counts whole or not at all",
            all(len(receipt) == 2 for receipt in again), [r for r in again if len(r) != 2])
    s.equal("everything is counted once", totals(store)["room"], 7 + 100 * len(batches))
    s.equal("SIGTERM ends with 0", daemon.stop(), 0)
    s.equal("and the store verifies", roomtone("verify", "--data", store, check=False).returncode, 0)


def main():
    with story("restart: kill -9 in the middle") as s:
        recording, topics = s.folder / "rec.jsonl", s.folder / "topics.toml"
        roomtone("simulate", "--count", COUNT, "--rate", 200, "--topics", 40, "--out", recording,
                 "--topics-out", topics)
        s.drained("whole", configuration(s.folder, [file_source("rec", [recording])], topics_text=topics.read_text(),
                                         name="whole"))
        store = s.folder / "whole.store"
        whole = history(store, "10s"), digest(store)
        replay(s, topics.read_text(), "plain", recording, whole, [0.05, 0.3, 0.31, 0.8])
        packed = s.folder / "rec.jsonl.gz"
        lines = recording.read_bytes().splitlines(keepends=True)
        # Three members, as of logs that were packed apart and joined.
        packed.write_bytes(b"".join(gzip.compress(b"".join(lines[i:i + 7000]), 1) for i in range(0, len(lines), 7000)))
        replay(s, topics.read_text(), "packed", packed, whole, [0.1, 0.6])
        corrections(s)


if __name__ == "__main__":
    main()
