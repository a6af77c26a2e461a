#!/usr/bin/python3
"""Many readers join at once, while the room talks, and each gets its snapshot.

    readers_join.py [READERS]
"""

import resource
import sys
import time

import zmq

from support import Query, configuration, story, wait_for
from support.crowd import Crowd, topics
from support.readers import ROOT, snapshot_of

sys.path.insert(0, str(ROOT / "proto/client/python"))
from roomtone import Options, Reader  # noqa: E402

READERS = int(sys.argv[1]) if len(sys.argv) > 1 else 100
TOPICS = 10


def join_alone(daemon):
    """Seconds until a reader that comes alone holds every key."""
    began = time.monotonic()
    with Reader(daemon.feed, daemon.query) as reader:
        wait_for("a reader alone to be live", lambda: reader.poll(0.01) and reader.state == "live")
        return time.monotonic() - began


def main():
    with story(f"readers: {READERS} join at once") as s:
        source = {"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}
        text = configuration(s.folder, [source], topics=topics(TOPICS))
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # for the daemon too, which inherits it
        daemon = s.daemon("s", text).start()
        crowd = Crowd(daemon.port("chat"), TOPICS, 1)
        crowd.talk()
        query = Query(daemon.query)
        wait_for("every topic to be known", lambda: len(snapshot_of(query)) == 4 * (TOPICS + 1))

        alone = sorted(join_alone(daemon) for _ in range(20))
        s.note(f"one alone holds all {4 * (TOPICS + 1)} keys after {alone[10] * 1000:.0f} ms (median of 20), "
               f"{alone[-1] * 1000:.0f} ms (most)")

        context = zmq.Context()
        context.max_sockets = 2 * READERS + 10
        began, cpu = time.monotonic(), time.process_time()
        options = Options(slow_after=None, patience=30, stale_after=60)  # one thread reads for all of them
        readers = [Reader(daemon.feed, daemon.query, options=options, context=context) for _ in range(READERS)]
        connected = time.monotonic() - began
        poller, waiting, took = zmq.Poller(), {}, []
        for reader in readers:
            for socket in reader.sockets:
                poller.register(socket, zmq.POLLIN)
                waiting[socket] = reader
        left = set(readers)
        deadline = time.monotonic() + 120
        while left and time.monotonic() < deadline:
            for reader in {waiting[socket] for socket, _ in poller.poll(100)} & left:
                reader.poll(0)
                if reader.state == "live":
                    took.append(time.monotonic() - began)
                    left.discard(reader)
                    for socket in reader.sockets:
                        poller.unregister(socket)
        s.equal("every reader is live", len(left), 0)
        s.equal("and holds every key", {len(reader.held) for reader in readers}, {4 * (TOPICS + 1)})
        s.equal("with one snapshot each", {reader.counters.snapshots for reader in readers}, {1})
        took.sort()
        s.note(f"made in {connected:.2f} s; {4 * (TOPICS + 1)} keys held after {took[0]:.2f} s (first), "
               f"{took[len(took) // 2]:.2f} s (median), {took[-1]:.2f} s (last); "
               f"{time.process_time() - cpu:.2f} s of CPU in this process, which reads for all")
        for reader in readers:
            reader.close()
        context.term()
        crowd.close()
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)


if __name__ == "__main__":
    main()
