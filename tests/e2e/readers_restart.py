#!/usr/bin/python3
"""Daemons end, in good order and by kill -9, under readers that stay: nothing is lost on them, whatever they missed.

    readers_restart.py [RESTARTS] [SEED]
"""

import random
import sys
import time

from support import Query, configuration, story, wait_for
from support.crowd import Crowd, topics
from support.readers import CPP_READER, PYTHON_READER, ReaderProcess, snapshot_of

RESTARTS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
TOPICS = 40


def main():
    with story(f"readers: {RESTARTS} restarts, seed {SEED}") as s:
        chance = random.Random(SEED)
        source = {"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}
        text = configuration(s.folder, [source], topics=topics(TOPICS), publish={"hwm": 100_000},
                             store={"commit_every": "50ms"})
        daemon = s.daemon("s", text).start()
        crowd = Crowd(daemon.port("chat"), TOPICS, SEED)
        readers = {
            "Python": ReaderProcess(PYTHON_READER, daemon.feed, daemon.query),
            "C++": ReaderProcess(CPP_READER, daemon.feed, daemon.query),
            "C++ by snapshots": ReaderProcess(CPP_READER, daemon.feed, daemon.query, recover="snapshot"),
        }
        for name, reader in readers.items():
            wait_for(f"the {name} reader to be live", lambda: reader.dump()["state"] == "live")
        epoch = readers["C++"].dump()["epoch"]
        kills, longest = 0, {name: 0.0 for name in readers}
        for _ in range(RESTARTS):
            crowd.talk()
            before = daemon.column("chat", "counted")
            wait_for("more to be counted", lambda: daemon.column("chat", "counted") > before + chance.randrange(1, 200))
            if kills == 0 or chance.random() < 0.7:
                daemon.kill()
                kills += 1
            elif daemon.stop() != 0:
                s.check("SIGTERM ends with 0", False)
            daemon.start()
            ready = time.monotonic()
            crowd.address = daemon.port("chat")
            heard = daemon.column("chat", "counted")
            wait_for("the crowd to be heard again", lambda: daemon.column("chat", "counted") > heard)
            crowd.talk(False)
            query = Query(daemon.query)
            for name, reader in readers.items():
                wait_for(f"the {name} reader to hold what a fresh snapshot has",
                         lambda: reader.dump()["state"] == "live" and reader.dump()["keys"] == snapshot_of(query),
                         lambda: (reader.dump(), snapshot_of(query)))
                longest[name] = max(longest[name], time.monotonic() - ready)
            query.close()
        s.check(f"after each of {RESTARTS} restarts, {kills} of them kill -9, every reader held what a fresh snapshot has",
                True)
        for name, reader in readers.items():
            seen = reader.dump()
            s.equal(f"to the {name} reader it is still the same epoch", (seen["epoch"], seen["count"]["epochs"]), (epoch, 0))
            sequences = {}
            back = []
            for _, line in reader.lines:
                words = line.split(" ")
                if words[0] == "update" and words[3] == "feed":
                    if int(words[2]) <= sequences.get(words[1], 0):
                        back.append(line)
                    sequences[words[1]] = int(words[2])
            s.equal(f"the {name} reader was told no update twice", back, [])
            s.note(f"{name}: equal at most {longest[name]:.1f} s after the daemon was ready; " +
                   ", ".join(f"{seen['count'][what]} {what}" for what in ("gaps", "losses", "silences", "replays",
                                                                          "replays_asked", "snapshots")))
            reader.close()
        crowd.close()


if __name__ == "__main__":
    main()
