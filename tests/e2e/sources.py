#!/usr/bin/python3
"""TCP, ZeroMQ, HTTP and a file at once, with a reader at the far end: all is counted, nothing private comes out."""

import http.client
import json
import re
import socket
import threading
from datetime import datetime

import zmq

from support import PATIENCE, Query, Subscriber, configuration, file_source, ledgers, roomtone, story, totals, wait_for

NAMES = ["tcp", "pushed", "posted", "recording"]
COUNT = 5_000
KEY = re.compile(r"/a/(room|t/[a-z0-9_-]+)/(60|300|3600|86400)s/")

# Words of the protocol and its sentences. A topic's id is the operator's own word.
PUBLIC = set("""messages message voices voice calm buoyant uneasy tense divided quiet unknown partial final corrected
    neutral tone room there nothing could judged scored minute minutes hour hours hardly anybody speaks little state
    live catching ended stalled down sources source window start revision readings dispersion sentence coverage
    automation share reply reshare scorer event shutdown seconds""".split())


def send_tcp(address, lines):
    with socket.create_connection(address) as connection:
        for line in lines:
            connection.sendall(line + b"\n")


def push(pusher, lines):
    for i in range(0, len(lines), 3):  # a part may hold many lines
        pusher.send(b"\n".join(lines[i:i + 3]))


def post(address, lines, receipts):
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    for i in range(0, len(lines), 400):
        status = 429  # as long as the daemon is too busy to take more, which a client sends again
        while status == 429:
            connection.request("POST", "/v1/messages", b"\n".join(lines[i:i + 400]) + b"\n",
                               {"Content-Type": "application/x-ndjson"})
            answer = connection.getresponse()
            status, body = answer.status, answer.read()
        receipts.append((status, json.loads(body)))
    connection.close()


def said_at(line):
    record = json.loads(line).get("commit", {}).get("record", {})
    if "text" not in record:
        return None
    return int(datetime.fromisoformat(record["createdAt"]).timestamp() * 1000 + 0.5) * 1000


