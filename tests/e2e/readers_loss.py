#!/usr/bin/python3
"""A tap between the feed and its readers drops messages at random: every loss is noticed and repaired.

    readers_loss.py [UPDATES_DROPPED] [SEED]
"""

import sys

from support import Query, configuration, story, wait_for
from support.crowd import Crowd, topics
from support.readers import CPP_READER, DEAF_READER, PYTHON_READER, ReaderProcess, Tap, detections, snapshot_of

DROPPED = int(sys.argv[1]) if len(sys.argv) > 1 else 20
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
TOPICS = 60
SHARE = 0.05


def main():
    with story(f"readers: {DROPPED} updates dropped, seed {SEED}") as s:
        source = {"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}
        daemon = s.daemon("s", configuration(s.folder, [source], topics=topics(TOPICS),
                                             publish={"hwm": 100_000})).start()
        crowd = Crowd(daemon.port("chat"), TOPICS, SEED)
        tap = Tap(daemon.feed, f"ipc://{s.folder}/tap", SEED, SHARE)
        readers = {
            "Python": ReaderProcess(PYTHON_READER, tap.endpoint, daemon.query),
            "C++": ReaderProcess(CPP_READER, tap.endpoint, daemon.query),
            "C++ by snapshots": ReaderProcess(CPP_READER, tap.endpoint, daemon.query, recover="snapshot"),
            "deaf": ReaderProcess(DEAF_READER, tap.endpoint, daemon.query),
        }
        for name, reader in readers.items():
            wait_for(f"the {name} reader to be live", lambda: reader.dump()["state"] == "live")
        crowd.talk()
        query = Query(daemon.query)
        wait_for("every topic to be known", lambda: len(snapshot_of(query)) == 4 * (TOPICS + 1))
        tap.dropping = True
        wait_for(f"{DROPPED} updates to be dropped", lambda: len(tap.dropped) >= DROPPED,
                 patience=60 + DROPPED)
        crowd.talk(False)
        # So that what is published last can be lost, with nothing behind it that would show.
        wait_for("all that was said to be counted", lambda: daemon.column("chat", "counted") == crowd.said)
        tap.dropping = False
        dropped = list(tap.dropped)
        s.note(f"dropped {len(dropped)} updates of {len({key for _, key, _ in dropped})} keys")

        for name, reader in readers.items():
            if name == "deaf":
                continue
            wait_for(f"the {name} reader to hold what a fresh snapshot has",
                     lambda: reader.dump()["state"] == "live" and reader.dump()["keys"] == snapshot_of(query),
                     lambda: reader.dump())
            delays = detections(reader, dropped)
            undetected = [what for what, delay in zip(dropped, delays) if delay is None]
            s.equal(f"the {name} reader noticed every loss", undetected, [])
            counts = reader.dump()["count"]
            known = sorted(delays)
            s.note(f"{name}: noticed after {known[len(known) // 2]:.2f} s (median), {known[len(known) * 99 // 100]:.2f} s "
                   f"(99 %), {known[-1]:.2f} s (most); " +
                   ", ".join(f"{counts[what]} {what}" for what in ("gaps", "losses", "replays", "snapshots")))
        deaf = readers["deaf"]
        missed = detections(deaf, dropped).count(None)
        s.check("a reader that listens to neither sequences nor check frames would have missed most",
                missed > len(dropped) / 2, missed)
        s.note(f"it missed {missed} of {len(dropped)}")
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        for reader in readers.values():
            reader.close()
        tap.close()
        crowd.close()


if __name__ == "__main__":
    main()
