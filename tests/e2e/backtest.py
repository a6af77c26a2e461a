#!/usr/bin/python3
"""A backtest over a recording finds what the daemon finds in it, in the same second; one over the daemon's store finds it
within a pane. Both say how often and why, on any terminal.
"""

import contextlib
import datetime
import json
import os

from support import PATIENCE, Query, configuration, file_source, roomtone, story, wait_for

START_S = 1_777_730_400  # --start of simulate: 2026-05-02T14:00:00Z
TURN_S = 3900
AFTER_S = 400
RATE = 8
PANE_S = 10
GRACE_S = 5
LAUNCH = ("t/launch", "tone-shift")


def second_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def backtest(*arguments, columns=100, check=True):
    return roomtone("backtest", *arguments, check=check,
                    env={**os.environ, "COLUMNS": str(columns), "LC_ALL": "C.UTF-8", "NO_COLOR": ""})


def read_alerts(text):
    """The alerts of a backtest's JSON, and its sums."""
    lines = [json.loads(line) for line in text.splitlines()]
    return lines[:-1], lines[-1]["backtest"]


def alerts_of(*arguments):
    return read_alerts(backtest(*arguments, "--json").stdout)


def newest(alerts):
    """By room and rule: what the feed still has of them."""
    return {(alert["key"], alert["rule"]): (alert["id"], alert["starts"]) for alert in alerts}


def told_by_daemon(s, recording, topics):
    text = configuration(s.folder, [file_source("rec", [recording])], topics_text=topics.read_text())
    daemon = s.daemon("s", text)
    daemon.start()
    wait_for("the recording to be read",
             lambda: any(event["event"] == "all sources have ended" for event in daemon.log()), patience=PATIENCE)
    with contextlib.closing(Query(f"ipc://{s.folder}/s.q")) as query:
        wait_for("the alert of the turn", lambda: any(u.body["key"] == "t/launch" for u in query.snapshot("/al/")[0].values()))
        told = [update.body for update in query.snapshot("/al/")[0].values()]
    s.equal("SIGTERM ends with 0", daemon.stop(), 0)
    (s.folder / "roomtone.toml").write_text(text)
    return told


def main():
    with story("backtest: what would have fired, when and why") as s:
        recording, topics = s.folder / "turn.jsonl", s.folder / "topics.toml"
        roomtone("simulate", "--seconds", TURN_S + AFTER_S, "--rate", RATE, "--topics", 3, "--turn-at", TURN_S, "--out",
                 recording, "--topics-out", topics)
        told = told_by_daemon(s, recording, topics)

        text = backtest("--in", recording, "--topics", topics, "--json").stdout
        heard, sums = read_alerts(text)
        ours, daemons = newest(heard), newest(told)
        s.equal("over the recording it finds the turn from the same second on as the daemon", ours[LAUNCH], daemons[LAUNCH])
        s.equal("and the daemon's other alerts", sorted(ours), sorted(daemons))
        # Of messages that come out of order, a daemon that reads at full speed still takes in some that come too late here.
        apart = {key: abs(second_of(ours[key][1]) - second_of(daemons[key][1])) for key in ours}
        s.check("all within the grace", max(apart.values()) <= GRACE_S, apart)
        s.equal("and counts them", (sums["alerts"], sums["rooms"]), (len(heard), 8))
        launch = [alert for alert in heard if alert["key"] == "t/launch"]
        s.equal("the turn is one alert, of a tone that falls", [(a["kind"], a["up"]) for a in launch], [("tone_shift", False)])
        late = second_of(launch[0]["starts"]) - START_S - TURN_S
        s.check("in its first seconds", 0 <= late <= 30, late)
        s.check("with the words that did it", launch[0]["words_down"], launch[0])
        s.equal("a second time, with the whole configuration, it says the same to the byte",
                backtest("--in", recording, "--config", s.folder / "roomtone.toml", "--json").stdout, text)

        store = s.folder / "s.store"
        past, _ = alerts_of("--data", store, "--key", "t/launch", "--rule", "tone_down")
        s.equal("over the store the turn is one alert, too", [a["key"] for a in past], ["t/launch"])
        behind = second_of(past[0]["starts"]) - second_of(launch[0]["starts"])
        s.check("at most a pane later", 0 <= behind <= PANE_S, behind)
        s.check("with its words", set(past[0]["words_down"]) & set(launch[0]["words_down"]), past[0])
        s.equal("none before it",
                alerts_of("--data", store, "--key", "t/launch", "--to", launch[0]["starts"])[0], [])
        s.equal("nor of another rule", alerts_of("--data", store, "--key", "t/launch", "--rule", "volume_spike")[0], [])
        s.equal("nor where far more messages are asked for",
                alerts_of("--data", store, "--key", "t/launch", "--min-messages", 100_000)[0], [])

        screen = backtest("--data", store, "--key", "t/launch", "--color", "always", "--no-color").stdout
        s.check("a screen says which time was heard how, without colours", "panes of 10 seconds" in screen and
                "\x1b" not in screen, screen)
        s.check("how often, what and why", all(word in screen for word in ("RULE", "tone_down", "fell from", "tone  ")), screen)
        for row in screen.splitlines():
            s.note(row)
        s.check("colours can be had", "\x1b[31m" in backtest("--data", store, "--color", "always").stdout)
        narrow = backtest("--data", store, columns=44).stdout
        s.check("no line is wider than a narrow terminal", max(map(len, narrow.splitlines())) <= 44, narrow)

        def refused(claim, code, *arguments):
            ended = backtest(*arguments, check=False)
            s.equal(claim, (ended.returncode, "Traceback" in ended.stderr), (code, False))
            s.note(ended.stderr.strip().splitlines()[0])
        refused("a room that was never heard is told of", 69, "--data", store, "--key", "t/nobody")
        refused("a rule that is none is refused", 64, "--data", store, "--rule", "mood")
        refused("a time that is none is refused", 64, "--data", store, "--from", "noon")
        refused("store and recording at once are refused", 64, "--data", store, "--in", recording)
        refused("a recording that is not there is told of", 69, "--in", s.folder / "none.jsonl", "--topics", topics)
        s.equal("no folder is left behind", [p.name for p in s.folder.parent.glob("roomtone-backtest-*")], [])


if __name__ == "__main__":
    main()
