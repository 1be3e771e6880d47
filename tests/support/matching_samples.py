"""Short ways to write a library item, a catalogue's work, and what their comparison should say."""

from __future__ import annotations

from mam_assets.domain.matching import compare
from mam_assets.domain.model.catalogue import Work
from mam_assets.domain.model.completion import Match, MatchVerdict
from mam_assets.domain.model.library import LibraryItem, SeriesRef

SAME, COVERS, NO, REVIEW = "same", "covers", "no", "review"


def series(text: str) -> tuple[SeriesRef, ...]:
    """ "Discworld#8; City Watch#1" """
    refs = [part.strip() for part in text.split(";") if part.strip()]
    return tuple(SeriesRef(*(ref.rsplit("#", 1) if "#" in ref else (ref, ""))) for ref in refs)


def item(title: str, authors: str = "Ann Author", in_series: str = "", **more: object) -> LibraryItem:
    names = tuple(name.strip() for name in authors.split("|") if name.strip())
    return LibraryItem("li_1", title, names, series=series(in_series), **more)  # type: ignore[arg-type]


def work(title: str, authors: str = "Ann Author", in_series: str = "", **more: object) -> Work:
    refs = series(in_series)
    raw = f"{title} ({refs[0].name}, #{refs[0].position})" if refs else title
    fields = {"language": "english", "title_raw": raw, "series": refs} | more
    return Work("goodreads:1", title, tuple(name.strip() for name in authors.split("|")), **fields)  # type: ignore[arg-type]


def outcome(verdict: MatchVerdict) -> str:
    if verdict.match is Match.REVIEW:
        return REVIEW
    return {Match.SAME: SAME, Match.COVERS: COVERS}.get(verdict.match, NO)


def check(expected: str, mine: LibraryItem, theirs: Work) -> None:
    verdict = compare(mine, theirs)
    assert outcome(verdict) == expected, verdict.evidence
