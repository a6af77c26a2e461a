#!/usr/bin/python3
"""Both readers play every scripted session of proto/conformance; readers with something left out fail theirs."""

import subprocess
import sys

from support import story
from support.readers import CPP_READER, PYTHON_READER, ROOT

RUN = [sys.executable, "-B", str(ROOT / "proto/conformance/run.py")]
BROKEN_READER = [sys.executable, "-B", str(ROOT / "tests/e2e/support/broken_reader.py")]
# What is left out, and a session that notices.
CONTROLS = {
    "no_gaps": "gap_is_replayed",
    "no_checks": "lost_tail",
    "impatient": "join",
    "corrections_replace": "correction_of_an_older_window",
    "counts_nothing": "snapshot_slice_is_lost",
    "one_epoch": "epoch_changes",
    "never_stale": "stale",
}


def main():
    with story("readers: the scripted sessions") as s:
        for name, command in (("C++", CPP_READER), ("Python", PYTHON_READER)):
            ran = subprocess.run([*RUN, *command], capture_output=True, text=True, timeout=280)
            s.check(f"the {name} reader passes every session", ran.returncode == 0, ran.stdout + ran.stderr)
            s.note(ran.stdout.splitlines()[-1])
        failing = {what: subprocess.Popen([*RUN, "--wait", "2", "--body", "json", "--session", session, *BROKEN_READER, what],
                                          stdout=subprocess.PIPE, text=True)
                   for what, session in CONTROLS.items()}
        for what, ran in failing.items():
            told = ran.communicate(timeout=60)[0]
            s.check(f"a reader with '{what}' fails {CONTROLS[what]}",
                    ran.returncode == 1 and told.startswith(f"FAIL  {CONTROLS[what]}"), told)


if __name__ == "__main__":
    main()
