#!/usr/bin/env python3
"""Learns the word valences of deploy/models/en-open.lexicon and writes that file.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/train/requirements.txt
    .venv/bin/python scripts/train/lexicon.py --data DIR --out deploy/models/en-open.lexicon [--cross-validate]

DIR holds vader_{tweets,amazon,movies,nyt}.tsv (texts with mean human ratings) and goemotions_{train,dev}.tsv; what each
is and under which licence is in deploy/models/README.md. What we wrote by hand is in hand.txt beside this script.

One weight a word, learned *through* the scorer's own rules: rules.py says with which factor each word of a text counts
(negation, boosters, contrast ...), and the weights minimise, together, the squared error against the human ratings and
the loss of an ordinal model (negative < neutral < positive) on GoEmotions. A weight is pulled towards its hand-made first
guess, or towards 0, the more the fewer texts speak of it. Everything is deterministic.
"""
import argparse
import pathlib
import sys

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

import rules

HERE = pathlib.Path(__file__).resolve().parent
RATED = ("tweets", "amazon", "movies", "nyt")
ID = "roomtone-en-open-1"
LICENCE = "Apache-2.0 (Roomtone); learned from VADER ratings (MIT) and GoEmotions (Apache-2.0), see README.md"

TEXTS_MIN = 4        # a word seen in fewer training texts and not in hand.txt is not learned
LEARNED_MIN = 0.15   # a word not in hand.txt must reach this to be kept: small weights are other words' company
KEEP_MIN = 0.045     # a learned weight nearer to 0 than this is not written
PULL = 60.0          # strength of the pull towards the first guess
RATED_SHARE = 12.0   # weight of the squared error of one rated text against the ordinal loss of one comment


def rows(path):
    with open(path, encoding="utf8", newline="\n") as handle:
        header = handle.readline().rstrip("\n").split("\t")
        for line in handle:
            yield dict(zip(header, line.rstrip("\n").split("\t", len(header) - 1)))


def rated_texts(data):
    """(text, mean rating / 4, data set) of every rated text"""
    return [(row["text"], float(row["mean_rating"]) / 4, name)
            for name in RATED for row in rows(data / f"vader_{name}.tsv")]


def comments(path):
    """(text, class 0..2, weight); a comment with both signs says nothing about the order and is left out"""
    found = []
    for row in rows(path):
        signs = set(row["polarity"].split(","))
        if {"positive", "negative"} <= signs:
            continue
        label = 2 if "positive" in signs else 0 if "negative" in signs else 1
        found.append((row["text"], label, 0.5 if len(signs) > 1 else 1.0))
    return found


class Features:
    """Which weight counts how often in which text: one matrix for plain hits and one for negated hits."""

    def __init__(self, texts, hand, index, hits):
        plain, negated, self.factor, self.words = [], [], [], []
        for number, text in enumerate(texts):
            seen = rules.read(rules.tokenize(text), hand, hits)
            for key, factor, is_negated in seen.hits:
                if key in index:
                    (negated if is_negated else plain).append((number, index[key], factor))
            self.factor.append(seen.factor)
            self.words.append(seen.words)
        shape = (len(texts), len(index))
        self.plain, self.negated = (self.matrix(cells, shape) for cells in (plain, negated))
        self.factor = np.array(self.factor)
        self.alpha = rules.ALPHA * (1 + np.array(self.words) / rules.ALPHA_WORDS)

    @staticmethod
    def matrix(cells, shape):
        r, c, v = zip(*cells) if cells else ((), (), ())
        return csr_matrix((v, (r, c)), shape=shape)

    def sums(self, weights):
        turned = np.where(weights > 0, rules.NEGATED_POSITIVE, rules.NEGATED_NEGATIVE)
        return self.factor * (self.plain @ weights + self.negated @ (turned * weights))

    def back(self, weights, gradient):
        turned = np.where(weights > 0, rules.NEGATED_POSITIVE, rules.NEGATED_NEGATIVE)
        gradient = gradient * self.factor
        return self.plain.T @ gradient + turned * (self.negated.T @ gradient)

    def valence(self, weights):
        s = self.sums(weights)
        return s / np.sqrt(s * s + self.alpha)


