"""What the end-to-end stories share: a scratch folder, the programs, a reader of the feed, and checks.

A story imports this, opens `story(...)` and says what it checks. Everything it starts ends with it, also when it fails.
"""

import contextlib
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

from .daemon import PATIENCE, Daemon, roomtone, roomtoned
from .feed import Query, Subscriber
from .configuration import configuration, file_source

__all__ = ["PATIENCE", "Daemon", "Query", "Subscriber", "Story", "configuration", "digest", "file_source", "history",
           "ledger_of", "ledgers", "roomtone", "roomtoned", "rows", "skip", "story", "totals", "wait_for"]

SKIPPED = 77


class CheckFailed(Exception):
    pass


class Story:
    """One story: its scratch folder, its daemons, and what it has checked."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self._daemons = []
        self._began = time.monotonic()

    def check(self, claim, holds, seen=""):
        """Prints the claim, and ends the story when it does not hold."""
        if not holds:
            raise CheckFailed(f"{claim}: {_short(seen)}")
        print(f"  ok  {claim}", flush=True)

    def equal(self, claim, seen, expected):
        if seen != expected:
            raise CheckFailed(f"{claim}: {_difference(seen, expected)}")
        print(f"  ok  {claim}", flush=True)

    def note(self, text):
        print(f"      {text}", flush=True)

    def daemon(self, name, text, arguments=(), program="roomtoned"):
        """A daemon with this configuration; start() it. It is killed when the story ends."""
        daemon = Daemon(self.folder, name, text, arguments, program)
        self._daemons.append(daemon)
        return daemon

    def drained(self, name, text, expect=0):
        """Runs a daemon until its sources are read to their end, and returns it ended."""
        daemon = self.daemon(name, text, ["--exit-when-drained"])
        daemon.spawn()
        code = daemon.wait()
        self.check(f"{name}: a drained daemon ends with {expect}", code == expect, f"{code}\n{daemon.log_text()}")
        return daemon

    def close(self):
        for daemon in self._daemons:
            daemon.kill()


@contextlib.contextmanager
def story(title):
    """Opens a story. Its scratch folder is short, since a path of a Unix socket has at most 107 bytes."""
    print(title, flush=True)
    began = time.monotonic()
    folder = tempfile.mkdtemp(prefix="rt-", dir="/tmp")
    told = Story(folder)
    try:
        yield told
    except CheckFailed as failure:
        print(f"FAIL  {failure}", flush=True)
        for daemon in told._daemons:
            print(f"--- the log of {daemon.name}, its end:\n{daemon.log_text()[-2000:]}")
        sys.exit(1)
    finally:
        told.close()
        if os.environ.get("ROOMTONE_KEEP"):
            print(f"      kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"passed in {time.monotonic() - began:.1f} s")


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def wait_for(what, condition, seen=lambda: "", patience=PATIENCE):
    """Polls until the condition gives something true, and returns that. `seen` says how it stands otherwise."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise CheckFailed(f"waited {patience} s for {what}: {_short(seen())}")
        time.sleep(0.02)


def history(store, step, *more):
    """The rows of `roomtone history`, as printed: for byte-by-byte comparison."""
    return roomtone("history", "--data", store, "--all", "--step", step, "--format", "json", *more).stdout


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def totals(store, step="1d"):
    """Messages of each room over all time, as history has them."""
    sums = {}
    for row in rows(history(store, step)):
        sums[row["key"]] = sums.get(row["key"], 0) + row["n"]
    return sums


def digest(store):
    return roomtone("verify", "--data", store, "--digest").stdout.strip()


def ledgers(store):
    """Column counts of each source, from `roomtone verify`; 'ignored X' for the kinds, '(X)' for what is beside."""
    found, current = {}, None
    for line in roomtone("verify", "--data", store).stdout.splitlines():
        words = line.split()
        if line.startswith("source"):
            current = found.setdefault(words[1].rstrip(":"), {"records": int(words[2])})
        elif not line.startswith(" "):
            current = None
        elif current is not None:
            name = " ".join(words[:-1])
            current[name.strip("(")] = int(words[-1].strip(")"))
    return found


def ledger_of(store, source):
    return ledgers(store)[source]


def _short(value):
    text = str(value)
    return text if len(text) < 2000 else text[:2000] + " ..."


def _difference(seen, expected):
    """Where two values part: of dictionaries the members, of texts the first line."""
    if isinstance(seen, dict) and isinstance(expected, dict):
        keys = [k for k in sorted(set(seen) | set(expected), key=str) if seen.get(k) != expected.get(k)]
        parts = [f"{k}: {seen.get(k)} for {expected.get(k)}" for k in keys[:10]]
        return f"{len(keys)} differ, seen for expected: " + "; ".join(parts)
    if isinstance(seen, str) and isinstance(expected, str):
        one, other = seen.splitlines(), expected.splitlines()
        for i, (a, b) in enumerate(zip(one, other)):
            if a != b:
                return f"line {i + 1}:\n  seen     {_short(a)}\n  expected {_short(b)}"
        return f"{len(one)} lines seen, {len(other)} expected"
    return f"saw {_short(seen)}, expected {_short(expected)}"
