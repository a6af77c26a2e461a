"""The student: sums of feature rows, one hidden layer; trained in floating point within the ranges of the file's whole numbers."""
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import features
from corpus import AUXILIARY, ENERGY
from data import EMOTIONS

OUT = 12  # negative neutral positive, valence, energy, seven emotions
ROW_STEP = 1 / 48  # a whole number of a row is worth this much
ENERGIES = np.array([ENERGY[name] for name in EMOTIONS], np.float32)


class Student(nn.Module):
    def __init__(self, rows, lanes, hidden, prior=None):
        super().__init__()
        self.lanes = lanes
        self.table = nn.Embedding(rows, lanes, padding_idx=0)
        nn.init.normal_(self.table.weight, std=0.08)
        with torch.no_grad():
            self.table.weight[0] = 0
        self.power = nn.Parameter(torch.tensor(0.5))
        self.offset = nn.Parameter(torch.tensor(2.0))
        inputs = 4 * lanes + features.DENSE
        self.hidden = nn.Linear(inputs, hidden)
        self.skip = nn.Linear(inputs, OUT)
        self.top = nn.Linear(hidden, OUT, bias=False)
        nn.init.normal_(self.skip.weight, std=0.05)
        extra = 28 + sum(AUXILIARY.values())
        self.extra = nn.Linear(inputs + hidden, extra)

    def inputs(self, batch, drop):
        rows, flags, where, count, dense, known = batch
        weight = torch.ones(len(rows))
        if self.training and drop > 0:
            weight = (torch.rand(len(rows)) >= drop).float()
        vectors = F.embedding(rows, self.table.weight, padding_idx=0) * weight[:, None]
        negated = (flags & 1).bool()
        sums = torch.zeros(4 * count, self.lanes)
        sums.index_add_(0, where + torch.where(negated, count, 0), vectors)
        for number, bit in ((2, 2), (3, 4)):
            has = (flags & bit).bool().nonzero()[:, 0]
            sums.index_add_(0, where[has] + number * count, vectors[has])
        scale = (known + self.offset.clamp(min=0.5)) ** -self.power
        sums = sums.view(4, count, self.lanes) * scale[None, :, None]
        return torch.cat([sums.permute(1, 0, 2).reshape(count, 4 * self.lanes), dense], 1)

    def forward(self, batch, drop=0.0, drop_hidden=0.0):
        x = self.inputs(batch, drop)
        hidden = self.hidden(x).clamp(0, 15.9)
        hidden = F.dropout(hidden, drop_hidden, self.training)
        return self.skip(x) + self.top(hidden), self.extra(torch.cat([x, hidden], 1))


def dense_inputs(dense):
    return np.log1p(dense).astype(np.float32)


class Prepared:
    """A corpus seen through a vocabulary."""

    def __init__(self, vocabulary, texts):
        self.rows, self.flags, self.starts = vocabulary.rows(texts)
        self.known = np.diff(self.starts).astype(np.float32)
        dense = np.minimum(texts.facts, features.DENSE_CAPS)
        dense[:, 15] = np.minimum(self.known, features.DENSE_CAPS[15])
        self.facts = dense
        self.dense = dense_inputs(dense)

    def batch(self, which):
        lengths = self.starts[which + 1] - self.starts[which]
        where = np.repeat(np.arange(len(which)), lengths)
        ends = np.cumsum(lengths)
        at = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths) + np.repeat(self.starts[which], lengths)
        return (torch.from_numpy(self.rows[at].astype(np.int64)), torch.from_numpy(self.flags[at].astype(np.int64)),
                torch.from_numpy(where), len(which), torch.from_numpy(self.dense[which]), torch.from_numpy(self.known[which]))


