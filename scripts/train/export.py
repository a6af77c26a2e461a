"""Writes a trained student as the whole numbers of a model file (daemon/mood/FORMAT.md)."""
import hashlib
import pathlib
import struct

import numpy as np

import features
from student import OUT, ROW_STEP

IN = 128       # a whole number of an input is worth 1 / IN, of a hidden unit too
LOGIT = 256    # and of an output 1 / LOGIT
WEIGHT_MAX, ROW_MAX, POOL_COUNT, WORD_BITS = 2047, 127, 257, 19
MILLION = 1_000_000


def line_of(keys, lines):
    return (keys & np.uint64((1 << lines) - 1)).astype(np.int64)


def mark_of(keys):
    return ((keys >> np.uint64(48)) | np.uint64(1)).astype(np.int64)


def fitting(keys, importance, lanes, lines, most):
    """Which keys find room in the table, the more important first, `most` of them at most."""
    room, taken, fits = 64 // lanes, {}, np.zeros(len(keys), bool)
    line, mark = line_of(keys, lines), mark_of(keys)
    for at in np.argsort(-importance, kind="stable"):
        there = taken.setdefault(int(line[at]), [])
        if most > 0 and len(there) < room and int(mark[at]) not in there:
            there.append(int(mark[at]))
            fits[at] = True
            most -= 1
    return fits


def shift_for(values, limit, most):
    """The greatest shift at which every value times 2^shift stays within the limit."""
    top = float(np.abs(values).max())
    return int(min(most, np.floor(np.log2((limit - 0.5) / max(top, 1e-9)))))


def whole(values, limit):
    numbers = np.rint(values).astype(np.int64)
    return np.clip(numbers, -limit, limit)


def spread(weight, lanes):
    """Columns of a weight matrix over inputs (4 x values, facts) moved to where the file has them: two mark lanes first."""
    values = lanes - 2
    outputs, rest = weight.shape[0], weight[:, 4 * values:]
    wide = np.zeros((outputs, 4, lanes))
    wide[:, :, 2:] = weight[:, :4 * values].reshape(outputs, 4, values)
    return np.concatenate([wide.reshape(outputs, 4 * lanes), rest], 1)


def paired(weight):
    """[outputs][inputs] as the file has it: [inputs / 2][outputs][2]"""
    outputs, inputs = weight.shape
    return weight.T.reshape(inputs // 2, 2, outputs).transpose(0, 2, 1).astype("<i2").tobytes()


class Numbers:
    """A student in whole numbers. `keys` are the hashes of table rows 1, 2, ..."""

    def __init__(self, model, keys, lines, filter_bits, class_bias, words):
        state = {name: value.detach().numpy().astype(np.float64) for name, value in model.state_dict().items()}
        self.keys = np.asarray(keys, np.uint64)
        self.lines, self.filter_bits, self.words = lines, filter_bits, np.asarray(words, np.uint64)
        self.rows = whole(state["table.weight"][1:] / ROW_STEP, ROW_MAX)
        self.lanes = self.rows.shape[1] + 2
        self.hidden = state["hidden.weight"].shape[0]
        pool = (np.arange(POOL_COUNT) + max(state["offset"], 0.5)) ** -state["power"] * ROW_STEP * IN
        self.pool_shift = shift_for(pool, 32767, 24)
        self.pool = np.rint(pool * 2.0 ** self.pool_shift).astype(np.int64)
        self.dense = np.zeros((features.DENSE, 128), np.int64)
        for fact, cap in enumerate(features.DENSE_CAPS):
            self.dense[fact] = np.rint(np.log1p(np.minimum(np.arange(128), cap)) * IN)
        hidden = spread(state["hidden.weight"], self.lanes)
        self.hidden_shift = shift_for(hidden, WEIGHT_MAX, 24)
        self.hidden_weight = whole(hidden * 2 ** self.hidden_shift, WEIGHT_MAX)
        self.hidden_bias = whole(state["hidden.bias"] * IN * 2 ** self.hidden_shift, 2 ** 29)
        top = np.zeros((16, 4 * self.lanes + features.DENSE + self.hidden))
        top[:OUT] = np.concatenate([spread(state["skip.weight"], self.lanes), state["top.weight"]], 1)
        self.output_shift = shift_for(top * LOGIT / IN, WEIGHT_MAX, 24)
        self.output_weight = whole(top * LOGIT / IN * 2 ** self.output_shift, WEIGHT_MAX)
        bias = np.zeros(16)
        bias[:OUT] = state["skip.bias"]
        bias[:3] += class_bias
        self.output_bias = whole(bias * LOGIT * 2 ** self.output_shift, 2 ** 29)
        self.exp = np.rint(65535 * np.exp(-np.arange(1024) / 64)).astype(np.int64)
        self.valence = np.array([[-4 * LOGIT, -MILLION], [4 * LOGIT, MILLION]])
        self.energy = np.array([[0, 0], [LOGIT, MILLION]])
        self.thresholds = np.array([32768] * 7 + [0])

    def bytes(self, cues):
        room = 64 // self.lanes
        table = np.zeros((1 << self.lines, room, self.lanes), np.uint8)
        used = np.zeros(1 << self.lines, np.int64)
        bits = np.zeros(1 << self.filter_bits, np.uint8)
        line, mark = line_of(self.keys, self.lines), mark_of(self.keys)
        for at in range(len(self.keys)):
            row = table[line[at], used[line[at]]]
            row[:2] = np.frombuffer(struct.pack("<H", mark[at]), np.uint8)
            row[2:] = self.rows[at].astype(np.int8).view(np.uint8)
            used[line[at]] += 1
        bits[((self.keys >> np.uint64(20)) & np.uint64((1 << self.filter_bits) - 1)).astype(np.int64)] = 1
        words = np.zeros(1 << WORD_BITS, np.uint8)
        words[((self.words >> np.uint64(24)) & np.uint64((1 << WORD_BITS) - 1)).astype(np.int64)] = 1
        cues = cues.encode("utf8")
        sections = [cues, np.packbits(bits, bitorder="little").tobytes(), table.tobytes(), self.pool.astype("<u2").tobytes(),
                    self.dense.astype("<i2").tobytes(), paired(self.hidden_weight), self.hidden_bias.astype("<i4").tobytes(),
                    paired(self.output_weight), self.output_bias.astype("<i4").tobytes(), self.exp.astype("<u2").tobytes(),
                    self.valence.astype("<i4").tobytes(), self.energy.astype("<i4").tobytes(),
                    self.thresholds.astype("<u2").tobytes(), np.packbits(words, bitorder="little").tobytes()]
        body = b""
        for section in sections:
            body += b"\0" * (-len(body) % 64) + section
        tail = struct.pack("<QIIIIIIIIII", 64 + len(body), self.lanes, self.lines, self.filter_bits, self.hidden, self.pool_shift,
                           self.hidden_shift, self.output_shift, len(cues), len(self.valence), len(self.energy)) + body
        return b"RTMOOD\x1a\n" + struct.pack("<I", 1) + hashlib.sha256(tail).digest()[:4] + tail


def cue_text(path, name, licence):
    return (f"roomtone-cues 1\nid {name}\nlanguage en\nlicence {licence}\n\n"
            + pathlib.Path(path).read_text(encoding="utf8"))


def rising(points):
    """Points of a curve that rise in both places, as whole numbers."""
    kept = []
    for x, y in points:
        x, y = int(round(x)), int(round(y))
        if kept and x <= kept[-1][0]:
            continue
        kept.append([x, max(y, kept[-1][1] + 1) if kept else y])
    return np.array(kept)