def learn(rated, target, spoken, label, share, start, free):
    """Minimises the joint loss over the free weights and the ordinal model's two cuts and slope."""
    size = len(start)

    def loss(x):
        weights, (low, gap, slope) = x[:size], x[size:]
        total = PULL * np.sum((weights - start) ** 2)
        gradient = 2 * PULL * (weights - start)

        s = rated.sums(weights)
        root = np.sqrt(s * s + rated.alpha)
        error = s / root - target
        total += RATED_SHARE * np.sum(error ** 2)
        gradient += rated.back(weights, RATED_SHARE * 2 * error * rated.alpha / root ** 3)

        s = spoken.sums(weights)
        root = np.sqrt(s * s + spoken.alpha)
        v = s / root
        high = low + np.exp(gap)
        k = np.exp(slope)
        above_low, above_high = 1 / (1 + np.exp(-k * (v - low))), 1 / (1 + np.exp(-k * (v - high)))
        p = np.choose(label, [1 - above_low, above_low - above_high, above_high]) + 1e-12
        total -= np.sum(share * np.log(p))
        dl, dh = above_low * (1 - above_low), above_high * (1 - above_high)
        dp_v = np.choose(label, [-dl, dl - dh, dh])
        by_p = -share / p
        gradient += spoken.back(weights, by_p * k * dp_v * spoken.alpha / root ** 3)
        d_low = np.sum(by_p * k * np.choose(label, [dl, -dl, 0 * dl]))
        d_high = np.sum(by_p * k * np.choose(label, [0 * dh, dh, -dh]))
        d_k = np.sum(by_p * np.choose(label, [-dl * (v - low), dl * (v - low) - dh * (v - high), dh * (v - high)]))
        gradient[~free] = 0
        return total, np.concatenate([gradient, [d_low + d_high, d_high * np.exp(gap), d_k * k]])

    first = np.concatenate([start, [-0.2, -1.0, 1.5]])
    done = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.clip(done.x[:size], -1, 1), done.x[size:]


def train(data, hand, rated, spoken, quiet=False):
    """key -> weight, from these rated texts and comments"""
    counts = {}
    for text, *_ in rated + spoken:
        for key in {token.text for token in rules.tokenize(text) if token.kind in ("word", "emoji", "emoticon")}:
            counts[key] = counts.get(key, 0) + 1
    silent = hand.roles["function en"] - hand.prior.keys() - hand.fixed.keys()
    learned = {key for key, count in counts.items() if count >= TEXTS_MIN and key not in silent}
    keys = sorted(learned | hand.prior.keys() | hand.fixed.keys())
    index = {key: number for number, key in enumerate(keys)}
    start = np.array([hand.fixed.get(key, hand.prior.get(key, 0.0)) for key in keys])
    free = np.array([key not in hand.fixed for key in keys])
    target = np.array([row[1] for row in rated])
    label, share = np.array([row[1] for row in spoken]), np.array([row[2] for row in spoken])
    weights = start
    for turn in range(2):  # the second turn reads the texts knowing which words turned out to be hits, and has only these
        if turn:
            kept = [i for i, key in enumerate(keys)
                    if key in hand.prior or key in hand.fixed or abs(weights[i]) >= LEARNED_MIN]
            keys, start, free, weights = [keys[i] for i in kept], start[kept], free[kept], weights[kept]
            index = {key: number for number, key in enumerate(keys)}
        hits = {key for key, weight in zip(keys, weights) if abs(weight) >= KEEP_MIN}
        on_rated = Features([row[0] for row in rated], hand, index, hits)
        on_spoken = Features([row[0] for row in spoken], hand, index, hits)
        weights, cuts = learn(on_rated, target, on_spoken, label, share, start, free)
        if not quiet:
            print(f"turn {turn + 1}: {len(keys)} weights, r on rated {np.corrcoef(on_rated.valence(weights), target)[0, 1]:.4f}, "
                  f"cuts {cuts[0]:.3f} {cuts[0] + np.exp(cuts[1]):.3f}", file=sys.stderr)
    return {key: round(float(w), 3) for key, w in zip(keys, weights) if abs(w) >= KEEP_MIN or key in hand.emoji}


def valences(texts, hand, weights):
    index = {key: number for number, key in enumerate(sorted(weights))}
    return Features(texts, hand, index, set(weights)).valence(np.array([weights[key] for key in sorted(weights)]))