def losses(corpus, which, out, extra, options):
    """Weighted sum of what the texts of `which` have targets for."""
    weight = torch.from_numpy(corpus.weight[which])
    total = torch.zeros(())
    count = len(which)

    def add(values, has, factor):
        nonlocal total
        if has.any():
            total = total + factor * (values * weight[has]).sum() / count

    gold = torch.from_numpy(corpus.sentiment[which])
    has = gold >= 0
    if has.any():
        add(F.cross_entropy(out[has, :3], gold[has], weight=options["class_weight"], reduction="none"), has, options["hard"])
    soft = torch.from_numpy(corpus.soft_sentiment[which])
    has = ~soft[:, 0].isnan()
    if has.any() and options["kd"] > 0:
        heat = options["heat"]
        target = torch.softmax((soft[has] - options["soft_prior"]) / heat, 1)
        add(-(target * torch.log_softmax(out[has, :3] / heat, 1)).sum(1) * heat * heat, has, options["kd"])
    gold = torch.from_numpy(corpus.valence[which])
    has = ~gold.isnan()
    add(F.smooth_l1_loss(out[has, 3], gold[has], reduction="none"), has, options["valence"])
    if options["sign"] > 0:
        add(F.softplus(-4 * out[has, 3] * torch.sign(gold[has])), has, options["sign"])
    soft = torch.from_numpy(corpus.soft_valence[which])[:, 0]
    has = ~soft.isnan()
    add(F.smooth_l1_loss(out[has, 3], soft[has], reduction="none"), has, options["valence_kd"])
    gold = torch.from_numpy(corpus.ekman[which])
    has = ~gold[:, 0].isnan()
    add(F.binary_cross_entropy_with_logits(out[has, 5:12], gold[has], reduction="none").sum(1), has, options["ekman"])
    soft = torch.from_numpy(corpus.soft_ekman[which])
    has = ~soft[:, 0].isnan()
    add(F.binary_cross_entropy_with_logits(out[has, 5:12], torch.sigmoid(soft[has]), reduction="none").sum(1), has, options["ekman_kd"])
    soft = torch.from_numpy(corpus.soft_fine[which])
    has = ~soft[:, 0].isnan()
    if has.any():
        chance = torch.sigmoid(soft[has])
        energy = (chance * torch.from_numpy(ENERGIES)).sum(1) / chance.sum(1)
        add((out[has, 4] - energy) ** 2, has, 1.0)
        add(F.binary_cross_entropy_with_logits(extra[has, :28], chance, reduction="none").sum(1), has, 0.1)
    gold = torch.from_numpy(corpus.fine[which])
    has = ~gold[:, 0].isnan()
    add(F.binary_cross_entropy_with_logits(extra[has, :28], gold[has], reduction="none").sum(1), has, options["ekman"] * 0.3)
    at = 28
    for number, (name, size) in enumerate(AUXILIARY.items()):
        gold = torch.from_numpy(corpus.auxiliary[which, number])
        has = gold >= 0
        if has.any():
            add(F.cross_entropy(extra[has, at:at + size], gold[has], reduction="none"), has, options["auxiliary"])
        at += size
    return total


DEFAULTS = dict(lanes=30, hidden=32, epochs=8, batch=256, rate=3e-3, decay=1e-6, drop=0.25, drop_hidden=0.1, hard=1.0, kd=1.0, heat=1.5,
                valence=6.0, valence_kd=1.0, soft_prior=0.0, sign=0.0, ekman=0.5, ekman_kd=0.5, auxiliary=0.3, class_power=1.0, repeat_rated=3, seed=1,
                l2=1e-5)


def limit(model):
    """Keeps every number where the file has room for it."""
    with torch.no_grad():
        model.table.weight.clamp_(-126 * ROW_STEP, 126 * ROW_STEP)
        model.table.weight[0] = 0


