#!/usr/bin/python3
"""A feed with keys: who is let in, what each may read, and that everybody else gets nothing and is counted."""

import time

from support import Query, Subscriber, configuration, file_source, roomtone, roomtoned, story, wait_for


def key_of(folder, name):
    """Makes a pair as people do, and reads it back."""
    roomtone("keygen", folder / name)
    return tuple((folder / f"{name}.{ending}").read_text().strip() for ending in ("pub", "key"))


def main():
    with story("feed: keys and permissions") as s:
        server, wall, desk, stranger = (key_of(s.folder, name) for name in ("feed", "wall", "desk", "stranger"))
        s.equal("only its owner may read a secret key", (s.folder / "feed.key").stat().st_mode & 0o777, 0o600)
        again = roomtone("keygen", s.folder / "feed", check=False)
        s.equal("keygen replaces nothing", (again.returncode, (s.folder / "feed.key").read_text().strip()),
                (69, server[1]))

        recording = s.folder / "said.jsonl"
        now = time.time_ns() // 1000
        recording.write_text("".join(
            f'{{"id":"{i}","author":"a{i}","time":{now},"lang":"en","text":"a lovely {what}"}}\n'
            for i, what in enumerate(["derby", "tea", "derby"])))
        readers = [{"name": "wall", "public_key": wall[0], "prefixes": ["/a/t/derby/"]},
                   {"name": "desk", "public_key": desk[0], "prefixes": [""]}]
        publish = {"feed": "tcp://0.0.0.0:0", "query": "tcp://0.0.0.0:0", "secret_key_file": str(s.folder / "feed.key"),
                   "reader": readers}

        def text(**changed):
            return configuration(s.folder, [file_source("f", [recording])], topics={"derby": "derby", "tea": "tea"},
                                 publish={**publish, **changed})

        def refused(claim, of, *expected):
            (s.folder / "bad.toml").write_text(of)
            ended = roomtoned("--config", s.folder / "bad.toml")
            s.check(f"{claim} is refused", ended.returncode == 78 and all(e in ended.stderr for e in expected),
                    (ended.returncode, ended.stderr))

        refused("every address without a key", configuration(s.folder, [file_source("f", [recording])],
                                                              publish={"feed": "tcp://0.0.0.0:0"}), "CURVE")
        (s.folder / "feed.key").chmod(0o644)
        refused("a secret key that others may read", text(), "0600")
        check = roomtone("check-config", "--config", s.folder / "bad.toml", check=False)
        s.equal("by check-config too", (check.returncode, "0600" in check.stderr), (78, True))
        (s.folder / "feed.key").chmod(0o600)
        refused("a reader with half a key", text(reader=[{**readers[0], "public_key": wall[0][:20]}]),
                "publish.reader[0].public_key", "keygen")
        refused("a reader without prefixes", text(reader=[{k: v for k, v in readers[0].items() if k != "prefixes"}]),
                "publish.reader[0].prefixes")
        refused("a prefix that means its neighbours too", text(reader=[{**readers[0], "prefixes": ["/a/t/derby"]}]),
                "publish.reader[0].prefixes")
        refused("two readers with one key", text(reader=[readers[0], {**readers[1], "public_key": wall[0]}]), "once")
        refused("readers without a server key",
                configuration(s.folder, [file_source("f", [recording])], publish={"reader": readers}),
                "secret_key_file")

        daemon = s.daemon("s", text()).start()
        feed, ask_at = (where.replace("0.0.0.0", "127.0.0.1") for where in (daemon.feed, daemon.query))

        def asked(keys, verb, **arguments):
            query = Query(ask_at, keys=keys)
            query.ask(verb, **arguments)
            found = query.answer()
            query.close()
            return found
        desk_keys, wall_keys = (server[0], *desk), (server[0], *wall)
        wait_for("both topics", lambda: len(asked(desk_keys, "KEYS")[1]["keys"]) >= 12)

        # The limited reader gets its topic, and only that.
        everything = Subscriber(feed, "/a/", "/ctl/", "/hb/", keys=desk_keys)
        limited = Subscriber(feed, "", "/a/", "/a/t/tea/", "/a/t/derby/", "/ctl/", "/hb/", keys=wall_keys)
        s.check("a reader on the list is let in", everything.heartbeat() and limited.heartbeat())
        s.equal("STATUS says what it may read", asked(wall_keys, "STATUS")[1]["may_read"], ["/a/t/derby/"])
        query = Query(ask_at, keys=wall_keys)
        values, _ = query.snapshot("/a/t/derby/")
        s.equal("a snapshot within that is answered", len(values), 4)
        for verb, arguments in (("SNAPSHOT", {}), ("SNAPSHOT", {"prefix": "/a/t/"}), ("KEYS", {"prefix": "/a/t/tea/"}),
                                ("REPLAY", {"key": "/a/room/60s/", "epoch": 1, "from_key_seq": 1}),
                                ("HISTORY", {"key": "t/tea", "from_us": 0, "to_us": 1}),
                                ("EXPLAIN", {"key": "t/tea"})):
            s.equal(f"{verb} {arguments} is forbidden", asked(wall_keys, verb, **arguments)[1].get("code"), "forbidden")
        verb, answer = asked(wall_keys, "HISTORY", key="t/derby", from_us=now - 10**9, to_us=now + 10**9)
        s.equal("history within it is answered", (verb, sum(row["n"] for row in answer["rows"])), ("HISTORY", 2))

        s.equal("and what it may read is explained to it", asked(wall_keys, "EXPLAIN", key="t/derby")[0], "EXPLAIN")

        # Those who are not let in.
        before = daemon.metrics()
        no_key = Subscriber(feed, "", keys=None)
        wrong_key = Subscriber(feed, "", keys=(server[0], *stranger))
        wrong_server = Subscriber(feed, "", keys=(stranger[0], *desk))

        def counted(reason):
            return daemon.metrics()[f'roomtone_feed_refused_total{{reason="{reason}"}}']
        wait_for("the refusals to be counted", lambda: counted("key_denied") >= 1 and counted("handshake_failed") >= 2)
        s.equal("subscriptions beyond the permission are counted", counted("subscription_forbidden"), 3)
        s.equal("questions beyond it too", counted("query_forbidden"), 6)
        s.equal("nobody was denied before", before['roomtone_feed_refused_total{reason="key_denied"}'], 0)

        shown = roomtone("watch", "--once", "--json", "--connect", feed, "--query", ask_at, "--server-key",
                         s.folder / "feed.pub", "--key", s.folder / "wall.key", "--key-prefix", "t/derby/")
        s.check("roomtone watch takes keys", '"t/derby"' in shown.stdout, (shown.stdout, shown.stderr))

        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        s.check("the reader of everything hears the end", everything.until(lambda u: u.key == "/ctl/"))
        s.check("the limited one too", limited.until(lambda u: u.key == "/ctl/"))
        s.equal("which never heard of anything else",
                [u.key for u in limited.updates if not u.key.startswith(("/a/t/derby/", "/hb/", "/ctl/"))], [])
        for claim, refused_one in (("without a key", no_key), ("with a key that is not on the list", wrong_key),
                                   ("with another server's key", wrong_server)):
            refused_one.drain()
            s.equal(f"who comes {claim} gets nothing", refused_one.updates, [])
        s.check("no secret is in the log", not any(secret in daemon.log_text() for _, secret in
                                                   (server, wall, desk, stranger)))


if __name__ == "__main__":
    main()
