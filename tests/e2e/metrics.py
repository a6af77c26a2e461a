#!/usr/bin/python3
"""The admin port: metrics by the letter of the text format 0.0.4, a cap that holds, health, and who is turned away."""

import json
import math
import re
import socket
import time

from support import PATIENCE, configuration, story, wait_for

TOPICS = 500
SERIES_MAX = 100

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"'
VALUE = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|NaN|[+-]Inf"
HELP = re.compile(rf"# HELP ({NAME}) ((?:[^\\\n]|\\\\|\\n)*)")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge|histogram|summary|untyped)")
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL}(?:,{LABEL})*)?)\}})? ({VALUE})(?: (-?\d+))?")


def parse(page):
    """Families by name: (type, help, samples by (name, labels)). An AssertionError says what is not of the format."""
    assert page.endswith("\n"), "the last line has no newline"
    families, current = {}, None
    for line in page[:-1].split("\n"):
        if found := HELP.fullmatch(line):
            assert found.group(1) not in families, f"two families {found.group(1)}"
            current = families[found.group(1)] = ["", found.group(2), {}]
            name = found.group(1)
        elif found := TYPE.fullmatch(line):
            assert found.group(1) == name and not current[0] and not current[2], f"misplaced: {line}"
            current[0] = found.group(2)
        else:
            found = SAMPLE.fullmatch(line)
            assert found, f"not of the format: {line}"
            of_family = found.group(1) == name or (current[0] in ("histogram", "summary") and
                                                   re.fullmatch(name + "_(bucket|sum|count)", found.group(1)))
            assert of_family and current[0], f"outside its family: {line}"
            labels = re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"', found.group(2) or "")
            assert len(dict(labels)) == len(labels), f"a label twice: {line}"
            key = found.group(1), tuple(sorted(labels))
            assert key not in current[2], f"a series twice: {line}"
            current[2][key] = float(found.group(3))
    for name, (kind, text, samples) in families.items():
        assert kind and text and samples, f"{name} has no type, help or sample"
        assert kind != "counter" or name.endswith("_total"), f"counter {name} does not end in _total"
        assert kind == "counter" or not name.endswith("_total"), f"{name} is no counter"
        assert name.startswith("roomtone_"), f"{name} is not ours"
        if kind == "histogram":
            check_histogram(name, samples)
    return families


def check_histogram(name, samples):
    series = {}
    for (sample, labels), value in samples.items():
        of = tuple(pair for pair in labels if pair[0] != "le")
        series.setdefault(of, []).append((sample, dict(labels).get("le"), value))
    for of, parts in series.items():
        buckets = [(float(le), value) for sample, le, value in parts if le is not None]
        count = [value for sample, le, value in parts if sample == name + "_count"]
        assert buckets == sorted(buckets) and math.isinf(buckets[-1][0]), f"buckets of {name}{of}"
        assert all(a[1] <= b[1] for a, b in zip(buckets, buckets[1:])), f"{name}{of} does not cumulate"
        assert count == [buckets[-1][1]], f"{name}{of}: le=+Inf and _count differ"
        assert any(sample == name + "_sum" for sample, _, _ in parts), f"{name}{of} has no sum"


def check_grammar(s):
    """The check can fail."""
    good = "# HELP roomtone_x_total a\n# TYPE roomtone_x_total counter\nroomtone_x_total{a=\"b\"} 1\n"
    parse(good)
    bad = {"no newline at the end": good[:-1], "a bad label": good.replace('"b"', "b"), "a blank line": good + "\n",
           "a family twice": good + good, "a series twice": good + 'roomtone_x_total{a="b"} 2\n',
           "a sample of another": good + "roomtone_y_total 1\n", "no value": good.replace(" 1\n", "\n")}
    for what, page in bad.items():
        try:
            parse(page)
        except AssertionError:
            continue
        s.check(f"the grammar refuses {what}", False)


def raw(daemon, request):
    """What the port answers to these bytes; nothing when it hangs up."""
    host, port = daemon.admin.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        answer = b""
        try:
            connection.sendall(request)
            while b"\r\n\r\n" not in answer and (more := connection.recv(65536)):
                answer += more
        except ConnectionError:
            pass  # it closed with some of the request unread
        return answer.decode()


