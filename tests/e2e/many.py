#!/usr/bin/python3
"""More hashtags and authors than anybody can list: memory and the metrics page stay as large as they are.

    many.py [DISTINCT]     different hashtags, and as many authors (50000)
"""

import json
import pathlib
import re
import socket
import sys

from support import configuration, roomtone, story, wait_for

BLOCK = 5000
GROWN_MIB = 48


def lines(first, count):
    """Each by an author of its own, with a hashtag of its own, and now and then one of a topic."""
    now = 1_783_176_600_000_000
    for i in range(first, first + count):
        # A second of event time for 1,000 messages, as a busy network has.
        yield json.dumps({"id": f"m{i}", "author": f"author{i}", "lang": "en", "time": now + i * 1000, "seen": now + i * 1000,
                          "text": f"a lovely day #tag{i} {'#derby' if i % 10 == 0 else ''} @friend{i}", "tags": [f"told{i}"]})


def rss_mib(daemon):
    status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def main():
    distinct = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with story(f"many: {distinct} hashtags and authors") as s:
        daemon = s.daemon("s", configuration(
            s.folder, [{"name": "t", "kind": "tcp", "format": "own", "listen": "127.0.0.1:0", "corrections": False}],
            topics={"derby": "#derby", "tagged": "tag:told7"}, store={"memory_max": "16MiB"})).start()
        seen = []  # after each fifth: memory, series, bytes of the page
        sent = 0
        with socket.create_connection(daemon.port("t")) as connection:
            for fifth in range(1, 6):
                while sent < distinct * fifth // 5:
                    count = min(BLOCK, distinct * fifth // 5 - sent)
                    connection.sendall("".join(line + "\n" for line in lines(sent, count)).encode())
                    sent += count
                wait_for(f"{sent} messages", lambda: daemon.column("t", "counted") == sent, patience=600)
                page = daemon.get("/metrics")[2]
                series = sum(1 for line in page.splitlines() if line and not line.startswith("#"))
                seen.append((rss_mib(daemon), series, len(page)))
                s.note(f"{sent:>9,} distinct: RSS {seen[-1][0]:.0f} MiB, {series} series, a page of {len(page):,} bytes")
        first, last = seen[0], seen[-1]
        s.check("no series for any of them", last[1] <= first[1] + 50 and "tag1" not in page and "author1" not in page,
                seen)
        s.check("and the page hardly grows", last[2] < first[2] * 1.2, seen)
        # Memtables fill up, panes come and go. A table of what was heard would take 100 bytes of each at least, which a
        # million shows and fifty thousand do not.
        s.check(f"memory has grown by less than {GROWN_MIB} MiB", last[0] - first[0] < GROWN_MIB, seen)
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        verified = roomtone("verify", "--data", s.folder / "s.store").stdout
        s.check("and the ledger balances", "ledger balances" in verified, verified)


if __name__ == "__main__":
    main()
