#!/usr/bin/python3
"""A full disk: nothing aborts, what is there is served, nothing more is taken, and all goes on exactly once there is room.

    disk_full.py [ROUNDS]     how often the disk is filled under a running daemon; 20 unless given
"""

import http.client
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import (Query, configuration, digest, file_source, history, roomtone, story, wait_for)  # noqa: E402
from disk import Disk  # noqa: E402

COUNT = 20_000
DISK_MIB = 256


def post(daemon):
    connection = http.client.HTTPConnection(*daemon.port("posts"), timeout=5)
    try:
        connection.request("POST", "/v1/messages", '{"text":"one more"}\n')
        return connection.getresponse().status
    finally:
        connection.close()


def rooms_of(daemon):
    query = Query(daemon.query)
    try:
        return query.snapshot()[0]
    finally:
        query.close()


def filled_while_running(s, disk, text, rounds):
    daemon = s.daemon("full", text).start()
    resumed = []
    dice = random.Random(1)
    for turn in range(rounds):
        counted = daemon.column("rec", "counted")
        wait_for("something to be counted", lambda: daemon.column("rec", "counted") > counted)
        disk.fill(leave=dice.choice([0, 0, 4096, 1 << 20]))
        wait_for("readiness to fall", lambda: daemon.get("/readyz")[0] == 503)
        ready = daemon.get("/readyz")[2]
        if "low_space" not in ready or daemon.get("/healthz")[0] != 200:
            s.check("the reason is told, and a restart not asked for", False, ready)
        before = daemon.column("rec", "counted")
        if rooms_of(daemon) == {}:
            s.check("snapshots are served", False)
        status = post(daemon)
        if status not in (429, 503):
            s.check("a post is turned away", False, status)
        if daemon.column("rec", "counted") != before:
            s.check("nothing is counted meanwhile", False)
        metrics = daemon.metrics()
        if metrics['roomtone_store_state{state="low_space"}'] != 1 or metrics["roomtone_ledger_imbalance"] != 0:
            s.check("metrics tell", False, metrics)
        disk.empty()
        began = time.monotonic()
        wait_for("readiness to come back", lambda: daemon.get("/readyz")[0] == 200)
        resumed.append(time.monotonic() - began)
        if daemon.process.poll() is not None:
            s.check("nothing aborts", False, daemon.process.returncode)
    s.check(f"{rounds} times full: it told, served, took nothing more and went on", True)
    s.note(f"ready again after {max(resumed):.2f} s at most")
    disk.fill()
    wait_for("readiness to fall", lambda: daemon.get("/readyz")[0] == 503)
    code = daemon.stop(10)
    s.check("told to stop while full it ends with 0, or with 74 when commits were given up", code in (0, 74), code)


def started_while_full(s, text):
    daemon = s.daemon("started", text)
    daemon.spawn()
    standing = wait_for("standing by", lambda: next((e for e in daemon.log() if e["event"] == "standing by"), None))
    daemon.query, daemon.admin = standing["query"], standing["admin"]
    status, _, ready = daemon.get("/readyz")
    s.check("started on a full disk it is not ready and says why", status == 503 and "unwritable" in ready, ready)
    s.check("and serves snapshots", rooms_of(daemon) != {})
    s.equal("and metrics", daemon.metrics()['roomtone_store_state{state="unwritable"}'], 1)
    return daemon


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with story("a full disk") as s:
        disk = Disk(s.folder / "disk", DISK_MIB)
        try:
            recording = s.folder / "rec.jsonl"
            roomtone("simulate", "--count", COUNT, "--rate", 200, "--out", recording)
            s.drained("whole", configuration(s.folder, [file_source("rec", [recording])], name="whole"))
            store = disk.path / "store"

            def text(pace, posts=True):
                sources = [file_source("rec", [recording], pace=pace)]
                if posts:
                    sources.append({"name": "posts", "kind": "http", "listen": "127.0.0.1:0"})
                return configuration(s.folder, sources, name="full", store={
                    "path": str(store), "sync": True, "free_min": "64MiB", "commit_every": "20ms"})
            filled_while_running(s, disk, text("x8"), rounds)
            daemon = started_while_full(s, text("x8"))
            disk.empty()
            wait_for("it begins", lambda: any(e["event"] == "ready" for e in daemon.log()))
            ready = next(e for e in daemon.log() if e["event"] == "ready")
            daemon.admin = ready["admin"]
            s.equal("with room it begins by itself", daemon.get("/readyz")[0], 200)
            s.equal("and ends with 0", daemon.stop(), 0)
            s.drained("rest", text("full", posts=False))
            s.equal("history as of an unbroken run", history(store, "10s"),
                    history(s.folder / "whole.store", "10s"))
            s.equal("it verifies", roomtone("verify", "--data", store, check=False).returncode, 0)
            s.note(f"digest {digest(store)}")
        finally:
            disk.close()


if __name__ == "__main__":
    main()
