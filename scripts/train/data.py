"""The labelled sets as Python lists. A held-out fifth of the rated texts (line // 2 % 5 == 0) is for selecting and reporting."""
import pathlib
import random

EKMAN = ("anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral")
RATED = ("tweets", "amazon", "movies", "nyt")
EMOTIONS = ("admiration amusement anger annoyance approval caring confusion curiosity desire disappointment disapproval disgust "
            "embarrassment excitement fear gratitude grief joy love nervousness optimism pride realization relief remorse "
            "sadness surprise neutral").split()


def rows(path):
    with open(path, encoding="utf8", newline="\n") as handle:
        names = handle.readline().rstrip("\n").split("\t")
        for line in handle:
            yield dict(zip(names, line.rstrip("\n").split("\t", len(names) - 1)))


def labelled(folder, name):
    found = list(rows(pathlib.Path(folder) / f"tweeteval_{name}.tsv"))
    return [row["text"] for row in found], [int(row["label"]) for row in found]


def rated(folder, kind):
    """texts, mean ratings -4..4, deviations, held out or not"""
    found = list(rows(pathlib.Path(folder) / f"vader_{kind}.tsv"))
    return ([row["text"] for row in found], [float(row["mean_rating"]) for row in found],
            [float(row["rating_sd"]) for row in found], [int(row["line"]) // 2 % 5 == 0 for row in found])


def comments(folder, part):
    """GoEmotions: texts, rows of 28 zeros and ones, rows of 7 (Ekman and neutral)"""
    found = list(rows(pathlib.Path(folder) / f"goemotions_{part}.tsv"))
    fine = [[float(name in row["emotions"].split(",")) for name in EMOTIONS] for row in found]
    coarse = [[float(name in row["ekman"].split(",")) for name in EKMAN] for row in found]
    return [row["text"] for row in found], fine, coarse


def distant(folder):
    found = list(rows(pathlib.Path(folder) / "sentiment140_100k.tsv"))
    return [row["text"] for row in found], [int(row["label"]) // 2 for row in found]


def spans(folder, kind, vocabulary, seed=9):
    """Unlabelled little texts for the teacher to judge, so that the student hears about single words and short phrases: runs of
    words cut from the texts of a licence class (none held out), and the whole words of the encoder's vocabulary, some
    within a plain sentence."""
    rng = random.Random(seed)
    texts = comments(folder, "train")[0]
    sources = [(texts, 45000 if kind == "open" else 20000)]
    for name in RATED:
        rows_, _, _, held = rated(folder, name)
        kept = [text for text, is_held in zip(rows_, held) if not is_held]
        sources.append((kept, 20000 if name == "tweets" else 8000))
    if kind == "social":
        sources.append((labelled(folder, "sentiment_train")[0], 40000))
    found = []
    for pool, count in sources:
        for _ in range(count):
            words = rng.choice(pool).split()
            length = min(len(words), rng.choice((2, 2, 3, 3, 4, 5, 6, 8, 10)))
            start = rng.randrange(len(words) - length + 1)
            found.append(" ".join(words[start:start + length]))
    plain = ("{}", "{}!", "it is {}", "I am {}", "so {}", "not {}", "I feel {}", "this is not {}", "very {}", "the {}", "they {}",
             "never {}", "{} but", "no {}")
    for word in vocabulary:
        if word.isalpha() and len(word) > 2:
            found += ["{}".format(word), rng.choice(plain).format(word), rng.choice(plain).format(word)]
    return found