def recall(valence, label, low, high):
    said = np.where(valence <= low, 0, np.where(valence >= high, 2, 1))
    return 100 * np.mean([np.mean(said[label == c] == c) for c in range(3)])


def best_cuts(valence, label):
    grid = np.round(np.arange(-0.40, 0.41, 0.02), 2)
    return max(((recall(valence, label, low, high), low, high) for low in grid for high in grid if low < high),
               key=lambda row: row[0])


def weighted_f1(valence, target):
    gold, said = np.sign(target), np.where(valence >= 0.05, 1, np.where(valence <= -0.05, -1, 0))
    total = 0.0
    for c in (-1, 0, 1):
        hit, have, told = np.sum((gold == c) & (said == c)), np.sum(gold == c), np.sum(said == c)
        total += (2 * hit / (have + told) if have + told else 0.0) * have
    return total / len(gold)


def cross_validate(data, hand, rated, spoken, folds=5):
    """Figures for rated texts by weights which did not see them: text i is held out in fold i mod folds."""
    valence = np.zeros(len(rated))
    for fold in range(folds):
        seen = [row for i, row in enumerate(rated) if i % folds != fold]
        weights = train(data, hand, seen, spoken, quiet=True)
        held = [i for i in range(len(rated)) if i % folds == fold]
        valence[held] = valences([rated[i][0] for i in held], hand, weights)
    target = np.array([row[1] for row in rated])
    for name in RATED:
        pick = np.array([row[2] == name for row in rated])
        print(f"cross-validated {name}: r {np.corrcoef(valence[pick], target[pick])[0, 1]:.4f} "
              f"weighted-F1 {weighted_f1(valence[pick], target[pick]):.4f} (n {pick.sum()})")


def write(path, hand, weights):
    lines = ["# Written by scripts/train/lexicon.py; the format is described in README.md beside this file.",
             "roomtone-lexicon 1", f"id {ID}", "language en", f"licence {LICENCE}", "", "[rules]"]
    lines += [f"{name}\t{value:.3f}" for name, value in sorted(rules.constants().items())]

    def section(name, items):
        lines.extend(["", f"[{name}]"])
        lines.extend(f"{key}\t{value:.3f}" for key, value in sorted(items.items()))

    section("words", {k: w for k, w in weights.items() if k not in hand.emoji and k not in hand.phrases})
    section("phrases", {k: weights.get(k, 0.0) for k in hand.phrases})
    section("emoji", {k: weights[k] for k in hand.emoji if not k.isascii()})
    section("emoticons", {k: weights[k] for k in hand.emoji if k.isascii()})
    section("negators", {k: 1.0 for k in hand.roles["negators"]})
    section("boosters", hand.boosters)
    section("contrast", {k: 1.0 for k in hand.roles["contrast"]})
    section("sarcasm", {k: 1.0 for k in hand.roles["sarcasm"]})
    for name in sorted(role for role in hand.roles if role.startswith("function ")):
        lines.extend(["", f"[{name}]", *sorted(hand.roles[name])])
    path.write_text("\n".join(lines) + "\n", encoding="utf8")
    print(f"wrote {path}: {len(weights)} weights", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--select", type=pathlib.Path, help="a TSV with a 0..2 label: figures on it are printed, never learned from")
    args = parser.parse_args()
    hand = rules.Hand(HERE / "hand.txt")
    rated, spoken = rated_texts(args.data), comments(args.data / "goemotions_train.tsv")
    weights = train(args.data, hand, rated, spoken)
    dev = comments(args.data / "goemotions_dev.tsv")
    valence, label = valences([row[0] for row in dev], hand, weights), np.array([row[1] for row in dev])
    print(f"goemotions dev: {recall(valence, label, rules.NEGATIVE_AT, rules.POSITIVE_AT):.2f}, best cuts {best_cuts(valence, label)}")
    if args.select:
        chosen = list(rows(args.select))
        valence, label = valences([r["text"] for r in chosen], hand, weights), np.array([int(r["label"]) for r in chosen])
        print(f"{args.select.name}: {recall(valence, label, rules.NEGATIVE_AT, rules.POSITIVE_AT):.2f}, best cuts {best_cuts(valence, label)}")
    if args.cross_validate:
        cross_validate(args.data, hand, rated, spoken)
    if args.out:
        write(args.out, hand, weights)


if __name__ == "__main__":
    main()
