"""Texts to features: runs `roomtone features` and keeps what it prints as arrays."""
import pathlib
import subprocess

import numpy as np

NEGATED, EMPHASISED, BEFORE, SINGLE = 1, 2, 4, 8
DENSE = 16
# No text says more with its fortieth word. All in capitals says nothing (0); the last fact, known features, is filled
# in by the model.
DENSE_CAPS = np.array([40, 4, 4, 3, 3, 4, 3, 2, 4, 3, 3, 2, 2, 3, 0, 60], np.int64)


class Texts:
    """Features of many texts, one after the other; `starts` says where each begins."""

    def __init__(self, hashes, shorts, flags, starts, facts, names):
        self.hashes, self.shorts, self.flags = hashes, shorts, flags
        self.starts, self.facts, self.names = starts, facts, names

    def __len__(self):
        return len(self.starts) - 1


def extract(program, cues, texts):
    """`names` maps a hash to what it stands for."""
    lines = "\n".join(text.replace("\n", " ").replace("\r", " ") or " " for text in texts) + "\n"
    done = subprocess.run([program, "features", "--cues", str(cues)], input=lines.encode("utf8"), stdout=subprocess.PIPE,
                          check=True)
    hashes, shorts, flags, starts, dense, names = [], [], [], [0], [], {}
    rows = done.stdout.decode("utf8").split("\n")[:-1]
    if len(rows) != len(texts):
        raise SystemExit(f"{len(rows)} lines of features for {len(texts)} texts")
    for row in rows:
        facts, *items = row.split("\t")
        dense.append([int(fact) for fact in facts.split(",")] if facts else [0] * DENSE)
        for item in items:
            key, flag, short, shorter, name = item.split(" ", 4)
            number = int(key, 16)
            hashes.append(number)
            flags.append(int(flag))
            shorts.append((int(short, 16), int(shorter, 16)))
            if number not in names:
                names[number] = name
        starts.append(len(hashes))
    return Texts(np.array(hashes, np.uint64), np.array(shorts, np.uint64).reshape(-1, 2), np.array(flags, np.uint8),
                 np.array(starts, np.int64), np.array(dense, np.int64).reshape(-1, DENSE), names)


class Vocabulary:
    """Known features: sorted hashes; row 0 of the table is the unknown feature, always zero."""

    def __init__(self, hashes):
        self.hashes = np.unique(np.asarray(hashes, np.uint64))

    def __len__(self):
        return len(self.hashes) + 1

    def find(self, hashes):
        at = np.searchsorted(self.hashes, hashes)
        at[at == len(self.hashes)] = 0
        return np.where(self.hashes[at] == hashes, at + 1, 0).astype(np.int32)

    def rows(self, texts):
        """rows, flags, starts of the known features only"""
        rows = self.find(texts.hashes)
        for column in (0, 1):
            rows = np.where((rows == 0) & (texts.shorts[:, column] != 0), self.find(texts.shorts[:, column]), rows)
        known = rows != 0
        starts = np.concatenate([[0], np.cumsum(known)])[texts.starts]
        return rows[known], texts.flags[known], starts

