"""Numbers in words and in digits are one title: "Thirteen Reasons Why", "13 Reasons Why"; for equality alone."""

from __future__ import annotations

import re
from functools import lru_cache

from mam_assets.domain.titles.forms import normal

from .. import positions

_TENS = {
    word: 10 * n for n, word in enumerate(["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=3)
}
_SMALL = {word: n for word, n in positions.NUMBER_WORDS.items() if not word.endswith("th")}
_ORDINALS = {word: n for word, n in positions.NUMBER_WORDS.items() if word.endswith("th")}
_ORDINALS |= {"first": 1, "second": 2, "third": 3} | {
    f"{word[:-1]}ieth": value for word, value in (_TENS | {"twenty": 20}).items()
}
for _word in ("first", "second", "third"):
    _SMALL.pop(_word, None)
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_COUNTING = frozenset([*_TENS, *_SMALL, *_ORDINALS, *_SCALES])
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_INNER_ARTICLES = frozenset(["the", "a", "an"])
# With fewer words than these, an article more is another title.
_LONG = 3


@lru_cache(maxsize=262144)
def spellings(title: str) -> frozenset[str]:
    """The compact forms of a title under which another may spell it: as it is, with its numbers in digits, without
    the articles inside ("The Sign of the Four"). Empty for a title without letters and digits."""
    form = normal(_THOUSANDS.sub("", title) if "," in title else title)
    words = form.split()
    if _COUNTING.isdisjoint(words) and (len(words) <= _LONG or _INNER_ARTICLES.isdisjoint(words)):
        return frozenset([form.replace(" ", "")] if form else ())
    forms = {form.replace(" ", "")}
    if not _COUNTING.isdisjoint(words):
        words = in_digits(words)
        forms.add("".join(words))
    bare = [word for word in words if word not in _INNER_ARTICLES]
    if _LONG <= len(bare) < len(words):
        forms.add("".join(bare))
    return frozenset(forms - {""})


def in_digits(words: list[str]) -> list[str]:
    """Lower-case words with every number in digits: "nineteen eighty four" -> "1984", "ninth" -> "9th"."""
    out: list[str] = []
    at = 0
    while at < len(words):
        text, size = _number_at(words, at)
        out.append(text)
        at += size
    return out


def _number_at(words: list[str], start: int) -> tuple[str, int]:
    """The number that begins at a word, as digits, and how many words it takes; the word itself if none begins."""
    total, current, at = 0, 0, start
    last = ""  # what stood before: "ten" to "teen", "tens", "one", "scale"
    while at < len(words):
        word = words[at]
        kind, value = _kind(word)
        if (
            kind == "and"
            and last == "scale"
            and at + 1 < len(words)
            and _kind(words[at + 1])[0] in ("one", "teen", "tens")
        ):
            at += 1
            continue
        if kind == "scale":
            if value == 100:
                current = (current or 1) * 100
            else:
                total, current = total + (current or 1) * value, 0
        elif (kind == "one" and last in ("", "tens", "scale")) or (kind in ("teen", "tens") and last in ("", "scale")):
            current += value
        elif kind == "tens" and last in ("teen", "tens") and not total and 10 <= current < 100:
            current = current * 100 + value  # "nineteen eighty": a year
        elif kind == "ordinal" and (last in ("", "scale") or (last == "tens" and value < 10)):
            return _ordinal(total + current + value), at + 1 - start
        else:
            break
        last, at = kind, at + 1
    return (str(total + current), at - start) if at > start else (words[start], 1)


def _kind(word: str) -> tuple[str, int]:
    if word in _SMALL:
        value = _SMALL[word]
        return ("tens" if value == 20 else "teen" if value >= 10 else "one"), value
    for kind, known in (("tens", _TENS), ("scale", _SCALES), ("ordinal", _ORDINALS)):
        if word in known:
            return kind, known[word]
    return ("and" if word == "and" else ""), 0


def _ordinal(value: int) -> str:
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"
