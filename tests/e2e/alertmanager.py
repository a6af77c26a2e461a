#!/usr/bin/python3
"""Alerts reach Debian's real Alertmanager, each one of two, and end there.

The alerts are written by this story and go through the daemon's own configuration and deliverer, in the program
deliver_lines, at a pace of a second instead of half a minute."""

import base64
import contextlib
import datetime
import json

from support import skip, story, wait_for
from support.deliver import ALERTMANAGER, Alertmanager, Deliver, Keeper, alert

WORD = "word"
WEB = 'basic_auth_users:\n  roomtone: $2b$04$abcdefghijklmnopqrstuuB/GrfUOm5dtrEiT8lcouu5XB5ftbWLi\n'
PACE = ("--resend-ms", 1000, "--repeat-ms", 3000, "--retry-max-ms", 200)


def at(seconds_ago):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def time_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def alerts_text(*urls, **more):
    lines = ["[alerts]", 'instance = "story"', 'external_url = "https://g.example/?room={key}"',
             "[alerts.alertmanager]", "urls = [" + ", ".join(f'"{url}"' for url in urls) + "]"]
    return "\n".join(lines + [f'{key} = "{value}"' for key, value in more.items()]) + "\n"


def two_peers(s, stack):
    told = Keeper()
    stack.callback(told.close)
    x, y = (Alertmanager(s.folder, name, f"http://127.0.0.1:{told.port}/") for name in "xy")
    stack.callback(x.kill)
    stack.callback(y.kill)
    x.start()
    wait_for("x to be ready", x.ready)
    deliver = Deliver(s.folder, "d", alerts_text(x.url, y.url), *PACE)
    stack.callback(deliver.kill)

    began = at(60)
    deliver.tell(alert("derby", "firing", began))
    seen = wait_for("x to hear of it", lambda: x.alerts().get("t/derby"), deliver.log_text)
    s.equal("its labels", seen["labels"], {
        "alertname": "RoomtoneToneShift", "room": "t/derby", "topic": "derby", "direction": "down",
        "severity": "warning", "instance": "story", "rule": "default"})
    s.check("its annotations are all texts", all(isinstance(v, str) for v in seen["annotations"].values()),
            seen["annotations"])
    s.equal("with the words", seen["annotations"]["words_down"], "awful, caf\u00e9")
    s.equal("its beginning", time_of(seen["startsAt"]).isoformat()[:23], time_of(began).isoformat()[:23])
    s.equal("its link", seen["generatorURL"], "https://g.example/?room=t%2Fderby")
    ahead = (time_of(seen["endsAt"]) - time_of(seen["updatedAt"])).total_seconds()
    s.check("it ends by itself four resends after it was told", 0 < ahead <= 4.0, ahead)
    s.check("the other one is down, and that is known", wait_for(
        "failures", lambda: deliver.samples()[f"127.0.0.1:{y.port}"]["failed"] > 0))

    y.start()
    wait_for("y to hear of it once it is back", lambda: "t/derby" in y.alerts())
    first = x.alerts()["t/derby"]["updatedAt"]
    wait_for("x to hear of it again", lambda: x.alerts().get("t/derby", {}).get("updatedAt", first) != first)
    prints = wait_for("both to know it", lambda: (lambda a, b: a and b and (a, b))(
        *(peer.alerts().get("t/derby", {}).get("fingerprint") for peer in (x, y))))
    s.equal("by the same labels", prints[0], prints[1])
    x.kill()
    x.start()
    wait_for("x, restarted without its memory, to hear of it", lambda: "t/derby" in x.alerts())

    deliver.tell(alert("derby", "unknown", began, at(10), n=3))
    unclear = wait_for("too little is heard to tell", lambda: next(
        (one for one in x.alerts().values() if one["annotations"]["state"] == "unknown"), None))
    s.equal("which resolves nothing", unclear["status"]["state"], "active")

    def notified(status):
        for request in list(told.requests):
            for one in json.loads(request["body"])["alerts"]:
                if one["status"] == status and one["labels"]["room"] == "t/derby":
                    return one
        return None

    over = at(1)
    deliver.tell(alert("derby", "resolved", began, over))
    end = wait_for("people to hear that it is over", lambda: notified("resolved"))
    s.equal("at its own time", time_of(end["endsAt"]).isoformat()[:23], time_of(over).isoformat()[:23])
    wait_for("it is listed no longer", lambda: not x.alerts() and not y.alerts())

    again = at(0)
    deliver.tell(alert("derby", "firing", again))
    wait_for("the other one to know, too", lambda: "t/derby" in y.alerts())
    fires = wait_for("it fires again", lambda: x.alerts().get("t/derby"))
    s.equal("from its new beginning", time_of(fires["startsAt"]).isoformat()[:23], time_of(again).isoformat()[:23])

    before = deliver.samples()[f"127.0.0.1:{x.port}"]
    deliver.tell(*(alert(f"n{i}", "firing", began) for i in range(300)))
    wait_for("300 more", lambda: len(x.alerts()) == 301 and len(y.alerts()) == 301, lambda: len(x.alerts()))
    after = deliver.samples()[f"127.0.0.1:{x.port}"]
    s.check("in few requests, none of them refused",
            after["refused"] == 0 and after["accepted"] - before["accepted"] < 100, (before, after))
    page = deliver.metrics()
    s.equal("the metrics page tells of it",
            page[f'roomtone_alertmanager_alerts{{alertmanager="127.0.0.1:{x.port}"}}'], 301)
    s.check("and of what failed", page[
        f'roomtone_alertmanager_sends_total{{alertmanager="127.0.0.1:{y.port}",result="failed"}}'] > 0, page)
    s.equal("it ends with its input", deliver.end(), 0)
    wait_for("what nobody speaks of any more to end by itself", lambda: not x.alerts() and not y.alerts())
    s.check("alerts of a Roomtone that is gone end by themselves", x.ready() and y.ready())


def with_password(s, stack):
    told = Keeper()
    stack.callback(told.close)
    z = Alertmanager(s.folder, "z", f"http://127.0.0.1:{told.port}/", WEB)
    stack.callback(z.kill)
    z.start()
    password = s.folder / "password"
    password.write_text(WORD + "\n")
    password.chmod(0o600)
    deliver = Deliver(s.folder, "p", alerts_text(z.url, username="roomtone", password_file=password), *PACE)
    stack.callback(deliver.kill)
    deliver.tell(alert("derby", "firing", at(5)))
    name = f"127.0.0.1:{z.port}"
    wait_for("the one with a password to take it", lambda: deliver.samples()[name]["accepted"] > 0, deliver.log_text)
    password.write_text("another\n")
    wrong = Deliver(s.folder, "w", alerts_text(z.url, username="roomtone", password_file=password), *PACE)
    stack.callback(wrong.kill)
    wrong.tell(alert("derby", "firing", at(5)))
    wait_for("a wrong one to be told of", lambda: "answered 401" in wrong.log_text())
    s.equal("and nothing of it got through", wrong.samples()[name]["accepted"], 0)
    for one in (deliver, wrong):
        log = one.log_text()
        basic = base64.b64encode(b"roomtone:word").decode()
        s.check("no password is in a log", "another" not in log and basic not in log, log)
    s.check("the log is told once that it fails", wrong.log_text().count("alerts not delivered") == 1, wrong.log_text())


def main():
    if ALERTMANAGER is None:
        skip("no prometheus-alertmanager here; scripts/setup installs it")
    with story("alertmanager: each one hears of alerts, and of their end") as s, contextlib.ExitStack() as stack:
        two_peers(s, stack)
        with_password(s, stack)


if __name__ == "__main__":
    main()
