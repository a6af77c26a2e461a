"""The scorer's rules as daemon/mood applies them, for learning: which words of a text count, and with what factor.

Tokenising here only approximates daemon/text (same normal form: lower case, straight quotes, elongation cut to two letters,
inner apostrophes and hyphens kept); the rules are meant to be the same, and the constants are written into the lexicon file, so
that the daemon reads them from there.
"""
import collections
import re

ALPHA = 0.5              # valence = s / sqrt(s^2 + alpha), alpha growing with the length of the text:
ALPHA_WORDS = 40.0       # twice as large at this many words, so that a long text does not end at 1 for its length alone
NEGATED_POSITIVE = -0.6  # "not good" is bad, a little less than "good" is good
NEGATED_NEGATIVE = -0.3  # "not bad" is hardly good
NEGATION_SCOPE = 4.0     # words after a negator that it turns
BOOST_SCOPE = 2.0        # words after a booster within which it finds its word
CAPITALS = 1.2
ELONGATED = 1.15
EXCLAMATION = 0.08       # a '!', of at most three
QUESTION = 0.85
CONTRAST_BEFORE = 0.6
CONTRAST_AFTER = 1.25
REPEATED_EMOJI = 0.3
SARCASM = -0.5
NEGATIVE_AT = -0.10
POSITIVE_AT = 0.14


def constants():
    names = ("ALPHA", "ALPHA_WORDS", "NEGATED_POSITIVE", "NEGATED_NEGATIVE", "NEGATION_SCOPE", "BOOST_SCOPE", "CAPITALS",
             "ELONGATED", "EXCLAMATION", "QUESTION", "CONTRAST_BEFORE", "CONTRAST_AFTER", "REPEATED_EMOJI", "SARCASM",
             "NEGATIVE_AT", "POSITIVE_AT")
    return {name.lower(): globals()[name] for name in names}


class Hand:
    """What hand.txt says."""

    def __init__(self, path):
        self.prior, self.fixed, self.phrases, self.boosters = {}, {}, {}, {}
        self.emoji, self.roles = set(), collections.defaultdict(set)
        section = ""
        for number, line in enumerate(path.read_text(encoding="utf8").split("\n"), 1):
            if not line or line.startswith("# "):
                continue
            if line.startswith("["):
                section = line.strip("[]")
                continue
            value, *items = line.split("\t")
            for item in items:
                self.add(section, item, float(value), f"{path}:{number}")
        self.longest = 3

    def add(self, section, item, value, where):
        if section in ("prior", "phrases", "emoji", "emoticons"):
            self.prior[item] = value
        if section == "fixed":
            self.prior.pop(item, None)
            self.fixed[item] = value
        elif section == "phrases":
            self.phrases[item] = value
        elif section in ("emoji", "emoticons"):
            self.emoji.add(item)
        elif section == "boosters":
            self.boosters[item] = value
        elif section != "prior":
            self.roles[section].add(item)


Token = collections.namedtuple("Token", "kind text caps elongated")

EMOJI = (r"(?:[\U0001F1E6-\U0001F1FF]{2}|[\u203C-\u3299\U0001F000-\U0001FAFF](?:[\uFE0F\U0001F3FB-\U0001F3FF])*"
         r"(?:\u200D[\u203C-\u3299\U0001F000-\U0001FAFF][\uFE0F\U0001F3FB-\U0001F3FF]*)*)")
PIECES = re.compile("|".join((
    r"(?P<url>https?://\S+|www\.\S+)",
    r"(?P<mention>@\w+|\[NAME\]|\[RELIGION\])",
    r"(?P<hashtag>#\w+)",
    r"(?P<emoticon>(?<![\w])(?:[<>]?[:;=8xX]['o\-^]?[)(\]\[dDpP/\\|*@3oOsScC]|[)(\]\[dD/\\|][-']?[:;=]|<3|</3|\^_?\^|-_+-|>[_.]<|;_;|[tT]_[tT]|\\o/|[oO]_[oO])(?![\w]))",
    rf"(?P<emoji>{EMOJI})",
    r"(?P<word>[^\W_]+(?:['\-][^\W_]+)*)",
    r"(?P<punctuation>[!?.,;:()\"\[\]…]+)")))
LONG = re.compile(r"([^\W\d_])\1{2,}")
UNSKINNED = re.compile("[\uFE0F\U0001F3FB-\U0001F3FF]")


WHOLE = {"^^": "^_^", "^_^": "^_^", "-_-": "-_-", ">_<": ">_<", ">.<": ">_<", "t_t": "T_T", "\\o/": "\\o/", "<3": "<3",
         "</3": "</3", "(:": ":)", "):": ":(", ":'(": ":'(", ":')": ":')"}


