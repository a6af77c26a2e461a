#!/usr/bin/python3
"""A start on a read-only disk: the process stays, serves what is there, says so, and begins once it may write."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import (Query, configuration, file_source, history, roomtone, story, wait_for)  # noqa: E402
from disk import Disk  # noqa: E402


def main():
    with story("a read-only disk") as s:
        disk = Disk(s.folder / "disk", 256)
        try:
            recording = s.folder / "rec.jsonl"
            roomtone("simulate", "--count", 5000, "--rate", 200, "--out", recording)
            s.drained("whole", configuration(s.folder, [file_source("rec", [recording])], name="whole"))
            store = disk.path / "store"
            text = configuration(s.folder, [file_source("rec", [recording], pace="x5")], name="ro",
                                 store={"path": str(store), "sync": True, "free_min": "64MiB"})
            daemon = s.daemon("ro", text).start()
            wait_for("something to be counted", lambda: daemon.column("rec", "counted") > 100)
            daemon.kill()
            heard = history(store, "10s")
            disk.remount("ro")

            daemon.spawn()
            standing = wait_for("standing by",
                                lambda: next((e for e in daemon.log() if e["event"] == "standing by"), None))
            daemon.admin = standing["admin"]
            status, _, page = daemon.get("/readyz")
            s.check("it stays, is not ready, and says why", status == 503 and "read-only" in page, (status, page))
            s.equal("it is healthy: a restart would not help", daemon.get("/healthz")[0], 200)
            query = Query(standing["query"])
            passing, end = query.snapshot()
            s.check("snapshots are served, of an epoch in passing", len(passing) > 0, end)
            query.close()
            s.equal("metrics too", daemon.metrics()['roomtone_store_state{state="unwritable"}'], 1)
            s.equal("the store can be read", history(store, "10s"), heard)

            disk.remount("rw")
            ready = wait_for("ready", lambda: next((e for e in daemon.log() if e["event"] == "ready"), None))
            daemon.admin = ready["admin"]
            s.equal("once it may write it begins by itself", daemon.get("/readyz")[0], 200)
            s.equal("and ends with 0", daemon.stop(), 0)
            daemon.spawn()
            daemon.kill()
            s.drained("ro2", text.replace("x5", "full"))
            s.equal("history as of an unbroken run", history(store, "10s"), history(s.folder / "whole.store", "10s"))
            disk.remount("ro")
            s.equal("told to stop while standing by it ends with 0", stop_standing_by(daemon), 0)
        finally:
            disk.close()


def stop_standing_by(daemon):
    daemon.spawn()
    wait_for("standing by", lambda: any(e["event"] == "standing by" for e in daemon.log()))
    return daemon.stop()


if __name__ == "__main__":
    main()
