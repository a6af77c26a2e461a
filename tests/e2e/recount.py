#!/usr/bin/python3
"""Real events of three networks go in; what comes out equals a recount from the raw files.

The recount shares nothing with the daemon: it reads the lines with Python's json and html.parser, and matches the
topics' words with regular expressions.
"""

import collections
import datetime
import html.parser
import json
import os
import pathlib
import re

from support import configuration, file_source, history, ledger_of, rows, skip, story

EVENTS = pathlib.Path(os.environ.get("ROOMTONE_SOURCE_DIR", ".")) / "../shared/data/events"
SECOND = 1_000_000
VOICES_KEPT = 256  # up to here the number of voices is exact

# What each topic looks for, as its rule and as this recount sees it.
TOPICS = {
    "love": ("love", lambda said: "love" in said.words),
    "you": ("you", lambda said: "you" in said.words),
    "the-not-and": ("the -and", lambda said: "the" in said.words and "and" not in said.words),
    "test": ("test*", lambda said: any(word.startswith("test") for word in said.words)),
    "hello-or-thanks": ("hello OR thanks", lambda said: bool({"hello", "thanks"} & said.words)),
    "japanese": ("lang:ja", lambda said: said.lang == "ja"),
    "english-the": ("lang:en the", lambda said: said.lang == "en" and "the" in said.words),
    "silent": ("xyzzyplugh", lambda said: False),
}


class Said:
    def __init__(self, network, author, at_us, text, lang):
        self.voice = (network, author)
        self.at_us = at_us
        self.lang = re.split("[-_]", (lang or "").lower())[0]
        self.words = words_of(text)


def words_of(text):
    """Words as TOPICS.md has them; good enough for the plain ones the rules above look for."""
    text = re.sub(r"https?://\S+", " ", text.replace("’", "'"))
    text = re.sub(r"[\w.+-]*@[\w.@-]+", " ", text)
    text = re.sub(r"#(\w+)", lambda tag: " " + re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", tag.group(1)) + " ", text)
    text = re.sub(r"([^\W\d_])\1{2,}", r"\1\1", text.lower())
    return set(re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text))


class Readable(html.parser.HTMLParser):
    """What a reader sees of a post's HTML."""

    def __init__(self, text):
        super().__init__()
        self.out, self.hidden = [], 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag == "span" and (self.hidden or "invisible" in (dict(attributes).get("class") or "").split()):
            self.hidden += 1
        if tag == "br":
            self.out.append("\n")

    def handle_endtag(self, tag):
        if tag == "span" and self.hidden:
            self.hidden -= 1
        if tag in ("p", "div", "li", "blockquote", "pre"):
            self.out.append("\n")

    def handle_data(self, data):
        if not self.hidden:
            self.out.append(data)


def rfc3339(text):
    at = re.fullmatch(r"(.{10}).(.{8})(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)", text)
    day, clock, fraction, zone = at.groups()
    moment = datetime.datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone == 'Z' else zone}")
    return int(moment.timestamp()) * SECOND + int((fraction or "0")[:6].ljust(6, "0"))


