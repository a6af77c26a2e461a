#!/usr/bin/env python3
"""Trains and exports one model from teachers' soft labels, and prints its figures.

    train.py --data DIR --program roomtone --kind open|social --soft FILE.npz [--emotions FILE.npz] --out deploy/models

Two rounds: the first with every common feature, the second with those that matter most and find room in the table. Figures are of
the whole-number model. Without --final a fifth of the rated texts and a tenth of the tweets are held out, and the figures
count those; with it they are learned too, and only the sets never learned from are counted."""
import argparse
import json
import pathlib
import pickle
import tempfile

import numpy as np
import torch

import corpus as corpora
import data
import export
import features
import ratings
import reference
import student
import vocabulary

HERE = pathlib.Path(__file__).parent
LICENCES = {
    "open": "Apache-2.0; learned from GoEmotions (Apache-2.0), VADER's ratings (MIT) and texts of our own",
    "social": "Apache-2.0; learned from GoEmotions (Apache-2.0), VADER's ratings (MIT), tweets with no data licence stated, and texts of our own",
}


def prepare(args, cues):
    """The corpus and its features; kept in --cache, since extracting takes a minute."""
    cache = pathlib.Path(args.cache) / f"features-{args.kind}.pickle" if args.cache else None
    if cache and cache.exists():
        return pickle.loads(cache.read_bytes())
    words = sorted(json.loads(pathlib.Path(args.tokenizer).read_text(encoding="utf8"))["model"]["vocab"]) if args.tokenizer else None
    corpus = corpora.load(args.data, args.kind, words)
    corpora.add_ours(corpus, HERE)
    if not args.no_word_ratings:
        corpora.add_word_ratings(corpus, args.data)
    corpus.finish()
    with tempfile.NamedTemporaryFile("w", suffix=".cues", encoding="utf8") as handle:
        handle.write(cues)
        handle.flush()
        texts = features.extract(args.program, handle.name, corpus.texts)
    found = corpus, texts, vocabulary.forbidden(HERE, corpus.texts)
    if cache:
        cache.write_bytes(pickle.dumps(found))
    return found


def class_priors(corpus):
    """log of the shares of the three classes among labelled texts: what a teacher trained on them leans to"""
    labels = corpus.sentiment[corpus.rows("sentiment_train")]
    return np.log(np.bincount(labels, minlength=3) / len(labels))


def pseudo_classes(corpus, steep, neutral):
    """Soft classes for `open`, which has no tweets with labels: from the teacher's valence (in ratings / 2)."""
    valence = corpus.soft_valence[:, 0]
    corpus.soft_sentiment = np.stack([-steep * valence - neutral, 0 * valence, steep * valence - neutral], 1)


def curve_of(outputs, gold, weight, knots):
    """Isotonic, then straight between a few points: the mean judgement at each output."""
    order = np.argsort(outputs)
    blocks = []  # mean, weight, outputs
    for at in order:
        blocks.append([gold[at], weight[at], outputs[at] * weight[at]])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, mass, place = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + mean * mass) / (last[1] + mass)
            last[1] += mass
            last[2] += place
    xs = np.array([block[2] / block[1] for block in blocks])
    ys = np.array([block[0] for block in blocks])
    at = np.quantile(outputs, np.linspace(0.01, 0.99, knots))
    return at, np.interp(at, xs, ys)


def best_zero(outputs, gold):
    """The output at which pleasant and unpleasant part best, near 0."""
    return max(range(-60, 61, 4), key=lambda cut: ((outputs > cut) == (gold > 0)).mean() - 1e-4 * abs(cut))


def rated_rows(corpus, use_held):
    """kind -> rows of its rated texts, the held-out ones if there are any"""
    rows = {name: corpus.rows("rated_" + name) for name in data.RATED}
    return rows if use_held else {name: at[corpus.held[at]] for name, at in rows.items()}