def train(corpus, prepared, rows, options, use_held=False, log=print, model=None, frozen=None):
    options = {**DEFAULTS, **options}
    torch.manual_seed(options["seed"])
    rng = np.random.default_rng(options["seed"])
    if model is None:
        model = Student(rows, options["lanes"], options["hidden"])
    keep = np.ones(len(corpus.texts), bool)
    if not use_held:
        keep &= ~corpus.held
    for part in ("comments_dev", "sentiment_val"):
        keep[corpus.rows(part)] = False
    which = np.flatnonzero(keep)
    labelled = which[corpus.sentiment[which] >= 0]
    counts = np.bincount(corpus.sentiment[labelled], weights=corpus.weight[labelled], minlength=3)
    share = (counts.sum() / 3 / counts) ** options["class_power"]
    options["class_weight"] = torch.tensor(share, dtype=torch.float32)
    rated = np.flatnonzero(keep & ~np.isnan(corpus.valence))
    which = np.concatenate([which] + [rated] * (options["repeat_rated"] - 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=options["rate"], fused=True)
    total = options["epochs"] * (len(which) // options["batch"])
    done, start = 0, time.time()
    for epoch in range(options["epochs"]):
        order = rng.permutation(which)
        model.train()
        for at in range(0, len(order) - options["batch"] + 1, options["batch"]):
            chunk = order[at:at + options["batch"]]
            for group in optimizer.param_groups:
                group["lr"] = options["rate"] * min(1, done / 100 + 0.02) * (1 - done / total)
            batch = prepared.batch(chunk)
            out, extra = model(batch, options["drop"], options["drop_hidden"])
            loss = losses(corpus, chunk, out, extra, options)
            if options["l2"] > 0:
                used = torch.unique(batch[0])
                loss = loss + options["l2"] * model.table.weight[used].pow(2).sum()
            loss.backward()
            if frozen is not None:
                model.table.weight.grad[frozen] = 0
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            limit(model)
            done += 1
        if epoch == options["epochs"] - 1 or epoch % 3 == 2:
            log(f"  epoch {epoch + 1} {time.time() - start:.0f} s loss {loss.item():.3f} {told(evaluate(corpus, predict(model, prepared), use_held))}")
    return model


def predict(model, prepared, which=None):
    model.eval()
    which = np.arange(len(prepared.known)) if which is None else which
    with torch.no_grad():
        return np.concatenate([model(prepared.batch(which[at:at + 4096]))[0].numpy() for at in range(0, len(which), 4096)])


def recall(said, gold):
    return 100 * np.mean([(said[gold == c] == c).mean() for c in range(3)])


def best_cuts(scores, gold):
    cuts, figures = [], []
    for c in range(gold.shape[1]):
        order = np.argsort(-scores[:, c])
        hit = np.cumsum(gold[order, c])
        f1 = 2 * hit / (np.arange(1, len(order) + 1) + gold[:, c].sum())
        best = int(f1.argmax())
        cuts.append(float(scores[order[best], c]))
        figures.append(float(f1[best]))
    return cuts, figures


def evaluate(corpus, out, use_held=False):
    figures = {}
    if "sentiment_val" in corpus.parts:
        at = corpus.rows("sentiment_val")
        figures["val"] = recall(out[at, :3].argmax(1), corpus.sentiment[at])
    if "sentiment_train" in corpus.parts and not use_held:
        at = corpus.rows("sentiment_train")
        at = at[corpus.held[at]]
        figures["held"] = recall(out[at, :3].argmax(1), corpus.sentiment[at])
    at = corpus.rows("comments_dev")
    figures["ekman"] = float(np.mean(best_cuts(out[at, 5:12], corpus.ekman[at])[1]))
    for part in corpus.parts:
        if part.startswith("rated_"):
            at = corpus.rows(part)
            if not use_held:
                at = at[corpus.held[at]]
            said, gold = out[at, 3], corpus.valence[at]
            figures["r_" + part[6:]] = float(np.corrcoef(said, gold)[0, 1])
            figures["sign_" + part[6:]] = float(((said > 0) == (gold > 0)).mean())
    return figures


def told(figures):
    return " ".join(f"{name} {value:.3f}" if value < 1 else f"{name} {value:.2f}" for name, value in figures.items())
