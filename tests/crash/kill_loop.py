#!/usr/bin/python3
"""kill -9 at random instants, under load and while it recovers: afterwards history is byte for byte that of an unbroken
run, and the store verifies.

    kill_loop.py [--kills N] [--source file|http] [--seed N] [--memtable-kib N] [--two-writes | --without-ids]

The file is read on from where its position stands. To http, producers send messages with ids, and send again whatever
has no receipt. Messages say when they were said and seen, so that it does not matter when they arrive.

--two-writes and --without-ids turn it into its own control: a daemon that writes cursors apart from panes must be found
out, and so must producers whose messages cannot be told from new ones when they are sent again.
"""

import argparse
import json
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import configuration, digest, file_source, history, ledgers, roomtone, story  # noqa: E402
from support.senders import HttpSender  # noqa: E402

RATE = 200
LIFE_MAX = 0.4  # seconds from spawn to kill; starting takes about a tenth of that
TOPICS = 20


class Violated(Exception):
    pass


def simulated(s, count, form, rate):
    """A recording, and the rules of its rooms."""
    recording = s.folder / "rec.jsonl"
    roomtone("simulate", "--format", form, "--count", count, "--rate", rate, "--topics", TOPICS, "--out", recording,
             "--topics-out", s.folder / "topics.toml")
    return recording, (s.folder / "topics.toml").read_text()


class FileFeeding:
    """A recording, read at a pace at which the kills are spread over most of it."""

    def __init__(self, s, arguments):
        kills = arguments.kills
        self._count = max(4000, kills * 150)
        self._recording, self.topics = simulated(s, self._count, "jetstream", RATE)
        self._pace = (self._count / RATE) / (0.7 * kills * LIFE_MAX / 2)

    def source(self, paced):
        return file_source("rec", [self._recording], pace=f"x{self._pace:.3f}" if paced else "full")

    def live(self, daemon, seconds):
        """What a client does while a daemon lives; a file needs nobody."""
        time.sleep(seconds)

    def told(self):
        return f"{self._count} in the recording"

    def meaning(self, store):
        """What must be that of an unbroken run."""
        return {"history": history(store, "10s"), "ledgers and sketches": digest(store)}

    def whole_life(self, daemon):
        """Feeds it all, or what is left; returns how the daemon ended."""
        daemon.arguments.append("--exit-when-drained")
        daemon.spawn()
        return daemon.wait()


class HttpFeeding:
    """Producers that send messages with ids, and again whatever has no receipt, as long as there are kills. What they
    have sent by then is what the unbroken run gets."""

    PRODUCERS = 4
    LINES = 10  # in a request
    RATE = 20   # of event time, so that what is sent fills many panes

    def __init__(self, s, arguments):
        # Ten times what they got rid of where this was written; that it was enough is checked.
        recording, self.topics = simulated(s, max(40_000, arguments.kills * 2000), "own", self.RATE)
        lines = recording.read_bytes().splitlines(keepends=True)
        if arguments.without_ids:
            lines = [self._without_id(line) for line in lines]
        self._requests = [b"".join(lines[i:i + self.LINES]) for i in range(0, len(lines), self.LINES)]
        self._shares = [self._requests[i::self.PRODUCERS] for i in range(self.PRODUCERS)]
        self._enough = threading.Event()
        self._daemon, self._senders, self._threads, self._failures = None, [], [], []

    @staticmethod
    def _without_id(line):
        record = json.loads(line)
        del record["id"]
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"

    def source(self, paced):
        return {"name": "rec", "kind": "http", "listen": "127.0.0.1:0"}

    def live(self, daemon, seconds):
        self._daemon = daemon
        if not self._threads:
            self._begin()
        time.sleep(seconds)

    def told(self):
        sent = sum(sender.acked for sender in self._senders)
        return f"{sent} requests acknowledged"

    def meaning(self, store):
        """What must be that of an unbroken run; the ledger counts repeats, of which that one has none."""
        return {"history": history(store, "10s"), "messages counted": ledgers(store)["rec"]["counted"]}

    def whole_life(self, daemon):
        """Begins a life in which everything is acknowledged; returns how the daemon ended."""
        self._daemon = daemon.start()
        if self._threads:
            self._enough.set()
        else:
            self._begin()
        for thread in self._threads:
            thread.join(120)
        if self._failures or any(thread.is_alive() for thread in self._threads):
            raise Violated(f"a producer did not come to its end: {self._failures}")
        if self._enough.is_set():
            if any(sender.acked == len(share) for sender, share in zip(self._senders, self._shares)):
                raise Violated("a producer had nothing left to send while there were kills")
            self._shares = [share[:sender.acked] for sender, share in zip(self._senders, self._shares)]
            self._enough.clear()
        self._threads = []
        return daemon.stop()

    def _address(self):
        if self._daemon.process.poll() is None:
            for event in self._daemon.log():
                if event["event"] == "source begins":
                    host, port = event["from"].rsplit(":", 1)
                    return host, int(port)
        raise OSError("it is not there")

    def _begin(self):

        def produce(sender, share):
            try:
                for upto in range(1, len(share) + 1):
                    if self._enough.is_set():
                        return
                    sender.send(share[:upto])
            except Exception as failure:  # told by whole_life()
                self._failures.append(repr(failure))

        self._senders = [HttpSender(self._address) for _ in self._shares]
        self._threads = [threading.Thread(target=produce, args=pair, daemon=True)
                         for pair in zip(self._senders, self._shares)]
        for thread in self._threads:
            thread.start()


