"""Normal forms of people's names: is this author that author?

A name comes in many spellings: "J. R. R. Tolkien", "JRR Tolkien", "Tolkien, J.R.R.", "Jo Nesbø" and "Jo Nesbo",
"Walter M. Miller Jr.", "Don Bartlett - translator". Everything here is pure text work; no list of known people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii

# Titles before and degrees or generations behind a name; they never tell two people apart here.
_HONORIFICS = frozenset(
    [
        "dr",
        "prof",
        "professor",
        "sir",
        "dame",
        "rev",
        "reverend",
        "fr",
        "saint",
        "st",
        "mr",
        "mrs",
        "ms",
        "lord",
        "lady",
    ]
)
_SUFFIXES = frozenset(
    [
        "jr",
        "sr",
        "junior",
        "senior",
        "pere",
        "fils",
        "ii",
        "iii",
        "iv",
        "phd",
        "md",
        "ma",
        "msc",
        "bsc",
        "mba",
        "mfa",
        "dds",
        "rn",
        "esq",
        "obe",
        "cbe",
        "kbe",
        "dphil",
        "psyd",
        "lcsw",
    ]
)

# Contributors that did not write the book. An editor or a "created by" counts as an author: anthologies have no other.
_ROLE_WORDS = (
    r"translat(?:or|ors|ed by|ion)|narrat(?:or|ors|ed by)|read(?:er| by)|illustrat(?:or|ors|ed by|ions?)|"
    r"introduction|introduced by|foreword|afterword|preface|contributor|adapt(?:or|er|ed by|ation)|editor|ed\.?|author|"
    r"cover artist|colorist|letterer|pencill?er|inker|producer|director|performer|publisher"
)
_ROLE = re.compile(
    rf"\s*(?:[(\[]\s*(?:{_ROLE_WORDS})[^)\]]*[)\]]|\s[-–—]\s*(?:{_ROLE_WORDS})\b.*|,\s*(?:{_ROLE_WORDS})\s*)$", re.I
)
_VOWEL = re.compile(r"[aeiouy]")
_MAY_HOLD_ROLE = re.compile(r"[(\[,–—-]")
_WRITING_ROLE = re.compile(r"\b(?:author|editor|ed|contributor)\b", re.I)
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_BY = re.compile(r"^\s*(?:written )?by\s+(?=\S)", re.I)
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_QUOTES = re.compile(r"['‘’ʼ`´\"“”„]")
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "du",
        "le",
        "la",
        "el",
        "al",
        "bin",
        "ibn",
        "st",
        "mac",
        "mc",
        "o",
        "ter",
        "ten",
        "dos",
        "das",
    ]
)

_SEPARATOR = re.compile(
    r"\s*(?:;|\s&\s|\s\+\s|/|\|)\s*"
    r"|\s+(?:and|und|et|with|(?:writing )?as|aka|a\.k\.a\.|w/a)\s+",
    re.I,
)


def without_role(name: str) -> str:
    """The name as written, without "(Translator)", "- narrator" and the like."""
    if not _MAY_HOLD_ROLE.search(name):
        return name.strip()
    return _ROLE.sub("", name).strip()


def is_writer(name: str) -> bool:
    """False when the name itself says that the person only translated, narrated, drew or introduced."""
    if not _MAY_HOLD_ROLE.search(name):
        return True
    role = _ROLE.search(name)
    return role is None or bool(_WRITING_ROLE.search(role.group()))


@lru_cache(maxsize=131072)
def normal(name: str) -> str:
    """One spelling of a name: "Tolkien, J. R. R." -> "jrr tolkien". Initials in a row become one word.

    Lower-case ASCII words parted by single spaces, given names first; "" when nothing is left. Idempotent.
    """
    text = without_role(name or "")
    text = _BY.sub("", _BRACKETS.sub("", text))
    if text.count(",") >= 1:
        text = _given_name_first(text)
    text = anyascii(_QUOTES.sub("", text)).lower()
    words = _NOT_LETTERS.sub(" ", text.replace("'", "").replace("ph.d", "phd").replace("m.d", "md")).split()
    words = _merge_initials(words)
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    while len(words) > 1 and words[0] in _HONORIFICS:
        words.pop(0)
    return " ".join(words)


def _given_name_first(text: str) -> str:
    last, *rest = [part.strip() for part in text.split(",")]
    rest = [part for part in rest if part and _plain(part) not in _SUFFIXES]
    return " ".join([*rest, last])


def _plain(text: str) -> str:
    return _NOT_LETTERS.sub("", anyascii(text).lower())


def _merge_initials(words: list[str]) -> list[str]:
    merged: list[str] = []
    run = ""
    for word in words:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            merged.append(run)
            run = ""
        merged.append(word)
    return [*merged, run] if run else merged


@lru_cache(maxsize=131072)
def keys(name: str) -> frozenset[str]:
    """Blocking keys: any two spellings that ``same_person`` accepts share one, most strangers share none.

    The last four letters of every word: they survive particles written together ("LeGuin") and a family name put first.
    """
    return frozenset(folded(word)[-4:] for word in normal(name).split())


_UMLAUT = re.compile(r"(?<=[b-df-hj-np-tv-z])([aou])e(?![aeiou])")


def folded(word: str) -> str:
    """A word of a normal form with "oe", "ae" and "ue" as one vowel: "nesboe" and "nesbo" (Nesbø), "mueller" and
    "muller" (Müller). Short words stay: "Joe" is not "Jo"."""
    return _UMLAUT.sub(r"\1", word) if len(word) > 4 and "e" in word else word


@lru_cache(maxsize=262144)
def same_person(a: str, b: str) -> bool:
    """Do two spellings name one person? "J.K. Rowling" and "Joanne Rowling" may; "J. Smith" and "B. Smith" do not.

    The surname must agree, and every given name or initial that both state must not contradict. A bare surname never
    matches a full name: too many people share one.
    """
    first, second = normal(a), normal(b)
    if not first or not second:
        return False
    if first == second or first.replace(" ", "") == second.replace(" ", ""):
        return True
    mine, theirs = [folded(word) for word in first.split()], [folded(word) for word in second.split()]
    if sorted(mine) == sorted(theirs):
        return True  # "Liu Cixin" and "Cixin Liu": the family name comes first in much of the world, and in files
    my_last, my_given = _surname(mine)
    their_last, their_given = _surname(theirs)
    if not _same_surname(my_last, their_last) or not my_given or not their_given:
        return False
    return _given_agree(my_given, their_given)


def _surname(words: list[str]) -> tuple[str, list[str]]:
    """The surname with its particles as one word ("le guin" -> "leguin"), and the given names."""
    given, last = words[:-1], words[-1]
    while len(given) > 1 and given[-1] in _PARTICLES:
        last = given.pop() + last
    return last, given


def _same_surname(left: str, right: str) -> bool:
    """Equal, or equal but for particles that one side leaves out ("vonbeethoven", "beethoven")."""
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    return len(short) > 2 and long.endswith(short) and _is_particles(long[: -len(short)])


def _is_particles(text: str) -> bool:
    return not text or any(text.startswith(p) and _is_particles(text[len(p) :]) for p in _PARTICLES)


def _given_agree(left: list[str], right: list[str]) -> bool:
    """Compare given names in order: a name fits itself or its initial; middle names may be left out, the first not."""
    return any(_in_order(first, second) for first in _readings(left) for second in _readings(right))


def _in_order(left: list[str], right: list[str]) -> bool:
    if not _fits(left[0], right[0]):
        return False
    short, long = sorted((left[1:], right[1:]), key=len)
    rest = iter(long)
    return all(any(_fits(name, other) for other in rest) for name in short)


def _readings(given: list[str]) -> list[list[str]]:
    """Short words may be initials written together: ["el"] is also ["e", "l"], ["jrr"] is ["j", "r", "r"] alone."""
    initials = [letter for word in given for letter in (word if len(word) <= 3 else [word])]
    if any(1 < len(word) <= 3 and _VOWEL.search(word) for word in given):
        return [given, initials]
    return [initials]


def _fits(left: str, right: str) -> bool:
    if len(left) == 1 or len(right) == 1:
        return left[0] == right[0]
    return left == right or (min(len(left), len(right)) >= 3 and (left.startswith(right) or right.startswith(left)))


def is_mononym_of(left: str, right: str) -> bool:
    """Is one of two normal forms a single word of the other: "seneca" of "lucius annaeus seneca", "dante" of
    "dante alighieri"? Too many people share a surname to call them the same for that alone."""
    short, long = sorted((left.split(), right.split()), key=len)
    return len(short) == 1 and len(long) > 1 and len(short[0]) > 2 and short[0] in (long[0], long[-1])


def writers(names: Iterable[str]) -> tuple[str, ...]:
    """Normal forms of those who wrote the book, in order and once each; all names if none is a writer."""
    given = [name for name in names if name and name.strip()]
    chosen = [name for name in given if is_writer(name)] or given
    return tuple(dict.fromkeys(form for form in (normal(name) for name in chosen) if form))


def shared_author(a: Iterable[str], b: Iterable[str]) -> bool:
    """Do the two lists have an author in common? Translators and narrators marked as such do not count."""
    second = writers(b)
    return any(same_person(left, right) for left in writers(a) for right in second)


def split(text: str) -> tuple[str, ...]:
    """Part a joined author string: "Terry Pratchett & Neil Gaiman", "A B, C D and E F", "Tolkien, J. R. R.".

    A comma parts two people, unless a lone surname stands before it and given names or initials behind it, or a
    suffix such as "Jr." follows. The names keep their spelling; order is kept.
    """
    names: list[str] = []
    for part in _SEPARATOR.split(text or ""):
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        joined: list[str] = []
        for piece in pieces:
            if joined and _plain(piece) in _SUFFIXES:
                joined[-1] += f" {piece}"
            else:
                joined.append(piece)
        if len(joined) == 2 and _is_lone_surname(joined[0]) and _is_given(joined[1]):
            names.append(f"{joined[1]} {joined[0]}")
        else:
            names.extend(joined)
    return tuple(dict.fromkeys(name for name in names if name))


def _is_lone_surname(text: str) -> bool:
    words = text.lower().split()
    return len(words) == 1 or all(word in _PARTICLES for word in words[:-1])


def _is_given(text: str) -> bool:
    words = text.split()
    return len(words) == 1 or any(len(word.rstrip(".")) == 1 or "." in word for word in words)
