#!/usr/bin/python3
"""What users say that words mean: checked, counted in the rooms it is meant for, taken back with edits and deletes, and
read again on SIGHUP.
"""

import json
import socket

from support import configuration, history, roomtone, rows, story, wait_for

WORDS = """# word\tvalence\ttopic\tlanguage
zork\t0.6
zork\t-0.8\tderby\ten
#teamblue\t0.3\tderby
"""


def scored(*arguments, text):
    return roomtone("score", "--lang", "en", *arguments, input=text).stdout


def main():
    with story("lexicons: what words mean to users") as s:
        words = s.folder / "words.tsv"
        words.write_text(WORDS)
        text = configuration(
            s.folder, [{"name": "t", "kind": "tcp", "format": "own", "listen": "127.0.0.1:0", "corrections": True}],
            topics={"derby": "derby", "horse": "horse"}, mood={"lexicons": [str(words)]})
        daemon = s.daemon("s", text)

        s.equal("score: everywhere", scored("--lexicon", words, text="zork zork\n"), "1.0000\tpositive\t1\n")
        s.equal("score: in a topic", scored("--lexicon", words, "--topic", "derby", text="zork\n"),
                "-0.8000\tnegative\t1\n")
        told = json.loads(scored("--lexicon", words, "--json", text="zork\n"))
        s.check("score: the model's id tells of it", "/" in told["model"], told)
        unknown = roomtone("score", "--lexicon", words, "--topic", "darby", check=False, input="zork\n")
        s.check("score: a topic without a word is refused", unknown.returncode == 78 and "darby" in unknown.stderr,
                unknown)

        checked = roomtone("check-config", "--config", daemon.config)
        s.check("check-config tells the scorer's id", "/" in checked.stdout.split("scorer ")[1].split(",")[0], checked.stdout)
        words.write_text(WORDS + "zork\t0.1\tdarby\n")
        checked = roomtone("check-config", "--config", daemon.config, check=False)
        s.check("check-config names file and line", checked.returncode == 78 and f"{words}:5" in checked.stderr, checked)
        daemon.spawn()
        s.equal("and the daemon does not start", daemon.wait(), 78)
        words.write_text(WORDS)
        daemon.start()

        def send(*lines):
            with socket.create_connection(daemon.port("t")) as connection:
                connection.sendall("".join(json.dumps(line) + "\n" for line in lines).encode())

        def post(number, said):
            return {"id": f"m{number}", "text": said, "lang": "en", "author": f"a{number}"}

        def moods():
            found = rows(history(s.folder / "s.store", "1d"))
            return {row["key"]: (row["n"], row["pos"], row["neg"]) for row in found if row["n"] != 0}

        def becomes(claim, expected):
            wait_for(claim, lambda: moods() == expected, seen=moods)
            s.equal(claim, moods(), expected)

        send(post(1, "zork derby horse"), post(2, "zork horse"))
        becomes("a message has one mood here and another there", {"room": (2, 2, 0), "t/derby": (1, 0, 1), "t/horse": (2, 2, 0)})
        send({"kind": "delete", "of": "m2"})
        becomes("a delete takes back", {"room": (1, 1, 0), "t/derby": (1, 0, 1), "t/horse": (1, 1, 0)})
        daemon.kill()
        daemon.start()
        send({"kind": "edit", **post(1, "zork horse"), "of": "m1"})
        becomes("an edit after kill -9 takes back the mood of each room", {"room": (1, 1, 0), "t/horse": (1, 1, 0)})

        def reloaded(reloads):
            wait_for("the reload", lambda: sum(e["event"].startswith("reload") for e in daemon.log()) == reloads)
            return daemon.metrics()["roomtone_config_last_reload_successful"]

        words.write_text(WORDS.replace("-0.8", "0.8"))
        daemon.hangup()
        s.equal("SIGHUP reads lexicons again", reloaded(1), 1)
        send(post(3, "zork derby"))
        becomes("and the next message is judged by them", {"room": (2, 2, 0), "t/derby": (1, 1, 0), "t/horse": (1, 1, 0)})
        words.write_text(WORDS.replace("0.6", "6"))
        daemon.hangup()
        s.equal("SIGHUP with a wrong line is refused", reloaded(2), 0)
        s.check("and the log names it", any(f"{words}:2" in e.get("error", "") for e in daemon.log()), daemon.log_text())
        send(post(4, "zork derby"))
        becomes("while the old ones hold", {"room": (3, 3, 0), "t/derby": (2, 2, 0), "t/horse": (1, 1, 0)})
        s.equal("SIGTERM ends with 0", daemon.stop(), 0)
        roomtone("verify", "--data", s.folder / "s.store")


if __name__ == "__main__":
    main()
