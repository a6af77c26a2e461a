"""Everything a student learns from, as one row of targets a text."""
import pathlib
import random
import re

import numpy as np

import data

# What each of GoEmotions' 28 says about energy (arousal), 0 calm to 1 agitated: our own judgement.
ENERGY = dict(admiration=0.5, amusement=0.6, anger=0.95, annoyance=0.65, approval=0.35, caring=0.35, confusion=0.4, curiosity=0.4,
              desire=0.5, disappointment=0.35, disapproval=0.5, disgust=0.7, embarrassment=0.55, excitement=1.0, fear=0.85,
              gratitude=0.45, grief=0.5, joy=0.75, love=0.65, nervousness=0.65, optimism=0.4, pride=0.6, realization=0.35,
              relief=0.2, remorse=0.35, sadness=0.25, surprise=0.8, neutral=0.15)
GOOD = set("admiration amusement approval caring desire excitement gratitude joy love optimism pride relief".split())
BAD = set("anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness".split())
AUXILIARY = {"emotion": 4, "irony": 2, "offensive": 2, "emoji": 20, "distant": 2}


class Corpus:
    """texts; parts (name -> slice); targets, NaN or -1 where a text has none"""

    def __init__(self):
        self.texts, self.parts, self.columns = [], {}, []

    def add(self, part, texts, weight=1.0, sentiment=None, valence=None, ekman=None, auxiliary=None, held=None, fine=None):
        count = len(texts)
        self.parts[part] = slice(len(self.texts), len(self.texts) + count)
        self.texts += texts
        self.columns.append({
            "weight": np.full(count, weight, np.float32),
            "sentiment": np.full(count, -1) if sentiment is None else np.array(sentiment),
            "valence": np.full(count, np.nan, np.float32) if valence is None else np.array(valence, np.float32),
            "ekman": np.full((count, 7), np.nan, np.float32) if ekman is None else np.array(ekman, np.float32),
            "fine": np.full((count, 28), np.nan, np.float32) if fine is None else np.array(fine, np.float32),
            "auxiliary": np.stack([np.array(auxiliary[n]) if auxiliary and n in auxiliary else np.full(count, -1)
                                   for n in AUXILIARY], 1),
            "held": np.zeros(count, bool) if held is None else np.array(held),
        })

    def finish(self):
        for name in self.columns[0]:
            setattr(self, name, np.concatenate([column[name] for column in self.columns]))
        return self

    def rows(self, part):
        where = self.parts[part]
        return np.arange(where.start, where.stop)


def polarity(fine):
    """GoEmotions' labels as one of three classes, -1 where they contradict each other or say neither (surprise)."""
    classes = []
    for row in fine:
        names = {name for name, has in zip(data.EMOTIONS, row) if has}
        good, bad = bool(names & GOOD), bool(names & BAD)
        classes.append(-1 if good and bad else 2 if good else 0 if bad else 1 if "neutral" in names else -1)
    return classes


def sign(means):
    """Rated texts as one of three classes, -1 between them."""
    return [2 if m > 0.8 else 0 if m < -0.8 else 1 if abs(m) < 0.3 else -1 for m in means]


def hand_priors(path):
    """Words, phrases and signs of hand.txt as little texts: (text, valence -1..1)"""
    found, section = {}, ""
    for line in path.read_text(encoding="utf8").split("\n"):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("# ") and section in ("prior", "phrases", "emoji", "emoticons"):
            value, *items = line.split("\t")
            found.update((item, float(value)) for item in items)
    return list(found.items())


def name_lists(path):
    """names.txt by list: name, place, group"""
    lists, section = {}, ""
    for line in path.read_text(encoding="utf8").split("\n"):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("# "):
            lists.setdefault(section, []).extend(line.split())
    return lists


def emphasis(folder, rng):
    """Words that mean something, plain and with weight, and sentences that mean nothing."""
    words = [(word, value) for word, value in hand_priors(folder / "hand.txt") if word.isascii() and word.isalpha() and abs(value) > 0.35]
    for word, value in rng.sample(words, 250):
        label = 2 if value > 0 else 0
        frame = rng.choice(("this is {}", "it is {}", "that was {}", "a {} day", "{} film", "{} news", "feeling {}", "{}"))
        for form, factor in (("{}", 1.0), ("{}!", 1.08), ("{}!!!", 1.15)):
            yield form.format(frame.format(word)), value * factor, label
        if frame != "{}":
            yield frame.format(word.upper()), value * 1.18, label
            yield frame.format("very " + word), value * 1.15, label
    for _ in range(250):
        who = rng.choice("He She They We I My_brother The_man Her_father The_team My_friend Someone The_driver".split()).replace("_", " ")
        does = rng.choice("walked_to waited_at works_at is_at went_to drove_to met_at stopped_at looked_at came_from".split()).replace("_", " ")
        where = rng.choice("the_office the_station the_shop the_park the_school the_bank the_airport the_corner the_house the_list "
                           "the_table the_road".split()).replace("_", " ")
        yield f"{who} {does} {where}" + rng.choice(("", "", ".", " today", " on monday", " at nine")), 0.0, 1
    for _ in range(120):
        what = rng.choice("The_bus The_train The_shop The_meeting The_office The_library The_course The_game The_talk".split()).replace("_", " ")
        does = rng.choice("opens closes starts leaves arrives stops begins ends".split())
        yield f"{what} {does} at " + rng.choice("six seven eight nine ten noon 5 10:30 the_corner the_bridge".split()).replace("_", " "), 0.0, 1


