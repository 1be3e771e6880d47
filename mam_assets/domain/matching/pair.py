"""One item beside one work: what the gates ask of both, each answered once."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from mam_assets.domain import people, titles
from mam_assets.domain.matching.folders import folder_names
from mam_assets.domain.matching.forms import ItemForms, WorkForms
from mam_assets.domain.matching.lazy import lazy

from ..model.library import SeriesRef
from ..model.overrides import Overrides
from . import bare_titles
from .place_relations import Places, relate, same_series
from .stated_places import Place, place_of


class Authors(IntEnum):
    """Do item and work have an author in common? ``NEAR``: but for a slip of the pen, or by one name alone."""

    OTHER = 0
    UNKNOWN = 1
    NEAR = 2
    SHARED = 3


class Titles(IntEnum):
    """How far two titles agree. ``MAIN``: but for a subtitle on one side. ``HEADS``: up to the colon, not behind it."""

    OTHER = 0
    HEADS = 1
    MAIN = 2
    SAME = 3


class Pair:
    """An item and a work, with the person's word and the languages that count as wanted (lower-case English words)."""

    def __init__(
        self,
        item: ItemForms,
        work: WorkForms,
        overrides: Overrides = Overrides(),
        book_key: str = "",
        languages: tuple[str, ...] = ("english",),
    ) -> None:
        self.item = item
        self.work = work
        self.overrides = overrides
        self.book_key = book_key
        self.languages = languages

    @lazy
    def authors(self) -> Authors:
        mine, theirs = self.item.authors, self.work.authors
        if not mine and theirs and folder_names(self.item.item, theirs):
            return Authors.SHARED
        if not mine or not theirs:
            return Authors.UNKNOWN
        if any(name in theirs for name in mine) or any(people.same_person(a, b) for a in mine for b in theirs):
            return Authors.SHARED
        near = any(_slip_of_pen(a, b) or people.is_mononym_of(a, b) for a in mine for b in theirs)
        return Authors.NEAR if near else Authors.OTHER

    @lazy
    def titles(self) -> Titles:
        """Agreement of the titles as they stand, then of what is left without the series' name and number."""
        item, work = self.item, self.work
        if (other := self._volume_of_other_series) is not None:
            return Titles.SAME if titles.compact(other) in work.whole else Titles.OTHER
        if item.whole & work.whole or item.whole & work.other:
            return Titles.SAME
        if self._bare_titles and self._bare_titles & (work.whole | work.other | {work.main.replace(" ", "")}):
            return Titles.SAME
        if self._second_title_agrees:
            return Titles.SAME
        if item.has_subtitle and self.lead_is_series and item.tails & work.whole:
            return Titles.SAME
        if work.has_subtitle and self._work_lead_is_series and work.tails & item.whole:
            return Titles.SAME
        head, other_head = item.main.replace(" ", ""), work.main.replace(" ", "")
        if head in work.whole or head in work.other or other_head in item.whole or item.whole & work.other_mains:
            return Titles.MAIN
        if head and head == other_head:
            return Titles.HEADS
        return Titles.OTHER

    @lazy
    def _second_title_agrees(self) -> bool:
        """Is the title in brackets behind the item's the work's, and no series' name: "Northern Lights (The Golden
        Compass)" of "His Dark Materials"?"""
        second = self.item.parsed.second_title
        if not second or titles.compact(second) not in self.work.whole:
            return False
        names = {place.strict for place in (*self.item.places, *self.work.places)}
        return bool(self.work.places) and titles.series_name(second) not in names

    @lazy
    def _volume_of_other_series(self) -> str | None:
        """The name before the number in "Red Rising: Sons of Ares, Vol. 1", where "Red Rising" is the work's series,
        or the beginning of its title too ("Star Wars: …"): then that name is the title, not a series."""
        heads = {place.loose for place in self.work.places}
        if self.work.has_subtitle:
            heads.add(self.work.main)
        if self.item.main not in heads:
            return None
        parsed = self.item.parsed
        joined = {ref.name for ref in parsed.maybe_series}
        for ref in parsed.series:
            if ref.name and ref.position and f"{parsed.title}: {ref.name}" in joined:
                stated = place_of(ref)
                return None if any(same_series(stated, place) for place in self.work.places) else ref.name
        return None

    @lazy
    def title_is_series(self) -> bool:
        """Is the part of the title that both share only the name of the series (the item's or the work's)?"""
        names = {place.strict for place in (*self.item.places, *self.work.places) if place.sure}
        return titles.series_name(self.item.main) in names or titles.series_name(self.work.main) in names

    @lazy
    def one_is_series_alone(self) -> bool:
        """Is one whole title the series' name, the other longer ("Star Wars: Thrawn", "Star Wars: Thrawn: Treason")?"""
        names = {place.strict for place in (*self.item.places, *self.work.places) if place.sure}
        mine, theirs = titles.series_name(self.item.joined), titles.series_name(" ".join(self.work.words))
        return mine != theirs and (mine in names or theirs in names)

    @lazy
    def behind_series(self) -> tuple[str, str] | None:
        """What both titles hold behind the longest name of a series that both begin with; None if there is none."""
        names = {place.strict for place in (*self.item.places, *self.work.places) if place.sure and place.strict}
        mine, theirs = self.item.joined, " ".join(self.work.words)
        shared = [name for name in names if mine.startswith(f"{name} ") and theirs.startswith(f"{name} ")]
        size = max(map(len, shared), default=0)
        return (mine[size:].strip(), theirs[size:].strip()) if shared else None

    @lazy
    def places(self) -> Places:
        mine = self.item.places
        if self._trailing:
            place, number, _ = self._trailing
            mine = (*mine, place_of(SeriesRef(place.name, number), sure=False))
        return relate(mine, self.work.places, titles_agree=self.titles >= Titles.MAIN)

    @lazy
    def generic_title(self) -> bool:
        """The item has no title of its own, only its series' name and a number ("Frontlines 3", "Book 2")."""
        words = [
            word for word in self.item.main.split() if not word.isdigit() and word not in ("book", "volume", "part")
        ]
        if not words:
            return self.item.main != self.work.main and len(self.item.main) < 4  # "1984" is a title
        strict = {place.strict for place in self.work.places}
        if any(":" in ref.name and titles.series_name(ref.name) in strict for ref in self.item.parsed.maybe_series):
            return not self.item.parsed.tails  # "The Vampire Diaries: The Return, Book 1"
        rest = titles.series_name(" ".join(words), loose=True)
        return any(rest == place.loose for place in self.work.places) and self.item.main != self.work.main

    @lazy
    def _bare_titles(self) -> set[str]:
        """The item's title, compact, without a series' name and number around it: "Dead Beat Dresden Files 7"."""
        words, places = self.item.words, self.work.places
        forms = {
            self._trailing[2] if self._trailing else "",
            bare_titles.behind_number(words, places),
            bare_titles.before_series(self.item.main.split(), places),
            bare_titles.behind_hero(words, places),
        }
        return forms - {""}

    @lazy
    def _trailing(self) -> tuple[Place, str, str] | None:
        return None if self.item.is_set else bare_titles.number_at_end(self.item.words, self.work.places)

    @lazy
    def lead_is_series(self) -> bool:
        """Does a series stand before the colon of the item's title: one both know, or one with a volume number?"""
        lead = titles.normal(self.item.pieces[0]) if self.item.pieces else ""
        name = titles.series_name(
            " ".join(word for word in lead.split() if not word.isdigit() and word != "part"), loose=True
        )
        names = {place.loose for place in (*self.work.places, *self.item.places)}
        return bool(name) and (name in names or self._is_umbrella(name))

    @lazy
    def _work_lead_is_series(self) -> bool:
        lead = titles.series_name(self.work.main, loose=True)
        return bool(lead) and lead in {place.loose for place in (*self.work.places, *self.item.places)}

    def _is_umbrella(self, lead: str) -> bool:
        """Is it the beginning of a series' longer name ("School for Good and Evil" of "…: The Camelot Years")?"""
        return len(lead.split()) > 1 and any(place.loose.startswith(f"{lead} ") for place in self.work.places)

    @lazy
    def likeness(self) -> float:
        """0 to 100: how much the bare titles resemble each other, letter by letter. Never enough to own a book."""
        return fuzz.ratio(self.item.main, self.work.main)


@lru_cache(maxsize=131072)
def _slip_of_pen(left: str, right: str) -> bool:
    """Two names a letter apart ("Eckart Tolle", "Eckhart Tolle"): every word keeps its first letter and most others."""
    first, second = left.split(), right.split()
    if min(len(first), len(second)) == 2 < max(len(first), len(second)):
        first, second = [first[0], first[-1]], [second[0], second[-1]]  # a middle name is left out too
    if len(first) != len(second) or len(first) < 2:
        return False
    pairs = list(zip(first, second, strict=True))
    if any(a[0] != b[0] for a, b in pairs):
        return False
    distances = [0 if 1 in (len(a), len(b)) else DamerauLevenshtein.distance(a, b) for a, b in pairs]
    return sum(distances) <= 2 and all(
        distance <= (1 if len(word) < 9 else 2) and (distance == 0 or len(word) > 3)
        for distance, (word, _) in zip(distances, pairs, strict=True)
    )
