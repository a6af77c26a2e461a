#!/usr/bin/python3
"""The Python reader with something left out, for tests that must be able to fail: broken_reader.py WHAT"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "proto/client/python"))

import conform  # noqa: E402
from roomtone.replica import Replica  # noqa: E402


def nothing(*_):
    pass


def ask_at_once(replica, now):
    replica._joined = True
    ORDINARY["_proceed"](replica, now)


def newest_by_sequence(replica, key, header, body, origin):
    """Takes every newer sequence for the newest window."""
    held = replica._holdings.entries.get(key)
    if held is not None and header.key_seq > held.key_seq:
        held.window_start = -1
    ORDINARY["_apply"](replica, key, header, body, origin)


def end_without_counting(replica, asked, content):
    ORDINARY["_end_snapshot"](replica, asked, {**content, "count": asked.count})


def same_epoch(replica, epoch):
    if replica.epoch is None:
        ORDINARY["_enter_epoch"](replica, epoch)
    replica.epoch = epoch


ORDINARY = {name: getattr(Replica, name) for name in ("_proceed", "_apply", "_end_snapshot", "_enter_epoch")}
BROKEN = {
    "deaf": {"_take_gap": nothing, "_take_check": nothing},
    "no_gaps": {"_take_gap": nothing},
    "no_checks": {"_take_check": nothing},
    "impatient": {"_proceed": ask_at_once},
    "corrections_replace": {"_apply": newest_by_sequence},
    "counts_nothing": {"_end_snapshot": end_without_counting},
    "one_epoch": {"_enter_epoch": same_epoch},
    "never_stale": {"tick": nothing},
}

if __name__ == "__main__":
    for name, change in BROKEN[sys.argv[1]].items():
        setattr(Replica, name, change)
    conform.main()
