#!/usr/bin/python3
"""Webhooks: signed messages, at least once under one id, and the guards of a receiver's address.

The alerts are written by this story and go through the daemon's own configuration and deliverer, in the program
deliver_lines."""

import base64
import contextlib
import datetime
import hashlib
import hmac
import json
import ssl
import time

from support import story, wait_for
from support.deliver import Deliver, Keeper, alert
from support.jetstream import certificate

SECRET = bytes(range(100, 132))
STARTS = "2026-11-22T12:00:00.000000Z"


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def good_signature(request):
    """As a receiver checks it: Standard Webhooks 1.0."""
    headers = request["headers"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request["body"]
    expected = "v1," + base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(expected, headers["webhook-signature"])


class Stage:
    def __init__(self, s, stack):
        self.s, self._stack, self._runs = s, stack, 0
        self.secret = s.folder / "secret"
        self.secret.write_text("whsec_" + base64.b64encode(SECRET).decode() + "\n")
        self.secret.chmod(0o600)

    def keeper(self, *arguments, **more):
        keeper = Keeper(*arguments, **more)
        self._stack.callback(keeper.close)
        return keeper

    def hook(self, url, *pace, networks=("127.0.0.1",), **more):
        """A deliverer with one webhook, "h"."""
        self._runs += 1
        text = ('[alerts]\ninstance = "story"\n[[alerts.webhook]]\nname = "h"\n'
                f'url = "{url}"\nsecret_file = "{self.secret}"\n'
                f"allow_networks = {json.dumps(list(networks))}\n" + "".join(f'{k} = "{v}"\n' for k, v in more.items()))
        deliver = Deliver(self.s.folder, f"d{self._runs}", text, "--retry-max-ms", 50, *pace)
        self._stack.callback(deliver.kill)
        return deliver


def messages(s, stage):
    answers = [500, 503]
    keeper = stage.keeper(lambda request: (answers.pop(0) if answers else 204, {}, b""))
    deliver = stage.hook(f"http://127.0.0.1:{keeper.port}/in?token=canary-path")
    deliver.tell(alert("derby", "firing", STARTS))
    wait_for("it to be taken", lambda: deliver.samples()["h"]["accepted"] == 1, deliver.log_text)
    requests = list(keeper.requests)
    s.equal("it was tried until it was taken", len(requests), 3)
    s.equal("under one id", len({request["headers"]["webhook-id"] for request in requests}), 1)
    s.equal("in the same bytes", len({request["body"] for request in requests}), 1)
    s.check("each signed well", all(good_signature(request) for request in requests))
    spoiled = {**requests[0], "body": requests[0]["body"].replace(b"derby", b"dirby")}
    s.check("a changed one would be seen", not good_signature(spoiled))
    s.equal("posted to its path", requests[0]["path"], "/in?token=canary-path")
    s.equal("as a CloudEvent", requests[0]["headers"]["Content-Type"], "application/cloudevents+json; charset=utf-8")
    stamp = int(requests[0]["headers"]["webhook-timestamp"])
    s.check("with the time of the try", abs(stamp - time.time()) < 3600, stamp)
    event = json.loads(requests[0]["body"])
    s.equal("whose attributes are", {k: event[k] for k in ("specversion", "source", "type", "subject", "time", "id")}, {
        "specversion": "1.0", "source": "/roomtone/story", "type": "io.roomtone.alert.raised.v1", "subject": "t/derby",
        "time": STARTS, "id": requests[0]["headers"]["webhook-id"]})
    s.equal("and which carries the alert", (event["data"]["tone_now"], event["data"]["words_down"]),
            (-0.25, ["awful", "café"]))
    deliver.tell(alert("derby", "firing", STARTS, n=341), alert("derby", "resolved", STARTS, now()),
                 alert("derby", "resolved", STARTS, now()))
    wait_for("its end", lambda: deliver.samples()["h"]["accepted"] == 2)
    s.equal("a change is no message, its end is one", [json.loads(r["body"])["type"] for r in keeper.requests[3:]],
            ["io.roomtone.alert.cleared.v1"])
    log = deliver.log_text()
    s.check("neither secret nor path is in the log", "whsec_" not in log and "canary-path" not in log and
            base64.b64encode(SECRET).decode() not in log, log)
    s.equal("ends with its input", deliver.end(), 0)


def answers(s, stage):
    elsewhere = stage.keeper()
    away = stage.keeper(lambda request: (307, {"Location": f"http://127.0.0.1:{elsewhere.port}/"}, b""))
    deliver = stage.hook(f"http://127.0.0.1:{away.port}/", "--give-up-ms", 300)
    deliver.tell(alert("derby", "firing", STARTS))
    wait_for("a redirect to be given up", lambda: deliver.samples()["h"]["given_up"] == 1)
    s.equal("which the metrics page tells",
            deliver.metrics()['roomtone_webhook_dropped_total{webhook="h",reason="given_up"}'], 1)
    s.check("it was tried more than once and followed never", len(away.requests) > 1 and not elsewhere.requests)

    endless = stage.keeper(lambda request: (200, {}, b"x" * 70_000))
    deliver = stage.hook(f"http://127.0.0.1:{endless.port}/")
    deliver.tell(alert("derby", "firing", STARTS))
    wait_for("an answer beyond 64 KiB to be a failure", lambda: deliver.samples()["h"]["failed"] > 0)

    def hang(request):
        time.sleep(2)
        return 200, {}, b""
    slow = stage.keeper(hang)
    deliver = stage.hook(f"http://127.0.0.1:{slow.port}/", "--time-ms", 200)
    deliver.tell(alert("derby", "firing", STARTS))
    wait_for("no answer in time to be a failure", lambda: "no answer in time" in deliver.log_text())

    picky = stage.keeper(lambda request: (400 if b"bad" in request["body"] else 200, {}, b"no, thanks"))
    deliver = stage.hook(f"http://127.0.0.1:{picky.port}/")
    deliver.tell(alert("bad", "firing", STARTS), alert("good", "firing", STARTS))
    wait_for("the good one", lambda: deliver.samples()["h"]["accepted"] == 1)
    s.equal("a refused one is not sent again", [len([r for r in picky.requests if b"bad" in r["body"]]),
                                              deliver.samples()["h"]["refused"]], [1, 1])


def guards(s, stage):
    keeper = stage.keeper()
    rows = {
        "loopback": f"https://127.0.0.1:{keeper.port}/",
        "loopback by its name": f"https://localhost:{keeper.port}/",
        "loopback as a number": f"https://2130706433:{keeper.port}/",
        "loopback in hexadecimal": f"https://0x7f000001:{keeper.port}/",
        "loopback in short": f"https://127.1:{keeper.port}/",
        "loopback inside version 6": f"https://[::ffff:127.0.0.1]:{keeper.port}/",
        "where clouds keep secrets": "https://169.254.169.254/latest/meta-data/",
        "a private network": "https://10.0.0.1/",
        "another one than was named": f"https://127.0.0.1:{keeper.port}/",
    }
    for name, url in rows.items():
        deliver = stage.hook(url, networks=["10.9.0.0/16"] if "named" in name else [])
        deliver.tell(alert("derby", "firing", STARTS))
        wait_for(f"{name} to be refused", lambda: "not connected: " in deliver.log_text(), deliver.log_text)
        s.check(f"{name} is refused", "which nobody has allowed" in deliver.log_text(), deliver.log_text())
    s.equal("and nobody was connected to", keeper.requests, [])


def tls(s, stage):
    cert, key = certificate(s.folder, "hook", "IP:127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    keeper = stage.keeper(context=context)
    url = f"https://127.0.0.1:{keeper.port}/"
    deliver = stage.hook(url, ca_file=cert)
    deliver.tell(alert("derby", "firing", STARTS))
    wait_for("a message over TLS", lambda: deliver.samples()["h"]["accepted"] == 1, deliver.log_text)
    s.check("over TLS, signed too", good_signature(keeper.requests[0]))
    stranger = stage.hook(url)
    stranger.tell(alert("derby", "firing", STARTS))
    wait_for("a stranger's certificate to be refused", lambda: "certificate is not good" in stranger.log_text(),
             stranger.log_text)
    misnamed = stage.hook(f"https://localhost:{keeper.port}/", ca_file=cert, networks=["127.0.0.1", "::1"])
    misnamed.tell(alert("derby", "firing", STARTS))
    wait_for("a certificate of another name to be refused", lambda: misnamed.samples()["h"]["failed"] > 0)
    s.equal("nothing was sent to either", len(keeper.requests), 1)


def main():
    with story("webhook: signed, at least once, and only where it may go") as s, contextlib.ExitStack() as stack:
        stage = Stage(s, stack)
        messages(s, stage)
        answers(s, stage)
        guards(s, stage)
        tls(s, stage)


if __name__ == "__main__":
    main()