def valence_curve(corpus, outputs, rows):
    """Valence by the mean rating / 4, kept out of the dead zone around 0. Each kind of text weighs the same."""
    at = np.concatenate(list(rows.values()))
    weight = np.concatenate([np.full(len(kind), 1 / len(kind)) for kind in rows.values()])
    x, y = curve_of(outputs[at, 3].astype(float), corpus.valence[at] / 2, weight, 14)
    tweets = rows["tweets"]  # the kind of text that this is for
    middle = best_zero(outputs[tweets, 3], corpus.valence[tweets])
    # Hardly anything is flat: from the middle on a text is at least a little pleasant or unpleasant.
    points = [(-6 * export.LOGIT, -1e6)]
    points += [(a, min(b, -0.07) * 1e6) for a, b in zip(x, y) if a < middle - 12]
    points += [(middle - 4, -55000), (middle + 4, 55000)]
    points += [(a, max(b, 0.07) * 1e6) for a, b in zip(x, y) if a > middle + 12]
    points += [(6 * export.LOGIT, 1e6)]
    return export.rising(sorted(points))


def cross_fitted(corpus, outputs):
    """Valences of the held-out rated texts, each half by the curve of the other half, so that no text is judged by its own."""
    rows, valence = rated_rows(corpus, False), np.zeros(len(corpus.texts), np.int64)
    for half in (0, 1):
        points = valence_curve(corpus, outputs, {name: at[half::2] for name, at in rows.items()})
        for at in rows.values():
            valence[at[1 - half::2]] = reference.curve(points, outputs[at[1 - half::2], 3])
    return valence


