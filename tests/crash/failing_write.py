#!/usr/bin/python3
"""A write that fails ends the process at once with 74; nothing is tried again in place, and a restart counts exactly.

    failing_write.py [ROUNDS]
"""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import (configuration, file_source, history, roomtone, skip, story, wait_for)  # noqa: E402


def told_by_readiness(daemon):
    """Asks until nobody answers any more; whether it heard that the store failed."""
    try:
        while True:
            status, _, page = daemon.get("/readyz")
            if status == 503 and "failed" in page:
                return True
            time.sleep(0.005)
    except OSError:
        return False


def main():
    library = pathlib.Path(os.environ.get("ROOMTONE_BIN_DIR", "build/dev/bin")).resolve() / "failing_disk.so"
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    if not library.exists():
        skip(f"no {library}")
    with story("a write that fails") as s:
        recording, trigger = s.folder / "rec.jsonl", s.folder / "dead"
        roomtone("simulate", "--count", 20_000, "--rate", 200, "--out", recording)
        s.drained("whole", configuration(s.folder, [file_source("rec", [recording])], name="whole"))
        store = s.folder / "f.store"

        def text(pace):
            return configuration(s.folder, [file_source("rec", [recording], pace=pace)], name="f",
                                 store={"sync": True, "commit_every": "20ms"})
        # One that flushes often, so that tables are written and can fail as well, in RocksDB's own threads.
        daemon = s.daemon("f", text("x8"), ["--memtable-kib", "64"], program="roomtoned_under_test")
        os.environ |= {"LD_PRELOAD": str(library), "FAILING_DISK": str(trigger)}
        slowest, told = 0, 0
        for turn in range(rounds):
            files = os.environ["FAILING_DISK_FILES"] = (".log", str(store / "ACKED"), ".sst")[turn % 3]
            trigger.unlink(missing_ok=True)
            daemon.start()
            before = daemon.column("rec", "counted")
            wait_for("something to be counted", lambda: daemon.column("rec", "counted") > before)
            began = time.monotonic()
            trigger.touch()
            told += told_by_readiness(daemon)
            code = daemon.wait(10)
            if files != ".sst":  # of which the next write may be some time away
                slowest = max(slowest, time.monotonic() - began)
            if code != 74:
                s.check("it ends with 74", False, f"{code}\n{daemon.log_text()}")
            if not any(e["event"] == "the store failed" for e in daemon.log()):
                s.check("the log says that the store failed", False, daemon.log_text())
        for name in ("LD_PRELOAD", "FAILING_DISK", "FAILING_DISK_FILES"):
            del os.environ[name]
        s.check(f"{rounds} times: a failed write ends it with 74", True)
        s.note(f"after {slowest:.2f} s at most; /readyz had time to say so {told} times")
        s.drained("rest", text("full"))
        s.equal("history as of an unbroken run", history(store, "10s"), history(s.folder / "whole.store", "10s"))
        s.equal("it verifies", roomtone("verify", "--data", store, check=False).returncode, 0)


if __name__ == "__main__":
    main()