def main():
    with story("sources: four at once") as s:
        topics = s.folder / "topics.toml"
        lines, truth = {}, {}
        for seed, name in enumerate(NAMES, 1):
            out, facts = s.folder / f"{name}.jsonl", s.folder / f"{name}.truth"
            roomtone("simulate", "--count", COUNT, "--rate", 50, "--seed", seed, "--noise", 0.2, "--topics", 40,
                     "--out", out, "--truth", facts, "--topics-out", topics)
            lines[name] = out.read_bytes().splitlines()
            truth[name] = json.loads(facts.read_text())

        listen = {"listen": "127.0.0.1:0"}
        daemon = s.daemon("s", configuration(s.folder, [
            {"name": "tcp", "kind": "tcp", **listen},
            {"name": "pushed", "kind": "zmq", "endpoint": "tcp://127.0.0.1:0"},
            {"name": "posted", "kind": "http", **listen},
            file_source("recording", [s.folder / "recording.jsonl"], pace="x50"),
        ], topics_text=topics.read_text())).start()
        reader = Subscriber(daemon.feed, "/a/", "/ctl/", "", "/hb/")
        s.check("a heartbeat comes at once", reader.heartbeat(), "none in 5 s")

        # Stays connected until all is counted: libzmq may lose what is still in the kernel when a pusher leaves.
        pusher = zmq.Context.instance().socket(zmq.PUSH)
        pusher.linger = 0
        pusher.connect(daemon.sources["pushed"])

        receipts = []
        senders = [threading.Thread(target=send_tcp, args=(daemon.port("tcp"), lines["tcp"])),
                   threading.Thread(target=push, args=(pusher, lines["pushed"])),
                   threading.Thread(target=post, args=(daemon.port("posted"), lines["posted"], receipts))]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

        s.equal("every POST got 200", {status for status, _ in receipts}, {200})
        s.equal("receipts of POSTs add up to what was sent", sum(r["records"] for _, r in receipts), COUNT)
        s.equal("and to what was counted", sum(r["counted"] for _, r in receipts), truth["posted"]["kinds"]["post"])
        for receipt in (r for _, r in receipts):
            if receipt["records"] != sum(n for column, n in receipt.items() if column != "records"):
                s.equal("a receipt's columns add up", receipt, "")

        posts = {name: facts["kinds"]["post"] for name, facts in truth.items()}

        def all_counted():
            reader.drain()
            return all(daemon.column(name, "counted") >= n for name, n in posts.items())
        wait_for("all sources to be counted", all_counted,
                 lambda: {name: (daemon.column(name, "counted"), n) for name, n in posts.items()})
        pusher.close()

        # The newest window of each key, once it is published.
        times = [at for some in lines.values() for at in map(said_at, some) if at is not None]
        query = Query(daemon.query)

        def newest(values, size):
            window = values[f"/a/room/{size}s/"].body["window"]
            return window["start_us"], window["end_us"], values[f"/a/room/{size}s/"].body["n"]

        def expected(start, end):
            return start, end, sum(start <= at < end for at in times)

        def last_windows():
            reader.drain()
            values, end = query.snapshot()
            seen = [newest(values, size) for size in (60, 300)]
            right = [expected(start, end) for start, end, _ in seen]
            covers = all(end > max(times) for _, end, _ in seen)
            return (values, end) if seen == right and covers else None
        values, end = wait_for("snapshot with the last windows, as recounted", last_windows)
        for size in (60, 300):
            s.equal(f"the last window of {size} s holds what was said in it", newest(values, size),
                    expected(*newest(values, size)[:2]))
        s.equal("END counts the values", end["count"], len(values))
        s.check("a busy topic is there", "/a/t/wedding/60s/" in values, list(values))
        s.equal("and every key is one of ours", [key for key in values if not KEY.fullmatch(key)], [])
        for key, value in values.items():
            body = value.body
            if body["n"] != body["pos"] + body["neg"] + body["neutral"] + body["unscored"]:
                s.equal(f"{key} adds up", body, "")

        # The reader that only listened knows the same.
        held = {}

        def caught_up():
            reader.drain()
            for update in reader.updates:
                if update.key_seq and (update.key not in held or update.key_seq > held[update.key].key_seq):
                    held[update.key] = update
            now, _ = query.snapshot()
            return {k: v.key_seq for k, v in held.items()} == {k: v.key_seq for k, v in now.items()} and now
        now = wait_for("the listener to hold what a snapshot has", caught_up)
        s.equal("a listener from the start holds what a snapshot has", {k: v.body for k, v in held.items()},
                {k: v.body for k, v in now.items()})

        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        s.check("the feed says that it shuts down",
                reader.until(lambda u: u.key == "/ctl/" and u.body == {"event": "shutdown"}, 2), reader.updates[-1])
        store = s.folder / "s.store"
        ledger = ledgers(store)
        s.equal("each source has its own account",
                {name: (row["records"], row["counted"]) for name, row in ledger.items()},
                {name: (COUNT, posts[name]) for name in NAMES})
        rooms = {}
        for facts in truth.values():
            for room, counts in facts["rooms"].items():
                if counts["n"]:
                    rooms[room] = rooms.get(room, 0) + counts["n"]
        s.equal("every room's total is what was said in it", totals(store), rooms)

        texts = [json.loads(line)["commit"]["record"]["text"] for some in lines.values() for line in some
                 if b'"app.bsky.feed.post"' in line and b'"text"' in line]
        frames = b"\n".join(frame for update in [*reader.updates, *values.values()] for frame in
                            (update.frames[0], update.frames[2])).decode().lower()
        words = set(re.findall(r"[a-z]{5,}", frames))
        ids = {part for room in rooms for part in re.findall(r"[a-z]+", room)} | set(NAMES)
        topic_ids = set(re.findall(r"[a-z]+", " ".join(re.findall(r"^([a-z0-9-]+) =", topics.read_text(), re.M))))
        spoken = {word for text in texts for word in re.findall(r"[a-z]{5,}", text.lower())}
        s.equal("no word that was said comes out but those of the operator and the protocol",
                words & spoken - PUBLIC - ids - topic_ids, set())
        s.check("and it would be noticed", len(spoken - PUBLIC - ids - topic_ids) > 500, len(spoken))
        authors = {json.loads(line)["did"] for some in lines.values() for line in some}
        s.check("no author id comes out", "did:" not in frames and
                not any(author.split(":")[-1] in frames for author in authors), "")
        s.note(f"{len(reader.updates)} updates, {len(frames)} bytes of frames, {len(authors)} authors")


if __name__ == "__main__":
    main()
