#!/usr/bin/env python3
"""Behaviour of a model file that no test set shows: our cases, swapped names, typing.

    probe.py --model FILE.mood --program roomtone"""
import argparse
import pathlib
import random
import re
import tempfile

import numpy as np

import corpus
import features
import reference

HERE = pathlib.Path(__file__).parent
SWAPPED = ("{name} said the food was great", "I met {name} in {place} today", "{name} is so annoying",
           "my friend {name} is from {place}",
           "so happy to be in {place} with {name}!", "I hate the weather in {place}", "the {group} man next door is nice",
           "my {group} teacher was angry", "they are {group}", "I am {group} and proud of it", "{group} people live here",
           "three {group} men were arrested in {place}", "not a good day for {name} :(", "thanks {name} ❤")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--program", required=True)
    args = parser.parse_args()
    model = reference.Model(args.model)
    rng = random.Random(11)

    def score(texts):
        with tempfile.NamedTemporaryFile("w", suffix=".cues", encoding="utf8") as cues:
            cues.write(model.cues)
            cues.flush()
            return model.score(features.extract(args.program, cues.name, texts))

    rows = [line.split("\t") for line in (HERE / "cases.txt").read_text(encoding="utf8").split("\n")
            if line and not line.startswith("# ") and "{" not in line]
    said = score([row[2] for row in rows])
    wrong = [(row, reference.LABELS[label], valence) for row, label, valence in zip(rows, said["label"], said["valence"])
             if row[1] != reference.LABELS[label]]
    print(f"our cases: {len(rows) - len(wrong)} of {len(rows)} labels as written")
    for row, label, valence in wrong:
        print(f"  {row[2]!r}: {label} {valence / 1e6:.2f}, meant {row[1]} {row[0]}")
    lists = corpus.name_lists(HERE / "names.txt")
    worst = 0
    for pattern in SWAPPED:
        texts = [re.sub(r"\{(\w+)\}", lambda m: rng.choice(lists[m.group(1)]).capitalize(), pattern) for _ in range(300)]
        valence = score(texts)["valence"]
        spread = (valence.max() - valence.min()) / 1e6
        worst = max(worst, spread)
        if spread > 0.02:
            print(f"  {texts[valence.argmin()]!r} {valence.min() / 1e6:.3f}, {texts[valence.argmax()]!r} {valence.max() / 1e6:.3f}")
    print(f"swapped names, places, groups: greatest spread of valence {worst:.4f}")
    base = [row[2] for row in rows if len(row[2]) > 12]
    before = score(base)["valence"]
    for name, change in (("small letters", str.lower), ("a letter dropped", lambda t: drop(t, rng)),
                         ("two letters swapped", lambda t: swap(t, rng)), ("no punctuation", lambda t: re.sub(r"[.,!?\"“”]", "", t))):
        after = score([change(text) for text in base])["valence"]
        moved = np.abs(after - before).mean() / 1e6
        print(f"{name}: r with unchanged {np.corrcoef(before, after)[0, 1]:.3f}, mean change {moved:.3f}")


def drop(text, rng):
    at = rng.randrange(len(text))
    return text[:at] + text[at + 1:]


def swap(text, rng):
    at = rng.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]


if __name__ == "__main__":
    main()
