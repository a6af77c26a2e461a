#!/usr/bin/env python3
"""Fine-tunes a sentence encoder on every task of a licence class at once, then writes soft labels for all its texts.

    teacher.py --data DIR --encoder DIR --kind open|social --passes N --out FILE.npz

The teacher is never shipped: the student (student.py) learns from what it says. One thread, bfloat16."""
import argparse
import random
import re
import time
import unicodedata

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import data
from encoder import Encoder

HEADS = {"sentiment": 3, "valence": 1, "fine": 28, "ekman": 7, "emotion": 4, "irony": 2, "offensive": 2, "emoji": 20,
         "distant": 2}
SECOND = {"sentiment": 2.0, "valence": 1.0, "emotion": 1.0, "comments": 0.2}  # passes per round of a second run
LONG = re.compile(r"(\w)\1{2,}")


def cleaned(text):
    """What the word pieces can read: emoji by their names, links and users as one word each."""
    text = re.sub(r"https?://\S+|www\.\S+", "http", text)
    text = re.sub(r"@\w+", "@user", text)
    text = LONG.sub(r"\1\1", text)
    out = []
    for char in text:
        if ord(char) > 0x2190 and unicodedata.category(char) in ("So", "Sk"):
            out.append(" " + unicodedata.name(char, "").lower() + " ")
        elif ord(char) not in (0xFE0F, 0x200D):
            out.append(char)
    return "".join(out) or " "


