#!/usr/bin/python3
"""How soon after kill -9 under full load the first snapshot is served. Measured and printed; not a check of time.

    recovery_time.py [--count N] [--kills N]
"""

import argparse
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import Query, configuration, file_source, roomtone, story, wait_for  # noqa: E402


def wal_bytes(store):
    return sum(log.stat().st_size for log in store.glob("*.log"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--rate", type=int, default=2000, help="messages a second of the recording")
    parser.add_argument("--topics", type=int, default=200)
    arguments = parser.parse_args()
    with story("recovery after kill -9") as s:
        recording, topics = s.folder / "rec.jsonl", s.folder / "topics.toml"
        roomtone("simulate", "--count", arguments.count, "--rate", arguments.rate, "--topics", arguments.topics, "--out", recording,
                 "--topics-out", topics)
        store = s.folder / "r.store"
        text = configuration(s.folder, [file_source("rec", [recording])], topics_text=topics.read_text(), name="r",
                             store={"sync": True})
        daemon = s.daemon("r", text)
        times, logs = [], []
        for kill in range(arguments.kills):
            daemon.start()
            share = arguments.count * (kill + 1) // (arguments.kills + 1)
            wait_for("some to be counted", lambda: daemon.column("rec", "counted") >= share)
            daemon.kill()
            logs.append(wal_bytes(store) / 2**20)
            began = time.monotonic()
            daemon.spawn()
            query = Query(f"ipc://{s.folder}/r.q")
            query.ask("SNAPSHOT", prefix="/a/")
            while query.answer(60)[0] == "KV":
                times.append(time.monotonic() - began)
                break
            query.close()
            daemon.kill()
        s.check("a snapshot with values was served after each kill", len(times) == arguments.kills, times)
        s.note(f"first value after {statistics.median(times):.2f} s, {max(times):.2f} s at most, "
               f"with logs of {min(logs):.1f} to {max(logs):.1f} MiB")


if __name__ == "__main__":
    main()
