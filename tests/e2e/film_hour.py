#!/usr/bin/python3
"""An hour with spam waves, critics, bots and look-alikes (S14, S24, S43): the raw reading follows the waves, the others do
not; the waves are found and nothing else is; the list lies where the truth says; the sentence names the cause.

    film_hour.py [SEEDS] [EVENTS_A_SECOND]
"""

import json
import sys

from support import Query, configuration, file_source, roomtone, story, wait_for

SEEDS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
RATE = sys.argv[2] if len(sys.argv) > 2 else "20"
SECOND = 1_000_000
WINDOW_S = 300
ENOUGH = 60  # seconds of a wave that a window must hold to be one of a wave
MOVED = 0.02  # how far a reading that is not moved may move
LIST = """
[[list]]
id = "critics"
file = "{file}"
rooms = ["list", "topics"]
topics = ["film"]
"""


def hour(s, seed, cast):
    """A daemon that has heard the hour, and the truth."""
    name = f"{cast.replace(',', '-')}{seed}"
    recording, truth = s.folder / f"{name}.jsonl", s.folder / f"{name}.json"
    topics, critics = s.folder / f"{name}.toml.topics", s.folder / f"{name}.csv"
    roomtone("simulate", "--seed", seed, "--seconds", 3600, "--rate", RATE, "--topics", 10, "--format", "own", "--with", cast,
             "--out", recording, "--truth", truth, "--topics-out", topics, "--lists-out", critics)
    text = configuration(s.folder, [file_source("f", [recording])], topics_text=topics.read_text(), name=name)
    daemon = s.daemon(name, text + LIST.format(file=critics)).start()
    posts = sum(1 for _ in recording.open())
    wait_for("the hour to be heard", lambda: daemon.column("f", "counted") == posts, patience=120)
    return daemon, json.loads(truth.read_text())


def of_the_hour(query, room):
    """The newest hour of a room, once all of it has been published."""
    def settled():
        values, _ = query.snapshot(f"/a/{room}/3600s/")
        body = values[f"/a/{room}/3600s/"].body if values else None
        return body if body and body["window"]["state"] == "final" else None
    return wait_for(f"the hour of {room}", settled)


def explained(query, end_us):
    query.ask("EXPLAIN", key="t/film", window=f"{WINDOW_S}s", end_us=end_us)
    verb, answer = query.answer()
    assert verb == "EXPLAIN", answer
    return answer


def wave_seconds(truth, start, end):
    """How long spam waves were in a span of time."""
    times = [t for one in truth["campaigns"] if one["kind"] == "wave" for t in one["times"]]
    return sum(max(0, min(t["until_us"], end) - max(t["from_us"], start)) for t in times) / SECOND


def main():
    right = wrong = missed = 0
    with story("an hour of film") as s:
        for seed in range(1, SEEDS + 1):
            quiet, _ = hour(s, seed, "film")
            daemon, truth = hour(s, seed, "film,wave")
            before, query = of_the_hour(Query(quiet.query), "t/film"), Query(daemon.query)
            after = of_the_hour(query, "t/film")

            moved = {name: after["readings"][name]["tone"] - before["readings"][name]["tone"] for name in after["readings"]}
            s.note(f"seed {seed}: " + ", ".join(f"{name} {by:+.3f}" for name, by in moved.items()))
            s.check("raw follows the waves", abs(moved["raw"]) > 5 * MOVED, moved)
            s.check("one voice, one vote does not", abs(moved["voice"]) <= MOVED, moved)
            s.check("nor does the reputable reading", abs(moved["reputable"]) <= MOVED, moved)

            divergence = of_the_hour(query, "t/film/c/critics")["divergence"]
            s.note(f"critics {divergence['tone']:+.2f} ({divergence['ci_low']:+.2f} to {divergence['ci_high']:+.2f})")
            s.check("the critics diverge, and so it is claimed", divergence["claimed"] and divergence["tone"] < -0.4, divergence)

            begin = after["window"]["start_us"] // (WINDOW_S * SECOND) * WINDOW_S * SECOND
            for start in range(begin, after["window"]["end_us"], WINDOW_S * SECOND):
                seconds = wave_seconds(truth, start, start + WINDOW_S * SECOND)
                answer = explained(query, start + WINDOW_S * SECOND)
                found = bool(answer["campaigns"])
                if not answer["now"]["n"] or 0 < seconds < ENOUGH:
                    continue
                right, wrong, missed = right + (found and seconds > 0), wrong + (found and not seconds), missed + (
                    seconds > 0 and not found)
                if seconds and not (found and answer["cause"] == "campaign"):
                    s.note(f"{seconds:.0f} s of a wave: {answer['sentence']}")
                if found and not seconds:
                    s.note(f"no wave: {answer['sentence']} {answer['campaigns']}")
                # Of one that comes after another within the hour the tone need not have changed.
                if seconds >= ENOUGH and not wave_seconds(truth, start - 3600 * SECOND, start):
                    s.check("the sentence names the campaign", "campaign" in answer["sentence"], answer["sentence"])
            for one in (quiet, daemon):
                s.equal("SIGTERM ends with 0", one.stop(), 0)
        s.note(f"campaigns: {right} found, {wrong} wrongly, {missed} missed")
        s.check("nineteen in twenty that are told are waves", right >= 0.95 * (right + wrong), wrong)
        s.check("and nineteen in twenty waves are told", right >= 0.95 * (right + missed), missed)


if __name__ == "__main__":
    main()
