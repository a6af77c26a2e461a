#!/usr/bin/python3
"""Quiet hours and the reading again of [alerts]: what is raised in quiet hours is held back over a kill -9 and comes as one
digest when they end; a wrong configuration is refused by its key and changes nothing; an alert that fires keeps its id."""

import contextlib
import json

from support import PATIENCE, Subscriber, configuration, file_source, roomtone, story, wait_for
from support.deliver import who_is_told

TURN_S = 5400
LAUNCH = "/al/t/launch/tone-shift/"


def main():
    with story("who is told: quiet hours, and [alerts] read again") as s, contextlib.ExitStack() as stack:
        keeper, desk, hook = who_is_told(s, stack)
        recording = s.folder / "turn.jsonl"
        topics = s.folder / "topics.toml"
        roomtone("simulate", "--seconds", TURN_S + 600, "--rate", 50, "--topics", 3, "--turn-at", TURN_S, "--out",
                 recording, "--topics-out", topics)

        def settings(**alerts):
            more = {"alerts.alertmanager": {"urls": [desk.url]}} if desk else {}
            return configuration(s.folder, [file_source("rec", [recording], pace="x2500")], name="s", store={"sync": True},
                                 topics_text=topics.read_text() + hook, alerts={"hold": "6h", **alerts}, **more)

        def reread(**alerts):
            events = len([e for e in daemon.log() if e["event"].startswith("reload")])
            daemon.config.write_text(settings(**alerts))
            daemon.hangup()
            return wait_for("the configuration to be read", lambda: [
                e for e in daemon.log() if e["event"].startswith("reload")][events:])[0]

        quiet = {"quiet_hours": ["mon-sun 00:00-24:00"], "time_zone": "Europe/Berlin"}
        daemon = s.daemon("s", settings(**quiet))
        feed = Subscriber(f"ipc://{s.folder}/s.f", LAUNCH)
        daemon.start()
        first = feed.until(lambda u: u.key == LAUNCH, PATIENCE)
        s.check("an alert is raised in quiet hours", first is not None)
        s.equal("and held back", (first.body["state"], first.body["delivery"]), ("firing", "quiet_hours"))
        table = roomtone("alerts", "--query", daemon.query).stdout
        s.check("`roomtone alerts` says so", "[quiet hours] The tone of t/launch fell" in table, table)
        daemon.kill()
        daemon.start()
        again = feed.until(lambda u: u.key == LAUNCH and u.key_seq > first.key_seq, PATIENCE)
        s.equal("also after a kill -9", (again.body["id"], again.body["delivery"]), (first.body["id"], "quiet_hours"))
        s.check("which the metrics count", wait_for("it to wait", lambda: daemon.metrics()["roomtone_alerts_waiting"] >= 1))

        for wrong, named in (({"false_alarm_days": 0}, "alerts.false_alarm_days: got 0"),
                             ({"quiet_hours": ["at night"]}, 'alerts.quiet_hours: got \\"at night\\"'),
                             ({"time_zone": "Mars/Base"}, 'alerts.time_zone: got \\"Mars/Base\\"')):
            refused = reread(**wrong)
            s.equal(f"{next(iter(wrong))} that is wrong is refused", refused["event"], "reload refused, the old rules stay")
            s.check("by its key", named in json.dumps(refused), refused)
        s.equal("and nobody is told for that", keeper.requests, [])

        s.equal("without quiet hours it is read", reread(false_alarm_days=60)["event"], "reloaded")
        told = feed.until(lambda u: u.key == LAUNCH and u.body["delivery"] == "in_digest", PATIENCE)
        s.equal("what was held back is told, and is the same alert", (told.body["id"], told.body["state"]),
                (first.body["id"], "firing"))
        wait_for("the webhook to hear", lambda: keeper.requests)
        events = [json.loads(request["body"]) for request in list(keeper.requests)]
        s.equal("in one digest", [event["type"] for event in events], ["io.roomtone.alert.digest.v1"])
        data = events[0]["data"]
        s.check("which names it", first.body["id"] in [alert["id"] for alert in data["alerts"]] and data["held"] >= 1 and
                data["quiet"] == data["held"], data)
        s.note(data["sentence"])
        if desk is not None:
            there = wait_for("Alertmanager to hear", lambda: desk.get("/api/v2/alerts"))
            s.equal("as an alert of its own", [(one["labels"]["alertname"], one["annotations"]["id"]) for one in there],
                    [("RoomtoneDigest", data["id"])])
        daemon.kill()
        daemon.start()
        after = feed.until(lambda u: u.key == LAUNCH and u.key_seq > told.key_seq, PATIENCE)
        s.equal("killed after that, it is the same alert and told as before", (after.body["id"], after.body["delivery"]),
                (first.body["id"], "in_digest"))
        wait_for("the digest to be told again", lambda: len(keeper.requests) == 2)
        s.equal("under its id", {request["headers"]["webhook-id"] for request in keeper.requests}, {data["id"]})
        s.equal("it ends with 0", daemon.stop(), 0)
        feed.close()


if __name__ == "__main__":
    main()
