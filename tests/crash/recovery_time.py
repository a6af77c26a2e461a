#!/usr/bin/python3
"""How soon after kill -9 under full load the first snapshot is served. Measured and printed; checked only when asked.

    recovery_time.py [--count N] [--kills N] [--rate N] [--topics N] [--log-mib N] [--within SECONDS]

What a restart reads is the log. With --log-mib the disk hangs when tables are written, so that nothing is taken out of
the log, and the kill comes when it has grown that long; otherwise it comes when its share of the recording is counted.
"""

import argparse
import datetime
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import Query, configuration, file_source, roomtone, skip, story, wait_for  # noqa: E402


def log_mib(store):
    sizes = 0
    for log in store.glob("*.log"):
        try:
            sizes += log.stat().st_size
        except FileNotFoundError:  # it has just been taken away
            pass
    return sizes / 2**20


def main_thread_times(daemon):
    """Seconds on a core, and ready but without one: how much of the time is the machine's other work."""
    process = daemon.process.pid
    ran, waited, _ = pathlib.Path(f"/proc/{process}/task/{process}/schedstat").read_text().split()
    return int(ran) / 1e9, int(waited) / 1e9


def ended(daemon):
    return any(event["event"] == "all sources have ended" for event in daemon.log())


class HangingTables:
    """While it lasts, daemons that are started cannot write tables."""

    def __init__(self, folder):
        library = pathlib.Path(os.environ.get("ROOMTONE_BIN_DIR", "build/dev/bin")).resolve() / "failing_disk.so"
        if not library.exists():
            skip(f"no {library}")
        hanging = folder / "hanging"
        hanging.touch()
        self._environment = {"LD_PRELOAD": str(library), "FAILING_DISK": str(hanging), "FAILING_DISK_FILES": ".sst",
                             "FAILING_DISK_HANGS": "1"}

    def __enter__(self):
        os.environ |= self._environment

    def __exit__(self, *_):
        for name in self._environment:
            del os.environ[name]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--rate", type=int, default=2000, help="messages a second of the recording")
    parser.add_argument("--topics", type=int, default=200)
    parser.add_argument("--log-mib", type=float, default=0)
    parser.add_argument("--within", type=float)
    arguments = parser.parse_args()
    with story("recovery after kill -9") as s:
        recording, topics = s.folder / "rec.jsonl", s.folder / "topics.toml"
        roomtone("simulate", "--count", arguments.count, "--rate", arguments.rate, "--topics", arguments.topics,
                 "--out", recording, "--topics-out", topics)
        times, logs, counts = [], [], []
        for kill in range(arguments.kills):
            # With a long log each kill is of a store of its own: the start after it writes the tables.
            name = f"r{kill}" if arguments.log_mib else "r"
            store = s.folder / f"{name}.store"
            text = configuration(s.folder, [file_source("rec", [recording])], topics_text=topics.read_text(), name=name,
                                 store={"sync": True})
            daemon = s.daemon(name, text)
            if arguments.log_mib:
                with HangingTables(s.folder):
                    daemon.start()
                    wait_for("a log of that length",
                             lambda: log_mib(store) >= arguments.log_mib or ended(daemon), lambda: log_mib(store))
                s.check(f"{name}: the recording is enough for such a log", log_mib(store) >= arguments.log_mib,
                        log_mib(store))
            else:
                daemon.start()
                share = arguments.count * (kill + 1) // (arguments.kills + 1)
                wait_for("some to be counted", lambda: daemon.column("rec", "counted") >= share)
            daemon.kill()
            logs.append(log_mib(store))
            began, began_at = time.monotonic(), time.time()
            daemon.spawn()
            query = Query(f"ipc://{s.folder}/{name}.q")
            query.ask("SNAPSHOT", prefix="/a/")
            if query.answer(60)[0] == "KV":
                times.append(time.monotonic() - began)
            ran, waited = main_thread_times(daemon)
            query.close()
            daemon.kill()
            opened = next(e for e in daemon.log() if e["event"] == "store open")
            read = datetime.datetime.fromisoformat(opened["time"]).timestamp() - began_at
            s.note(f"log of {logs[-1]:.1f} MiB, {opened['rooms']} rooms, {opened['journal_records']} journal records: "
                   f"store open after {read:.2f} s, first value after {times[-1]:.2f} s; "
                   f"its main thread had a core for {ran:.2f} s and waited for one for {waited:.2f} s")
        s.check("a snapshot with values was served after each kill", len(times) == arguments.kills, times)
        s.note(f"first value after {statistics.median(times):.2f} s, {max(times):.2f} s at most, "
               f"with logs of {min(logs):.1f} to {max(logs):.1f} MiB")
        if arguments.within is not None:
            s.check(f"each within {arguments.within} s", max(times) <= arguments.within, times)


if __name__ == "__main__":
    main()
