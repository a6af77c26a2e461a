#!/usr/bin/python3
"""A reader of a thousand topics: it joins at once, hears when a source falls silent, and outlives restarts."""

import json
import socket
import time

from support import Query, Subscriber, configuration, story, totals, wait_for

TOPICS = 1000
KEYS = (TOPICS + 1) * 4  # and the whole stream; four windows each


class Chatter:
    """A TCP client that says something about each topic."""

    def __init__(self, address):
        self._socket = socket.create_connection(address)

    def round(self, number):
        now = time.time_ns() // 1000
        lines = [json.dumps({"id": f"{number}-{i}", "author": f"a{i % 97}", "time": now, "lang": "en",
                             "text": f"what a lovely day for subject{i:04} and everybody"}) for i in range(TOPICS)]
        self._socket.sendall("\n".join(lines).encode() + b"\n")

    def close(self):
        self._socket.close()


def check_sequences(s, claim, updates, last):
    """Every key of the updates goes on from `last` one by one; `last` moves along."""
    for update in updates:
        if update.key_seq and not update.flags & 1:
            if update.key_seq != last.get(update.key, 0) + 1:
                s.equal(f"{claim}: {update.key}", update.key_seq, last.get(update.key, 0) + 1)
            last[update.key] = update.key_seq
    s.check(claim, True)


