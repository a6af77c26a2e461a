#!/usr/bin/python3
"""The same words by the same people at the same times, in every format we read: the same history."""

import html
import json
import re
import time

from support import configuration, file_source, history, ledger_of, rows, story

SECOND = 1_000_000
START = 1_783_176_600  # 2026-07-04T14:50:00Z

# (author, language, text). The author is a number, for X.
SAID = [
    (1, "en", "What a wonderful day at the derby! I love it"),
    (2, "en", "This is the worst phone I have ever had. Terrible, terrible service"),
    (3, "en", "not good, not bad: it's so-so"),
    (1, "en", "horses & riders <3 are > everything else"),
    (4, "en", "I can’t believe how GOOD this is!!! sooooo happy"),
    (5, "en", "first line is sad\nsecond line is awful\n\nthird is great"),
    (6, "en", "go 🐎🐎 go 👍🏽 ❤️ :-) :("),
    (7, "en", "we all love #HorseRacing and #derby2026"),
    (8, "en", "hello @anna, how are you today? I hope you feel better"),
    (9, "de", "Das Rennen war wunderbar"),
    (10, "ja", "今日の競馬は最高でした"),
    (2, "en", "nice read about horses: https://www.example.com/a?b=1&c=2"),
    (11, "", "a text that declares no language and is quite delightful"),
    (12, "en", "AT&amp;T is how one writes AT&T where it must be escaped, he said \"fine\""),
    (13, "en", "horse\tracing  with   spaces, lovely"),
    (14, "en", "café naïve \u202eoverride\u202c e\u0301clair — delicious…"),
]

TOPICS = {
    "derby": "derby", "horse": "horse*", "phrase": '"horse racing"', "tag": "#HorseRacing", "emoji": "🐎",
    "hi": "@anna", "linked": "url:example.com", "german": "lang:de", "undeclared": "delightful -lang:en",
    "phone": "phone OR service",
    "att": '"at t"', "accent": "éclair", "lines": '"second line"', "straight": "can't",
}


def at(i):
    return START + 7 * i


def iso(i):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at(i)))


def own(i, author, lang, text):
    return {"id": f"o{i}", "author": str(author), "time": iso(i), "lang": lang, "text": text}


def jetstream(i, author, lang, text):
    record = {"$type": "app.bsky.feed.post", "createdAt": iso(i), "text": text}
    if lang:
        record["langs"] = [lang]
    return {"did": f"did:plc:{author:024}", "time_us": at(i) * SECOND, "kind": "commit", "commit": {
        "rev": "3mkusijza22is", "operation": "create", "collection": "app.bsky.feed.post", "rkey": f"r{i}",
        "record": record, "cid": "bafy"}}


def mastodon(i, author, lang, text):
    def link(match):
        url = match.group(0)
        return (f'<a href="{url}" target="_blank" rel="nofollow noopener"><span class="invisible">https://www.</span>'
                f'<span class="ellipsis">{url[12:24]}</span><span class="invisible">{url[24:]}</span></a>')
    content = html.escape(text, quote=False)
    content = re.sub(r"https://\S+", link, content)
    content = re.sub(r"#(\w+)", r'<a href="https://m.example/tags/\1" class="mention hashtag" rel="tag">#<span>\1'
                     r"</span></a>", content)
    content = re.sub(r"@(\w+)", r'<span class="h-card"><a href="https://m.example/@\1" class="u-url mention">@<span>\1'
                     r"</span></a></span>", content)
    content = "".join(f"<p>{part}</p>" for part in content.replace("\n\n", "\0").replace("\n", "<br />").split("\0"))
    return {"id": str(i), "uri": f"https://m.example/{i}", "created_at": iso(i), "edited_at": None,
            "visibility": "public", "spoiler_text": "", "sensitive": False, "language": lang or None,
            "content": content, "reblog": None,
            "in_reply_to_id": None, "media_attachments": [], "mentions": [], "tags": [],
            "account": {"id": str(author), "acct": f"u{author}", "url": f"https://m.example/@u{author}", "bot": False}}


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def x_v2(i, author, lang, text):
    return {"data": {"id": f"180000000000000{i:04}", "text": escaped(text), "lang": lang or "und",
                     "author_id": str(author), "created_at": iso(i)}}


def x_v11(i, author, lang, text):
    return {"id": i, "id_str": str(i), "text": escaped(text), "lang": lang or "und",
            "user": {"id": author, "id_str": str(author)},
            "created_at": time.strftime("%a %b %d %H:%M:%S +0000 %Y", time.gmtime(at(i)))}


FORMATS = {"own": own, "jetstream": jetstream, "mastodon": mastodon, "x_v2": x_v2, "x_v11": x_v11}


def main():
    with story("four formats: own lines, Jetstream, Mastodon, X v2 and v1.1") as s:
        def run(name, files, kind):
            s.drained(name, configuration(s.folder, [file_source("f", files, format=kind)], topics=TOPICS, name=name))
            ledger = ledger_of(s.folder / f"{name}.store", "f")
            s.equal(f"{name}: all are counted", (ledger["records"], ledger["counted"]), (len(SAID) * len(files),) * 2)
            return history(s.folder / f"{name}.store", "10s")

        files = {}
        for name, line in FORMATS.items():
            files[name] = s.folder / f"{name}.jsonl"
            files[name].write_text("".join(json.dumps(line(i, *said)) + "\n" for i, said in enumerate(SAID)))
        expected = run("own", [files["own"]], "own")
        heard = {row["key"] for row in rows(expected)}
        s.equal("every topic has heard something", heard, {"room"} | {f"t/{topic}" for topic in TOPICS})
        tones = [row["tone"] for row in rows(expected) if row["key"] == "room"]
        s.check("some of it is pleasant, some is not", max(t for t in tones if t is not None) > 0.2 and
                min(t for t in tones if t is not None) < -0.2, tones)
        for name in FORMATS:
            if name != "own":
                s.equal(f"{name}: the history of own lines", run(name, [files[name]], name), expected)
            s.equal(f"{name}, detected: the same", run(f"{name}-detected", [files[name]], "detect"), expected)

        def sums(text, times):
            return {(r["key"], r["start_us"]): [times * r[m] for m in ("n", "pos", "neg", "neutral", "unscored")] +
                    [r["tone"] and round(r["tone"], 5)] for r in rows(text)}  # a mean is printed with six decimals
        s.equal("all in one stream: five times as much",
                sums(run("mixed", list(files.values()), "detect"), 1), sums(expected, 5))


if __name__ == "__main__":
    main()