def canonical(face):
    """The spelling daemon/text gives an emoticon: no nose, eyes ':' or ';', one mouth of a kind."""
    low = face.lower()
    if low in WHOLE:
        return WHOLE[low]
    angry = low.startswith(">:")
    low = re.sub(r"(?<=.)[o\-^](?=.)", "", low.lstrip("<>")).replace("=", ":").replace("'", "")
    mouth = {"]": ")", "}": ")", "[": "(", "{": "(", "\\": "/"}.get(low[-1], low[-1].upper())
    if low[0] not in ":;":
        return low
    return {"(": ">:(", ")": ">:)"}.get(mouth, low[0] + mouth) if angry else low[0] + mouth


def tokenize(text):
    text = text.replace("\u2019", "'").replace("\u2018", "'").replace("\u201C", '"').replace("\u201D", '"')
    text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    tokens = []
    for piece in PIECES.finditer(text):
        kind, raw = piece.lastgroup, piece.group()
        if kind == "emoji":
            tokens.append(Token("emoji", UNSKINNED.sub("", raw), False, False))
        elif kind == "emoticon":
            tokens.append(Token("emoticon", canonical(raw), False, False))
        elif kind == "hashtag":
            tokens.append(Token("hashtag", raw[1:].lower(), False, False))
            for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z']+|\d+", raw[1:]) or [raw[1:]]:
                tokens.append(Token("word", part.lower(), False, False))
        elif kind == "word":
            low = raw.lower()
            cut = LONG.sub(r"\1\1", low)
            letters = [c for c in raw if c.isalpha()]
            tokens.append(Token("word", cut, len(letters) > 1 and raw.isupper(), cut != low))
        else:
            tokens.append(Token(kind, raw, False, False))
    return tokens


Seen = collections.namedtuple("Seen", "hits factor words")  # hits: (key, factor, negated)


def spellings(token):
    """An elongated word as written, then with its doubled letters single: loove is love, soo is so."""
    yield token.text
    if token.elongated:
        yield re.sub(r"(.)\1", r"\1", token.text)
        yield re.sub(r"(.)\1(?!.*(.)\2)", r"\1", token.text)


def read(tokens, hand, hits):
    """`hits` are the words that carry a valence: a word that is a booster too is a booster only before one of them."""
    found, words = [], [token for token in tokens if token.kind == "word"]
    mixed = any(not w.caps and len(w.text) > 1 and w.text[0].isalpha() for w in words)
    negation, boost, boost_left, after = 0, 1.0, 0, 1.0
    exclamations = questions = 0
    last_emoji = None
    at = 0
    while at < len(tokens):
        token = tokens[at]
        size = 1
        if token.kind == "punctuation":
            exclamations += token.text.count("!")
            questions += "?" in token.text
            if token.text[0] not in "\"'":
                negation, boost_left = 0, 0
        elif token.kind in ("emoji", "emoticon"):
            factor = after * (REPEATED_EMOJI if token.text == last_emoji else 1.0)
            last_emoji = token.text
            negation, boost_left = 0, 0
            found.append((token.text, factor, False))
        elif token.kind == "word":
            key = next((s for s in spellings(token) if s in hits or s in hand.boosters or s in hand.roles["negators"]), token.text)
            for length in (3, 2):
                window = tokens[at:at + length]
                joined = " ".join(t.text for t in window)
                if len(window) == length and all(t.kind == "word" for t in window) and \
                        (joined in hand.phrases or joined in hand.boosters or joined in hand.roles["sarcasm"]):
                    key, size = joined, length
                    break
            is_booster = key in hand.boosters
            if is_booster and key in hits:
                following = tokens[at + size] if at + size < len(tokens) else None
                is_booster = following is not None and following.kind == "word" and following.text in hits
            if key in hand.roles["contrast"]:
                if found:
                    found = [(k, f * CONTRAST_BEFORE, n) for k, f, n in found]
                    after = CONTRAST_AFTER
                negation, boost_left = 0, 0
            elif is_booster:
                boost = (boost if boost_left else 1.0) * hand.boosters[key]
                boost_left = BOOST_SCOPE
                negation = max(negation - 1, 0)
            else:
                factor = after
                if boost_left:
                    factor *= boost
                    boost_left -= 1
                if mixed and token.caps:
                    factor *= CAPITALS
                if token.elongated:
                    factor *= ELONGATED
                if key not in hand.roles["negators"] or key in hits:
                    found.append((key, factor, negation > 0))
                if key in hits:
                    boost_left = 0
                negation = NEGATION_SCOPE if key in hand.roles["negators"] else max(negation - 1, 0)
            last_emoji = None
        at += size
    factor = 1 + EXCLAMATION * min(exclamations, 3)
    if questions:
        factor *= QUESTION
    return Seen(found, factor, len(words))
