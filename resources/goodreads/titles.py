"""How Goodreads decorates a title with its place in a series: "Title (Series, #1)", "Title (Big, #8; Small, #1)"."""

from __future__ import annotations

import re

from mam_assets.domain.model.library import SeriesRef
from resources.http.fields import text
from resources.result_ranking import words

_PLACE = re.compile(r"(?P<name>.+?)[\s,]+#\s*(?P<position>\d.*)", re.DOTALL)
_LABEL = re.compile(r"(?:(?:books?|volumes?|vol\.?)\b)?\s*#?\s*(?P<position>.*)", re.IGNORECASE | re.DOTALL)


def split_title(raw: str) -> tuple[str, tuple[SeriesRef, ...]]:
    """The bare title and the places named in its last parentheses. Those without a "#" number belong to the title."""
    shown = " ".join(raw.split())
    start = _last_group(shown)
    if start is None:
        return shown, ()
    matches = [_PLACE.fullmatch(piece.strip()) for piece in shown[start + 1 : -1].split(";")]
    refs = tuple(SeriesRef(match["name"].strip(" ,"), tidy_position(match["position"])) for match in matches if match)
    bare = shown[:start].strip()
    return (bare, refs) if refs and bare else (shown, ())


def label_position(label: object) -> str:
    """The position that a label such as "Book 1", "Book 0.5" or "Book 1-3" states; "" if it states no number."""
    match = _LABEL.fullmatch(text(label))
    position = tidy_position(match["position"]) if match else ""
    return position if re.match(r"\.?\d", position) else ""


def tidy_position(shown: str) -> str:
    """The same position with plain hyphens and no space around them."""
    return re.sub(r"\s*[-–—]\s*", "-", " ".join(shown.split())).strip(" ,")


def series_name(shown: str) -> str:
    """A series' name without the word that Goodreads puts behind it: "Example Saga Series" is "Example Saga"."""
    name = " ".join(shown.split())
    bare = re.sub(r"\s+Series$", "", name)
    return bare or name


def names_series(name: str, other: str) -> bool:
    """Two ways of writing one series' name, which may differ in article, letter case and the word "series"."""
    here, there = _essential(name), _essential(other)
    return bool(here) and here == there


def _essential(name: str) -> tuple[str, ...]:
    parts = words(name)
    while parts and parts[-1] == "series":
        parts = parts[:-1]
    return parts[1:] if len(parts) > 1 and parts[0] in ("the", "a", "an") else parts


def _last_group(shown: str) -> int | None:
    """Where the parentheses that end the text were opened; series names may hold parentheses themselves."""
    if not shown.endswith(")"):
        return None
    depth = 0
    for place in range(len(shown) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(shown[place], 0)
        if depth == 0:
            return place
    return None
