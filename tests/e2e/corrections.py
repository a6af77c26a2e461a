#!/usr/bin/python3
"""Edits and deletes of a live source take back what was counted: in windows, in history, and across a restart.

Two instances of the fediverse send the same posts, each under ids of its own; deletes name those.
"""

import json
import socket
from datetime import datetime, timedelta, timezone

from support import Subscriber, configuration, history, ledgers, rows, story, totals, wait_for

NOW = datetime.now(timezone.utc).replace(microsecond=0)


def status(uri, local, text, edited=None):
    return {"id": str(local), "uri": f"https://one.example/{uri}", "created_at": NOW.isoformat(), "visibility": "public",
            "content": f"<p>{text}</p>", "account": {"id": "1", "acct": f"writer{uri}", "url": f"https://one.example/@{uri}"},
            **({"edited_at": (NOW + timedelta(seconds=edited)).isoformat()} if edited else {})}


def event(name, payload):
    return {"stream": ["public"], "event": name, "payload": payload if isinstance(payload, str) else json.dumps(payload)}


def main():
    with story("corrections: edits and deletes") as s:
        daemon = s.daemon("s", configuration(s.folder, [
            {"name": name, "kind": "tcp", "format": "mastodon", "listen": "127.0.0.1:0"} for name in ("one", "two")],
            topics={"derby": "derby"})).start()

        def send(source, *events):
            with socket.create_connection(daemon.port(source)) as connection:
                connection.sendall("".join(json.dumps(e) + "\n" for e in events).encode())

        def note(source, name):
            return daemon.metrics().get(f'roomtone_ledger_notes_total{{source="{source}",note="{name}"}}', 0)

        def day():
            return {row["key"]: row for row in rows(history(s.folder / "s.store", "1d"))}

        reader = Subscriber(daemon.feed, "/a/t/derby/60s/")

        def told(claim, **expected):
            found = reader.until(lambda u: all(u.body.get(name) == n for name, n in expected.items()))
            s.check(claim, found, [u.body for u in reader.updates[-1:]])
        send("one", *(event("update", status(i, 100 + i, "a lovely derby")) for i in range(6)))
        wait_for("six posts", lambda: daemon.column("one", "counted") == 6)
        send("two", *(event("update", status(i, 500 + i, "a lovely derby")) for i in range(6)))
        wait_for("their repeats", lambda: daemon.column("two", "duplicate") == 6)
        told("the feed tells of six", n=6, pos=6)

        send("one", event("status.update", status(0, 100, "an awful derby", edited=5)))
        told("an edit replaces: as many posts, one of them sad now", n=6, pos=5, neg=1)
        send("one", event("status.update", status(0, 100, "a lovely derby", edited=2)))
        wait_for("an older edit to be a repeat", lambda: daemon.column("one", "duplicate") == 1)
        send("one", event("delete", "101"))
        told("a delete by the local id takes back", n=5)
        send("two", event("delete", "502"))
        told("and one by the other instance's id of a post that came from the first", n=4)
        send("two", event("delete", "103"))
        wait_for("a delete by an id that is another instance's to find nothing",
                 lambda: note("two", "retraction_unmatched") == 1)
        send("two", event("delete", "501"))
        wait_for("a delete of what is deleted to find nothing", lambda: note("two", "retraction_unmatched") == 2)

        wait_for("all of it on disk", lambda: totals(s.folder / "s.store") == {"room": 4, "t/derby": 4},
                 seen=lambda: totals(s.folder / "s.store"))
        daemon.kill()
        daemon.start()
        send("two", event("delete", "500"))
        wait_for("a delete after kill -9 to take back the edited text", lambda: note("two", "retracted") == 2)
        send("one", event("update", status(1, 101, "a lovely derby")), event("delete", "104"),
             event("update", status(6, 106, "a sad derby")))
        wait_for("what was deleted before the restart to stay deleted", lambda: daemon.column("one", "duplicate") == 2)
        wait_for("and the next to be counted", lambda: daemon.column("one", "counted") == 8)
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        after = day()
        for key in ("room", "t/derby"):
            s.equal(f"{key}: two lovely ones are left and a sad one",
                    [after[key][name] for name in ("n", "pos", "neg", "voices")], [3, 2, 1, 3])
        by_source = ledgers(s.folder / "s.store")
        s.equal("counted less retracted, over both ledgers, is what is left",
                sum(ledger.get("counted", 0) - ledger.get("retracted", 0) for ledger in by_source.values()), 3)
        for name, ledger in by_source.items():
            s.equal(f"every record of {name} has its column", sum(ledger.get(c, 0) for c in ("counted", "duplicate", "retraction")),
                    ledger["records"])


if __name__ == "__main__":
    main()
