#!/usr/bin/python3
"""Backups of a running daemon are whole, verified and exact; a restored one goes on; a damaged log is rewound and read again.

    backup.py [ROUNDS]     backups under load; 20 unless given
"""

import pathlib
import random
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import (configuration, file_source, history, ledger_of, roomtone, roomtoned,
                     story, wait_for)  # noqa: E402

COUNT = 20_000


def backups_under_load(s, text, recording, whole, rounds):
    daemon = s.daemon("b", text("b", "x10")).start()
    store, kept = s.folder / "b.store", []
    slowest = 0.0
    dice = random.Random(1)
    for turn in range(rounds):
        counted = daemon.column("rec", "counted")
        wait_for("more", lambda: daemon.column("rec", "counted") > counted or daemon.column("rec", "counted") == COUNT)
        before = time.monotonic()
        backup = s.folder / f"backup{turn}"
        roomtone("backup", "--data", store, backup)
        slowest = max(slowest, time.monotonic() - before)
        kept.append(backup)
    s.check(f"{rounds} backups of a daemon under load read back and balance", True)
    s.note(f"{slowest:.2f} s at most, copying and reading back")
    wait_for("the checkpoint to be gone", lambda: not (store / "checkpoint").exists())
    s.equal("the daemon was not disturbed", daemon.stop(), 0)
    return dice.choice(kept)


def restored(s, text, backup, whole):
    store = s.folder / "r.store"
    roomtone("restore", "--data", store, backup)
    s.equal("a restored store verifies", roomtone("verify", "--data", store, check=False).returncode, 0)
    s.check("it has another epoch", epoch_of(store) != epoch_of(backup), epoch_of(store))
    s.equal("its history is the backup's", history(store, "10s"), history(backup, "10s"))
    s.check("a folder that is not empty is refused",
            roomtone("restore", "--data", store, backup, check=False).returncode == 64)
    s.drained("r", text("r", "full"))
    s.equal("read on, it is as an unbroken run", history(store, "10s"), whole)


def epoch_of(store):
    line = next(line for line in roomtone("verify", "--data", store).stdout.splitlines() if line.startswith("epoch"))
    return int(line.split()[1])


def damaged_backups(s, backup):
    dice = random.Random(2)
    names = sorted(f.name for f in backup.iterdir() if f.stat().st_size > 0)
    for name in names:
        copy = s.folder / "damaged"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(backup, copy)
        content = bytearray((copy / name).read_bytes())
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        (copy / name).write_bytes(content)
        code = roomtone("restore", "--data", s.folder / "never", copy, check=False).returncode
        if code not in (74, 78) or (s.folder / "never").exists():
            s.check("a backup with a flipped bit is refused", False, f"{name}: {code}")
    s.check(f"a bit flipped in any of {len(names)} files: refused, and nothing is made", True)
    (copy / "BACKUP").unlink()
    s.equal("one that was broken off is refused",
            roomtone("restore", "--data", s.folder / "never", copy, check=False).returncode, 69)


def rewound(s, text, whole):
    daemon = s.daemon("w", text("w", "x20")).start()
    wait_for("some to be counted", lambda: daemon.column("rec", "counted") > COUNT / 3)
    daemon.kill()
    store = s.folder / "w.store"
    there, epoch = ledger_of(store, "rec")["records"], epoch_of(store)
    log = max(store.glob("*.log"), key=lambda f: f.stat().st_size)
    content = bytearray(log.read_bytes())
    content[len(content) * 2 // 3] ^= 4
    log.write_bytes(content)
    s.equal("a daemon refuses a damaged log", roomtoned("--config", daemon.config).returncode, 65)
    said = roomtone("recover", "--data", store)
    s.check("recover says what would be dropped and from where it goes on",
            "dropped  commits" in said.stdout and "source   rec resumes in" in said.stdout and
            "nothing was changed" in said.stdout, said.stdout)
    s.equal("and changes nothing", roomtoned("--config", daemon.config).returncode, 65)
    said = roomtone("recover", "--data", store, "--rewind")
    s.equal("rewound, the store verifies", roomtone("verify", "--data", store, check=False).returncode, 0)
    s.check("it is behind where it was, of another epoch", ledger_of(store, "rec")["records"] < there and
            epoch_of(store) != epoch, said.stdout)
    s.drained("w", text("w", "full"))
    s.equal("read again from there, it is as an unbroken run", history(store, "10s"), whole)

    shutil.rmtree(s.folder / "old.store", ignore_errors=True)
    shutil.copytree(s.folder / "r.store", s.folder / "old.store", ignore=shutil.ignore_patterns("control"))
    for file in (s.folder / "old.store").iterdir():
        if file.name != "ACKED":
            file.unlink()
    s.equal("a store whose files are gone is not begun anew over its mark",
            roomtoned("--config", config_of(s, text("old", "full"), "old")).returncode, 65)


def config_of(s, text, name):
    path = s.folder / f"{name}.toml"
    path.write_text(text)
    return path


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with story("backup, restore, rewind") as s:
        recording, topics = s.folder / "rec.jsonl", s.folder / "topics.toml"
        roomtone("simulate", "--count", COUNT, "--rate", 200, "--topics", 20, "--out", recording,
                 "--topics-out", topics)

        def text(name, pace):
            return configuration(s.folder, [file_source("rec", [recording], pace=pace)],
                                 topics_text=topics.read_text(), name=name,
                                 store={"sync": True, "commit_every": "5ms"})
        s.drained("whole", text("whole", "full"))
        whole = history(s.folder / "whole.store", "10s")
        backup = backups_under_load(s, text, recording, whole, rounds)
        restored(s, text, backup, whole)
        damaged_backups(s, backup)
        rewound(s, text, whole)


if __name__ == "__main__":
    main()
