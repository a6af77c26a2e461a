#!/usr/bin/python3
"""Broken lines are counted, broken files and configurations refused with the right code and words, signals obeyed."""

import gzip
import http.client
import json
import socket
import time

from support import (PATIENCE, configuration, file_source, ledger_of, roomtone, roomtoned, story, totals, wait_for)

GOOD = [json.dumps({"id": f"g{i}", "author": "a", "time": 1_777_730_400_000_000 + i, "text": "a fine line"}).encode()
        for i in range(3)]

# Lines, and the ledger column each has to end in.
LINES = [
    ("10 MB in one line", b'{"text":"' + b"a" * 10_000_000 + b'"}', "malformed"),
    ("nested 10,000 deep", b'{"text":"x","a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "malformed"),
    ("nested and never closed", b'{"text":"x","a":' + b'{"a":' * 5_000, "malformed"),
    ("invalid UTF-8", b'{"text":"caf\xe9 \xff\xfe"}', "malformed"),
    ("an overlong form", b'{"text":"\xc0\xaf"}', "malformed"),
    ("not JSON", b"GET / HTTP/1.1", "malformed"),
    ("an array", b'[{"text":"x"}]', "malformed"),
    ("a number for a text", b'{"text":5}', "malformed"),
    ("half a line", b'{"text":"ha', "malformed"),
    ("a bare NUL", b'{"text":"a\x00b"}', "malformed"),
    ("an unknown kind", b'{"kind":"dance","text":"x"}', "ignored"),
    ("blank", '{"text":" \u200b\u00a0 "}'.encode(), "no_text"),
    ("an escaped NUL and marks", b'{"text":"a\\u0000b \\u202e txet \\u200f","time":"2026-05-02T14:00:00Z"}', "counted"),
    ("a thousand mentions", json.dumps({"text": "hi " + "@you " * 1000, "time": "2026-05-02T14:00:00Z"}).encode(),
     "counted"),
]


def broken_lines(s):
    columns = {"counted": len(GOOD) + 1}
    file = s.folder / "lines.jsonl"
    with open(file, "wb") as out:
        out.write(GOOD[0] + b"\n")
        for _, line, column in LINES:
            out.write(line + b"\n")
            columns[column] = columns.get(column, 0) + 1
        out.write(GOOD[1] + b"\r\n" + GOOD[2] + b"\n" + GOOD[0])  # CRLF; no newline at the end
    s.drained("lines", configuration(s.folder, [file_source("f", [file])], name="lines"))
    ledger = ledger_of(s.folder / "lines.store", "f")
    s.equal("each broken line is in its column", {c: n for c, n in ledger.items() if c in columns}, columns)
    s.equal("and no line is in two", ledger["records"], sum(columns.values()))

    # Lone surrogates are no text. Whether the line or the character goes is the decoder's to say, but it is one record.
    surrogates = s.folder / "surrogates.jsonl"
    surrogates.write_bytes(b'{"text":"lone \\ud83d here"}\n{"text":"lone \\udc4d here"}\n' + GOOD[0] + b"\n")
    s.drained("sur", configuration(s.folder, [file_source("f", [surrogates])], name="sur"))
    ledger = ledger_of(s.folder / "sur.store", "f")
    s.equal("lone surrogates: three records", ledger["records"], 3)
    s.check("and the good one is counted", ledger["counted"] >= 1, ledger)
    s.note(f"lone surrogates end in: {ledger}")


def long_line_over_tcp(s):
    daemon = s.daemon("tcp", configuration(s.folder, [{"name": "t", "kind": "tcp", "listen": "127.0.0.1:0"}],
                                           name="tcp")).start()
    def padded(size, ident):
        line = json.dumps({"id": ident, "text": "x "}).encode()
        return line[:-2] + b"y" * (size - len(line)) + line[-2:]
    good = json.dumps({"id": "good", "text": "fine"}).encode()
    with socket.create_connection(daemon.port("t")) as connection:
        connection.sendall(padded(65536, "fits") + b"\n" + padded(65537, "too long") + b"\n")
        connection.sendall(b"a" * 3_000_000 + b"\n" + good + b"\n")
        wait_for("the lines to be counted", lambda: daemon.column("t", "counted") == 2 and
                 daemon.column("t", "malformed") == 2)
        s.check("64 KiB fit, one byte more does not, and the connection goes on", True)
        connection.sendall(json.dumps({"id": "last", "text": "fine"}).encode()[:20])
    with socket.create_connection(daemon.port("t")) as connection:
        connection.sendall(json.dumps({"id": "other", "text": "fine"}).encode() + b"\n")
        wait_for("another connection's line", lambda: daemon.column("t", "counted") == 3)
    s.equal("SIGTERM ends with 0", daemon.stop(), 0)
    ledger = ledger_of(s.folder / "tcp.store", "t")
    s.equal("half a line at the end of a connection joins no other", ledger["counted"], 3)
    s.note(f"the ledger of it all: {ledger}")


def truncated_gzip(s):
    lines = b"".join(json.dumps({"id": f"z{i}", "author": f"a{i}", "time": 1_777_730_400_000_000 + i,
                                 "text": f"line {i} of a packed file {i * 7919 % 1000}"}).encode() + b"\n"
                     for i in range(5000))
    packed = gzip.compress(lines)
    file = s.folder / "cut.jsonl.gz"
    file.write_bytes(packed[:len(packed) // 2])
    daemon = s.drained("cut", configuration(s.folder, [file_source("f", [file])], name="cut"), expect=69)
    counted = ledger_of(s.folder / "cut.store", "f")["counted"]
    s.check("lines before the cut are counted", 1000 < counted < 5000, counted)
    errors = [e for e in daemon.log() if e["level"] == "error"]
    s.check("the log names the file", any("cut.jsonl.gz" in e.get("error", "") for e in errors), errors)
    missing = roomtoned("-c", write(s, "none", configuration(s.folder, [file_source("f", ["/nonexistent/x.jsonl"])],
                                                             name="none")), "--exit-when-drained")
    s.equal("a file that is not there ends with 69", missing.returncode, 69)
    s.check("and is named", "/nonexistent/x.jsonl" in missing.stderr, missing.stderr)


def write(s, name, text):
    file = s.folder / f"{name}.toml"
    file.write_text(text)
    return file


def refused(s, claim, text, code, *words, checked=True):
    file = write(s, "refused", text)
    ran = roomtoned("--config", file)
    s.equal(f"{claim} ends with {code}", ran.returncode, code)
    for word in words:
        s.check(f"  and says '{word}'", word in ran.stderr, ran.stderr)
    if code == 78 and checked:
        s.equal("  check-config says so too", roomtone("check-config", "--config", file, check=False).returncode, 78)


def refused_configurations(s):
    source = [{"name": "t", "kind": "tcp", "listen": "127.0.0.1:0"}]

    def text(sources=source, **tables):
        return configuration(s.folder, sources, name="refused", **tables)
    refused(s, "an unknown key", text(store={"sink": True}), 78, "store.sink", "sync")
    refused(s, "an unknown table", text(publsh={"x": 1}), 78, "publsh", "publish")
    refused(s, "a value out of range", text(store={"commit_every": "1h"}), 78, "store.commit_every")
    refused(s, "a file that is no TOML", "[store\npath = 3", 78)
    refused(s, "an operator that topics do not know", text(topics={"derby": "place:paris horse"}), 78, "derby",
            "place:")
    refused(s, "an unclosed quote in a topic", text(topics={"derby": '"horse race'}), 78, "derby")
    refused(s, "a topic of what is not there", text(topics={"derby": "-crypto"}), 78, "derby")
    refused(s, "a feed for everybody", text(publish={"feed": "tcp://0.0.0.0:0"}), 78, "insecure_bind",
            checked=False)
    refused(s, "a source for everybody", text([{**source[0], "listen": "0.0.0.0:0"}]), 78, "insecure_bind",
            checked=False)
    refused(s, "an admin port for everybody", text(admin={"listen": "0.0.0.0:0"}), 78, "insecure_bind",
            checked=False)
    s.equal("no configuration at all ends with 78", roomtoned("--config", s.folder / "none-such.toml").returncode, 78)
    s.equal("an unknown option ends with 64", roomtoned("--frobnicate").returncode, 64)

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(s, "a feed port that is taken", text(publish={"feed": f"tcp://127.0.0.1:{port}"}), 69, str(port))
        refused(s, "a source port that is taken", text([{**source[0], "listen": f"127.0.0.1:{port}"}]), 69, str(port))
        refused(s, "an admin port that is taken", text(admin={"listen": f"127.0.0.1:{port}"}), 69, str(port))

    (s.folder / "afile").write_text("in the way")
    refused(s, "a file in place of the store", text(store={"path": str(s.folder / "afile")}), 74, "afile")
    refused(s, "a store below a file", text(store={"path": str(s.folder / "afile/store")}), 74, "afile")
    refused(s, "a store where nothing can be written", text(store={"path": "/proc/roomtone"}), 74, "/proc/roomtone")

    holder = s.daemon("holder", configuration(s.folder, source, name="holder")).start()
    refused(s, "a store that another daemon holds", text(store={"path": str(s.folder / "holder.store")}), 74,
            "holder.store")
    s.equal("the holder goes on", holder.get("/healthz")[0], 200)
    s.equal("and ends with 0", holder.stop(), 0)


def signals(s):
    text = configuration(s.folder, [{"name": "h", "kind": "http", "listen": "127.0.0.1:0"},
                                    {"name": "t", "kind": "tcp", "listen": "127.0.0.1:0"}], name="sig",
                         topics={"cake": "cake"}, store={"commit_every": "10s"})
    daemon = s.daemon("sig", text).start()

    def say(words):
        """Returns when it is counted."""
        connection = http.client.HTTPConnection(*daemon.port("h"), timeout=PATIENCE)
        connection.request("POST", "/v1/messages", json.dumps({"text": words}) + "\n")
        answer = connection.getresponse()
        s.equal(f"'{words}' is counted", (answer.status, json.loads(answer.read())["counted"]), (200, 1))
        connection.close()

    def reloaded(events):
        wait_for("the reload", lambda: sum(e["event"].startswith("reload") for e in daemon.log()) == events)
        return daemon.metrics()["roomtone_config_last_reload_successful"]

    s.equal("a fresh daemon's configuration is good", daemon.metrics()["roomtone_config_last_reload_successful"], 1)
    daemon.config.write_text(text.replace('cake = "cake"', 'cake = "cake" \ntea = "(tea"'))
    daemon.hangup()
    s.equal("SIGHUP with a bad topic is refused", reloaded(1), 0)
    s.check("and the log says which", any("tea" in e.get("error", "") for e in daemon.log()), daemon.log_text())
    say("cake and tea")
    daemon.config.write_text(text.replace('cake = "cake"', 'cake = "cake" \ntea = "tea"'))
    daemon.hangup()
    s.equal("SIGHUP with good ones is taken", reloaded(2), 1)
    say("tea and cake")
    with socket.create_connection(daemon.port("t")) as connection:
        connection.sendall(json.dumps({"text": "no topic at all"}).encode() + b"\n")
    frames = 'roomtone_source_frames_total{source="t"}'
    wait_for("a line to be taken", lambda: daemon.metrics().get(frames))
    s.equal("a line is taken, and not yet committed", daemon.column("t", "counted"), 0)
    began = time.monotonic()
    s.equal("SIGTERM ends with 0", daemon.stop(), 0)
    s.note(f"after {time.monotonic() - began:.2f} s")
    s.equal("and everything is committed, under the rules of its time", totals(s.folder / "sig.store"),
            {"room": 3, "t/cake": 2, "t/tea": 1})

    # In the middle of a long file too.
    recording = s.folder / "rec.jsonl"
    roomtone("simulate", "--count", 20_000, "--rate", 200, "--out", recording)
    daemon = s.daemon("file", configuration(s.folder, [file_source("f", [recording], pace="x20")], name="file")).start()
    wait_for("a part to be counted", lambda: daemon.column("f", "counted") >= 1000)
    began = time.monotonic()
    s.equal("SIGTERM in the middle of a file ends with 0", daemon.stop(), 0)
    s.note(f"after {time.monotonic() - began:.2f} s")
    counted = ledger_of(s.folder / "file.store", "f")["counted"]
    s.check("before its end", 1000 <= counted < 20_000, counted)
    s.drained("file", configuration(s.folder, [file_source("f", [recording])], name="file"))
    s.equal("and the rest follows at the next start", totals(s.folder / "file.store")["room"], 20_000)


def main():
    with story("bad input, bad configurations, signals") as s:
        broken_lines(s)
        long_line_over_tcp(s)
        truncated_gzip(s)
        refused_configurations(s)
        signals(s)


if __name__ == "__main__":
    main()
