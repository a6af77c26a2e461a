#!/usr/bin/python3
"""A recorder: it has what it missed again, or is told that it cannot, and reads the past over the network."""

import json
import socket
import time

from support import Query, Subscriber, configuration, history, rows, story, wait_for


def say(address, texts):
    now = time.time_ns() // 1000
    with socket.create_connection(address) as client:
        lines = [json.dumps({"id": f"{now}-{i}", "author": f"a{i}", "time": now, "lang": "en", "text": text})
                 for i, text in enumerate(texts)]
        client.sendall("\n".join(lines).encode() + b"\n")


def past(query, **arguments):
    """All rows of a HISTORY, page by page."""
    found = []
    while True:
        query.ask("HISTORY", **arguments)
        verb, answer = query.answer()
        assert verb == "HISTORY", (verb, answer)
        found += answer["rows"]
        if "next_us" not in answer:
            return found
        assert answer["next_us"] > arguments["from_us"], answer
        arguments["from_us"] = answer["next_us"]


def main():
    with story("feed: replay and history") as s:
        source = {"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}
        text = configuration(s.folder, [source], topics={"derby": "derby", "tea": "tea"})
        daemon = s.daemon("s", text).start()
        listener = Subscriber(daemon.feed, "/a/", "/hb/")
        s.check("a heartbeat follows the subscription", listener.heartbeat())
        query = Query(daemon.query)

        for said in range(1, 4):
            say(daemon.port("chat"), ["what a lovely derby", "an awful derby", "nice tea"])
            listener.until(lambda u: u.key == "/a/room/60s/" and u.body["n"] >= 3 * said)
        key = "/a/t/derby/60s/"
        heard = [u for u in listener.updates if u.key == key]
        s.check("a key was published more than once", len(heard) > 1, len(heard))
        revisions = [u.body["window"]["revision"] for u in heard if u.body["window"]["end_us"] ==
                     heard[-1].body["window"]["end_us"]]
        s.equal("revisions of one window count up", revisions, sorted(set(revisions)))

        # What was missed is had again: the same bytes, marked as such.
        first = heard[0]
        updates, end = query.replay(key, first.epoch, first.key_seq)
        s.check("a replay is whole", end["recovered"] and end["count"] == len(updates), end)
        s.equal("from the sequence asked for on, one by one", [u.key_seq for u in updates],
                list(range(first.key_seq, first.key_seq + len(updates))))
        again = {u.key_seq: u for u in updates}
        s.equal("with the same bodies", [again[u.key_seq].frames[2] for u in heard], [u.frames[2] for u in heard])
        s.equal("and the same header but for the flag of a resend",
                [(again[u.key_seq].flags & ~1, again[u.key_seq].global_seq, again[u.key_seq].publish_time_us)
                 for u in heard], [(u.flags, u.global_seq, u.publish_time_us) for u in heard])
        s.check("which is set", all(u.flags & 1 for u in updates))

        def refused(why, asked_key, epoch, from_key_seq):
            values, answer = query.replay(asked_key, epoch, from_key_seq)
            s.equal(f"{why} is refused at once", (values, answer.get("recovered"), answer.get("reason")),
                    ([], False, why))
        refused("epoch", key, first.epoch + 1, 1)
        refused("unknown_key", "/a/t/nobody/60s/", first.epoch, 1)
        refused("ahead", key, first.epoch, again[max(again)].key_seq + 1000)

        # The past, over the network and from the command line: the same figures.
        now = time.time_ns() // 1000
        wide = {"from_us": now - 3600 * 10**6, "to_us": now + 3600 * 10**6}
        for room, step in (("room", 10), ("t/derby", 60), ("t/tea", 3600), ("t/nobody", 60)):
            from_store = [row for row in rows(history(s.folder / "s.store", f"{step}s")) if row["key"] == room]
            over_network = past(query, key=room, step_s=step, **wide)
            s.equal(f"HISTORY of {room} by {step} s is what the store holds",
                    [{"key": room, "step_s": step, **row} for row in over_network], from_store)
        say(daemon.port("chat"), ["a derby"])
        wait_for("the last words to be counted", lambda: daemon.column("chat", "counted") == 10)
        wait_for("them in HISTORY", lambda: sum(r["n"] for r in past(query, key="room", step_s=10, **wide)) == 10)
        pages = past(query, key="room", step_s=10, limit=1, **wide)
        s.equal("page by page it is the same", pages, past(query, key="room", step_s=10, **wide))
        query.ask("HISTORY", key="room", from_us=0, to_us=9_000_000_000_000_000, step_s=86400)
        verb, answer = query.answer()
        s.check("a range of centuries is one page", verb == "HISTORY" and "next_us" not in answer, answer)
        query.ask("HISTORY", key="room", from_us=2, to_us=1)
        s.equal("a range that goes backwards is refused", query.answer()[1]["code"], "bad_arguments")
        query.ask("STATUS")
        status = query.answer()[1]
        s.equal("STATUS tells the limits", status["limits"]["replay_messages_max"], 1000)
        s.equal("and that all may be read", status["may_read"], [""])

        # A restart: what was sent before it is no longer kept, and the server says so.
        newest = {u.key: u for u in query.snapshot("/a/")[0].values()}[key]
        daemon.kill()
        daemon.start()
        query.close()
        query = Query(daemon.query)
        value = wait_for("the key to be published anew", lambda: query.snapshot("/a/")[0].get(key))
        s.check("with a key_seq beyond the last", value.key_seq > newest.key_seq, (value.key_seq, newest.key_seq))
        if value.body["window"]["end_us"] == newest.body["window"]["end_us"]:
            s.check("revisions of a window go on after kill -9",
                    value.body["window"]["revision"] > newest.body["window"]["revision"],
                    (value.body["window"], newest.body["window"]))
        refused("evicted", key, newest.epoch, newest.key_seq)
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)


if __name__ == "__main__":
    main()
