#!/usr/bin/python3
"""Silences of the operator: what is raised under one is kept and shown, and told to nobody until it ends; across a kill -9.
One that is made while an alert fires lets nobody think that it is over."""

import contextlib
import json

from support import PATIENCE, Subscriber, configuration, file_source, roomtone, story, wait_for
from support.deliver import who_is_told

TURN_S = 5400
LAUNCH = "/al/t/launch/tone-shift/"


def settings(s, sources, topics_text, hook, desk):
    more = {"alerts.alertmanager": {"urls": [desk.url]}} if desk else {}
    return configuration(s.folder, sources, name="s", store={"sync": True}, topics_text=topics_text + hook,
                         alerts={"hold": "6h"}, **more)


def main():
    with story("silences: raised, kept, shown, and told when they end") as s, contextlib.ExitStack() as stack:
        keeper, desk, hook = who_is_told(s, stack)
        recording = s.folder / "turn.jsonl"
        topics = s.folder / "topics.toml"
        roomtone("simulate", "--seconds", TURN_S + 600, "--rate", 50, "--topics", 3, "--turn-at", TURN_S, "--out",
                 recording, "--topics-out", topics)
        data = ["--data", s.folder / "s.store"]

        def silence(*arguments, check=True):
            return roomtone("alerts", *arguments, *data, check=check)

        def heard():
            return [json.loads(r["body"]) for r in list(keeper.requests) if b'"t/launch"' in r["body"]]

        idle = s.daemon("idle", settings(s, [{"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}],
                                         topics.read_text(), hook, desk)).start()
        s.equal("at first there are none", silence("silences").stdout, "no silences\n")
        made = json.loads(silence("silence", "t/launch", "--for", "2h", "--reason", "a launch of jokes", "--by", "ann",
                                  "--json").stdout)
        s.equal("a silence is made", {k: made[k] for k in ("id", "room", "rule", "by", "reason")},
                {"id": "s1", "room": "t/launch", "rule": None, "by": "ann", "reason": "a launch of jokes"})
        endless = silence("silence", "t/launch", "--reason", "for ever", check=False)
        s.check("an end is compulsory", endless.returncode != 0 and "--for or --until" in endless.stderr, endless.stderr)
        long = silence("silence", "t/launch", "--reason", "long", "--for", "31d", check=False)
        s.check("and not far away", long.returncode == 64 and "within 30 days" in long.stderr, long.stderr)
        nobody = silence("unsilence", "s7", check=False)
        s.check("one that is not there cannot be ended", nobody.returncode == 64 and "no such silence" in nobody.stderr,
                nobody.stderr)
        idle.kill()

        daemon = s.daemon("s", settings(s, [file_source("rec", [recording], pace="x2500")], topics.read_text(), hook,
                                        desk))
        feed = Subscriber(f"ipc://{s.folder}/s.f", LAUNCH)
        daemon.start()
        s.check("it outlives a kill -9", "s1  t/launch until " in silence("silences").stdout)
        first = feed.until(lambda u: u.key == LAUNCH, PATIENCE)
        s.check("an alert under it is raised", first is not None)
        s.equal("and says that nobody is told", (first.body["state"], first.body["delivery"], first.body["silenced_by"]),
                ("firing", "silenced", "s1"))
        table = roomtone("alerts", "--query", daemon.query).stdout
        s.check("`roomtone alerts` shows it, with its silence", "[s1] The tone of t/launch fell" in table, table)
        explained = roomtone("alerts", "explain", "t/launch", "--query", daemon.query).stdout
        s.check("and explains that", "told to nobody; under silence s1" in explained, explained)
        daemon.kill()
        daemon.start()
        again = feed.until(lambda u: u.key == LAUNCH and u.key_seq > first.key_seq, PATIENCE)
        s.equal("killed and begun anew it is the same", (again.body["id"], again.body["delivery"]),
                (first.body["id"], "silenced"))

        s.equal("a silence is ended early", silence("unsilence", "s1").stdout, "ended s1\n")
        ended = feed.until(lambda u: u.key == LAUNCH and u.body["delivery"] == "told", PATIENCE)
        s.equal("what still fires is told then", (ended.body["id"], ended.body["silenced_by"]), (first.body["id"], None))
        wait_for("the webhook to hear of it", heard)
        s.equal("once, and for the first time", [event["type"] for event in heard()], ["io.roomtone.alert.raised.v1"])

        silence("silence", "t/", "--rule", "tone-shift", "--for", "1h", "--reason", "again")
        under = feed.until(lambda u: u.key == LAUNCH and u.body["silenced_by"] == "s2", PATIENCE)
        s.equal("silenced while it fires, it stays told", under.body["delivery"], "told")
        if desk is not None:
            there = wait_for("Alertmanager to hold it under its silence", lambda: (
                lambda one: one if one and one["annotations"].get("silenced_by") == "s2" else None)(
                    desk.alerts().get("t/launch")))
            s.equal("as active: it is not over", there["status"]["state"], "active")
        s.equal("nobody hears more", len(heard()), 1)
        s.equal("it ends with 0", daemon.stop(), 0)
        feed.close()
        s.check("without a daemon there is nobody to ask", silence("silences", check=False).returncode == 69)


if __name__ == "__main__":
    main()
