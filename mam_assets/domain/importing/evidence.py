"""What audio files say of themselves, as the rules weigh it.

Silence is no contradiction: many good files have poor tags. Similarity is only asked after the rules that are sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from .. import titles
from .model import AudioTags

RUNTIME_SHARE = 0.05
RUNTIME_SECONDS = 600
SAY_NOTHING = frozenset(
    ["audiobook", "audio book", "unknown", "unknown album", "unknown artist", "various", "various artists", "title",
     "album", "full cast", "untitled", "unabridged", "artist", "author", "author unknown", "none", "na"]
)  # fmt: skip


def total_seconds(tags: Iterable[AudioTags]) -> float | None:
    """The length of all files together; None when any of them did not tell."""
    total = 0.0
    for tag in tags:
        if tag.duration_seconds is None or tag.duration_seconds <= 0:
            return None
        total += tag.duration_seconds
    return total or None


def runtime_fits(length: float, expected: float) -> bool:
    """Within 5 % or 10 minutes, whichever is more."""
    return abs(length - expected) <= max(expected * RUNTIME_SHARE, RUNTIME_SECONDS)


def clock(seconds: float) -> str:
    """A length as people say it: "24:30 h"."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d} h"


def album_of(tags: Sequence[AudioTags]) -> str:
    """What all the files call their book (of one file also its title); blank when they say nothing or disagree."""
    albums = distinct(tag.album for tag in tags)
    if not albums and len(tags) == 1:
        albums = distinct(tag.title for tag in tags)
    albums = [album for album in albums if titles.normal(album) not in SAY_NOTHING]
    return albums[0] if len(albums) == 1 else ""


def title_likeness(text: str, title: str) -> float:
    """0 to 100."""
    first, second = titles.normal(text), titles.normal(title)
    return fuzz.token_set_ratio(first, second) if first and second else 0.0


def has_title(text: str, title: str) -> bool:
    """The text contains the whole title, word for word."""
    form = titles.normal(title)
    return bool(form) and f" {form} " in f" {titles.normal(text)} "


def distinct(texts: Iterable[str]) -> list[str]:
    """The texts that say anything, each once."""
    return list(dict.fromkeys(text.strip() for text in texts if text and text.strip()))
