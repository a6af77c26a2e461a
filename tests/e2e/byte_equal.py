#!/usr/bin/python3
"""However a recording is cut, batched, spread over workers or sent, its history is the same bytes."""

import http.client
import socket

from support import PATIENCE, configuration, digest, file_source, history, ledger_of, roomtone, story, wait_for


def cut(recording, pieces):
    """The recording in files, cut between lines at places that have nothing to do with batches."""
    lines = recording.read_bytes().splitlines(keepends=True)
    marks = [len(lines) * i * i // (pieces * pieces) for i in range(pieces + 1)]
    files = []
    for i in range(pieces):
        file = recording.with_name(f"{recording.stem}.{pieces}.{i}.jsonl")
        file.write_bytes(b"".join(lines[marks[i]:marks[i + 1]]))
        files.append(file)
    return files


def send(address, payload):
    with socket.create_connection(address) as connection:
        for at in range(0, len(payload), 70_001):
            connection.sendall(payload[at:at + 70_001])


def post(address, payload):
    """In requests of as many whole lines as fit into 900 kB."""
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    at = 0
    while at < len(payload):
        end = payload.rfind(b"\n", at, at + 900_000) + 1
        connection.request("POST", "/v1/messages", payload[at:end])
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.read()}")
        answer.read()
        at = end
    connection.close()


def main():
    with story("byte_equal: one recording, many ways") as s:
        large, small, topics = s.folder / "large.jsonl", s.folder / "small.jsonl", s.folder / "topics.toml"
        roomtone("simulate", "--count", 60_000, "--rate", 200, "--noise", 0.1, "--topics", 60, "--out", large,
                 "--topics-out", topics)
        roomtone("simulate", "--count", 5_000, "--rate", 20, "--topics", 60, "--out", small)

        def run(name, source, **tables):
            """What a run leaves: history bytes and the state's hash."""
            s.drained(name, configuration(s.folder, [source], topics_text=topics.read_text(), name=name, **tables))
            return left(name)

        def left(name):
            store = s.folder / f"{name}.store"
            return history(store, "10s"), digest(store)

        def same(claim, seen, expected):
            s.equal(f"{claim}: history, byte by byte", seen[0], expected[0])
            s.equal(f"{claim}: digest", seen[1], expected[1])

        whole = run("one", file_source("rec", [large]), pipeline={"workers": 1})
        s.check("the recording has a history", whole[0].count("\n") > 500, whole[0][:300])
        same("2 workers", run("two", file_source("rec", [large]), pipeline={"workers": 2}), whole)
        same("2 pieces", run("halves", file_source("rec", cut(large, 2))), whole)
        same("5 pieces, batches of 4096",
             run("fifths", file_source("rec", cut(large, 5)), pipeline={"workers": 2, "batch_frames": 4096}), whole)
        same("corrections kept for a file", run("kept", file_source("rec", [large], corrections=True)), whole)

        brief = run("brief", file_source("rec", [small]), pipeline={"batch_frames": 4096})
        s.check("another recording has another digest", brief[1] != whole[1], brief[1])
        same("batches of one frame", run("frames", file_source("rec", [small]), pipeline={"batch_frames": 1}), brief)
        same("batches of 7 frames on 3 workers",
             run("sevens", file_source("rec", [small]), pipeline={"batch_frames": 7, "workers": 3}), brief)

        # A connection has no end for the daemon, so these end when everything was counted. Jetstream lines carry the
        # time they were seen, so that our arrival times do not matter.
        records = ledger_of(s.folder / "one.store", "rec")
        for kind, deliver, corrections in (("tcp", send, False), ("tcp", send, True), ("http", post, True)):
            name = f"{kind}-corrected" if corrections else kind
            daemon = s.daemon(name, configuration(
                s.folder, [{"name": "rec", "kind": kind, "listen": "127.0.0.1:0", "corrections": corrections}],
                topics_text=topics.read_text(), name=name)).start()
            deliver(daemon.port("rec"), large.read_bytes())
            wait_for("all to be counted", lambda: daemon.column("rec", "counted") >= records["counted"] and
                     daemon.column("rec", "ignored") >= records["ignored"])
            s.equal(f"{name}: SIGTERM ends with 0", daemon.stop(), 0)
            same(f"over {kind}, corrections {corrections}", left(name), whole)


if __name__ == "__main__":
    main()
