#!/usr/bin/python3
"""kill -9 at random instants, under load and while it recovers: afterwards history is byte for byte that of an unbroken
run, and the store verifies.

    kill_loop.py [--kills N] [--source file] [--seed N] [--memtable-kib N] [--two-writes]

--two-writes turns it into its own control: a daemon that writes cursors apart from panes must be found out.
"""

import argparse
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import configuration, digest, file_source, history, ledgers, roomtone, story  # noqa: E402

RATE = 200
LIFE_MAX = 0.4  # seconds from spawn to kill; starting takes about a tenth of that


class FileFeeding:
    """A recording, read at a pace at which the kills are spread over most of it."""

    def __init__(self, s, kills):
        self._recording = s.folder / "rec.jsonl"
        self.count = max(4000, kills * 150)
        roomtone("simulate", "--count", self.count, "--rate", RATE, "--topics", 20, "--out", self._recording,
                 "--topics-out", s.folder / "topics.toml")
        self.topics = (s.folder / "topics.toml").read_text()
        self._pace = (self.count / RATE) / (0.7 * kills * LIFE_MAX / 2)

    def source(self, paced):
        return file_source("rec", [self._recording], pace=f"x{self._pace:.3f}" if paced else "full")

    def live(self, daemon, seconds):
        """What a client does while a daemon lives; a file needs nobody."""
        time.sleep(seconds)

    def finish(self, s, name, text):
        s.drained(name, text)


SOURCES = {"file": FileFeeding}


class Violated(Exception):
    pass


def live_and_die(feeding, daemon, seconds):
    """Spawns the daemon and kills it after so long. An end of its own is a violation."""
    daemon.spawn()
    feeding.live(daemon, seconds)
    if daemon.process.poll() is not None:
        raise Violated(f"it ended with {daemon.process.returncode}: {daemon.log_text()[-500:]}")
    daemon.kill()


def run(s, arguments, feeding):
    dice = random.Random(arguments.seed)
    program, options = "roomtoned", []
    if arguments.two_writes or arguments.memtable_kib:
        program = "roomtoned_under_test"
        options += ["--two-writes"] if arguments.two_writes else []
        options += ["--memtable-kib", arguments.memtable_kib] if arguments.memtable_kib else []

    def text(name, paced):
        return configuration(s.folder, [feeding.source(paced)], topics_text=feeding.topics, name=name,
                             store={"sync": True, "commit_every": "5ms"})
    feeding.finish(s, "whole", text("whole", False))
    whole = history(s.folder / "whole.store", "10s"), digest(s.folder / "whole.store")

    store = s.folder / "killed.store"
    daemon = s.daemon("killed", text("killed", True), options, program=program)
    reached, early = 0, 0
    for kill in range(arguments.kills):
        # One in five dies while it starts, which is when it recovers.
        seconds = dice.uniform(0, 0.08) if dice.random() < 0.2 else dice.uniform(0, LIFE_MAX)
        live_and_die(feeding, daemon, seconds)
        if not (store / "CURRENT").exists():
            early += 1
            continue
        verified = roomtone("verify", "--data", store, check=False)
        if verified.returncode != 0 and "no meta row" in verified.stderr and reached == 0:
            early += 1
            continue
        if verified.returncode != 0:
            raise Violated(f"kill {kill + 1}: {verified.stderr}")
        records = ledgers(store).get("rec", {}).get("records", 0)
        if records < reached:
            raise Violated(f"kill {kill + 1}: {records} records where there were {reached}")
        reached = records
    s.note(f"{arguments.kills} kills, {early} before there was a store; {reached} of {feeding.count} records by then")
    daemon = s.daemon("killed", text("killed", False), ["--exit-when-drained", *options], program=program)
    daemon.spawn()
    if daemon.wait(120) != 0:
        raise Violated(f"the last life ended with {daemon.process.returncode}: {daemon.log_text()[-500:]}")
    if (history(store, "10s"), digest(store)) != whole:
        raise Violated("history is not that of an unbroken run")
    if roomtone("verify", "--data", store, check=False).returncode != 0:
        raise Violated("the store does not verify")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--source", choices=SOURCES, default="file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memtable-kib", type=int, default=0, help="flush so often that kills land in flushes")
    parser.add_argument("--two-writes", action="store_true", help="the negative control")
    arguments = parser.parse_args()
    with story(f"kill -9, {arguments.kills} times, source {arguments.source}, seed {arguments.seed}") as s:
        feeding = SOURCES[arguments.source](s, arguments.kills)
        violation = None
        try:
            run(s, arguments, feeding)
        except Violated as found:
            violation = str(found)
        if arguments.two_writes:
            s.check("a commit in two writes is found out", violation is not None)
            s.note(violation)
        else:
            s.check("nothing lost, nothing counted twice", violation is None, violation)


if __name__ == "__main__":
    main()
