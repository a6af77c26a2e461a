"""The labelled sets as Python lists. A held-out fifth of the rated texts (line // 2 % 5 == 0) is for selecting and reporting."""
import pathlib

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