def calibrate(numbers, corpus, outputs, use_held):
    """Valence; energy, stretched over its range; thresholds."""
    numbers.valence = valence_curve(corpus, outputs, rated_rows(corpus, use_held))
    energy = outputs[:, 4]
    low, high = np.quantile(energy, [0.01, 0.995])
    numbers.energy = export.rising([(low, 0), (high, 1e6)])
    rows = corpus.rows("comments_dev")
    cuts, _ = student.best_cuts(outputs[rows, 5:12].astype(float), corpus.ekman[rows])
    exp = numbers.exp
    chance = [65536 * 65535 // (65535 + int(exp[min(int(c) >> 2, 1023)])) if c >= 0 else
              65536 * int(exp[min(int(-c) >> 2, 1023)]) // (65535 + int(exp[min(int(-c) >> 2, 1023)])) for c in np.rint(cuts)]
    numbers.thresholds = np.array(chance + [0])


def figures_of(corpus, said, thresholds, use_held):
    figures = {}
    at = corpus.rows("sentiment_val")
    figures["tweeteval val recall"] = student.recall(said["label"][at], corpus.sentiment[at])
    if "sentiment_train" in corpus.parts and not use_held:
        at = corpus.rows("sentiment_train")
        at = at[corpus.held[at]]
        figures["held-out tweets recall"] = student.recall(said["label"][at], corpus.sentiment[at])
    at = corpus.rows("comments_dev")
    there = said["emotions"][at] >= thresholds[:7]
    gold = corpus.ekman[at]
    figures["goemotions dev ekman macro-F1"] = float(np.mean(2 * (there * gold).sum(0) / (there.sum(0) + gold.sum(0))))
    polar = corpus.sentiment[at] >= 0
    figures["goemotions dev polarity recall"] = student.recall(said["label"][at][polar], corpus.sentiment[at][polar])
    for name in data.RATED:
        at = corpus.rows("rated_" + name)
        if not use_held:
            at = at[corpus.held[at]]
        valence, gold = said["valence"][at] / 1e6, corpus.valence[at]
        figures[f"{name} r"] = float(np.corrcoef(valence, gold)[0, 1])
        cut, sign = (valence >= 0.05).astype(int) - (valence <= -0.05), np.sign(gold)
        weighted = 0.0
        for side in (-1, 0, 1):
            hit = ((cut == side) & (sign == side)).sum()
            if hit:
                weighted += 2 * hit / ((cut == side).sum() + (sign == side).sum()) * (sign == side).sum() / len(sign)
        figures[f"{name} weighted F1"] = float(weighted)
        figures[f"{name} within 0.05"] = float((cut == 0).mean())
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--kind", choices=("open", "social"), required=True)
    parser.add_argument("--soft", required=True, help="soft labels, one file or several by comma")
    parser.add_argument("--emotions", help="soft labels of another teacher, preferred for emotions")
    parser.add_argument("--tokenizer", help="the encoder's tokenizer.json: its words are learned one by one")
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", help="default: KIND-1")
    parser.add_argument("--cache")
    parser.add_argument("--curves", help="file for the calibration: written without --final, read with it")
    parser.add_argument("--golden", help="folder for golden vectors")
    parser.add_argument("--keep", help="file for the first round's students")
    parser.add_argument("--final", action="store_true")
    parser.add_argument("--no-word-ratings", action="store_true")
    parser.add_argument("--lines", type=int, default=15)
    parser.add_argument("--filter", type=int, default=18)
    parser.add_argument("--singles", type=int, default=3)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--rows", type=int, default=45000)
    parser.add_argument("--weak", type=float, default=0.3, help="part of all features read that is dropped for saying least")
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--members", type=int, default=1, help="students of the first round, whose mean is taught to the second")
    parser.add_argument("--first", default="{}", help="options of the first round, JSON")
    parser.add_argument("--second", default="{}")
    parser.add_argument("--emphasis", type=float, default=0.3, help="how much more an emphasised feature says of valence")
    parser.add_argument("--class-bias", default="0,0,0")
    args = parser.parse_args()
    torch.set_num_threads(1)
    name = args.name or args.kind + "-1"
    cues = export.cue_text(HERE / "cues.txt", name, LICENCES[args.kind])
    corpus, texts, banned = prepare(args, cues)
    corpora.add_soft(corpus, args.soft, args.emotions)
    if not args.no_word_ratings:
        ratings.blended(corpus, args.data)
    options = dict(batch=512, rate=4e-3, epochs=6, hidden=args.hidden)
    if args.kind == "social":
        options["soft_prior"] = torch.tensor(class_priors(corpus), dtype=torch.float32)
    else:
        pseudo_classes(corpus, 3.0, 1.0)
    vocabulary_, counts = vocabulary.choose(corpus, texts, banned, args.singles, args.pairs)
    prepared = student.Prepared(vocabulary_, texts)
    print(f"{len(vocabulary_)} features, {prepared.known.mean():.1f} a text", flush=True)
    models = first_round(args, corpus, prepared, len(vocabulary_), options)
    importance = worth(models, corpus, prepared, counts, args.weak)
    fits = export.fitting(vocabulary_.hashes, importance, 32, args.lines, args.rows) & (importance > 0)
    small = features.Vocabulary(vocabulary_.hashes[fits])
    if args.members > 1:
        mean = np.mean([student.predict(m, prepared) for m in models], 0)
        blend(corpus, mean, options)
    del prepared
    prepared = student.Prepared(small, texts)
    print(f"{len(small)} features kept, {prepared.known.mean():.1f} a text", flush=True)
    start = student.Student(len(small), 30, args.hidden)
    start.load_state_dict({**models[0].state_dict(), "table.weight": torch.cat([torch.zeros(1, 30), models[0].table.weight[1:][torch.from_numpy(fits)]]).detach()})
    model = student.train(corpus, prepared, len(small), {**options, "epochs": 4, "rate": 2e-3, **json.loads(args.second)}, args.final, model=start)
    emphasise(model, args.emphasis)
    numbers = export.Numbers(model, small.hashes, args.lines, args.filter, np.array([float(b) for b in args.class_bias.split(",")]),
                             vocabulary.known_words(corpus, texts, cues, 3 if args.kind == "social" else 2))
    out = pathlib.Path(args.out)
    write(numbers, cues, out / f"{args.kind}.mood")
    said = reference.Model(out / f"{args.kind}.mood").score(texts)
    print("rounding, in 256ths:", np.abs(said["outputs"][:, :12] - 256 * student.predict(model, prepared)).mean(0).round(1))
    calibrate(numbers, corpus, said["outputs"], args.final)
    if args.curves and args.final:  # what it learned by heart is no measure of how far to trust it
        numbers.valence, numbers.energy = (np.array(points) for points in json.loads(pathlib.Path(args.curves).read_text()))
    elif args.curves:
        pathlib.Path(args.curves).write_text(json.dumps([numbers.valence.tolist(), numbers.energy.tolist()]))
    write(numbers, cues, out / f"{args.kind}.mood")
    said = reference.Model(out / f"{args.kind}.mood").score(texts)
    if args.golden:
        golden(out / f"{args.kind}.mood", cues, args.program, pathlib.Path(args.golden) / f"{args.kind}.tsv")
    if not args.final:
        said["valence"] = cross_fitted(corpus, said["outputs"])
    for key, value in figures_of(corpus, said, numbers.thresholds, args.final).items():
        print(f"{key}: {value:.4f}")


def first_round(args, corpus, prepared, rows, options):
    """Several students with everything; kept in --keep, so that second rounds can be compared."""
    kept = pathlib.Path(args.keep) if args.keep else None
    if kept and kept.exists():
        return torch.load(kept, weights_only=False)
    models = [student.train(corpus, prepared, rows, {**options, **json.loads(args.first), "seed": 1 + member}, args.final)
              for member in range(args.members)]
    if kept:
        torch.save(models, kept)
    return models


def blend(corpus, mean, options):
    """The members' mean joins the teacher's soft labels, half and half."""
    prior = np.asarray(options.get("soft_prior", 0.0))
    for name, columns in (("soft_sentiment", slice(0, 3)), ("soft_valence", slice(3, 4)), ("soft_ekman", slice(5, 12))):
        soft = getattr(corpus, name)
        members = mean[:, columns] + (prior if name == "soft_sentiment" else 0)
        setattr(corpus, name, np.where(np.isnan(soft), members, (soft + members) / 2).astype(np.float32))


def worth(models, corpus, prepared, counts, weak):
    """How much each row moves the outputs, over all texts. The weakest are worth nothing, as many as make up the part `weak` of
    all that is read: a row costs each text that has it."""
    effects = []
    for model in models:
        model.eval()
        batch = prepared.batch(np.random.default_rng(3).choice(len(corpus.texts), 1500, replace=False))
        x = model.inputs(batch, 0).detach().requires_grad_()
        out = model.skip(x) + model.top(model.hidden(x).clamp(0, 15.9))
        square = torch.zeros(model.lanes, model.lanes)
        for column, factor in [(c, 1.0) for c in range(4)] + [(c, 0.3) for c in range(5, 12)]:
            slope = torch.autograd.grad(out[:, column].sum(), x, retain_graph=True)[0][:, :model.lanes]
            square += factor * slope.T @ slope / len(slope)
        rows = model.table.weight[1:].detach()
        effects.append(((rows @ square) * rows).sum(1).numpy())
    effect = np.mean(effects, 0)
    order = np.argsort(effect)
    cut = effect[order][np.searchsorted(np.cumsum(counts[order]), weak * counts.sum())]
    return np.where(effect > cut, counts * effect, 0)


def emphasise(model, more):
    """Adds a part of what a plain feature says of valence to what an emphasised one says: texts alone teach too little of capitals."""
    with torch.no_grad():
        lanes, valence = model.lanes, model.skip.weight[3]
        valence[2 * lanes:3 * lanes] += more * valence[:lanes]


def golden(path, cues, program, to):
    """What the whole numbers come to for texts of our own, for the tests of daemon/mood: text TAB 16 outputs."""
    texts = (HERE / "golden.txt").read_text(encoding="utf8").removesuffix("\n").split("\n")
    with tempfile.NamedTemporaryFile("w", suffix=".cues", encoding="utf8") as handle:
        handle.write(cues)
        handle.flush()
        said = reference.Model(path).score(features.extract(program, handle.name, texts))
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text("".join(text + "\t" + "\t".join(map(str, row)) + "\n" for text, row in zip(texts, said["outputs"])), encoding="utf8")


def write(numbers, cues, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(numbers.bytes(cues))


if __name__ == "__main__":
    main()