def cases(folder, seed=5, repeats=12):
    """cases.txt with its braces filled: texts, valences, labels"""
    rng = random.Random(seed)
    lists = name_lists(folder / "names.txt")
    rows = []
    for line in (folder / "cases.txt").read_text(encoding="utf8").split("\n"):
        if not line or line.startswith("# "):
            continue
        valence, label, text = line.split("\t")
        for _ in range(repeats if "{" in text else 5):
            filled = re.sub(r"\{(\w+)\}", lambda m: rng.choice(lists[m.group(1)]).capitalize(), text)
            if "{" not in text:  # whom it is said to, a link and capital letters change nothing
                frame = rng.choice(("{}", "{}", "{}", "{}", "@user {}", "@user {}", "{} http://example.org/x", "low"))
                filled = filled.lower() if frame == "low" else frame.replace("{}", filled)
            rows.append((filled, float(valence), ("negative", "neutral", "positive").index(label)))
    rows += emphasis(folder, rng)
    return zip(*rows)


def add_ours(corpus, folder):
    priors = hand_priors(folder / "hand.txt")
    corpus.add("ours_words", [text for text, _ in priors], weight=0.3, valence=[2 * v for _, v in priors],
               sentiment=[2 if v > 0.15 else 0 if v < -0.15 else 1 for _, v in priors])
    texts, valences, labels = cases(folder)
    corpus.add("ours_cases", list(texts), valence=[2 * v for v in valences], sentiment=labels)


def add_word_ratings(corpus, folder):
    """VADER's rated words (MIT) as texts of one word, lightly weighted."""
    words, ratings = [], []
    with open(pathlib.Path(folder) / "lexicons" / "vader_lexicon.txt", encoding="utf8") as handle:
        for line in handle:
            word, rating, *_ = line.split("\t")
            words.append(word)
            ratings.append(float(rating))
    corpus.add("ratings_of_words", words, weight=0.4, valence=np.array(ratings) / 2, sentiment=sign(ratings))


def load(folder, kind, vocabulary=None, hold_tweets=True):
    corpus = Corpus()
    texts, fine, coarse = data.comments(folder, "train")
    corpus.add("comments_train", texts, sentiment=polarity(fine) if kind == "open" else None, ekman=coarse, fine=fine)
    texts, fine, coarse = data.comments(folder, "dev")
    corpus.add("comments_dev", texts, ekman=coarse, fine=fine, held=[True] * len(texts), sentiment=polarity(fine))
    for name in data.RATED:
        texts, means, _, held = data.rated(folder, name)
        corpus.add("rated_" + name, texts, valence=np.array(means) / 2, held=held,
                   sentiment=sign(means) if kind == "open" else None)
    if kind == "social":
        texts, labels = data.labelled(folder, "sentiment_train")
        corpus.add("sentiment_train", texts, sentiment=labels, held=[hold_tweets and i % 10 == 7 for i in range(len(texts))])
        for name in ("emotion", "irony", "offensive"):
            texts, labels = data.labelled(folder, name + "_train")
            corpus.add(name + "_train", texts, weight=0.7, auxiliary={name: labels})
        texts, labels = data.labelled(folder, "emoji_val")
        corpus.add("emoji_val", texts, weight=0.5, auxiliary={"emoji": labels})
        texts, labels = data.distant(folder)
        corpus.add("distant", texts, weight=0.3, auxiliary={"distant": labels})
    if vocabulary:
        corpus.add("spans", data.spans(folder, kind, vocabulary), weight=0.25)
    texts, labels = data.labelled(folder, "sentiment_val")
    corpus.add("sentiment_val", texts, sentiment=labels, held=[True] * len(texts))
    return corpus


def add_soft(corpus, path, emotions=None):
    """Teacher's raw outputs, NaN where it said nothing. `emotions` is another teacher's file, preferred for those."""
    soft = {}
    for one in path.split(","):
        soft.update(np.load(one))
    other = np.load(emotions) if emotions else {}
    for head, width in (("sentiment", 3), ("valence", 1), ("ekman", 7), ("fine", 28)):
        values = np.full((len(corpus.texts), width), np.nan, np.float32)
        for part, where in corpus.parts.items():
            name = f"{part}/{head}"
            if head in ("ekman", "fine") and name in other:
                values[where] = other[name]
            elif name in soft:
                values[where] = soft[name]
        setattr(corpus, "soft_" + head, values)


def no_soft(corpus):
    for head, width in (("sentiment", 3), ("valence", 1), ("ekman", 7), ("fine", 28)):
        setattr(corpus, "soft_" + head, np.full((len(corpus.texts), width), np.nan, np.float32))