SOURCES = {"file": FileFeeding, "http": HttpFeeding}


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
        # Recordings are older than a store of live sources would keep.
        return configuration(s.folder, [feeding.source(paced)], topics_text=feeding.topics, name=name,
                             store={"sync": True, "commit_every": "5ms"}, retention={"apply": "never"})

    def to_the_end(name, paced, options, program):
        daemon = s.daemon(name, text(name, paced), options, program=program)
        if (code := feeding.whole_life(daemon)) != 0:
            raise Violated(f"{name}: the last life ended with {code}: {daemon.log_text()[-500:]}")

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
    to_the_end("killed", False, options, program)
    repeats = ledgers(store)["rec"].get("duplicate", 0)
    s.note(f"{arguments.kills} kills, {early} before there was a store; {reached} records by then, "
           f"{repeats} repeats in the end; {feeding.told()}")
    to_the_end("whole", False, [], "roomtoned")
    whole = s.folder / "whole.store"
    for what, expected in feeding.meaning(whole).items():
        if (seen := feeding.meaning(store)[what]) != expected:
            lines = zip(str(seen).splitlines(), str(expected).splitlines())
            first = next((pair for pair in lines if pair[0] != pair[1]), ("", ""))
            raise Violated(f"{what}: not that of an unbroken run: {first[0]}\nfor {first[1]}")
    if roomtone("verify", "--data", store, check=False).returncode != 0:
        raise Violated("the store does not verify")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--source", choices=SOURCES, default="file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memtable-kib", type=int, default=0, help="flush so often that kills land in flushes")
    controls = parser.add_mutually_exclusive_group()
    controls.add_argument("--two-writes", action="store_true", help="the negative control of the store")
    controls.add_argument("--without-ids", action="store_true", help="the negative control of http")
    arguments = parser.parse_args()
    if arguments.without_ids and arguments.source != "http":
        parser.error("--without-ids is for --source http")
    with story(f"kill -9, {arguments.kills} times, source {arguments.source}, seed {arguments.seed}") as s:
        feeding = SOURCES[arguments.source](s, arguments)
        violation = None
        try:
            run(s, arguments, feeding)
        except Violated as found:
            violation = str(found)
        if arguments.two_writes or arguments.without_ids:
            what = "a commit in two writes" if arguments.two_writes else "a message without an id"
            s.check(f"{what} is found out", violation is not None)
            s.note(violation)
        else:
            s.check("nothing lost, nothing counted twice", violation is None, violation)


if __name__ == "__main__":
    main()
