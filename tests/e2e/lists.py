#!/usr/bin/python3
"""Lists of people: rooms of list, role and topic equal a recount (S10, S13); edits and deletes take back there too; files are
checked, and read again on SIGHUP.

    lists.py [MESSAGES]
"""

import json
import random
import socket
import sys
import time

from support import configuration, file_source, roomtone, roomtoned, story, totals, wait_for

ROLES = ("jockey", "trainer", "owner", "handicapper")
HORSES = ("secretariat", "citation", "seabiscuit")
MEMBERS_PER_ROLE = 5
LIST = """
[[list]]
id = "racing"
file = "{folder}/racing.csv"
rooms = ["list", "roles", "topics", "topic_roles"]
[[list]]
id = "press"
rooms = ["list", "topics"]
topics = ["citation"]
[[list.member]]
handle = "A3"
[[list.member]]
id = "a40"
"""
AWAITED = """
[[list]]
id = "awaited"
expected_gap = "10m"
[[list.member]]
id = "zoe"
"""


def recount(posts, members):
    """What each room holds, by the rules of LISTS.md and none of the daemon's code."""
    held = {}
    for post in posts:
        rooms = ["room"]
        horses = [horse for horse in HORSES if horse in post["text"]]
        rooms += [f"t/{horse}" for horse in horses]
        role = members.get(post["author"])
        press = post["author"] in ("a3", "a40")
        for before in [""] + [f"t/{horse}/" for horse in horses]:
            if role is not None:
                rooms += [f"{before}c/racing", f"{before}c/racing/r/{role}"]
            if press and before in ("", "t/citation/"):
                rooms.append(f"{before}c/press")
        for room in rooms:
            held[room] = held.get(room, 0) + 1
    return held


