#!/usr/bin/python3
"""A topic turns sour: exactly one alert of it, in time, with its direction and its words; and the same one after a kill -9. An
Alertmanager and `roomtone alerts` have it, too. A crowd that goes on as it did raises none.

    alerts.py [HOURS]     event time of the crowd that goes on (2)
"""

import contextlib
import datetime
import json
import random
import sys

from support import PATIENCE, Query, Subscriber, configuration, file_source, roomtone, skip, story, wait_for
from support.deliver import ALERTMANAGER, Alertmanager

START_S = 1_777_730_400  # --start of simulate: 2026-05-02T14:00:00Z
TURN_S = 5400
AFTER_S = 600
RATE = 50
LAUNCH = "/al/t/launch/tone-shift/"

PRAISE = ["I love this so much", "what a great day", "excellent, thank you", "so happy with it", "wonderful work"]
BLAME = ["I hate this", "what an awful mess", "terrible, really bad", "so sad about it", "the worst idea"]
PLAIN = ["it is on the table", "we meet at noon", "the door is green", "page nine of ten", "they went by train"]


def settings(s, name, source, **more):
    return configuration(s.folder, [source], name=name, store={"sync": True}, **more)


def has_ended(daemon):
    return any(event["event"] == "all sources have ended" for event in daemon.log())


def snapshot(s, name):
    query = Query(f"ipc://{s.folder}/{name}.q")
    try:
        return query.snapshot("/al/")[0]
    finally:
        query.close()


def turn(s, stack):
    recording = s.folder / "turn.jsonl"
    topics = s.folder / "turn-topics.toml"
    roomtone("simulate", "--seconds", TURN_S + AFTER_S, "--rate", RATE, "--topics", 3, "--turn-at", TURN_S, "--out",
             recording, "--topics-out", topics)
    desk = Alertmanager(s.folder, "desk", "http://127.0.0.1:9/").start()
    stack.callback(desk.kill)
    wait_for("Alertmanager to be ready", desk.ready)
    daemon = s.daemon("turn", settings(s, "turn", file_source("rec", [recording], pace="x2500"),
                                       topics_text=topics.read_text(), alerts={"hold": "6h"},
                                       **{"alerts.alertmanager": {"urls": [desk.url]}}))
    feed = Subscriber(f"ipc://{s.folder}/turn.f", LAUNCH)
    daemon.start()
    first = feed.until(lambda u: u.key == LAUNCH, PATIENCE)
    wait_for("Alertmanager to hear of it", lambda: "t/launch" in desk.alerts())
    told_first = desk.alerts()["t/launch"]
    at = ["--query", f"ipc://{s.folder}/turn.q"]
    listed = [json.loads(line) for line in roomtone("alerts", "--json", *at).stdout.splitlines()]
    explained = roomtone("alerts", "explain", "t/launch", *at).stdout
    daemon.kill()
    desk.kill()
    s.check("a launch that turns sour raises an alert", first is not None)
    alert = first.body
    s.note(alert["sentence"])
    s.equal("of its tone, which falls", (alert["kind"], alert["state"], alert["up"], alert["key"]),
            ("tone_shift", "firing", False, "t/launch"))
    starts = datetime.datetime.fromisoformat(alert["starts"].replace("Z", "+00:00"))
    late = starts.timestamp() - START_S - TURN_S
    s.check("within a minute of the turn", 0 <= late <= 60, f"{late:.0f} s")
    s.check("with where the tone was and where it is", alert["tone_before"] > 0.2 > 0 > alert["tone_now"], alert)
    s.check("and who says so", alert["n"] >= 20 and alert["voices"] >= 5, alert)
    s.check("with words that pulled it down",
            set(alert["words_down"]) & {"mess", "furious", "dead", "worst", "hate", "awful", "broken"}, alert)
    s.check("and one sentence", alert["sentence"].startswith("The tone of t/launch fell from +0."), alert["sentence"])

    s.equal("Alertmanager knows it by its labels", (told_first["labels"]["alertname"], told_first["labels"]["direction"]),
            ("RoomtoneToneShift", "down"))
    s.equal("and its sentence", told_first["annotations"]["summary"], alert["sentence"])
    s.equal("`roomtone alerts` lists it", [one["id"] for one in listed if one["key"] == "t/launch"], [alert["id"]])
    s.check("and explains it", alert["sentence"] in " ".join(explained.split()), explained)

    desk.start()  # with an empty memory
    wait_for("Alertmanager to be ready", desk.ready)
    daemon.start()
    again = feed.until(lambda u: u.key == LAUNCH, PATIENCE)
    s.check("killed while it fires, the daemon tells of it again", again is not None)
    wait_for("Alertmanager to hear of it again", lambda: "t/launch" in desk.alerts())
    s.equal("as the same alert", desk.alerts()["t/launch"]["labels"], told_first["labels"])
    s.equal("since the same time", desk.alerts()["t/launch"]["startsAt"], told_first["startsAt"])
    wait_for("the recording to be read", lambda: has_ended(daemon))
    last = snapshot(s, "turn")[LAUNCH]
    feed.drain()
    told = [u for u in feed.updates if u.key == LAUNCH]
    s.equal("it is one alert, before and after", {u.body["id"] for u in [*told, last]}, {alert["id"]})
    s.equal("and still fires", last.body["state"], "firing")
    s.check("its sequence went on", again.key_seq > first.key_seq and again.epoch == first.epoch, again.key_seq)
    daemon.kill()
    feed.close()


def flat(s, hours):
    """As many of each mood at any time, in two topics."""
    rng = random.Random(5)
    recording = s.folder / "flat.jsonl"
    with open(recording, "w") as out:
        for second in range(int(hours * 3600)):
            at = datetime.datetime.fromtimestamp(START_S + second, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
            for i in range(rng.randrange(4, 9)):
                said = rng.choice(rng.choice([PRAISE, BLAME, PLAIN]))
                line = {"id": f"{second}-{i}", "time": f"{at}.{i}00Z", "author": f"a{rng.randrange(3000)}", "lang": "en",
                        "text": f"{rng.choice(['cake', 'tea'])}: {said}"}
                out.write(json.dumps(line) + "\n")
    daemon = s.daemon("flat", settings(s, "flat", file_source("rec", [recording], format="own"),
                                       topics={"cake": "cake", "tea": "tea"}))
    daemon.start()
    wait_for("the recording to be read", lambda: has_ended(daemon))
    wait_for("it to be counted", lambda: daemon.metrics().get("roomtone_alert_rooms", 0) == 3)
    raised = {k: v for k, v in daemon.metrics().items() if k.startswith("roomtone_alert_transitions_total") and v}
    s.equal("a crowd that goes on as it did raises nothing", raised, {})
    s.equal("nor is there an alert to be had", snapshot(s, "flat"), {})
    daemon.kill()


def main():
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 2
    if ALERTMANAGER is None:
        skip("no prometheus-alertmanager here; scripts/setup installs it")
    with story("alerts: a turn is told once, with its cause") as s, contextlib.ExitStack() as stack:
        turn(s, stack)
        flat(s, hours)


if __name__ == "__main__":
    main()
