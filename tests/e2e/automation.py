#!/usr/bin/python3
"""S25: what schedulers and declared bots post is told as a share, topic by topic; the operator says which clients are such."""

import json
import socket
import time

from support import configuration, story, wait_for


def status(number, text, client):
    """A post of X, v1.1."""
    return {"id_str": str(number), "text": text, "lang": "en", "user": {"id_str": f"u{number}", "screen_name": f"s{number}"},
            "created_at": time.strftime("%a %b %d %H:%M:%S +0000 %Y", time.gmtime()),
            "source": f'<a href="https://client.example" rel="nofollow">{client}</a>'}


def main():
    with story("automation: schedulers and bots, topic by topic") as s:
        def config(clients):
            return configuration(s.folder, [{"name": "t", "kind": "tcp", "listen": "127.0.0.1:0"}],
                                 topics={"derby": "derby", "oaks": "oaks"}, topics_text=clients)
        daemon = s.daemon("s", config("")).start()

        def say(lines):
            with socket.create_connection(daemon.port("t")) as connection:
                connection.sendall("".join(json.dumps(line) + "\n" for line in lines).encode())

        def shares(name="automation"):
            metrics = daemon.metrics()
            return [round(metrics.get(f'roomtone_topic_{name}_ratio{{topic="{topic}",community=""}}', -1), 6)
                    for topic in ("derby", "oaks", "room")]

        say([status(1, "a lovely derby", "Hootsuite Inc."), status(2, "an awful derby", "Twitter for iPhone"),
             status(3, "the derby again", "TweetDeck"), {"text": "derby odds", "author": "odds", "bot": True},
             status(4, "the oaks at last", "Twitter Web App"), status(5, "oaks, what a day", "Racing Desk")])
        wait_for("the share of each topic", lambda: shares() == [0.5, 0, 0.333333], shares)
        s.check("S25: two of four about the derby are automation, and nobody about the oaks", True)
        s.equal("S37: half of the voices there are real people", shares("real_people")[:2], [0.5, 1])

        daemon.config.write_text(config('[automation]\nclients = ["racing desk"]\n'))
        daemon.hangup()
        wait_for("the reload", lambda: any(e["event"] == "reloaded" for e in daemon.log()), daemon.log_text)
        say([status(6, "oaks, oaks", "Racing Desk"), status(7, "derby by schedule", "Hootsuite Inc.")])
        wait_for("the operator's clients in place of the usual ones",
                 lambda: shares()[0] < 0.5 and shares()[1] > 0, shares)
        s.check("S25: from then on another client is automation", True)
        s.equal("it ends well", daemon.stop(), 0)


if __name__ == "__main__":
    main()
