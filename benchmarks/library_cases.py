"""Predictions for a labelled library: which volumes of each series are owned, which missing?

The case is one JSON object: ``expanded`` holds Audiobookshelf's expanded items, ``provider_series`` what a provider
lists per series. The functions are those of the assets: the client's parser, ``identity``, ``ownership`` and ``gaps``.
A prediction is ``{"volumes": [{"series", "author", "position", "status"}]}``, with ``evidence`` beside them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mam_assets.domain import gaps, identity, ownership, people, titles
from mam_assets.domain.model.catalogue import ProviderSeries, SeriesEntry, Work
from mam_assets.domain.model.completion import EntryStatus
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, TrackedSeries
from mam_assets.domain.model.overrides import Overrides
from resources.audiobookshelf.items import library_item

_OWNED = frozenset([EntryStatus.OWNED, EntryStatus.OWNED_ABRIDGED])


def predict(cases_path: Path, out_path: Path) -> None:
    """Judge the library of the file and write its volumes with their status."""
    case = json.loads(cases_path.read_text(encoding="utf8"))
    items = [library_item(row) for row in case["expanded"]]
    tracked = identity.tracked_series(items)
    entries: list[SeriesEntry] = []
    listed: dict[str, tuple[str, str]] = {}
    for row in case["provider_series"]:
        offered = provider_series(row)
        series, confidence = _tracked_as(offered, row["author"], tracked, items)
        listed[series.series_key] = (row["name"], row["author"])
        entries += identity.series_entries(series, offered, confidence)
    verdicts = ownership.judge(items, entries, today=datetime.now(UTC).date())
    lacked = {(b.series_key, b.series_number) for b in gaps.missing_books(entries, verdicts, Overrides())}
    volumes = []
    for entry, verdict in zip(entries, verdicts, strict=True):
        name, author = listed[entry.series_key]
        status = (
            "owned" if verdict.status in _OWNED else "review" if verdict.status is EntryStatus.REVIEW else "missing"
        )
        volumes.append(
            {
                "series": name,
                "author": author,
                "position": entry.position,
                "status": status,
                "listed_as_gap": (entry.series_key, entry.position) in lacked,
                "evidence": verdict.evidence,
            }
        )
    out_path.write_text(json.dumps({"volumes": volumes}, ensure_ascii=False, indent=1), encoding="utf8")


def provider_series(row: dict[str, Any]) -> ProviderSeries:
    """The provider's listing as the domain knows it."""
    works = tuple((str(book["position"]), _work(book, row["author"])) for book in row["books"])
    return ProviderSeries("goodreads", f"{row['name']}|{row['author']}", row["name"], works)


def _work(book: dict[str, Any], author: str) -> Work:
    number = str(book.get("goodreads_id") or "")
    return Work(
        work_id=f"goodreads:{number}" if number else "",
        title=book["title"],
        original_title=book.get("original_title") or "",
        authors=tuple(book.get("authors") or (author,)),
        year=book.get("year"),
        isbn=book.get("isbn13") or "",
    )


def _tracked_as(
    offered: ProviderSeries, author: str, tracked: list[TrackedSeries], items: list[LibraryItem]
) -> tuple[TrackedSeries, Confidence]:
    """The library's own series that this listing is, voted by its members; a plain one if the library knows none."""
    by_id = {item.abs_id: item for item in items}
    wanted = titles.series_name(offered.title, loose=True)
    for series in tracked:
        names = {titles.series_name(name, loose=True) for name in (series.name, *series.aliases)}
        if wanted not in names or (series.author and not people.same_person(series.author, author)):
            continue
        members = [by_id[abs_id] for abs_id, _ in series.members]
        chosen, confidence, _ = identity.choose(series, members, [offered])
        if chosen is not None:
            return series, confidence
    key = f"{titles.series_name(offered.title)}|{people.normal(author)}"
    return TrackedSeries(key, offered.title, author), Confidence.LOW
