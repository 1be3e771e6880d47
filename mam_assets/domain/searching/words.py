"""Text that is safe to ask the tracker for, and forms of it that find what other spellings hide.

The tracker's search is Sphinx-like: all words must occur, and ``@ | " ( ) ! - ~ / ^ $ = < *`` are operators. Known
traps: straight and curly apostrophes make different words and leaving the apostrophe out misses both; "2" is not "02";
"J J" is not "JJ"; "&" is not "and"; a subtitle that the uploader left out excludes the release. So a query carries only
words that everybody writes alike, and leaves the rest to the judging of what comes back.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

from anyascii import anyascii

_APOSTROPHES = "'’‘ʼ`´′＇"
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*[{_APOSTROPHES}]?")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_SUBTITLE = re.compile(r"\s*(?::\s|\s[-–—|]\s|[–—]|,\s+or[,\s])\s*", re.I)
# Words that one uploader writes and the next leaves out or writes as a sign.
_LOOSE = frozenset(
    ("the", "a", "an", "and", "of", "in", "to", "der", "die", "das", "le", "la", "les", "el", "los", "und", "et", "y")
)
_COUNTERS = frozenset(
    ("book", "books", "vol", "volume", "part", "number", "no", "series", "saga", "trilogy", "chronicles", "chronicle")
)
_ROMAN = re.compile(r"(?=[ivx])(?:x{0,3})(?:i[xv]|v?i{0,3})")
_NOBODY = frozenset(("various", "various authors", "anonymous", "unknown", "unknown author", "multiple authors", "n a"))

MOST_WORDS = 8


def words(text: str) -> list[str]:
    """The words of a text in lower case, apostrophes kept, everything else that is not a letter or digit gone."""
    plain = unicodedata.normalize("NFC", html.unescape(text)).replace("\u200b", "").casefold()
    return _WORD.findall(plain)


def telling(text: str) -> list[str]:
    """The words by which to ask: none that is spelled in several ways while others remain.

    Drops, as long as something is left: counters, little words, numbers and single letters, words with apostrophes.
    """
    all_words = list(dict.fromkeys(words(text)))
    for is_loose in (_is_counter, _is_little, _is_number, _has_apostrophe):
        kept = [word for word in all_words if not is_loose(word)]
        all_words = kept or all_words
    return all_words[:MOST_WORDS]


def apostrophe_forms(query_words: Sequence[str]) -> list[list[str]]:
    """The spellings to try of words that all carry apostrophes: straight, curly, and the part before with "*"."""
    if not any(_has_apostrophe(word) for word in query_words):
        return [list(query_words)]
    parts = [re.split(f"[{_APOSTROPHES}]", word) for word in query_words]
    wild = [max(part, key=len) + "*" if len(part) > 1 else part[0] for part in parts]
    forms = ["'".join(part) for part in parts], ["’".join(part) for part in parts], wild
    return [list(form) for form in forms]


def author_words(name: str) -> list[str]:
    """The words of a name that are spelled out, three at most: "J.R.R. Tolkien" is asked as "tolkien".

    [] for "Various" and the like.
    """
    plain = name if "," not in name else " ".join(reversed(name.split(",", 1)))
    names = [word.rstrip(_APOSTROPHES) for word in words(plain)]
    if " ".join(names) in _NOBODY:
        return []
    spelled = [word for word in names if not _is_initials(word) and not _has_apostrophe(word)]
    spelled = [word for word in spelled if word not in ("jr", "sr", "phd", "md", "dr")] or spelled
    return list(dict.fromkeys(spelled or names))[-3:]


def without_subtitle(title: str, series: Sequence[str] = ()) -> str:
    """The part of a title to ask for: without brackets and subtitle, and without its series' name in front.

    "The Land: Predators" is asked as "Predators" when "The Land" is (part of) the series' name or begins the titles of
    its other books (give those as ``series`` too).
    """
    parts = [part for part in _SUBTITLE.split(_BRACKETED.sub(" ", title)) if words(part)]
    if len(parts) < 2:
        return parts[0] if parts else title
    head = telling(parts[0])
    shared = any(head == telling(name)[: len(head)] for name in series if words(name) != words(title))
    says_more = any(not _is_counter(word) and not _is_number(word) for word in words(parts[1]))
    return parts[1] if shared and says_more else parts[0]


def ascii_form(text: str) -> str:
    """The text without diacritics and in Latin letters."""
    return " ".join(anyascii(text).casefold().split())


def _has_apostrophe(word: str) -> bool:
    return any(mark in word for mark in _APOSTROPHES)


def _is_number(word: str) -> bool:
    return word.isdigit() or len(word) == 1 or bool(_ROMAN.fullmatch(word))


def _is_little(word: str) -> bool:
    return word in _LOOSE


def _is_counter(word: str) -> bool:
    return word in _COUNTERS


def _is_initials(word: str) -> bool:
    return len(word) == 1 or (len(word) <= 3 and word.isascii() and not re.search("[aeiouy]", word))