def main():
    with story(f"feed: {TOPICS} topics") as s:
        source = {"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0", "stall_after": "1500ms"}
        text = configuration(s.folder, [source], topics={f"t{i:04}": f"subject{i:04}" for i in range(TOPICS)},
                             publish={"hwm": 100_000})
        daemon = s.daemon("s", text).start()
        listener = Subscriber(daemon.feed, "/a/", "/ctl/", "/hb/")
        s.check("a heartbeat follows the subscription", listener.heartbeat(), "none in 5 s")

        chatter = Chatter(daemon.port("chat"))
        chatter.round(1)
        query = Query(daemon.query)

        def all_keys():
            listener.drain()
            values, _ = query.snapshot("/a/")
            return values if len(values) == KEYS else None
        wait_for(f"{KEYS} keys", all_keys, 10)

        # A new reader, as the protocol's page says to join.
        began = time.monotonic()
        joining = Subscriber(daemon.feed, "/a/", "/ctl/", "/hb/")
        asking = Query(daemon.query)
        joining.heartbeat()
        held, end = asking.snapshot("/a/")
        took = time.monotonic() - began
        s.equal("a new reader holds every key", (len(held), end["count"]), (KEYS, KEYS))
        s.note(f"it held {KEYS} keys {took * 1000:.0f} ms after it connected")
        s.check("and soon", took < 5, took)
        s.check("every value of a snapshot is flagged as a resend", all(v.flags & 1 for v in held.values()))
        joining.close()
        asking.close()

        # More is said; then the source falls silent.
        chatter.round(2)
        live = listener.until(lambda u: u.key == "/hb/" and u.body["sources"]["chat"]["state"] == "live", 5)
        s.check("the source is live", live, [u.body for u in listener.updates if u.key == "/hb/"])
        chatter.round(3)
        cut_at = time.monotonic()
        chatter.close()
        stalled = listener.until(lambda u: u.key == "/hb/" and u.body["sources"]["chat"]["state"] == "stalled", 5)
        s.check("a source that is cut off is stalled", stalled,
                [u.body for u in listener.updates if u.key == "/hb/"][-3:])
        s.note(f"said so {stalled.at - cut_at:.2f} s after the cut")

        def listened():
            listener.drain()
            now, _ = query.snapshot("/a/")
            newest = {u.key: u.key_seq for u in listener.updates if u.key_seq}
            return newest == {k: v.key_seq for k, v in now.items()}
        wait_for("the listener to hold what a snapshot has", listened, 10)
        last = {}
        check_sequences(s, "key_seq of each key grows by exactly 1 from 1", listener.updates, last)
        s.equal("of every key", len(last), KEYS)
        global_seqs = [u.global_seq for u in listener.updates if u.key_seq]
        s.check("global_seq only grows", all(a < b for a, b in zip(global_seqs, global_seqs[1:])), global_seqs[:20])
        beats = [u.publish_time_us for u in listener.updates if u.key == "/hb/"]
        gap = max(b - a for a, b in zip(beats, beats[1:])) / 1e6
        s.note(f"{len(beats)} heartbeats, at most {gap:.2f} s apart")
        # That they are at most a second apart is shown on a clock of its own, in publish/feed_heartbeat_test.cpp.
        s.check("heartbeats keep coming", len(beats) > 3, beats)

        # A restart in good order: the reader stays connected and sees no seam.
        epoch = listener.updates[-1].epoch
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        listener.drain()
        check_sequences(s, "what was published until the end goes on one by one",
                        [u for u in listener.updates if u.key_seq > last.get(u.key, 0)], last)
        seen = len(listener.updates)
        daemon.start()
        listener.until(lambda u: u.key == "/hb/", 10)
        query.close()
        query = Query(daemon.query)
        # What is published anew goes out before a reader is connected again; as the protocol has it, the reader asks.
        values, _ = query.snapshot("/a/")
        s.equal("the first snapshot after a restart holds every key", len(values), KEYS)
        check_ahead = [key for key, seq in last.items() if values[key].key_seq != seq + 1]
        s.equal("each published anew, one sequence on", check_ahead, [])
        s.equal("with all that was said", values["/a/room/86400s/"].body["n"], 3 * TOPICS)
        last = {key: value.key_seq for key, value in values.items()}
        listener.drain()
        seen = len(listener.updates)
        chatter = Chatter(daemon.port("chat"))
        chatter.round(4)

        def heard_of_all():
            listener.drain()
            return len({u.key for u in listener.updates[seen:] if u.key.endswith("/60s/")}) == TOPICS + 1
        wait_for("the fourth round to be counted", lambda: daemon.column("chat", "counted") == 4 * TOPICS)
        wait_for("the minute of each topic", heard_of_all, 10)
        s.equal("the epoch is the same", {u.epoch for u in listener.updates}, {epoch})
        check_sequences(s, "key_seq goes on by 1 after a restart", listener.updates[seen:], last)

        # And one that is killed: nothing published is ever taken back.
        daemon.kill()
        listener.drain()
        published = {(u.key, u.key_seq): u.body for u in listener.updates if u.key_seq}
        newest = {}
        for key, key_seq in published:
            newest[key] = max(newest.get(key, 0), key_seq)
        seen = len(listener.updates)
        daemon.start()
        listener.until(lambda u: u.key == "/hb/", 10)
        query.close()
        query = Query(daemon.query)
        restored = wait_for("the windows of before in a snapshot", all_keys, 10)
        s.check("after kill -9 every key is ahead of what was published",
                all(restored[key].key_seq > key_seq for key, key_seq in newest.items()), "")
        s.equal("with all that was said", restored["/a/room/86400s/"].body["n"], 4 * TOPICS)
        chatter = Chatter(daemon.port("chat"))
        chatter.round(5)
        wait_for("the fifth round to be counted", lambda: daemon.column("chat", "counted") == 5 * TOPICS)
        wait_for("the minute of each topic", heard_of_all, 10)
        after = [u for u in listener.updates[seen:] if u.key_seq and not u.flags & 1]
        s.check("and no sequence is used twice", all(u.key_seq > newest.get(u.key, 0) for u in after),
                [(u.key, u.key_seq, newest.get(u.key)) for u in after if u.key_seq <= newest.get(u.key, 0)][:5])
        s.equal("the epoch is still the same", {u.epoch for u in listener.updates}, {epoch})
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)

        sums = totals(s.folder / "s.store")
        s.equal("totals go on over all of it", sums, {"room": 5 * TOPICS, **{f"t/t{i:04}": 5 for i in range(TOPICS)}})


if __name__ == "__main__":
    main()