def fixture(count, seed):
    random_of = random.Random(seed)
    said = ["what a lovely run of {}", "{} was awful today", "nothing to see", "{} against {}, who would have thought"]
    posts = []
    for i in range(count):
        text = random_of.choice(said)
        text = text.format(*random_of.sample(HORSES, text.count("{}")))
        posts.append({"id": f"m{i}", "author": f"a{random_of.randrange(60)}", "lang": "en", "text": text,
                      "time": 1_767_268_800_000_000 + i * 50_000})
    return posts


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    with story("lists: rooms of people") as s:
        members = {f"a{i}": ROLES[i // MEMBERS_PER_ROLE] for i in range(MEMBERS_PER_ROLE * len(ROLES))}
        table = s.folder / "racing.csv"
        good = "id,role\n" + "".join(f"{author},{role}\n" for author, role in members.items())
        table.write_text(good)
        posts = fixture(count, 7)
        recording = s.folder / "posts.jsonl"
        recording.write_text("".join(json.dumps(post) + "\n" for post in posts))
        topics = {horse: horse for horse in HORSES}

        text = configuration(s.folder, [file_source("f", [recording], format="own")], topics=topics,
                             topics_text=LIST.format(folder=s.folder))
        s.drained("s", text)
        seen = totals(s.folder / "s.store")
        expected = recount(posts, members)
        s.equal("S10, S13: every room of lists, roles and topics equals a recount", seen, expected)
        six = [f"t/{horse}/c/racing/r/{role}" for horse in HORSES for role in ("jockey", "trainer")]
        s.check("S13: three horses and two roles are six series", all(seen[room] > 0 for room in six), seen)
        for before in [""] + [f"t/{horse}/" for horse in HORSES]:
            s.equal(f"S10: the roles of {before}c/racing add up to it",
                    sum(seen[f"{before}c/racing/r/{role}"] for role in ROLES), seen[f"{before}c/racing"])

        # The same through a source that keeps contributions, with repeats and deletes; one worker, many cuts.
        checked_reload(s, topics, posts[:300], members, table, good)
        silence(s)


def checked_reload(s, topics, posts, members, table, good):
    daemon = s.daemon("live", configuration(
        s.folder, [{"name": "t", "kind": "tcp", "format": "own", "listen": "127.0.0.1:0", "corrections": True}],
        topics=topics, name="live", topics_text=LIST.format(folder=s.folder)))
    for wrong, where in [("id,role\na1,x\na1,y\n", f"{table}:3"), ("id,role\na1,\"x\n", f"{table}:2:4"),
                         ("id,weight\na1,many\n", f"{table}:2:4: got the weight 'many'")]:
        table.write_text(wrong)
        checked = roomtone("check-config", "--config", daemon.config, check=False)
        s.check(f"check-config tells of {where}", checked.returncode == 78 and where in checked.stderr, checked)
    refused = roomtoned("--config", daemon.config)
    s.check("and the daemon does not start", refused.returncode == 78 and str(table) in refused.stderr, refused)
    table.write_text(good)
    checked = roomtone("check-config", "--config", daemon.config)
    s.check("check-config tells the lists", "list racing: 20 members, 4 roles" in checked.stdout, checked.stdout)
    daemon.start()

    def send(lines):
        with socket.create_connection(daemon.port("t")) as connection:
            connection.sendall("".join(json.dumps(line) + "\n" for line in lines).encode())

    def held():
        return {room: n for room, n in totals(s.folder / "live.store").items() if n != 0}

    now = [{key: value for key, value in post.items() if key != "time"} for post in posts]
    send(now + now[:100])  # a hundred come twice
    wait_for("all counted", lambda: daemon.column("t", "duplicate") == 100, held)
    send([{"kind": "delete", "of": post["id"]} for post in now[:50]])
    expected = recount(posts[50:], members)
    wait_for("repeats and deletes are taken back in the rooms of lists", lambda: held() == expected,
             lambda: (held(), expected))
    s.check("S10: what is deleted or repeated is in no room of a list", True)

    table.write_text("id,role\na1,Jockey\n")
    daemon.hangup()
    wait_for("the refusal", lambda: any(e["event"].startswith("reload refused") for e in daemon.log()), daemon.log_text)
    s.check("a list that is wrong is not taken over", f"{table}:2:4" in daemon.log_text(), daemon.log_text())
    table.write_text("id,role\nnewcomer,jockey\n")
    daemon.hangup()
    wait_for("the reload", lambda: any(e["event"] == "reloaded" for e in daemon.log()), daemon.log_text)
    before = held()
    send([{"id": "n1", "author": "newcomer", "lang": "en", "text": "seabiscuit runs"},
          {"id": "n2", "author": "a1", "lang": "en", "text": "seabiscuit runs"}])
    after = dict(before)
    for room, more in {"room": 2, "t/seabiscuit": 2, "c/racing": 1, "c/racing/r/jockey": 1, "t/seabiscuit/c/racing": 1,
                       "t/seabiscuit/c/racing/r/jockey": 1}.items():
        after[room] = after.get(room, 0) + more
    wait_for("the new members in the new list", lambda: held() == after, lambda: (held(), after))
    s.check("a list read again holds from then on", True)
    s.equal("it ends well", daemon.stop(), 0)


def silence(s):
    """Somebody who was to speak every ten minutes."""
    daemon = s.daemon("awaited", configuration(
        s.folder, [{"name": "t", "kind": "tcp", "format": "own", "listen": "127.0.0.1:0", "corrections": True}],
        name="awaited", topics_text=AWAITED)).start()

    def send(line):
        with socket.create_connection(daemon.port("t")) as connection:
            connection.sendall(json.dumps({"lang": "en", "text": "what a run", **line}).encode() + b"\n")

    def silent():
        metrics = daemon.metrics()
        return [metrics.get(f'roomtone_list_{name}{{list="awaited"}}') for name in
                ("expected_voices", "silent_voices", "silence_seconds")]

    now = time.time_ns() // 1000
    send({"id": "z1", "author": "zoe", "time": now - 3600 * 1_000_000})
    wait_for("zoe", lambda: silent() == [1, 0, 0], silent)
    send({"id": "z2", "author": "somebody", "time": now})
    wait_for("zoe to be missed", lambda: silent()[1] == 1, silent)
    s.check("S20: who has not spoken for longer than expected is silent", 3590 < silent()[2] < 3800, silent())
    # Its row is not on disk yet, only that it was heard: the first end is abrupt.
    for how, end in (("kill -9", daemon.kill), ("a restart", daemon.stop)):
        end()
        daemon.start()
        wait_for("lists to be looked at", lambda: silent()[0] == 1, silent)
        s.check(f"S20: {how} does not forget it", silent()[1] == 1 and 3590 < silent()[2] < 3800, silent())
    send({"id": "z3", "author": "zoe"})
    wait_for("zoe to be heard", lambda: silent() == [1, 0, 0], silent)
    s.check("S20: and is silent no more once heard", True)
    s.equal("it ends well", daemon.stop(), 0)


if __name__ == "__main__":
    main()
