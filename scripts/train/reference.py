#!/usr/bin/env python3
"""The scoring of daemon/mood/FORMAT.md in Python: reads a model file and scores texts with the same whole numbers.

    reference.py --model FILE.mood --program roomtone [--golden N] < texts

Prints per text valence (millionths), label, energy (millionths), emotions; with --golden, JSON with every number on the way."""
import argparse
import hashlib
import json
import struct
import sys
import tempfile

import numpy as np

import features

LABELS = ("negative", "neutral", "positive")
EMOTIONS = ("anger", "disgust", "fear", "joy", "sadness", "surprise", "none")


def rshift(values, bits):
    return values if bits == 0 else (values + (1 << (bits - 1))) >> bits


class Model:
    def __init__(self, path):
        with open(path, "rb") as handle:
            blob = handle.read()
        if blob[:8] != b"RTMOOD\x1a\n" or hashlib.sha256(blob[16:]).digest()[:4] != blob[12:16]:
            raise SystemExit(f"{path}: not a model, or damaged")
        (size, self.lanes, self.lines, self.filter_bits, self.units, self.pool_shift, self.hidden_shift, self.output_shift, cues,
         valence, energy) = struct.unpack_from("<QIIIIIIIIII", blob, 16)
        self.at, self.blob = 64, blob
        self.cues = bytes(self.take(np.uint8, cues)).decode("utf8")
        self.filter = np.unpackbits(self.take(np.uint8, (1 << self.filter_bits) // 8), bitorder="little")
        room = 64 // self.lanes
        table = self.take(np.uint8, 64 << self.lines).reshape(1 << self.lines, room, self.lanes)
        self.marks = table[:, :, :2].copy().view("<u2")[:, :, 0].astype(np.int64)
        self.table = table.view(np.int8).astype(np.int64)
        self.pool = self.take("<u2", 257).astype(np.int64)
        self.dense = self.take("<i2", 16 * 128).reshape(16, 128).astype(np.int64)
        inputs = 4 * self.lanes + 16
        self.hidden = self.weights(inputs, self.units)
        self.hidden_bias = self.take("<i4", self.units).astype(np.int64)
        self.output = self.weights(inputs + self.units, 16)
        self.output_bias = self.take("<i4", 16).astype(np.int64)
        self.exp = self.take("<u2", 1024).astype(np.int64)
        self.valence = self.take("<i4", 2 * valence).reshape(-1, 2).astype(np.int64)
        self.energy = self.take("<i4", 2 * energy).reshape(-1, 2).astype(np.int64)
        self.thresholds = self.take("<u2", 8).astype(np.int64)
        self.words = np.unpackbits(self.take(np.uint8, (1 << 19) // 8), bitorder="little")
        assert self.at - 63 <= size == len(blob) <= self.at

    def take(self, kind, count):
        found = np.frombuffer(self.blob, kind, count, self.at)
        self.at += -(-found.nbytes // 64) * 64
        return found

    def weights(self, inputs, outputs):
        found = self.take("<i2", inputs * outputs).reshape(inputs // 2, outputs, 2)
        return found.transpose(0, 2, 1).reshape(inputs, outputs).astype(np.int64)

    def find(self, keys):
        """places in the table (line * room + row), -1 for unknown"""
        keys = np.asarray(keys, np.uint64)
        line = (keys & np.uint64((1 << self.lines) - 1)).astype(np.int64)
        mark = ((keys >> np.uint64(48)) | np.uint64(1)).astype(np.int64)
        maybe = self.filter[((keys >> np.uint64(20)) & np.uint64((1 << self.filter_bits) - 1)).astype(np.int64)] == 1
        same = (self.marks[line] == mark[:, None]) & maybe[:, None]
        return np.where(same.any(1), line * same.shape[1] + same.argmax(1), -1)

    def inputs(self, texts):
        place = self.find(texts.hashes)
        for column in (0, 1):
            short = texts.shorts[:, column]
            place = np.where((place < 0) & (short != 0), self.find(short), place)
        flat = self.table.reshape(-1, self.lanes)
        values = np.zeros((len(texts), 4 * self.lanes + 16), np.int64)
        facts = texts.facts.copy()
        for i in range(len(texts)):
            at = np.arange(texts.starts[i], texts.starts[i + 1])
            at = at[place[at] >= 0][:256]
            rows, flags = flat[place[at]], texts.flags[at]
            sums = [rows[(flags & 1) == 0].sum(0), rows[(flags & 1) != 0].sum(0), rows[(flags & 2) != 0].sum(0),
                    rows[(flags & 4) != 0].sum(0)]
            sums = np.concatenate(sums).astype(np.int16).astype(np.int64)
            values[i, :4 * self.lanes] = np.clip(rshift(sums * self.pool[len(at)], self.pool_shift), -2047, 2047)
            facts[i, 15] = min(len(at), 127)
        values[:, 4 * self.lanes:] = self.dense[np.arange(16)[None, :], facts]
        return values, facts

    def score(self, texts):
        x, facts = self.inputs(texts)
        hidden = np.clip(rshift(self.hidden_bias + x @ self.hidden, self.hidden_shift), 0, 2047)
        out = rshift(self.output_bias + np.concatenate([x, hidden], 1) @ self.output, self.output_shift)
        return {"facts": facts, "inputs": x, "hidden": hidden, "outputs": out, "label": label(out), "classes": self.classes(out),
                "valence": curve(self.valence, out[:, 3]), "energy": curve(self.energy, out[:, 4]), "emotions": self.chances(out[:, 5:12])}

    def classes(self, out):
        e = self.exp[np.minimum((out[:, :3].max(1, keepdims=True) - out[:, :3]) >> 2, 1023)]
        return 65536 * e // e.sum(1, keepdims=True)

    def chances(self, out):
        e = self.exp[np.minimum(np.abs(out) >> 2, 1023)]
        return np.where(out >= 0, 65536 * 65535, 65536 * e) // (65535 + e)


def label(out):
    """The greatest; of equals neutral, then negative."""
    return np.array([1, 0, 2])[out[:, [1, 0, 2]].argmax(1)]


def curve(points, x):
    at = np.clip(np.searchsorted(points[:, 0], x, side="right") - 1, 0, len(points) - 2)
    low, high = points[at], points[at + 1]
    held = np.clip(x, points[0, 0], points[-1, 0])
    return low[:, 1] + (held - low[:, 0]) * (high[:, 1] - low[:, 1]) // (high[:, 0] - low[:, 0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--golden", action="store_true")
    args = parser.parse_args()
    model = Model(args.model)
    lines = sys.stdin.read().rstrip("\n").split("\n")
    with tempfile.NamedTemporaryFile("w", suffix=".cues", encoding="utf8") as cues:
        cues.write(model.cues)
        cues.flush()
        texts = features.extract(args.program, cues.name, lines)
    said = model.score(texts)
    for i, line in enumerate(lines):
        emotions = {name: int(value) for name, value in zip(EMOTIONS, said["emotions"][i])}
        if args.golden:
            print(json.dumps({"text": line, "label": LABELS[said["label"][i]], "valence": int(said["valence"][i]),
                              "energy": int(said["energy"][i]), "classes": said["classes"][i].tolist(), "emotions": emotions,
                              "known": int(said["facts"][i][15]), "outputs": said["outputs"][i, :12].tolist()}, ensure_ascii=False))
        else:
            there = ",".join(name for (name, value), cut in zip(emotions.items(), model.thresholds) if value >= cut)
            print(f"{said['valence'][i] / 1e6:.4f}\t{LABELS[said['label'][i]]}\t{said['energy'][i] / 1e6:.4f}\t{there}\t{line}")


if __name__ == "__main__":
    main()
