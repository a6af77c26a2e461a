#!/usr/bin/python3
"""roomtone alerts: lists, explains, and says what an Alertmanager has silenced. The feed is one of our own making."""

import contextlib
import datetime
import json

from support import configuration, roomtone, story, wait_for
from support.deliver import ALERTMANAGER, Alertmanager, Deliver, Keeper, alert
from support.fake_feed import FakeFeed


def at(seconds_ago):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def fed(alerts):
    return {f"/al/{one['key']}/{i}/": json.dumps(one).encode() for i, one in enumerate(alerts)}


def with_alertmanager(s, stack, alerts, run):
    if ALERTMANAGER is None:
        s.note("no prometheus-alertmanager here; scripts/setup installs it")
        return
    told = Keeper()
    stack.callback(told.close)
    x = Alertmanager(s.folder, "x", f"http://127.0.0.1:{told.port}/")
    stack.callback(x.kill)
    x.start()
    wait_for("it to be ready", x.ready)
    deliver = Deliver(s.folder, "d", f'[alerts]\ninstance = "story"\n[alerts.alertmanager]\nurls = ["{x.url}"]\n')
    stack.callback(deliver.kill)
    deliver.tell(*alerts[:2])
    wait_for("it to hear of two", lambda: len(x.alerts()) == 2)
    x.post("/api/v2/silences", {
        "matchers": [{"name": "room", "value": "t/derby", "isRegex": False}], "startsAt": at(10), "endsAt": at(-3600),
        "createdBy": "story", "comment": "known"})
    states = wait_for("one to be silenced", lambda: (lambda rows: rows if rows[alerts[0]["id"]] == "silenced" else None)(
        {row["id"]: row["alertmanager"] for row in map(json.loads, run("--json", "--alertmanager", x.url).splitlines())}))
    s.equal("what the Alertmanager does with each", states, {
        alerts[0]["id"]: "silenced", alerts[1]["id"]: "active", alerts[2]["id"]: "not there"})
    table = run("--alertmanager", x.url)
    s.check("it is a column of the table", "THERE" in table and "silenced" in table, table)
    for row in table.splitlines():
        s.note(row)
    s.check("and a line of one alert", "silenced" in run("explain", "t/derby", "--alertmanager", x.url))
    x.kill()
    gone = roomtone("alerts", "--query", s.query, "--alertmanager", x.url, check=False)
    s.check("one that is gone is told of", gone.returncode == 69 and "connect" in gone.stderr, gone.stderr)


def main():
    with story("alerts: what is firing, on the command line") as s, contextlib.ExitStack() as stack:
        alerts = [
            alert("derby", "firing", at(3700)),
            alert("oaks", "unknown", at(60), at(5), kind="volume_spike", tone_now=None, rate_before=2, rate_now=90.5),
            alert("rain", "firing", at(30), words_down=["awful\u202e", "\u001b[31mred"], sentence="Fell by 'awful\u202e'.",
                  communities=["t/rain/c/experts"]),
            alert("late", "resolved", at(900), at(100))]
        feed = FakeFeed(fed(alerts))
        stack.callback(feed.close)
        s.query = feed.query

        def run(*arguments):
            return roomtone("alerts", *arguments, "--query", feed.query).stdout
        rows = list(map(json.loads, run("--json").splitlines()))
        s.equal("JSON is what the feed carries, of those that are not over", rows, [alerts[0], alerts[1], alerts[2]])
        s.equal("the snapshot was of /al/ and came in slices", [verb for verb, _ in feed.asked], ["SNAPSHOT", "MORE"])
        s.equal("--all shows the others, too", len(run("--json", "--all").splitlines()), 4)
        table = run()
        for row in table.splitlines():
            s.note(row)
        lines = table.splitlines()
        s.equal("the table begins with those that began last", [line.split()[3] for line in lines[1:]],
                ["t/rain", "t/oaks", "t/derby"])
        s.check("it says since when", "1h1m" in lines[3], lines[3])
        s.check("hostile words cannot change a terminal", "\u202e" not in table and "\x1b" not in table, table)

        one = run("explain", alerts[0]["id"])
        for row in one.splitlines():
            s.note(row)
        for part in ("The tone of t/derby fell by 0.35.", "-0.25 (-0.31 to -0.19), before +0.10",
                     "340 messages by 210 voices", "awful", "roomtone explain t/derby --at "):
            s.check(f"one alert in full says {part!r}", part in one, one)
        rain = run("explain", "t/rain")
        s.check("found by its room, too, with its communities and no escapes", "t/rain/c/experts" in rain and
                "\x1b" not in rain and "\u202e" not in rain, rain)
        nobody = roomtone("alerts", "explain", "t/none", "--query", feed.query, check=False)
        s.check("one that is not there is told of", nobody.returncode == 69 and "no alert 't/none'" in nobody.stderr,
                nobody.stderr)
        with_alertmanager(s, stack, alerts, run)

        feed.values = {"/al/t/derby/1/": b'{"id":1}'}
        spoiled = roomtone("alerts", "--query", feed.query, check=False)
        s.check("what is no alert is refused", spoiled.returncode == 74 and "not the JSON object" in spoiled.stderr,
                spoiled.stderr)

        daemon = s.daemon("s", configuration(s.folder, [{"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}])).start()
        s.equal("a daemon without alerts says so", roomtone("alerts", "--query", daemon.query).stdout, "no alerts\n")
        s.equal("and in JSON says nothing", roomtone("alerts", "--json", "--query", daemon.query).stdout, "")
        s.equal("it ends with 0", daemon.stop(), 0)


if __name__ == "__main__":
    main()
