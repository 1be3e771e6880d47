"""Answers the tracker's search: query, filters, order, pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

from ..world.release import Release
from .query import FIELDS, BadQuery, Document, parse, words
from .rows import LANGUAGES, category, document

DEFAULT_FIELDS = ("title", "author", "narrator", "series")
NOTHING = "Nothing returned, out of 0"
FLAGS = ("description", "isbn", "dlLink", "mediaInfo", "thumbnail", "bookmarks")

Question = Mapping[str, Any]


def from_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The question of a query string: ``tor[text]=a``, ``tor[srchIn][title]=true``, ``tor[cat][]=0`` or ``[0]=0``."""
    question: dict[str, Any] = {"tor": {}}
    for name, value in pairs:
        path = re.fullmatch(r"tor\[(\w+)\](?:\[(\w*)\])?", name)
        if not path:
            question[name.removesuffix("s") if name == "thumbnails" else name] = value
        elif path[2] is None:
            question["tor"][path[1]] = value
        elif path[2] == "" or path[2].isdigit():
            question["tor"].setdefault(path[1], []).append(value)
        else:
            question["tor"].setdefault(path[1], {})[path[2]] = value
    if "perpage" in question["tor"]:
        question.setdefault("perpage", question["tor"]["perpage"])
    return question


class Index:
    """All releases, ready to be searched. ``by_infohash`` looks one up by its v1 infohash."""

    def __init__(
        self, releases: Mapping[int, Release], by_infohash: Callable[[str], Release | None] = lambda _: None
    ) -> None:
        self.releases = releases
        self.by_infohash = by_infohash
        self._documents = {number: document(release) for number, release in releases.items()}

    def search(self, question: Question) -> tuple[list[Release], int, int, int]:
        """(releases of the page, how many in all, page size, start). Raises BadQuery."""
        tor = question.get("tor") or {}
        if tor.get("browse_lang") == []:
            return [], 0, 0, 0  # an empty list of languages matches no language
        matching = [release for release in self._matches(tor) if _passes(release, tor)]
        matching = self._sorted(matching, tor)
        size = min(100, max(5, _number(question.get("perpage"), 20)))
        start = max(0, _number(tor.get("startNumber"), 0))
        return matching[start : start + size], len(matching), size, start

    def _matches(self, tor: Question) -> list[Release]:
        if tor.get("hash"):
            known = self.by_infohash(str(tor["hash"]))
            return [self.releases[known.release_id]] if known else []
        if tor.get("id"):
            known = self.releases.get(_number(tor["id"], 0))
            return [known] if known else []
        text = str(tor.get("text") or "").strip()
        if not text:
            return list(self.releases.values())
        match = parse(text, _fields(tor.get("srchIn")))
        return [self.releases[number] for number, words_of in self._documents.items() if match(words_of)]

    def _sorted(self, matching: list[Release], tor: Question) -> list[Release]:
        order = str(tor.get("sortType") or "default")
        keys: dict[str, Callable[[Release], Any]] = {
            "title": lambda r: r.title.lower(),
            "file": lambda r: r.numfiles,
            "size": lambda r: r.size_bytes,
            "seeders": lambda r: r.seeders,
            "leechers": lambda r: r.leechers,
            "snatched": lambda r: r.times_completed,
            "date": lambda r: (r.added, r.release_id),
            "category": lambda r: category(r)[0],
        }
        if order == "random":
            return Random(len(matching)).sample(matching, len(matching))
        name = re.sub(r"(Asc|Desc)$", "", order)
        if name in keys:
            return sorted(matching, key=keys[name], reverse=order.endswith("Desc"))
        wanted = set(words(str(tor.get("text") or "")))
        if not wanted:
            return sorted(matching, key=keys["date"], reverse=True)
        return sorted(matching, key=lambda r: (-_relevance(self._documents[r.release_id], wanted), -r.release_id))


def _relevance(words_of: Document, wanted: Collection[str]) -> float:
    """Words of the question in the title count most, and more in a short title."""
    title: Sequence[str] = words_of["title"]
    hits = sum(word in wanted for word in title)
    return hits + hits / (1 + len(title))


def _fields(given: Any) -> tuple[str, ...]:
    if isinstance(given, Mapping):
        given = [name for name, on in given.items() if str(on).lower() not in ("false", "0", "")]
    if isinstance(given, str):
        given = [given]
    return tuple(name for name in given or () if name in FIELDS) or DEFAULT_FIELDS


def _passes(release: Release, tor: Question) -> bool:
    kinds: dict[str, bool] = {
        "active": release.seeders > 0,
        "inactive": release.seeders == 0,
        "fl": release.free,
        "fl-VIP": release.free or release.vip,
        "VIP": release.vip,
        "nVIP": not release.vip,
    }
    if not kinds.get(str(tor.get("searchType") or "all"), True):
        return False
    if tor.get("searchIn") not in (None, "", "torrents"):
        return False
    categories = _numbers(tor.get("cat")) - {0}
    if categories and category(release)[0] not in categories:
        return False
    if (mains := _numbers(tor.get("main_cat"))) and release.main_cat not in mains:
        return False
    if (languages := _numbers(tor.get("browse_lang"))) and LANGUAGES[release.language][0] not in languages:
        return False
    bits = sum(_numbers(tor.get("browseFlags")))
    if bits and bool(release.browseflags & bits) != bool(_number(tor.get("browseFlagsHideVsShow"), 0)):
        return False
    day = release.added[:10]
    if _day(tor.get("startDate"), "0") > day or day >= _day(tor.get("endDate"), "9"):
        return False
    unit = _number(tor.get("unit"), 1)
    largest = _number(tor.get("maxSize"), 0) * unit
    return release.size_bytes >= _number(tor.get("minSize"), 0) * unit and (
        not largest or release.size_bytes <= largest
    )


def _day(value: Any, otherwise: str) -> str:
    """The day (UTC) of a date or of seconds since 1970."""
    text = str(value or otherwise)
    return f"{datetime.fromtimestamp(int(text), UTC):%Y-%m-%d}" if re.fullmatch(r"\d{6,11}", text) else text


def _number(value: Any, otherwise: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise


def _numbers(value: Any) -> set[int]:
    values = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
    return {int(text) for text in values if str(text).isdigit()}


__all__ = ["FLAGS", "NOTHING", "BadQuery", "Index", "from_pairs"]
