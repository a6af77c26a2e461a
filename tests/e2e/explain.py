#!/usr/bin/python3
"""A moderator asks why: S05 (named atmospheres), S54 (evidence with every figure), S63 (nobody is named)."""

import json
import math
import socket
import time

from support import Query, configuration, roomtone, story, wait_for

MINUTE = 60 * 10**6
CALM = ["The derby starts at noon.", "A nice day for the derby.", "The horses look fine at the derby today."]
ANGRY = ["What an awful derby, this is terrible.", "Awful riding and an awful derby.", "The derby was a disgrace, awful."]


def say(address, lines):
    with socket.create_connection(address) as client:
        client.sendall("\n".join(json.dumps(line) for line in lines).encode() + b"\n")


def line(author, when, text):
    return {"id": f"{author}-{when}", "author": author, "time": when, "seen": when, "lang": "en", "text": text}


def total(shift):
    return shift["rest"] + sum(word["contribution"] for word in shift["words"])


def main():
    with story("explain: why a room is as it is") as s:
        source = {"name": "chat", "kind": "tcp", "listen": "127.0.0.1:0"}
        daemon = s.daemon("s", configuration(s.folder, [source], topics={"derby": "derby"})).start()
        query = Query(daemon.query)
        query.ask("EXPLAIN", key="room")
        s.equal("before anything was heard there is nothing to explain", query.answer()[1]["code"], "unavailable")

        now = time.time_ns() // 1000
        end = now // (10 * 10**6) * 10 * 10**6  # of the window: the last full 10 s
        lines = []
        for i in range(120):
            lines.append(line(f"early{i}", end - 50 * MINUTE + i * 20 * 10**6, CALM[i % 3]))
        for i in range(90):
            lines.append(line(f"late{i}", end - 4 * MINUTE + i * 10**6, ANGRY[i % 3]))
        # One voice more, with a word of its own: it must not be told.
        for i in range(5):
            lines.append(line("gossip", end - 2 * MINUTE + i * 10**6, "The awful derby of Zanzibarius is terrible."))
        say(daemon.port("chat"), lines)
        wait_for("all to be counted", lambda: daemon.column("chat", "counted") == len(lines))

        def ask(**arguments):
            query.ask("EXPLAIN", **arguments)
            verb, answer = query.answer()
            s.check(f"EXPLAIN {arguments} is answered", verb == "EXPLAIN", answer)
            return answer

        answer = wait_for("the window", lambda: (lambda a: a if a["now"]["n"] == 95 else None)(
            ask(key="t/derby", window="300s", end_us=end)))
        s.equal("it counts both spans", (answer["now"]["n"], answer["before"]["n"]), (95, 120))
        s.check("the room is named by its mood", answer["now"]["name"] in ("tense", "uneasy"), answer["now"])
        s.check("the tone fell", answer["now"]["tone"] < answer["before"]["tone"] - 0.1, answer["sentence"])
        shift = answer["shift"]
        s.check("its parts sum to the change", math.isclose(total(shift), shift["change"], abs_tol=2e-5), shift)
        s.check("change and gap are the change of the published tone",
                math.isclose(shift["change"] + shift["gap"], answer["now"]["tone"] - answer["before"]["tone"],
                             abs_tol=1e-5), shift)
        words = {word["word"]: word for word in shift["words"]}
        s.check("'awful' pulled it down", "awful" in words and words["awful"]["contribution"] < -0.02, list(words))
        s.check("because it is said more often", words["awful"]["frequency"] < 0 and
                words["awful"]["share_now"] > words["awful"]["share_before"], words["awful"])
        s.check("the sentence says so", "fell" in answer["sentence"] and "'awful'" in answer["sentence"],
                answer["sentence"])
        s.check("all voices are new", answer["voices"]["new_share"] == 1, answer["voices"])
        told = json.dumps(answer).lower()
        s.check("a word of one voice is not told, and nobody is", not any(
            name in told for name in ("zanzibarius", "gossip", "late1", "early1")), told)

        # The same figures from the daemon, through the command line, and from the store's folder.
        def explain(*arguments):
            return roomtone("explain", "t/derby", "--at", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end / 10**6)),
                            *arguments).stdout
        over_network = explain("--query", daemon.query, "--json")
        s.equal("the command line gives the daemon's answer", json.loads(over_network), answer)
        s.equal("and the same from a store that the daemon holds",
                explain("--data", s.folder / "s.store", "--json"), over_network)
        screen = explain("--query", daemon.query)
        s.check("on a screen there are bars and no escapes", "awful" in screen and "\x1b" not in screen, screen)
        s.check("colours can be had", "\x1b[31m" in explain("--query", daemon.query, "--color", "always"))
        s.check("and be switched off", "\x1b" not in explain("--query", daemon.query, "--color", "always", "--no-color"))
        for row in screen.splitlines():
            s.note(row)
        s.equal("a room that is none is refused", roomtone("explain", "/a/", check=False).returncode, 64)
        query.ask("EXPLAIN", key="t/derby", window="61s")
        s.equal("a window that is none, too", query.answer()[1]["code"], "bad_arguments")
        began = time.monotonic()
        ask(key="room", window="86400s")
        s.note(f"a day was explained in {(time.monotonic() - began) * 1000:.0f} ms")

        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        s.equal("a stopped daemon's store says the same", json.loads(explain("--data", s.folder / "s.store", "--json")),
                answer)
        gone = roomtone("explain", "t/derby", "--query", daemon.query, check=False)
        s.check("and a daemon that is gone is told of", gone.returncode == 69 and "Is roomtoned running" in gone.stderr,
                gone.stderr)


if __name__ == "__main__":
    main()
