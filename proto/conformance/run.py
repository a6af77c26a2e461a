#!/usr/bin/python3
"""Plays scripted sessions of RTN/1 against a reader: see README.md beside it.

    run.py [--session NAME] [--body json|protobuf|both] [--jobs N] [--wait SECONDS] COMMAND [ARGUMENT...]

COMMAND starts the reader behind the line protocol. Exits 0 when it passes every session, 1 otherwise.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import selectors
import subprocess
import sys
import time

from fake_server import FakeServer

SESSIONS = pathlib.Path(__file__).resolve().parent / "sessions"
WAIT_S = 10.0  # for anything that is expected; only a failure takes so long
_STEP_S = 0.01
_BEAT_S = 0.1
_OPTIONS = {"prefix": "/a/", "recover": "replay", "stale_after_ms": 60_000, "patience_ms": 60_000, "pause_first_ms": 50,
            "pause_max_ms": 400, "credit": 1000}


class Failed(Exception):
    pass


class UnderTest:
    """The reader's process. It plays one session after another."""

    def __init__(self, command):
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.set_blocking(self._process.stdout.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        self._rest = b""
        self.lines = []

    def say(self, line):
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Failed("the reader has ended") from None

    def listen(self, seconds=0.0):
        if self._selector.select(seconds):
            read = self._process.stdout.read()
            if read == b"":
                raise Failed("the reader has ended")
            *lines, self._rest = (self._rest + (read or b"")).split(b"\n")
            self.lines += [line.decode("utf-8", "replace") for line in lines]

    def stop(self, seconds):
        """Ends a session. The next one begins with nothing told."""
        deadline = time.monotonic() + seconds
        self.say("stop")
        while "closed" not in self.lines:
            if time.monotonic() > deadline:
                raise Failed("no 'closed' after 'stop'")
            self.listen(_STEP_S)
        self.lines.clear()

    def end(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


class Session:
    def __init__(self, script, body, reader, wait_s):
        self._wait_s = wait_s
        self._script = script
        self._options = {**_OPTIONS, **script.get("options", {})}
        self._server = FakeServer(body, script.get("epoch", 9))
        self._reader = reader
        self._asked = None
        self._beats = None  # the heartbeat that goes on while we wait
        self._beat_at = 0.0
        self._events_from = 0
        options = {"feed": self._server.feed, "query": self._server.query, **self._options}
        self._reader.say("start " + " ".join(f"{name}={value}" for name, value in options.items()))

    def play(self):
        for number, step in enumerate(self._script["steps"], start=1):
            (name, given), = step.items()
            try:
                getattr(self, f"do_{name}")(given)
            except Failed as failure:
                raise Failed(f"step {number} {json.dumps(step)[:200]}: {failure}") from None
        self._dumped(time.monotonic() + self._wait_s)
        self._wait(0.03)
        if self._server.questions:
            raise Failed(f"asked at the end for what was not expected: {self._server.questions[0][1:]}")
        self._reader.stop(self._wait_s)

    def close(self):
        self._server.end()

    def _wait(self, seconds):
        self._server.take_in(seconds)
        if self._beats is not None and time.monotonic() - self._beat_at >= _BEAT_S:
            self._beat_at = time.monotonic()
            self._server.heartbeat(self._beats)

    def _until(self, condition, what):
        deadline = time.monotonic() + self._wait_s
        while not condition():
            if time.monotonic() > deadline:
                raise Failed(what())
            self._wait(_STEP_S)
            self._reader.listen()

    # What the server does.

    def do_publish(self, given):
        for one in given if isinstance(given, list) else [given]:
            self._server.publish(one)

    def do_heartbeat(self, given):
        self._server.heartbeat(given)

    def do_beat(self, given):
        self._beats = given or None

    def do_check(self, given):
        self._server.check(self._options["prefix"], given)

    def do_control(self, given):
        self._server.control(given)

    def do_frames(self, given):
        self._server.publish_frames([_bytes(frame) for frame in given])

    def do_restart(self, given):
        self._server.close()
        self._server.epoch = given.get("epoch", self._server.epoch)
        self._server.open()

    def do_join(self, given):
        """What most sessions begin with: the reader joins and is live."""
        self.do_subscribed([self._options["prefix"], "/ctl/", "/hb/"])
        self.do_heartbeat({"global_seq": given["global_seq"]})
        self.do_asked({"verb": "SNAPSHOT", "prefix": self._options["prefix"]})
        self.do_snapshot(given)
        self.do_expect({"state": "live", "stale": "no"})

    # What the server answers.

    def do_snapshot(self, given):
        for value in given["values"]:
            self.do_value(value)
        self.do_end({"global_seq": given["global_seq"], "start_seq": given.get("start_seq", given["global_seq"]),
                     "count": len(given["values"])})

    def do_replay(self, given):
        for value in given["values"]:
            self.do_value(value)
        self.do_end({"recovered": True, "global_seq": given["global_seq"], "count": len(given["values"])})

    def do_value(self, given):
        self._server.answer_value(self._asked, given)

    def do_more(self, given):
        self._server.answer(self._asked, "MORE", given)

    def do_end(self, given):
        epoch = given.pop("epoch", self._server.epoch)
        self._server.answer(self._asked, "END", {**given, "epoch": str(epoch) if epoch > 2**53 else epoch})

    def do_err(self, given):
        self._server.answer(self._asked, "ERR", {"message": "as the session says", **given})

    def do_answer_frames(self, given):
        self._server.answer_frames(self._asked, [_bytes(frame) for frame in given])

    # What is expected.

    def do_subscribed(self, given):
        self._until(lambda: set(given) <= set(self._server.subscriptions),
                    lambda: f"subscribed to {self._server.subscriptions}")
        if self._server.subscriptions != given:
            raise Failed(f"subscribed in this order: {self._server.subscriptions}")

    def do_resubscribed(self, given):
        self._until(lambda: set(given) <= set(self._server.subscriptions),
                    lambda: f"subscribed to {self._server.subscriptions}")

    def do_asked(self, given):
        self._until(lambda: self._server.questions, lambda: "nothing was asked")
        peer, protocol, verb, *more = self._server.questions.pop(0)
        arguments = json.loads(more[0]) if more else {}
        if protocol != b"RTN1" or len(more) > 1:
            raise Failed(f"asked with the frames {[protocol, verb, *more]}")
        seen = {"verb": verb.decode(), **arguments}
        for name, value in given.items():
            if str(seen.get(name)) != str(value):
                raise Failed(f"asked {seen}")
        known = self._asked["id"] if self._asked else ""
        self._asked = {"peer": peer, "id": arguments.get("id", known)}

    def do_not_asked_ms(self, given):
        deadline = time.monotonic() + given / 1000
        while time.monotonic() < deadline:
            self._wait(_STEP_S)
            self._reader.listen()
        if self._server.questions:
            raise Failed(f"asked {self._server.questions[0][1:]}")

    def do_told(self, given):
        """These lines come in this order; others may come between them."""
        for wanted in given:
            found = None

            def look():
                nonlocal found
                lines = self._reader.lines[self._events_from:]
                found = next((i for i, line in enumerate(lines) if (line + " ").startswith(wanted + " ")), None)
                return found is not None
            self._until(look, lambda: f"'{wanted}' did not come; since the last: {self._events()}")
            self._events_from += found + 1

    def do_not_told(self, given):
        """None of these has come, ever."""
        self._dumped(time.monotonic() + self._wait_s)
        for unwanted in given:
            if any((line + " ").startswith(unwanted + " ") for line in self._reader.lines):
                raise Failed(f"told {unwanted}")

    def _events(self):
        return [line for line in self._reader.lines[self._events_from:]
                if line.split(" ")[0] in ("update", "removed", "notice")]

    def do_expect(self, given):
        deadline = time.monotonic() + self._wait_s
        while True:
            wrong = _differences(given, self._dumped(deadline))
            if not wrong:
                return
            if time.monotonic() > deadline - self._wait_s / 10:
                raise Failed("; ".join(wrong))
            self._wait(_STEP_S)

    def _dumped(self, deadline):
        begins = len(self._reader.lines)
        self._reader.say("dump")
        while "end" not in self._reader.lines[begins:]:
            if time.monotonic() > deadline:
                raise Failed("no answer to 'dump'")
            self._wait(0)
            self._reader.listen(_STEP_S)
        seen = {"keys": {}, "count": {}, "source": {}, "blind": {}}
        for line in self._reader.lines[begins:]:
            kind, *words = line.split(" ")
            if kind in ("state", "stale", "stopped", "epoch"):
                seen[kind] = words[0]
            elif kind == "key":
                seen["keys"][words[0]] = [int(words[1]), words[2]]
            elif kind in ("count", "source"):
                seen[kind][words[0]] = words[1]
            elif kind == "blind":
                seen["blind"][words[0]] = words[1:]
        return seen


def _differences(given, seen):
    wrong = []
    for name, value in given.items():
        has = seen.get(name)
        if name == "keys":
            value = {key: [seq, str(n)] for key, (seq, n) in value.items()}
        if name in ("count", "source"):
            wrong += [f"{name} {one} is {has.get(one)}, not {wanted}" for one, wanted in value.items()
                      if has.get(one) != str(wanted)]
        elif has != (value if isinstance(value, dict) else str(value)):
            wrong.append(f"{name} is {has}, not {value}")
    return wrong


def _bytes(frame):
    """A frame of a script: "hex:5254" or text."""
    return bytes.fromhex(frame[4:]) if frame.startswith("hex:") else frame.encode()


class Players:
    """Plays sessions, several at a time, with as many processes of the reader."""

    def __init__(self, command, wait_s):
        self._command = command
        self._wait_s = wait_s
        self._idle = []  # readers that have stopped in good order

    def play(self, path, body):
        """None when the reader passes, else why not."""
        reader = self._idle.pop() if self._idle else UnderTest(self._command)
        session = Session(json.loads(path.read_text()), body, reader, self._wait_s)
        try:
            session.play()
            self._idle.append(reader)
            return None
        except Failed as failure:
            reader.end()
            return str(failure)
        finally:
            session.close()

    def play_all(self, paths, bodies, jobs):
        """By (session, body): None or why it failed."""
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            running = {(path.stem, body): pool.submit(self.play, path, body) for path in paths for body in bodies}
            results = {name: done.result() for name, done in running.items()}
        for reader in self._idle:
            reader.end()
        return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--session", action="append", help="only this one; may be given again")
    parser.add_argument("--body", choices=["json", "protobuf", "both"], default="both")
    parser.add_argument("--jobs", type=int, default=8, help="sessions at a time")
    parser.add_argument("--wait", type=float, default=WAIT_S, help="seconds for anything that is expected")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    paths = sorted(path for path in SESSIONS.glob("*.json") if not chosen.session or path.stem in chosen.session)
    if not chosen.command or not paths:
        parser.error("names no reader" if paths else "no such session")
    bodies = ["json", "protobuf"] if chosen.body == "both" else [chosen.body]
    began = time.monotonic()
    results = Players(chosen.command, chosen.wait).play_all(paths, bodies, chosen.jobs)
    failures = {name: why for name, why in results.items() if why}
    for (name, body), why in failures.items():
        print(f"FAIL  {name} ({body}): {why}")
    played = len(paths) * len(bodies)
    print(f"{played - len(failures)} of {played} sessions passed in {time.monotonic() - began:.1f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
