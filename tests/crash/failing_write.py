#!/usr/bin/python3
"""A write that fails ends the process at once with 74; nothing is tried again in place, and a restart counts exactly.

    failing_write.py [ROUNDS] [--files log|mark|table|manifest ...] [--within SECONDS]

What fails takes turns: the log, the mark of what was acknowledged, a table, the list of tables. Times are from the
moment at which the first write of a round failed, as the disk noted it; with --within they are checked.
"""

import argparse
import os
import pathlib
import statistics
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=20)
    parser.add_argument("--files", nargs="+", choices=("log", "mark", "table", "manifest"),
                        default=["log", "mark", "table", "manifest"])
    parser.add_argument("--within", type=float, help="check that it ends so many seconds after the failed write")
    arguments = parser.parse_args()
    library = pathlib.Path(os.environ.get("ROOMTONE_BIN_DIR", "build/dev/bin")).resolve() / "failing_disk.so"
    if not library.exists():
        skip(f"no {library}")
    with story("a write that fails") as s:
        recording, trigger, moment = s.folder / "rec.jsonl", s.folder / "dead", s.folder / "moment"
        roomtone("simulate", "--count", 1000 * max(20, arguments.rounds * 2), "--rate", 200, "--out", recording)
        s.drained("whole", configuration(s.folder, [file_source("rec", [recording])], name="whole"))
        store = s.folder / "f.store"
        names = {"log": ".log", "mark": str(store / "ACKED"), "table": ".sst", "manifest": "MANIFEST-"}

        def text(pace):
            return configuration(s.folder, [file_source("rec", [recording], pace=pace)], name="f",
                                 store={"sync": True, "commit_every": "20ms"})
        # One that flushes often, so that tables are written and can fail as well, in RocksDB's own threads.
        daemon = s.daemon("f", text("x8"), ["--memtable-kib", "64"], program="roomtoned_under_test")
        os.environ |= {"LD_PRELOAD": str(library), "FAILING_DISK": str(trigger), "FAILING_DISK_AT": str(moment)}
        times, told = {files: [] for files in arguments.files}, 0
        for turn in range(arguments.rounds):
            files = arguments.files[turn % len(arguments.files)]
            os.environ["FAILING_DISK_FILES"] = names[files]
            trigger.unlink(missing_ok=True)
            moment.unlink(missing_ok=True)
            daemon.start()
            before = daemon.column("rec", "counted")
            wait_for("something to be counted", lambda: daemon.column("rec", "counted") > before)
            trigger.touch()
            told += told_by_readiness(daemon)
            code = daemon.wait(30)
            ended = time.monotonic()
            if code != 74:
                s.check("it ends with 74", False, f"{code}\n{daemon.log_text()}")
            if sum(e["event"] == "the store failed" for e in daemon.log()) != 1:
                s.check("the log says once that the store failed", False, daemon.log_text())
            times[files].append(ended - float(moment.read_text()))
        for name in ("LD_PRELOAD", "FAILING_DISK", "FAILING_DISK_AT", "FAILING_DISK_FILES"):
            del os.environ[name]
        s.check(f"{arguments.rounds} times: a failed write ends it with 74", True)
        for files, taken in times.items():
            if taken:
                s.note(f"{files}: ended {statistics.median(taken):.2f} s after the write that failed, "
                       f"{max(taken):.2f} s at most, of {len(taken)}")
        s.note(f"/readyz had time to say so {told} times")
        if arguments.within is not None:
            slowest = max(max(taken, default=0) for taken in times.values())
            s.check(f"each within {arguments.within} s", slowest <= arguments.within, slowest)
        s.drained("rest", text("full"))
        s.equal("history as of an unbroken run", history(store, "10s"), history(s.folder / "whole.store", "10s"))
        s.equal("it verifies", roomtone("verify", "--data", store, check=False).returncode, 0)


if __name__ == "__main__":
    main()