def main():
    with story("metrics and the admin port") as s:
        check_grammar(s)
        topics = {f"t{i:03}": f"subject{i:03}" for i in range(TOPICS)}
        text = configuration(s.folder, [{"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}], topics=topics,
                             admin={"series_max": SERIES_MAX})
        daemon = s.daemon("s", text).start()

        status, headers, page = daemon.get("/metrics")
        s.equal("/metrics of an empty daemon", status, 200)
        s.check("is of version 0.0.4", headers["content-type"].startswith("text/plain; version=0.0.4"), headers)
        empty = parse(page)
        s.check("it parses by the letter", True)

        def values(families):
            return [value for _, _, samples in families.values() for value in samples.values()]
        s.check("nothing is NaN or infinite", all(map(math.isfinite, values(empty))), page)
        s.check("rooms that heard nothing have no gauges", "roomtone_topic_tone" not in empty, page)
        s.equal("the ledger balances", empty["roomtone_ledger_imbalance"][2], {("roomtone_ledger_imbalance", ()): 0})

        connection = socket.create_connection(daemon.port("chat"))

        def say(indices, words="a lovely subject{:03} today"):
            now = time.time_ns() // 1000
            lines = [json.dumps({"text": words.format(i), "time": now, "author": f"a{i % 9}", "lang": "en"})
                     for i in indices]
            connection.sendall("".join(line + "\n" for line in lines).encode())

        def scraped(counted):
            wait_for(f"{counted} messages", lambda: daemon.column("chat", "counted") == counted)
            families = parse(daemon.get("/metrics")[2])
            s.check(f"{counted} messages: it parses, and nothing is NaN", all(map(math.isfinite, values(families))))
            return families

        say(range(300, 305))
        few = scraped(5)
        s.equal("few rooms: none is capped", few["roomtone_metric_series_capped"][2],
                {("roomtone_metric_series_capped", ()): 0})
        say(range(TOPICS))
        many = scraped(5 + TOPICS)
        say(range(100, 110), "an awful subject{:03} indeed")
        say([7], "subject{:03} 今日の競馬は最高でした")  # not to be scored
        scraped(5 + TOPICS + 11)

        # Figures of rooms are those of the newest published minute, so they may be a second behind the ledger.
        def messages(families, *but):
            return sum(value for (_, labels), value in families["roomtone_topic_messages_total"][2].items()
                       if dict(labels)["topic"] not in but)

        def all_rooms_scraped():
            families = parse(daemon.get("/metrics")[2])
            return families if messages(families) == 2 * (5 + TOPICS + 11) else None
        more = wait_for("the messages of all rooms to be on the page", all_rooms_scraped)
        s.equal("the rooms shown and 'other' hold every topic's messages", messages(more, "room"), 5 + TOPICS + 11)
        own_series = messages(more, "room", "other")
        s.check("'other' holds the most of them", own_series < TOPICS / 2, own_series)

        def room_series(families):
            return {key: value for name, (_, _, samples) in families.items() if name.startswith("roomtone_topic_")
                    for key, value in samples.items()}
        s.check(f"series of rooms are at most {SERIES_MAX}", SERIES_MAX / 2 < len(room_series(more)) <= SERIES_MAX and
                len(room_series(many)) <= SERIES_MAX, (len(room_series(many)), len(room_series(more))))
        capped = more["roomtone_metric_series_capped"][2][("roomtone_metric_series_capped", ())]
        shown = {dict(labels)["topic"] for _, labels in room_series(more)} - {"room", "other"}
        s.equal("those left out are counted", capped + len(shown), TOPICS)

        s.equal("the tone is told in three readings",
                {dict(labels)["reading"] for _, labels in more["roomtone_topic_tone"][2]}, {"raw", "voice", "reputable"})

        def of_room(name):
            return next(value for (_, labels), value in more[name][2].items() if dict(labels)["topic"] == "room")
        s.equal("all voices are real people", of_room("roomtone_topic_real_people_ratio"), 1)
        # Nine authors speak about as often; the figure is told from a sample.
        s.check("a ninth of the pairs is by one voice", 0.05 < of_room("roomtone_topic_concentration_ratio") < 0.25,
                of_room("roomtone_topic_concentration_ratio"))

        def falls(before, after):
            return [(key, value, after[name][2][key]) for name, (kind, _, samples) in before.items()
                    if kind in ("counter", "histogram")
                    for key, value in samples.items() if name in after and after[name][2].get(key, value) < value]
        s.equal("no counter falls", falls(empty, few) + falls(few, many) + falls(many, more), [])
        s.equal("the ledger balances", more["roomtone_ledger_imbalance"][2], {("roomtone_ledger_imbalance", ()): 0})

        for path in ("/healthz", "/-/healthy"):
            s.equal(f"{path} is ok", (daemon.get(path)[0], daemon.get(path)[2].strip()), (200, "ok"))
        s.equal("/readyz is ready", daemon.get("/readyz")[0], 200)
        status, headers, body = daemon.get("/readyz", headers={"Accept": "application/json"})
        s.equal("as JSON too", (status, headers["content-type"].split(";")[0], json.loads(body)),
                (200, "application/json",
                 {"ready": True, "checks": {"store": "ok", "publish": "ok", "sources": {"chat": "live"}}}))
        for path in ("/metrics", "/healthz", "/readyz"):
            status, headers, body = daemon.get(path, "HEAD")
            s.equal(f"HEAD {path} has a length and no body", (status, int(headers["content-length"]) > 0, body),
                    (200, True, ""))
            s.equal(f"{path} is not to be stored", headers["cache-control"], "no-store")
            for method in ("POST", "PUT", "DELETE", "OPTIONS"):
                status, headers, _ = daemon.get(path, method)
                s.equal(f"{method} {path} is refused", (status, headers.get("allow")), (405, "GET, HEAD"))
        s.equal("another path is not found", daemon.get("/etc/passwd")[0], 404)
        for host in ("evil.example", "127.0.0.1.evil.example", "0.0.0.0"):
            s.equal(f"Host {host} is turned away", daemon.get("/metrics", headers={"Host": host})[0], 403)
        for host in ("localhost", "localhost:1", "127.0.0.1", "[::1]:9"):
            s.equal(f"Host {host} is ours", daemon.get("/healthz", headers={"Host": host})[0], 200)
        answer = raw(daemon, b"GET /metrics HTTP/1.1\r\n\r\n")
        s.check("a request without a Host is refused", answer.split()[1] in ("400", "403"), answer)
        answer = raw(daemon, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n")
        s.check("a header without end is refused", not answer or answer.split()[1].startswith("4"), answer)
        answer = raw(daemon, b"\x16\x03\x01\x02\x00 not http at all\r\n\r\n")
        s.check("what is no HTTP is refused", not answer or answer.split()[1].startswith("4"), answer)
        s.equal("and all is well", daemon.get("/healthz")[0], 200)
        connection.close()
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)


if __name__ == "__main__":
    main()
