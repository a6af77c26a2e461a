#!/usr/bin/python3
"""Alerts about people on lists: a list that speaks apart from the room (S14), and a voice that is expected to speak and does
not (S20). Event time is the story's own: it says hours in seconds, and waits for what each part comes to."""

import json
import socket
import time

from support import PATIENCE, Query, Subscriber, configuration, story, wait_for

HOUR_US = 3600 * 1_000_000
SLOT_S = 300
EXPERTS, OTHERS = 180, 240
SILENT = "/al/c/awaited/voice-silent/"
APART = "/al/c/experts/divergence/"

AWAITED = """
[[list]]
id = "awaited"
[[list.member]]
id = "zoe"
expected_gap = "own"
"""


def source(name):
    return [{"name": name, "kind": "tcp", "format": "own", "listen": "127.0.0.1:0", "corrections": True}]


def send(daemon, *lines):
    with socket.create_connection(daemon.port("t")) as connection:
        connection.sendall("".join(json.dumps({"lang": "en", **line}) + "\n" for line in lines).encode())


def test_s14_a_list_that_speaks_apart_raises_an_alert(s):
    words = s.folder / "words.tsv"
    words.write_text("gloomword\t-0.5\nglowword\t0.3\n")
    members = "".join(f'[[list.member]]\nid = "e{i}"\n' for i in range(EXPERTS))
    daemon = s.daemon("apart", configuration(
        s.folder, source("t"), name="apart", mood={"lexicons": [str(words)]},
        topics_text='[[list]]\nid = "experts"\n' + members)).start()
    heard = Subscriber(daemon.feed, "/")
    assert heard.heartbeat() is not None
    start = time.time_ns() // 1000 // (SLOT_S * 1_000_000) * SLOT_S * 1_000_000 - 2 * HOUR_US

    def slot(number):
        """Five minutes in which everybody speaks once; returns their end."""
        began = start + number * SLOT_S * 1_000_000
        voices = [f"e{i}" for i in range(EXPERTS)] + [f"o{i}" for i in range(OTHERS)]
        step = SLOT_S * 1_000_000 // len(voices)
        send(daemon, *({"id": f"{number}-{voice}", "author": voice, "time": began + (i * 7919 % len(voices)) * step,
                        "text": "gloomword" if voice[0] == "e" else "glowword"} for i, voice in enumerate(voices)))
        return began + SLOT_S * 1_000_000

    end = slot(0)
    # The next one has begun: this one can end.
    send(daemon, {"id": "next", "author": "o0", "time": end + 8_000_000, "text": "glowword"})
    final = heard.until(lambda u: u.key == "/a/c/experts/300s/" and u.body["window"]["state"] == "final" and
                        u.body["window"]["end_us"] == end, PATIENCE)
    apart = final.body["divergence"]
    s.check("S14: a list at -0.5 in a room at +0.3 lies 0.8 below it, as near as the caution with few voices has it",
            abs(apart["tone"] + 0.8) < 0.03, apart)
    s.check("S14: with an interval", apart["ci_low"] < apart["tone"] < apart["ci_high"] < 0, apart)
    s.equal("S14: which chance cannot explain", (apart["claimed"], apart["against"]), (True, "room"))
    slot(1)
    slot(2)
    wait_for("ten minutes more", lambda: daemon.column("t", "counted") == 3 * (EXPERTS + OTHERS) + 1)
    s.equal("S14: before a quarter of an hour nobody is told", [u.key for u in heard.updates if u.key == APART], [])
    for number in range(3, 6):
        slot(number)
    alert = heard.until(lambda u: u.key == APART, PATIENCE)
    s.check("S14: after that the alert fires", alert is not None)
    s.equal("S14: of the list, downwards", [alert.body[name] for name in ("kind", "state", "up", "key")],
            ["divergence", "firing", False, "c/experts"])
    s.note(alert.body["sentence"])
    s.equal("it ends well", daemon.stop(), 0)
    heard.close()


def test_s20_a_voice_that_is_silent_for_a_day_raises_once_and_clears(s):
    daemon = s.daemon("awaited", configuration(s.folder, source("t"), name="awaited", topics_text=AWAITED)).start()
    heard = Subscriber(daemon.feed, "/")
    assert heard.heartbeat() is not None
    base = time.time_ns() // 1000 - 40 * HOUR_US
    last = base + 11 * HOUR_US

    def post(author, at):
        return {"id": f"{author}{at}", "author": author, "time": at, "text": "what a run"}

    def silent_for():
        metrics = daemon.metrics()
        return [metrics.get(f'roomtone_list_{name}{{list="awaited"}}') for name in ("silent_voices", "silence_seconds")]

    def until(at):
        """Others go on talking, for ten minutes up to then."""
        send(daemon, *(post("somebody", at - 600_000_000 + i * 20_000_000) for i in range(31)))

    def told():
        heard.drain()
        return [(u.body["state"], u.body["id"]) for u in heard.updates if u.key == SILENT]

    send(daemon, *(post("zoe", base + hour * HOUR_US) for hour in range(12)))
    until(last + 23 * HOUR_US + HOUR_US // 2)
    wait_for("23 hours and a half to be heard", lambda: daemon.column("t", "counted") == 12 + 31)
    until(last + 23 * HOUR_US + HOUR_US * 3 // 4)
    wait_for("some more", lambda: daemon.column("t", "counted") == 12 + 2 * 31)
    wait_for("how it stands", lambda: silent_for()[0] is not None)
    s.equal("S20: within 24 times its median gap of an hour a voice is not silent", (silent_for()[0], told()), (0, []))
    until(last + 24 * HOUR_US + 300_000_000)
    wait_for("the silence to be seen", lambda: silent_for()[0] == 1, silent_for)
    until(last + 25 * HOUR_US)
    first = heard.until(lambda u: u.key == SILENT, PATIENCE)
    s.check("S20: silent for 24 hours it raises an alert", first is not None)
    s.equal("S20: of its list", [first.body[name] for name in ("kind", "state", "key")],
            ["voice_silent", "firing", "c/awaited"])
    s.note(first.body["sentence"])
    until(last + 28 * HOUR_US)
    wait_for("hours more of silence", lambda: silent_for()[1] >= 27.5 * 3600, silent_for)
    s.equal("S20: once, however long it goes on", told(), [("firing", first.body["id"])])
    send(daemon, post("zoe", last + 28 * HOUR_US))
    until(last + 28 * HOUR_US + 900_000_000)
    wait_for("it to be heard", lambda: silent_for() == [0, 0], silent_for)
    until(last + 28 * HOUR_US + 1_800_000_000)
    over = heard.until(lambda u: u.key == SILENT and u.body["state"] == "resolved", PATIENCE)
    s.check("S20: heard again, it clears", over is not None)
    s.equal("S20: the same one", told(), [("firing", first.body["id"]), ("resolved", first.body["id"])])
    query = Query(daemon.query)
    s.equal("S20: as a snapshot has it", query.snapshot("/al/")[0][SILENT].body["state"], "resolved")
    query.close()
    s.equal("it ends well", daemon.stop(), 0)
    heard.close()


def main():
    with story("alerts of lists: apart from the room, and silent") as s:
        test_s14_a_list_that_speaks_apart_raises_an_alert(s)
        test_s20_a_voice_that_is_silent_for_a_day_raises_once_and_clears(s)


if __name__ == "__main__":
    main()
