#!/usr/bin/python3
"""What was recorded makes the same history again, byte by byte, and the same windows (S54); the recording stays within its
size."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time

from support import (Subscriber, configuration, digest, file_source, history, ledger_of, roomtone, story, totals, wait_for)
from support.daemon import BIN
from support.feed import CORRECTED, FINAL

NOW = time.time_ns() // 1000
SECOND = 1_000_000
MINUTE = 60 * SECOND


def own(i, source="l"):
    """Lines whose counting depends on when they were seen: without a time, from the future, too old, repeated."""
    record = {"text": f"a {'lovely' if i % 3 else 'sad'} derby {i}", "id": f"{source}{i % 900}", "author": f"a{i % 40}"}
    kind = i % 10
    if kind < 4:
        record["time"] = NOW - i * 50_000
    elif kind == 4:
        record["time"] = NOW + 3600_000_000  # clamped to when it was seen
    elif kind == 5:
        record["time"] = NOW - 49 * 3600_000_000  # too old
    elif kind == 6:
        record = {"kind": "delete", "of": f"{source}{i % 900 - 5}"}
    return json.dumps(record).encode()


def status(i):
    return json.dumps({"id": str(i), "uri": f"https://one.example/{i}", "created_at": "2020-01-01T00:00:00Z" if i % 7 == 0
                       else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW / 1e6 - i)), "visibility": "public",
                       "content": "<p>what a derby</p>", "account": {"id": "1", "acct": "w", "url": f"https://one.example/@{i % 9}"}}
                      ).encode()


def segments(folder):
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def same_again(s):
    frames = s.folder / "frames"
    daemon = s.daemon("live", configuration(s.folder, [
        {"name": "lines", "kind": "tcp", "listen": "127.0.0.1:0"},
        {"name": "posts", "kind": "http", "listen": "127.0.0.1:0"},
        {"name": "toots", "kind": "tcp", "format": "mastodon", "listen": "127.0.0.1:0"},
    ], topics={"derby": "derby"}, name="live", record={"folder": str(frames)})).start()

    def send(source, lines):
        with socket.create_connection(daemon.port(source)) as connection:
            connection.sendall(b"".join(line + b"\n" for line in lines))

    def post(start, lines):
        connection = http.client.HTTPConnection(*daemon.port("posts"), timeout=10)
        connection.request("POST", "/v1/messages", b"\n".join(lines) + b"\n", {"Idempotency-Key": f"k{start}"})
        return json.loads(connection.getresponse().read())

    def records(source):
        return sum(n for name, n in daemon.metrics().items()
                   if name.startswith(f'roomtone_ledger_records_total{{source="{source}"'))

    send("lines", map(own, range(3000)))
    for start in (3000, 3500, 3000):  # the last one is a repeat of the first, and leaves no frames
        post(start, [own(i, "p") for i in range(start, start + 500)])
    send("toots", map(status, range(500)))
    wait_for("everything", lambda: (records("lines"), records("posts"), records("toots")) == (3000, 1500, 500))
    s.equal("SIGTERM ends with 0", daemon.stop(), 0)
    live = {name: ledger_of(s.folder / "live.store", name) for name in ("lines", "posts", "toots")}
    s.check("it holds what depends on when it was seen",
            all(live["lines"].get(c) for c in ("counted", "duplicate", "too_old", "from_future", "retracted")), live["lines"])
    s.equal("a segment for each source, whole", [[n[-10:] for n in segments(frames / name)] for name in live],
            [[".jsonl.zst"]] * 3)

    def replay(name, **more):
        s.drained(name, configuration(s.folder, [
            file_source(source, [frames / source / "*.jsonl.zst"], corrections=True, **more,
                        **({"format": "mastodon"} if source == "toots" else {})) for source in live],
            topics={"derby": "derby"}, name=name))
        return s.folder / f"{name}.store"

    again = replay("again")
    for step in ("10s", "1m", "1d"):
        s.equal(f"the recording makes the same history, {step}", history(again, step), history(s.folder / "live.store", step))
    for name in live:
        mine = {c: n for c, n in ledger_of(again, name).items()}
        if name == "posts":  # the request sent twice was dropped at the door
            live[name]["duplicate"] -= 500
            live[name]["records"] -= 500
        s.equal(f"and the same account of {name}", mine, live[name])

    # The proof can fail: without the time each frame was seen, another history comes out.
    bare = s.folder / "bare.jsonl"
    plain = subprocess.run(["zstd", "-dcq", *sorted((frames / "lines").iterdir())], capture_output=True, check=False)
    if plain.returncode == 0:
        bare.write_bytes(b"".join(line.split(b" ", 1)[1] for line in plain.stdout.splitlines(keepends=True)))
        s.drained("bare", configuration(s.folder, [file_source("lines", [bare], corrections=True)],
                                        topics={"derby": "derby"}, name="bare"))
        s.check("without when they were seen it would be another",
                ledger_of(s.folder / "bare.store", "lines") != live["lines"], live["lines"])


def windows_again(s):
    """S54: windows that were published, from the frames that made them."""
    frames = s.folder / "windows"
    topics = {"derby": "derby"}
    daemon = s.daemon("told", configuration(
        s.folder, [{"name": "lines", "kind": "tcp", "listen": "127.0.0.1:0"}], topics=topics, name="told",
        record={"folder": str(frames)})).start()
    feed = Subscriber(daemon.feed, "/a/", "/hb/")
    s.check("a heartbeat follows the subscription", feed.heartbeat())
    begin = NOW // MINUTE * MINUTE - 20 * MINUTE
    sizes = ("60s", "300s")
    last = {}  # by key and end: the newest body
    with socket.create_connection(daemon.port("lines")) as connection:
        for minute in range(8):
            at = begin + minute * MINUTE
            lines = [json.dumps({"text": f"{('a lovely', 'an awful', 'the')[(i + i // 5 * minute) % 3]} {('derby', 'walk')[i % 2]} {minute}",
                                 "lang": "en", "author": f"a{i * (i + minute) % 31}", "time": at + i * 900_000, "seen": at + i * 900_000})
                     for i in range(66)]
            connection.sendall("".join(line + "\n" for line in lines).encode())
            # The last line is so late in the minute that the windows which end 10 s before it are over.
            waited = {"/a/room/60s/", "/a/t/derby/60s/"}

            def all_over(u):
                if u.flags & FINAL and u.body["window"]["end_us"] == at + 50 * SECOND:
                    waited.discard(u.key)
                return not waited
            s.check(f"the windows of minute {minute} are final", feed.until(all_over), waited)
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
    feed.drain()
    for update in feed.updates:
        if update.key.startswith("/a/") and update.flags & (FINAL | CORRECTED) and update.key.split("/")[-2] in sizes:
            last[update.key, update.body["window"]["end_us"]] = update.body
    s.check("windows were published", len(last) >= 16, sorted(last))
    s.check("S54: each with its n, interval, coverage and scorer", all(
        body["n"] > 0 and body["coverage"] == 1 and body["scorer"].startswith("social-") and
        body["readings"]["raw"]["ci_low"] < body["readings"]["raw"]["tone"] < body["readings"]["raw"]["ci_high"]
        for body in last.values()), last)

    def again(name, files):
        s.drained(name, configuration(s.folder, [file_source("lines", files, corrections=True)], topics=topics, name=name,
                                      pipeline={"workers": 1, "batch_frames": 7}))
        differ = []
        for body in last.values():
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(body["window"]["end_us"] // SECOND))
            told = json.loads(roomtone("explain", body["key"], "--at", at, "--window", f"{body['window']['size_s']}s", "--data",
                                       s.folder / f"{name}.store", "--json").stdout)["now"]
            raw = body["readings"]["raw"]
            published = {"n": body["n"], "voices": body["voices"], "dispersion": body["dispersion"], "name": body["name"],
                         **{figure: raw[figure] for figure in ("tone", "ci_low", "ci_high")}}
            if published != {figure: told[figure] for figure in published}:
                differ.append((body["key"], published, told))
        return differ

    s.equal(f"S54: the recording gives each of {len(last)} published windows again, to the last digit",
            again("retold", [frames / "lines" / "*.zst"]), [])
    plain = subprocess.run(["zstd", "-dcq", *sorted((frames / "lines").iterdir())], capture_output=True, check=False)
    if plain.returncode == 0:
        less = s.folder / "less.jsonl"
        less.write_bytes(b"".join(plain.stdout.splitlines(keepends=True)[1:]))
        s.check("S54: without one line of it it would not", again("less", [less]) != [])


def within_size(s):
    """Segments of 64 KiB, one MiB in all; killed in the middle, the next run cuts what was not finished."""
    frames = s.folder / "small"
    daemon = s.daemon("small", configuration(
        s.folder, [{"name": "lines", "kind": "tcp", "listen": "127.0.0.1:0"}], name="small",
        record={"folder": str(frames), "segment_max": "64KiB", "size_max": "1MiB"})).start()
    with socket.create_connection(daemon.port("lines")) as connection:
        for part in range(12):
            # Hexadecimal noise shrinks by half: about 4 MiB of segments.
            connection.sendall(b"".join(b'{"text":"%d %s"}\n' % (i, os.urandom(200).hex().encode()) for i in range(2000)))
        wait_for("all of it", lambda: daemon.column("lines", "counted") == 24_000,
                 lambda: daemon.column("lines", "counted"))
    metrics = daemon.metrics()
    s.check("old segments went", metrics["roomtone_record_segments_removed_total"] > 5, metrics)
    size = sum(p.stat().st_size for p in (frames / "lines").iterdir())
    s.check("and what is there stays within its size", size <= 1 << 20, size)
    daemon.kill()
    daemon.start()
    s.equal("after kill -9 every segment is whole", [n for n in segments(frames / "lines") if not n.endswith(".zst")], [])
    s.equal("SIGTERM ends with 0", daemon.stop(), 0)
    s.drained("rest", configuration(s.folder, [file_source("lines", [frames / "lines" / "*.zst"])], name="rest"))
    ledger = ledger_of(s.folder / "rest.store", "lines")
    s.equal("and every line in them a message", ledger["counted"], ledger["records"])
    s.note(f"{ledger['records']} of 24000 messages are still in the recording")


def record_command(s):
    """The subcommand: receipts after the frames are on disk, then the same messages."""
    config = s.folder / "only.toml"
    config.write_text(configuration(s.folder, [{"name": "posts", "kind": "http", "listen": "127.0.0.1:0"}], name="only"))
    refused = roomtone("record", "--config", config, check=False)
    s.check("without a folder it says what it expected", refused.returncode == 64 and "--folder" in refused.stderr, refused)
    log = s.folder / "only.log"
    with open(log, "wb") as to:
        process = subprocess.Popen([BIN / "roomtone", "record", "--config", config, "--folder", s.folder / "only"], stderr=to)
    try:
        begun = wait_for("it to listen", lambda: [json.loads(line) for line in log.read_text().splitlines()
                                                  if '"source begins"' in line], seen=log.read_text)
        host, port = begun[0]["from"].rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        connection.request("POST", "/v1/messages", b'{"text":"a lovely day"}\n{"text":"a sad day"}\n')
        s.equal("a POST gets 200 once it is on disk", connection.getresponse().status, 200)
        process.kill()  # at once: what has a receipt is there
        process.wait()
        part = next((s.folder / "only" / "posts").iterdir())
        s.check("the segment was being written", part.name.endswith(".part"), part)
        with open(log, "wb") as to:
            process = subprocess.Popen([BIN / "roomtone", "record", "--config", config, "--folder", s.folder / "only"], stderr=to)
        wait_for("it to listen again", lambda: "recording" in log.read_text())
        process.send_signal(signal.SIGTERM)
        s.equal("SIGTERM ends with 0", process.wait(10), 0)
    finally:
        process.kill()
    s.drained("counted", configuration(s.folder, [file_source("posts", [s.folder / "only/posts/*.zst"])], name="counted"))
    s.equal("what was acknowledged is in the recording", totals(s.folder / "counted.store"), {"room": 2})


def main():
    with story("record: frames kept as they came") as s:
        same_again(s)
        windows_again(s)
        within_size(s)
        record_command(s)


if __name__ == "__main__":
    main()
