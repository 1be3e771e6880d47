"""Names of people as Audiobookshelf reads them from tags and folders; those of ``metadata.json`` stay as written.

Seen on a running 2.36.0: titles and suffixes are dropped ("Sir Arthur Conan Doyle", "Martin Luther King Jr."), "Last,
First" is turned round, and only one separator counts: "&" before " and " before ";", and commas besides.
"""

from __future__ import annotations

import re

_TITLES = frozenset(
    ["dr", "miss", "mr", "mrs", "ms", "prof", "sir", "frau", "herr", "hr", "monsieur", "captain", "doctor", "judge",
     "officer", "professor", "ind", "misc", "mx"]
)  # fmt: skip
_SUFFIXES = frozenset(
    ["esq", "esquire", "jr", "jnr", "sr", "snr", "2", "ii", "iii", "iv", "md", "phd", "j.d", "ll.m", "m.d", "d.o",
     "d.c", "p.c", "ph.d"]
)  # fmt: skip
_PREFIXES = frozenset(
    ["ab", "bar", "bin", "da", "dal", "de", "del", "della", "der", "di", "du", "ibn", "l'", "la", "le", "san", "st",
     "st.", "ste", "ter", "van", "vel", "ver", "vere", "von"]
)  # fmt: skip
_SEPARATORS = ("&", " and ", ";")


def split_names(text: str) -> list[str]:
    """The people in a tag or in a folder's name, each once."""
    separator = next((mark for mark in _SEPARATORS if mark in text), ",")
    pieces = [part.strip() for piece in text.split(separator) for part in piece.split(",")]
    if len(pieces) == 1:
        names = [_plain(text)]
    elif "," in text and _is_last_name(pieces[0]):
        names = [f"{first} {last}".strip() for last, first in zip(pieces[::2], pieces[1::2], strict=False)]
    else:
        names = [_plain(piece) for piece in pieces]
    return list(dict.fromkeys(name for name in names if name))


def _plain(text: str) -> str:
    """One name without its titles and suffixes; all capitals, or none, are mended."""
    words = [word for word in text.split() if word.rstrip(".,").lower() not in _TITLES]
    words = words[:1] + [word for word in words[1:] if word.rstrip(".,").lower() not in _SUFFIXES]
    name = " ".join(words).rstrip(",")
    if name and name == text.strip() and len(words) > 1 and name in (name.upper(), name.lower()):
        return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name)
    return name


def _is_last_name(text: str) -> bool:
    *before, _ = text.split() or [""]
    return all(word.lower() in _PREFIXES for word in before)
