"""A second teacher of valence: VADER's rated words (MIT, read from the data folder, never shipped) added up by a rule of
our own. On tweets its sign is right where the encoder's is not; blended() learns how much to trust each from the held-out
rated texts."""
import pathlib

import numpy as np

import data

TURNS = set("""not no never without don't dont doesn't doesnt didn't didnt isn't isnt aren't arent ain't aint wasn't wasnt weren't werent
won't wont wouldn't wouldnt can't cant cannot couldn't couldnt shouldn't shouldnt hasn't haven't hadn't neither nor nothing nobody
hardly barely""".split())
EDGES = ".,!?\"'*()#[]{}:;…-“”‘’"


def read(folder):
    words = {}
    with open(pathlib.Path(folder) / "lexicons" / "vader_lexicon.txt", encoding="utf8") as handle:
        for line in handle:
            word, rating, *_ = line.split("\t")
            words[word] = float(rating)
    return words


def summed(words, text):
    """What was found: sums of pleasant and unpleasant words, each with a turned sign behind a "not"."""
    good = bad = 0.0
    last_turn, but = -9, False
    for at, raw in enumerate(text.replace("’", "'").lower().split()):
        word = raw if raw in words else raw.strip(EDGES)
        rating = words.get(word, 0.0)
        if word in ("but", "however") and not but:
            good, bad, but = good * 0.5, bad * 0.5, True
        elif word in TURNS:
            last_turn = at
            if rating == 0 or word == "no":
                continue
        if rating != 0:
            if word not in TURNS and at - last_turn <= 3:
                rating *= -0.6
            good, bad = good + max(rating, 0), bad + min(rating, 0)
    return good, bad


def features(words, texts):
    sums = np.array([summed(words, text) for text in texts])
    total = sums.sum(1)
    return np.stack([np.ones(len(texts)), total / np.sqrt(total ** 2 + 6), total, sums[:, 0], (total == 0).astype(float)], 1)


def blended(corpus, folder):
    """Puts the blend of both teachers in place of the encoder's valence. Short texts and tweets by what rated tweets say, the others by
    their own kind."""
    words = read(folder)
    weights = {}
    for name in data.RATED:
        rows = corpus.rows("rated_" + name)
        held = rows[corpus.held[rows]]
        x = features(words, [corpus.texts[i] for i in held])
        x = np.concatenate([x, corpus.soft_valence[held]], 1)
        ridge = np.eye(x.shape[1]) * 1.0
        weights[name] = np.linalg.solve(x.T @ x + ridge, x.T @ corpus.valence[held])
        fit = x @ weights[name]
        print(f"blend {name}: r {np.corrcoef(fit, corpus.valence[held])[0, 1]:.3f} sign {np.mean((fit > 0) == (corpus.valence[held] > 0)):.3f}"
              f" (encoder {np.corrcoef(x[:, -1], corpus.valence[held])[0, 1]:.3f}, words {np.corrcoef(x[:, 1], corpus.valence[held])[0, 1]:.3f})",
              weights[name].round(2))
    for part in corpus.parts:
        kind = part[6:] if part.startswith("rated_") else "tweets"
        rows = corpus.rows(part)
        rows = rows[~np.isnan(corpus.soft_valence[rows, 0])]
        if len(rows):
            x = np.concatenate([features(words, [corpus.texts[i] for i in rows]), corpus.soft_valence[rows]], 1)
            corpus.soft_valence[rows, 0] = x @ weights[kind]