class Teacher(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleDict({name: nn.Linear(encoder.width, size) for name, size in HEADS.items()})

    def forward(self, ids):
        return F.dropout(self.encoder(ids), 0.1, self.training)


def tasks(folder, kind):
    """task -> (texts, targets, passes per round)"""
    found = {}
    text, fine, coarse = data.comments(folder, "train")
    found["comments"] = (text, [f + c for f, c in zip(fine, coarse)], 1.0)
    texts, targets = [], []
    for name in data.RATED:
        for row, mean, _, held in zip(*data.rated(folder, name)):
            if not held:
                texts.append(row)
                targets.append([mean / 2])
    found["valence"] = (texts, targets, 2.0)
    if kind == "social":
        found["sentiment"] = (*data.labelled(folder, "sentiment_train"), 2.0)
        for name, part, weight in (("emotion", "train", 1.5), ("irony", "train", 1.0), ("offensive", "train", 0.5),
                                   ("emoji", "val", 0.5)):
            found[name] = (*data.labelled(folder, f"{name}_{part}"), weight)
        found["distant"] = (*data.distant(folder), 0.2)
    return found


def batches(found, pieces, rng, size):
    """One round: batches of one task each, of about equal length, in random order."""
    all_batches = []
    for name, (texts, _, weight) in found.items():
        order = []
        while len(order) < len(texts) * weight:
            order += rng.sample(range(len(texts)), len(texts))
        order = order[:int(len(texts) * weight)]
        for start in range(0, len(order), size * 40):
            chunk = sorted(order[start:start + size * 40], key=lambda i: len(pieces[name][i]))
            all_batches += [(name, chunk[at:at + size]) for at in range(0, len(chunk), size)]
    rng.shuffle(all_batches)
    return all_batches


def padded(rows, pad):
    width = max(map(len, rows))
    return torch.tensor([row + [pad] * (width - len(row)) for row in rows])


def loss_of(model, name, pooled, target):
    if name == "comments":
        target = torch.tensor(target)
        return (F.binary_cross_entropy_with_logits(model.heads["fine"](pooled), target[:, :28]) * 6
                + F.binary_cross_entropy_with_logits(model.heads["ekman"](pooled), target[:, 28:]) * 3)
    if name == "valence":
        return F.smooth_l1_loss(model.heads["valence"](pooled), torch.tensor(target)) * 2
    return F.cross_entropy(model.heads[name](pooled), torch.tensor(target))


def predict(model, pieces, size=64):
    """head -> array of raw outputs, in the order of the texts"""
    model.eval()
    order = sorted(range(len(pieces)), key=lambda i: len(pieces[i]))
    out = {name: np.zeros((len(pieces), width), np.float32) for name, width in HEADS.items()}
    with torch.no_grad():
        for at in range(0, len(order), size):
            chunk = order[at:at + size]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                pooled = model.encoder(padded([pieces[i] for i in chunk], model.encoder.pad))
            for name, head in model.heads.items():
                out[name][chunk] = head(pooled).numpy()
    return out


def recall(said, gold, classes=3):
    return 100 * np.mean([(said[gold == c] == c).mean() for c in range(classes)])


def report(model, folder, kind):
    figures = {}
    text, _, coarse = data.comments(folder, "dev")
    logits = predict(model, model.encoder.pieces([cleaned(t) for t in text[:2000]]))["ekman"]
    gold = np.array(coarse[:2000])
    scores = []
    for c in range(7):
        best = 0
        for cut in np.arange(-3, 1.5, 0.1):
            said = logits[:, c] > cut
            best = max(best, 2 * (said * gold[:, c]).sum() / max(1, said.sum() + gold[:, c].sum()))
        scores.append(best)
    figures["ekman-f1 (cuts of dev)"] = np.mean(scores)
    for name in data.RATED:
        texts, means, _, held = data.rated(folder, name)
        keep = [i for i, h in enumerate(held) if h]
        said = predict(model, model.encoder.pieces([cleaned(texts[i]) for i in keep]))["valence"][:, 0]
        figures["r " + name] = np.corrcoef(said, np.array(means)[keep])[0, 1]
    if kind == "social":
        texts, gold = data.labelled(folder, "sentiment_val")
        logits = predict(model, model.encoder.pieces([cleaned(t) for t in texts]))["sentiment"]
        figures["recall val"] = recall(logits.argmax(1), np.array(gold))
    return " ".join(f"{name} {value:.3f}" for name, value in figures.items())


def texts_to_label(folder, kind, vocabulary):
    """part -> texts; the student reads the same parts in the same order"""
    parts = {"comments_train": data.comments(folder, "train")[0], "comments_dev": data.comments(folder, "dev")[0]}
    for name in data.RATED:
        parts["rated_" + name] = data.rated(folder, name)[0]
    if kind == "social":
        for name in ("sentiment_train", "sentiment_val", "emotion_train", "irony_train", "offensive_train", "emoji_val"):
            parts[name] = data.labelled(folder, name)[0]
        parts["distant"] = data.distant(folder)[0]
    parts["spans"] = data.spans(folder, kind, vocabulary)
    return parts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--kind", choices=("open", "social"), required=True)
    parser.add_argument("--passes", type=int, default=180000)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop", type=int, help="passes after which to leave off, of those that the rate is planned for")
    parser.add_argument("--no-labels", action="store_true")
    parser.add_argument("--start", help="weights of an earlier run; only what it has least of is then learned on")
    parser.add_argument("--only", help="parts to label, by comma")
    parser.add_argument("--label", choices=("open", "social"), help="whose texts get soft labels, if not --kind's")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    model = Teacher(Encoder(args.encoder))
    found = tasks(args.data, args.kind)
    if args.start:
        model.load_state_dict(torch.load(args.start))
        found = {name: (*found[name][:2], weight) for name, weight in SECOND.items() if name in found}
    pieces = {name: model.encoder.pieces([cleaned(t) for t in texts]) for name, (texts, _, _) in found.items()}
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=0.01, fused=True)
    done, start, queue, losses, next_report = 0, time.time(), [], {}, args.passes // 3
    while done < min(args.passes, args.stop or args.passes):
        if not queue:
            queue = batches(found, pieces, rng, args.batch)
        name, chunk = queue.pop()
        model.train()
        progress = done / args.passes
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1, progress / 0.05 + 0.01) * (1 - progress)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            pooled = model(padded([pieces[name][i] for i in chunk], model.encoder.pad))
        loss = loss_of(model, name, pooled, [found[name][1][i] for i in chunk])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses[name] = 0.98 * losses.get(name, loss.item()) + 0.02 * loss.item()
        if done // 10000 != (done + len(chunk)) // 10000:
            print(f"{done} of {args.passes}, {done / (time.time() - start):.0f}/s", {n: round(v, 3) for n, v in losses.items()},
                  flush=True)
        done += len(chunk)
        if done >= next_report:
            print(time.strftime("%H:%M"), done, report(model, args.data, args.kind), flush=True)
            next_report += args.passes // 3
            torch.save(model.state_dict(), args.out + ".pt")
    if args.passes:
        torch.save(model.state_dict(), args.out + ".pt")
        print(time.strftime("%H:%M"), "end", report(model, args.data, args.kind), flush=True)
    soft, words = {}, sorted(model.encoder.tokenizer.get_vocab())
    for part, texts in texts_to_label(args.data, args.label or args.kind, words).items():
        if args.no_labels or args.only and part not in args.only.split(","):
            continue
        for head, values in predict(model, model.encoder.pieces([cleaned(t) for t in texts])).items():
            soft[f"{part}/{head}"] = values.astype(np.float16)
    np.savez(args.out, **soft)
    print(time.strftime("%H:%M"), "written", flush=True)


if __name__ == "__main__":
    main()
