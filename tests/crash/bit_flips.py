#!/usr/bin/python3
"""One flipped bit in a log, a table or a manifest: readers and the daemon give the true answer or none, never a wrong one.

    bit_flips.py [N]     flips of each kind; 50 unless given
"""

import collections
import pathlib
import random
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support import configuration, digest, file_source, history, roomtone, roomtoned, story, wait_for  # noqa: E402

KINDS = {"log": "*.log", "table": "*.sst", "table's end": "*.sst", "manifest": "MANIFEST-*", "mark": "ACKED"}
# The footer of a table and the properties before it: without them it is not seen to be a table.
END_BYTES = 256


def flip(dice, store, kind):
    """Flips a bit in one of the files of a kind, a larger one more likely, and says where."""
    pattern = KINDS[kind]
    files = sorted(f for f in store.glob(pattern) if f.stat().st_size > 0)
    file = dice.choices(files, [f.stat().st_size for f in files])[0]
    content = bytearray(file.read_bytes())
    # Only what was written: logs and the mark are mostly room that nothing is in.
    begin = max(0, len(content) - END_BYTES) if kind == "table's end" else 0
    written = [i for i, byte in enumerate(content) if byte != 0 and i >= begin]
    at, bit = dice.choice(written), dice.randrange(8)
    content[at] ^= 1 << bit
    file.write_bytes(content)
    return f"bit {bit} of byte {at} of {file.name}"


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with story("flipped bits") as s:
        recording, topics = s.folder / "rec.jsonl", s.folder / "topics.toml"
        roomtone("simulate", "--count", 20_000, "--rate", 200, "--topics", 20, "--out", recording,
                 "--topics-out", topics)

        def text(name, pace="full"):
            return configuration(s.folder, [file_source("rec", [recording], pace=pace)],
                                 topics_text=topics.read_text(), name=name,
                                 store={"sync": True, "commit_every": "5ms"})
        s.drained("whole", text("whole"))
        whole = digest(s.folder / "whole.store")
        # Killed on the way, with flushes behind it: it has logs, tables and a manifest that matter.
        daemon = s.daemon("sound", text("sound", "x30"), ["--memtable-kib", "256"], program="roomtoned_under_test")
        daemon.start()
        wait_for("half of it", lambda: daemon.column("rec", "counted") > 10_000)
        daemon.kill()
        sound = s.folder / "sound.store"
        true = history(sound, "10s")
        s.note(", ".join(f"{sum(f.stat().st_size for f in sound.glob(p)) >> 10} KiB of {kind}"
                         for kind, p in KINDS.items()))

        dice = random.Random(1)
        (s.folder / "flipped.toml").write_text(text("flipped"))
        for kind in KINDS:
            seen = collections.Counter()
            for _ in range(rounds):
                copy = s.folder / "flipped.store"
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(sound, copy, ignore=shutil.ignore_patterns("control", "LOCK", "RESERVE"))
                where = flip(dice, copy, kind)
                read = roomtone("history", "--data", copy, "--all", "--step", "10s", "--format", "json", check=False)
                if read.returncode == 0 and read.stdout != true:
                    s.check("a reader gives the true answer or none", False, where)
                verified = roomtone("verify", "--data", copy, check=False).returncode
                if verified not in (0, 74):
                    s.check("verify ends with 0 or 74", False, f"{where}: {verified}")
                seen["reader refuses" if read.returncode else "reader is right"] += 1
                seen["verify refuses" if verified else "verify finds nothing"] += 1
                ran = roomtoned("--config", s.folder / "flipped.toml", "--exit-when-drained")
                if ran.returncode == 0:
                    if (after := digest(copy)) != whole:
                        s.check("a daemon that goes on ends up with the truth", False, f"{where}: {after}")
                    seen["daemon is right"] += 1
                elif ran.returncode in (65, 74):
                    seen[f"daemon ends with {ran.returncode}"] += 1
                else:
                    s.check("a daemon ends with 0, 65 or 74", False, f"{where}: {ran.returncode} {ran.stderr[-800:]}")
            s.check(f"{rounds} flips in a {kind}: no wrong answer", True)
            s.note(", ".join(f"{what} {n}" for what, n in sorted(seen.items())))


if __name__ == "__main__":
    main()
