"""Which features a model may know."""
import collections
import pathlib
import re

import numpy as np

from corpus import hand_priors, name_lists
from features import SINGLE, Vocabulary

# Written with a capital, but no names of anybody.
TIMES = set("""monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december christmas xmas halloween thanksgiving easter valentine valentine's ramadan eid god jesus lord tv dvd ok lol
omg lmao i'm i i'll i've i'd""".split())
ENGLISH = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*(?:['-][a-z0-9]+)*")
WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")


def proper_nouns(texts, protected, least=6, share=0.8):
    """Words that stand with a capital inside sentences nearly always: who and where, which must not say how."""
    capital, small = collections.Counter(), collections.Counter()
    for text in texts:
        words = list(WORD.finditer(text))
        titled = sum(word.group()[0].isupper() for word in words)
        if titled > 0.6 * len(words):  # a headline
            continue
        for word in words:
            before = text[:word.start()].rstrip(" \"'“‘(")
            if not before or before[-1] in ".!?:…#@_-&/" or text[word.start() - 1] in "#@_":
                continue
            raw = word.group().replace("’", "'")
            (capital if raw[0].isupper() and not raw.isupper() else small)[raw.lower()] += 1
    found = {word for word, count in capital.items() if count >= least and count >= share * (count + small[word])}
    return {word for word in found if word not in protected and word.removesuffix("'s") not in TIMES}


def forbidden(folder, texts, extra=()):
    folder = pathlib.Path(folder)
    protected = {word for word, _ in hand_priors(folder / "hand.txt")} | set(extra)
    listed = {word for words in name_lists(folder / "names.txt").values() for word in words}
    return listed | {word + "'s" for word in listed} | proper_nouns(texts, protected)


def choose(corpus, texts, banned, least_single, least_pair):
    """The vocabulary, and how many texts each of its features stands in."""
    which = np.repeat(np.arange(len(texts)), np.diff(texts.starts))
    learned = ~corpus.held[which]
    keys, inverse, counts = np.unique(texts.hashes[learned], return_inverse=True, return_counts=True)
    single = np.zeros(len(keys), bool)
    single[inverse[(texts.flags[learned] & SINGLE) > 0]] = True
    good = np.where(single, counts >= least_single, counts >= least_pair)
    # What we wrote down, and words that were rated, are to be known however rare.
    counts = counts.astype(np.int64)
    for start, gain in (("ours_", 30), ("ratings_", 8)):
        inside = np.zeros(len(corpus.texts), bool)
        for part in corpus.parts:
            if part.startswith(start):
                inside[corpus.rows(part)] = True
        there = np.isin(keys, np.unique(texts.hashes[inside[which] & ((texts.flags & SINGLE) > 0)])) & single
        good |= there
        counts = counts + gain * there
    for at in np.flatnonzero(good):
        name = texts.names[int(keys[at])]
        parts = [part.lstrip("#@") for part in name.split(" ")]
        if any(part in banned for part in parts):
            good[at] = False
    return Vocabulary(keys[good]), counts[good]


def known_words(corpus, texts, cues, least, least_distant=12):
    """Keys of the English words met in texts: by them a text's language is known. Word runs cut for the student are no texts, texts with
    two common words of another language are not English, and the distant tweets, which nobody looked at, count for less."""
    own, other, section = set(), set(), ""
    for line in cues.split("\n"):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and section == "function en":
            own.add(line)
        elif line and section.startswith("function"):
            other.add(line)
    other -= own
    which = np.repeat(np.arange(len(texts)), np.diff(texts.starts))
    single = (texts.flags & SINGLE) > 0
    foreign = np.isin(texts.hashes, np.array([key for key, name in texts.names.items() if name in other], np.uint64)) & single
    met = np.bincount(which[foreign], minlength=len(texts)) < 2
    ours, distant = np.zeros(len(texts), bool), np.zeros(len(texts), bool)
    for part in corpus.parts:
        ours[corpus.rows(part)] = part.startswith(("ours_", "ratings_"))
        distant[corpus.rows(part)] = part == "distant"
        if part == "spans":
            met[corpus.rows(part)] = False

    def count(inside):
        return dict(zip(*np.unique(texts.hashes[single & inside[which]], return_counts=True)))

    sure, looked_at, unseen = count(ours), count(met & ~distant), count(met & distant)
    found = []
    for key in set(sure) | set(looked_at) | set(unseen):
        name = texts.names[int(key)]
        often = key in sure or looked_at.get(key, 0) >= least or unseen.get(key, 0) >= least_distant or name in own
        if often and name not in other and ENGLISH.fullmatch(name):
            found.append(key)
    return np.array(sorted(found), np.uint64)
