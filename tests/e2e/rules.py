#!/usr/bin/python3
"""Topic rules: an event with three horses and two roles recounted (S12, S13), its archive, and rules that change under way."""

import http.client
import json
import socket

from support import PATIENCE, configuration, file_source, roomtone, story, totals, wait_for

START, END = 1_777_761_000, 1_777_771_800  # 2026-05-02T22:30:00Z, three hours
HORSES = ("secretariat", "sham", "gallant")
ROLES = ("fan", "trainer")


def messages():
    """From ten minutes before the event to ten after it, with or without the topic's word, of each horse and role."""
    for number in range(5_000):
        at = START - 600 + number * (END - START + 1200) // 5_000
        horse, role = HORSES[number % 3], ROLES[number // 3 % 2]
        said = f"{horse} {'in the derby' if number % 5 else 'at home'} is {'great' if number % 2 else 'awful'}"
        yield {"id": f"m{number}", "text": said, "lang": "en", "author": role, "time": at * 1_000_000}


def recount(lines, pick):
    return sum(1 for line in lines if "derby" in line["text"] and START * 1_000_000 <= line["time"] < END * 1_000_000
               and pick(line))


def events(s):
    lines = list(messages())
    recording = s.folder / "race.jsonl"
    recording.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rules = s.folder / "horses.toml"
    # Topic x role x entity, each a series: a topic for each role.
    text = ""
    for name, wanted in (("race", "derby"), *((f"race-{role}", f"derby from:{role}") for role in ROLES)):
        text += f"""[topics.{name}]
rule = '{wanted}'
start = 2026-05-02T22:30:00Z
end = 2026-05-03T01:30:00Z
[topics.{name}.entities]
""" + "".join(f"{horse} = '{horse}'\n" for horse in HORSES)
    rules.write_text(text)
    text = configuration(s.folder, [file_source("f", [recording])], name="race", rules={"files": [str(rules)]})
    daemon = s.drained("race", text)
    heard = totals(s.folder / "race.store", "1h")
    s.equal("S12: the event hears its own time only", heard["t/race"], recount(lines, lambda _: True))
    six = {f"t/race-{role}/e/{horse}": recount(lines, lambda m: m["author"] == role and horse in m["text"])
           for role in ROLES for horse in HORSES}
    s.check("S13: three horses, two roles: six series with something in each", min(six.values()) > 0, six)
    s.equal("S13: and each is equal to a recount", {key: heard.get(key) for key in six}, six)

    archive = s.folder / "race.store/events/race-20260503T013000Z.json"
    s.check("S12: the event is archived", archive.exists(), daemon.log_text())
    told = json.loads(archive.read_text())
    s.equal("with its times", (told["event"], told["start_us"], told["end_us"]),
            ("race", START * 1_000_000, END * 1_000_000))
    s.equal("and what was said in it and of each horse", {room["key"]: room["figures"]["n"] for room in told["rooms"]},
            {key: heard[key] for key in ("t/race", *(f"t/race/e/{horse}" for horse in HORSES))})
    s.equal("S12: once for each event", len(list(archive.parent.iterdir())), 3)
    written = archive.stat().st_mtime_ns
    s.drained("race", text)
    s.equal("and not again after a restart", archive.stat().st_mtime_ns, written)

    s.drained("open", configuration(s.folder, [file_source("f", [recording])], name="open", topics_text=
                                    "[topics.race]\nrule = 'derby'\nend = 2026-05-04T00:00:00Z\n"))
    s.check("an event that is not over is not archived", not (s.folder / "open.store/events").exists())


def running(s):
    rules = s.folder / "rules.toml"
    rules.write_text("[topics]\nderby = 'derby'\n")
    text = configuration(s.folder, [{"name": "h", "kind": "http", "listen": "127.0.0.1:0"}], name="run",
                         store={"commit_every": "20ms"}, rules={"files": [str(rules)]})
    daemon = s.daemon("run", text).start()
    store = s.folder / "run.store"

    def say(words):
        connection = http.client.HTTPConnection(*daemon.port("h"), timeout=PATIENCE)
        connection.request("POST", "/v1/messages", json.dumps({"text": words}) + "\n")
        connection.getresponse().read()
        connection.close()

    def rooms():
        return {key: n for key, n in totals(store).items() if n}

    def listed():
        told = json.loads(roomtone("rules", "list", "--data", store, "--json").stdout)
        return {topic["id"]: topic["origin"] for topic in told["topics"]}

    s.equal("what is configured is in force", listed(), {"derby": "configured"})
    put = s.folder / "put.toml"
    put.write_text("[topics.oaks]\nrule = 'oaks'\ntags = ['sport']\nentities = { sham = 'sham' }\n")
    told = roomtone("rules", "put", "--data", store, put).stdout
    s.check("a topic is put", told.startswith("oaks  ") and told.endswith(", new\n"), told)
    s.equal("and in force", listed(), {"derby": "configured", "oaks": "put"})
    say("sham at the oaks and the derby")
    s.equal("it is heard at once", rooms(), {"room": 1, "t/derby": 1, "t/oaks": 1, "t/oaks/e/sham": 1})

    put.write_text("[topics.oaks]\nrule = 'oaks OR acorn'\nno_match = ['acorn']\n")
    refused = roomtone("rules", "put", "--data", store, put, check=False)
    s.check("an example that is not true is refused, with why",
            refused.returncode == 78 and "no_match[0] 'acorn' matches: it has acorn" in refused.stderr, refused)
    stale = roomtone("rules", "remove", "--data", store, "oaks", "--version", "00000000", check=False)
    s.check("a version that is not in force is not removed", stale.returncode == 78 and "found version" in stale.stderr,
            stale)

    rules.write_text("[topics]\nderby = 'derby'\nascot = 'ascot'\n")
    daemon.hangup()
    wait_for("the reload", lambda: any(e["event"] == "reloaded" for e in daemon.log()))
    s.equal("SIGHUP reads the rules file and keeps what was put", sorted(listed()), ["ascot", "derby", "oaks"])
    rules.write_text("[topics]\nderby = 'derby AND ascot'\n")
    daemon.hangup()
    wait_for("the refusal", lambda: any(e["event"].startswith("reload refused") for e in daemon.log()))
    s.check("a mistake is named with file, line and column",
            any("rules.toml:2:16: topics.derby: found 'AND'" in e.get("error", "") for e in daemon.log()),
            daemon.log_text())
    s.equal("and the old rules stay", sorted(listed()), ["ascot", "derby", "oaks"])
    rules.write_text("[topics]\nderby = 'derby'\n")

    daemon.kill()
    daemon.start()
    s.equal("after a crash what was put is in force", listed(), {"derby": "configured", "oaks": "put"})
    say("the oaks")
    s.equal("and heard", rooms()["t/oaks"], 2)
    roomtone("rules", "remove", "--data", store, "oaks")
    say("the oaks again")
    s.equal("what is removed is not heard", (listed(), rooms()["t/oaks"]), ({"derby": "configured"}, 2))
    s.equal("the control socket is for its owner alone", oct((store / "control").stat().st_mode & 0o777), "0o600")

    def asked(request):
        """What the control socket answers to bytes as they are."""
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(store / "control"))
            control.sendall(request)
            control.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: control.recv(65536), b"")).decode()

    s.check("a request that is too large is refused", asked(b"rules put any +2000000\n").startswith("error +"))
    s.check("and one that nobody knows", asked(b"rules erase everything\n").startswith("error +"))
    cut_short = (b"rules put any +20\n[topics]\n", b"rules li", b"")
    s.equal("one cut short has no answer", [asked(request) for request in cut_short], ["", "", ""])
    s.check("and the next is answered", asked(b"rules list\n").startswith("ok +"))
    s.equal("the daemon ends with 0", daemon.stop(), 0)

    (store / "rules.toml").write_text("[topics]\noaks = 'oaks)'\n")
    daemon.spawn()
    s.equal("with what was put spoiled it does not start", daemon.wait(), 78)
    s.check("and says where", "rules.toml:2:13: topics.oaks: found ')'" in daemon.log_text(), daemon.log_text())


def main():
    with story("rules: events, entities, and changes while the daemon runs") as s:
        events(s)
        running(s)


if __name__ == "__main__":
    main()
