"""Normal forms of titles and series names: lower-case ASCII words that compare equal when a reader would say so."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

from mam_assets.domain import positions

# Leading articles of the languages that audiobooks are mostly titled in; library catalogues file without them too.
ARTICLES = frozenset(
    [
        "the",
        "a",
        "an",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "le",
        "la",
        "les",
        "un",
        "une",
        "el",
        "los",
        "las",
        "una",
        "il",
        "lo",
        "gli",
        "het",
        "een",
        "det",
        "ett",
        "os",
        "uma",
    ]
)
VOLUME_WORDS = {
    "vol": "volume",
    "vols": "volume",
    "volume": "volume",
    "volumes": "volume",
    "bk": "book",
    "bks": "book",
    "book": "book",
    "books": "book",
    "part": "part",
    "pt": "part",
    "episode": "episode",
    "ep": "episode",
    "tome": "tome",
    "band": "band",
    "teil": "teil",
}

# "Catcher in the Rye, The": libraries file by the first word that means something
_ARTICLE_LAST = re.compile(r"(?<=\w),\s*(?:the|an?|der|die|das|le|la|les|el|los|las|il|lo)\s*$", re.I)
_ODD = re.compile(r"[^\w\s.,:;()!?#\[\]/-]|[^\x00-\x7f]|#(?=[A-Za-z])|!(?=[A-Za-z])")
_QUOTES = str.maketrans(dict.fromkeys("'‘’‛ʼʻ`´′", "'") | {"&": " and ", "＆": " and ", "“": " ", "”": " "})
_JOINED = re.compile(r"(?<=[A-Za-z0-9])['*#@$!](?=[A-Za-z])")
_ELISION = re.compile(r"^\W*l'(?=\w)", re.I)
_SPACES = {code: " " for code in range(128) if not chr(code).isalnum()}
_ROMAN_TAIL = re.compile(r"[ivx]{2,5}")


@lru_cache(maxsize=524288)
def normal(title: str) -> str:
    """One spelling of a title: "The Devil’s Star" -> "devils star", "Rosie & Me, Vol. II" -> "rosie and me volume 2".

    Case, diacritics, quotes, punctuation, "&", a leading article, leading zeros and the way a volume number is written
    do not count; everything else does. Idempotent.
    """
    text = title or ""
    if not (text.isascii() and text.replace(" ", "").isalnum()):
        text = _plain_letters(text)
    words = text.lower().translate(_SPACES).split()
    if not words:
        return ""
    return " ".join(_without_article(_with_digits(words)))


def _plain_letters(text: str) -> str:
    if "," in text:
        text = _ARTICLE_LAST.sub("", text)
    if not _ODD.search(text):
        return text
    text = _JOINED.sub("", _ELISION.sub("", text.translate(_QUOTES)))
    return text if text.isascii() else _JOINED.sub("", anyascii(text).replace("'", ""))


def _with_digits(words: list[str]) -> list[str]:
    if VOLUME_WORDS.keys().isdisjoint(words) and not any(map(str.isdigit, words)):
        return _with_digit_tail(words)
    out: list[str] = []
    for at, word in enumerate(words):
        before = out[-1] if out else ""
        if word.isdigit():
            word = word.lstrip("0") or "0"
        elif before in ("book", "volume", "part", "episode", "tome", "band", "teil"):
            value = positions.number(word)
            word = word if value is None else str(value)
        elif word in VOLUME_WORDS and at + 1 < len(words) and positions.number(words[at + 1]) is not None:
            word = VOLUME_WORDS[word]
        out.append(word)
    return _with_digit_tail(out)


def _with_digit_tail(words: list[str]) -> list[str]:
    """ "Dune II", "World War II"; a lone I, V or X is more often a letter or a name."""
    if len(words) > 1 and _ROMAN_TAIL.fullmatch(words[-1]) and (value := positions.roman(words[-1])) is not None:
        return [*words[:-1], str(value)]
    return words


def _without_article(words: list[str]) -> list[str]:
    first = 0
    while first < len(words) - 1 and words[first] in ARTICLES:
        first += 1
    return words[first:]


def compact(title: str) -> str:
    """The normal form without spaces: "Box-Car" is "Boxcar", "Every Thing" is "Everything"."""
    return normal(title).replace(" ", "")


# Words that people put behind a series' name or leave out, the same series meant.
_SERIES_TAIL = frozenset(
    ["series", "saga", "books", "novels", "novel", "collection", "sequence", "universe", "mysteries"]
)
# As above, but sometimes they part two series ("Thrawn", "The Thrawn Trilogy"): good for a guess only.
_SERIES_TAIL_LOOSE = _SERIES_TAIL | frozenset(
    [
        "trilogy",
        "duology",
        "quartet",
        "quintet",
        "tetralogy",
        "pentalogy",
        "cycle",
        "chronicles",
        "chronicle",
        "files",
        "mystery",
        "thriller",
        "thrillers",
        "adventures",
        "adventure",
        "duet",
        "stories",
        "tales",
        "crime",
        "romance",
        "graphic",
        "audio",
        "audiobooks",
        "omnibus",
    ]
)
# "The Chronicles of Narnia" is "Narnia", "The Legend of Drizzt" is "Drizzt".
_SERIES_HEAD = frozenset(
    ["chronicles", "saga", "tales", "adventures", "legend", "legends", "memoirs", "annals", "stories"]
)
_SERIES_NOTE = re.compile(
    r"\s*[(\[][^)\]]*[)\]]\s*$|\s*[,:–-]?\s+in (?:publication|chronological|reading) order\s*$", re.I
)


@lru_cache(maxsize=262144)
def series_name(name: str, *, loose: bool = False) -> str:
    """Normal form of a series' name: "The Saxon Series (Publication Order)" -> "saxon".

    ``loose`` also drops "Trilogy", "Chronicles", "Cycle" and the like: equal loose forms may still be two series.
    A name that consists of such words alone keeps its last one. Idempotent.
    """
    text = name or ""
    while (shorter := _SERIES_NOTE.sub("", text)) != text and shorter.strip():
        text = shorter
    bare = _without_generic(normal(text).split(), loose)
    while (again := _without_generic(normal(bare).split(), loose)) != bare:
        bare = again  # what is left may end in a Roman number now
    return bare


def _without_generic(words: list[str], loose: bool) -> str:
    tail = _SERIES_TAIL_LOOSE if loose else _SERIES_TAIL
    while len(words) > 1 and words[-1] in tail:
        words.pop()
    while loose and len(words) > 2 and words[0] in _SERIES_HEAD and words[1] == "of":
        words = _without_article(words[2:])
    return " ".join(_without_article(words))
