#!/usr/bin/python3
"""Ten readers, one of which is stopped in the middle: the others lose nothing, and it catches up by itself."""

import json
import signal
import socket
import subprocess
import sys
import time

from support import Query, Subscriber, configuration, story, wait_for
from support.daemon import BIN

BACKLOG = int(sys.argv[1]) if len(sys.argv) > 1 else 1000  # messages beyond its queue that the stopped reader loses
TOPICS = 300
KEYS = (TOPICS + 1) * 4  # and the whole stream; four windows each
QUEUE = 2 * KEYS  # for each reader: what one turn publishes, and heartbeats and check frames between
LIVE = 9


class Live:
    """A reader that only listens, and counts what it should not see."""

    def __init__(self, endpoint):
        self._subscriber = Subscriber(endpoint, "/a/", "/hb/")
        self._subscriber.heartbeat()
        self.newest = {}
        self.minutes = {}  # end of the newest minute of each topic, and the messages in it
        self.updates = 0
        self.holes = 0
        self.delays = []

    def drain(self):
        while update := self._subscriber.receive():
            if not update.key_seq or update.flags & 1:
                continue
            self.holes += update.key_seq != self.newest.get(update.key, update.key_seq - 1) + 1
            self.newest[update.key] = update.key_seq
            self.updates += 1
            self.delays.append(time.time() - update.publish_time_us / 1e6)
            if update.key.startswith("/a/t/") and update.key.endswith("/60s/"):
                minute = (update.body["window"]["end_us"], update.body["n"])
                self.minutes[update.key] = max(minute, self.minutes.get(update.key, minute))


class Watcher:
    """`roomtone watch --json`, a reader that repairs its losses, in a process that can be stopped."""

    def __init__(self, s, daemon):
        self._file = s.folder / "watched.jsonl"
        self._out = open(self._file, "wb")
        self.process = subprocess.Popen(
            [BIN / "roomtone", "watch", "--json", "--connect", daemon.feed, "--query", daemon.query], stdout=self._out)

    def lines(self):
        return [json.loads(line) for line in self._file.read_text().split("\n")[:-1]]

    def newest(self):
        return {line["key"]: line["key_seq"] for line in self.lines()}

    def missed(self):
        """Updates that never came, over all keys."""
        last, missed = {}, 0
        for line in self.lines():
            missed += line["key_seq"] - last.get(line["key"], line["key_seq"] - 1) - 1
            last[line["key"]] = line["key_seq"]
        return missed

    def close(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait()
        self._out.close()


def resident_mib(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * 4096 / 2**20


def main():
    with story(f"feed: one of {LIVE + 1} readers is stopped") as s:
        source = {"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}
        text = configuration(s.folder, [source], topics={f"t{i:03}": f"subject{i:03}" for i in range(TOPICS)},
                             publish={"hwm": QUEUE})
        daemon = s.daemon("s", text).start()
        live = [Live(daemon.feed) for _ in range(LIVE)]
        chatter = socket.create_connection(daemon.port("chat"))
        query = Query(daemon.query)
        said = 0

        def another_round():
            nonlocal said
            said += 1
            now = time.time_ns() // 1000
            chatter.sendall("".join(json.dumps({"id": f"{said}-{i}", "author": f"a{i}", "time": now, "lang": "en",
                                                "text": f"what a lovely day for subject{i:03}"}) + "\n"
                                    for i in range(TOPICS)).encode())

            def everybody_has_it():
                for reader in live:
                    reader.drain()
                return all(len(reader.minutes) == TOPICS and {n for _, n in reader.minutes.values()} == {said}
                           for reader in live)
            wait_for(f"round {said} to reach {LIVE} readers", everybody_has_it,
                     lambda: [(len(reader.minutes), set(reader.minutes.values()), reader.updates) for reader in live])

        def published():
            return daemon.metrics()['roomtone_publish_messages_total{family="atmosphere"}']

        another_round()
        watcher = Watcher(s, daemon)
        try:
            wait_for("the watcher to hold what there is", lambda: len(watcher.newest()) == TOPICS + 1)
            another_round()
            s.equal("before it is stopped it misses nothing", watcher.missed(), 0)
            before = resident_mib(daemon.process.pid)

            watcher.process.send_signal(signal.SIGSTOP)
            for reader in live:
                reader.delays.clear()
            until = published() + QUEUE + BACKLOG
            while published() < until:
                another_round()
            s.equal(f"{LIVE} live readers lose nothing", [reader.holes for reader in live], [0] * LIVE)

            def all_hear_the_same():
                for reader in live:
                    reader.drain()
                return all(reader.newest == live[0].newest for reader in live)
            wait_for("the live readers to hear every update", all_hear_the_same,
                     lambda: [reader.updates for reader in live])
            delays = sorted(1000 * delay for reader in live for delay in reader.delays)
            s.note(f"{len(delays) // LIVE} updates to each, {delays[len(delays) // 2]:.0f} ms from publishing to Python, "
                   f"99 % within {delays[len(delays) * 99 // 100]:.0f} ms")
            s.note(f"the daemon grew by {resident_mib(daemon.process.pid) - before:.1f} MiB")

            watcher.process.send_signal(signal.SIGCONT)
            values, _ = query.snapshot("/a/")
            minutes = {value.body["key"]: value.key_seq for key, value in values.items() if key.endswith("/60s/")}
            resumed = time.monotonic()

            def caught_up():
                newest = watcher.newest()
                return all(newest.get(key, 0) >= seq for key, seq in minutes.items())
            wait_for("the stopped reader to hold the newest of every key", caught_up)
            s.note(f"the one that was stopped has caught up within {1000 * (time.monotonic() - resumed):.0f} ms")
            s.check("the one that was stopped did lose some", watcher.missed() > 0)
            s.check("and ends with the newest of every key", True)
            s.note(f"it missed {watcher.missed()} updates of minutes")
        finally:
            watcher.close()
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)


if __name__ == "__main__":
    main()