def ctime(text):
    return int(datetime.datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y").timestamp()) * SECOND


IGNORED = {"app.bsky.feed.like": "like", "app.bsky.feed.repost": "reshare", "app.bsky.graph.follow": "follow",
           "app.bsky.graph.block": "block", "app.bsky.actor.profile": "profile"}


def read_jetstream(line):
    """A Said, or the name of the ledger column, with what it is beside."""
    if line["kind"] != "commit":
        return "ignored " + line["kind"]
    commit = line["commit"]
    if commit["collection"] != "app.bsky.feed.post":
        return "ignored " + IGNORED.get(commit["collection"], "foreign")
    record = commit["record"]
    if not record["text"].strip():
        return "no_text"
    seen = line["time_us"]
    at = rfc3339(record["createdAt"])
    if at > seen + 60 * SECOND:
        at = seen
    if at < seen - 48 * 3600 * SECOND:
        return "too_old"
    return Said("atproto", line["did"], at, record["text"], (record.get("langs") or [""])[0])


def read_mastodon(line):
    original = line["reblog"] or line
    if line["visibility"] != "public" or original["visibility"] != "public":
        return "not_public"
    text = (original["spoiler_text"] or "") + "\n" + "".join(Readable(original["content"]).out)
    if not text.strip():
        return "no_text"
    return Said("fediverse", line["account"]["url"], rfc3339(line["created_at"]), text, original["language"])


def read_x(line):
    original = line.get("retweeted_status", line)
    extended = original.get("extended_tweet", {})
    text = extended.get("full_text") or original.get("full_text") or original["text"]
    for escape, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escape, character)
    lang = original.get("lang", "")
    return Said("x", line["user"]["id_str"] if "id_str" in line["user"] else str(line["user"]["id"]),
                ctime(line["created_at"]), text, "" if lang == "und" else lang)


def recount(files):
    said, ledger = [], collections.Counter()
    for file in files:
        for raw in file.read_bytes().split(b"\n"):
            if not raw.strip():
                continue
            line = json.loads(raw)
            ledger["records"] += 1
            read = read_jetstream if "did" in line else read_mastodon if "visibility" in line else read_x
            result = read(line)
            if isinstance(result, Said):
                ledger["counted"] += 1
                said.append(result)
            else:
                ledger[result] += 1
                if result.startswith("ignored "):
                    ledger["ignored"] += 1
    return said, ledger


def spans(said, step_s):
    """(room, span) to messages and voices."""
    found = collections.defaultdict(lambda: [0, set()])
    for one in said:
        start = one.at_us // (step_s * SECOND) * step_s * SECOND
        for room in ["room"] + [f"t/{topic}" for topic, (_, matches) in TOPICS.items() if matches(one)]:
            span = found[room, start]
            span[0] += 1
            span[1].add(one.voice)
    return found


def main():
    files = sorted(EVENTS.glob("*.jsonl")) + sorted(EVENTS.glob("*.txt"))
    if not files:
        skip(f"no recorded events in {EVENTS}")
    with story(f"recount of {len(files)} files of real events") as s:
        config = configuration(s.folder, [file_source("events", [EVENTS / "*.jsonl", EVENTS / "*.txt"])],
                               topics={name: rule for name, (rule, _) in TOPICS.items()})
        s.drained("s", config)
        store = s.folder / "s.store"

        said, expected = recount(files)
        ledger = ledger_of(store, "events")
        beside = {name: ledger.pop(name, 0) for name in ("unscored", "no_topic", "late", "from_future")}
        s.check("nothing is malformed", "malformed" not in ledger, ledger)
        s.equal("every record is in the ledger column it belongs to", ledger, dict(expected))
        s.equal("what no topic heard is what no rule matches", beside["no_topic"],
                sum(not any(matches(one) for _, matches in TOPICS.values()) for one in said))
        s.note(f"{ledger['records']} records, {ledger['counted']} counted")

        for step_s, step in ((3600, "1h"), (86400, "1d"), (10, "10s")):
            seen = rows(history(store, step))
            counted = spans(said, step_s)
            s.equal(f"messages of every room and {step}", {(r["key"], r["start_us"]): r["n"] for r in seen},
                    {span: n for span, (n, _) in counted.items()})
            s.equal(f"voices of every room and {step}", {(r["key"], r["start_us"]): r["voices"] for r in seen},
                    {span: len(voices) for span, (_, voices) in counted.items() if len(voices) <= VOICES_KEPT})
            s.equal(f"what {step} could not be scored is all the ledger says",
                    sum(r["unscored"] for r in seen if r["key"] == "room"), beside["unscored"])
        heard = {r["key"] for r in seen}
        s.note("rooms heard: " + " ".join(sorted(heard)))
        s.equal("every topic but the silent one was heard", heard, {"room"} | {f"t/{t}" for t in TOPICS} - {"t/silent"})


if __name__ == "__main__":
    main()
