"""Predictions for labelled ownership cases: is this library item that catalogue entry? ``matching`` answers.

A case is one JSON object per line: ``case_id``, ``item`` (title, subtitle, series, authors, language, asin, isbn, year,
minutes, abridged, path) and ``book`` (title, title_raw, original_title, authors, series, year, language, is_omnibus,
isbn13). A prediction is ``case_id``, ``same_work``, ``covers``, ``review``, and beside them ``gate`` and ``evidence``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mam_assets.domain import matching
from mam_assets.domain.model.catalogue import EntryKind, Work
from mam_assets.domain.model.completion import Match
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from resources.http.fields import language_of


def predict(cases_path: Path, out_path: Path) -> None:
    """Judge every case of the file and write one prediction per line."""
    with cases_path.open(encoding="utf8") as cases, out_path.open("w", encoding="utf8") as out:
        for line in cases:
            if line.strip():
                out.write(json.dumps(_prediction(json.loads(line)), ensure_ascii=False) + "\n")


def _prediction(case: dict[str, Any]) -> dict[str, Any]:
    verdict = matching.compare(library_item(case["item"], case["case_id"]), work(case["book"], case["case_id"]))
    return {
        "case_id": case["case_id"],
        "same_work": verdict.likely is Match.SAME,
        "covers": verdict.likely.owns,
        "review": verdict.match is Match.REVIEW,
        "gate": verdict.gate,
        "evidence": verdict.evidence,
    }


def library_item(row: dict[str, Any], key: str) -> LibraryItem:
    """The item of a case as the domain knows it."""
    year = str(row.get("year") or "")[:4]
    return LibraryItem(
        abs_id=key,
        title=row["title"] or "",
        subtitle=row.get("subtitle") or "",
        authors=tuple(row.get("authors") or ()),
        narrators=tuple(row.get("narrators") or ()),
        series=_series(row.get("series")),
        language=language_of(row.get("language")),
        asin=row.get("asin") or "",
        isbn=row.get("isbn") or "",
        published_year=int(year) if year.isdigit() else None,
        duration_seconds=60 * (row.get("minutes") or 0),
        abridged=bool(row.get("abridged")),
        rel_path=row.get("path") or "",
    )


def work(row: dict[str, Any], key: str) -> Work:
    """The catalogue entry of a case as the domain knows it."""
    return Work(
        work_id=f"case:{key}",
        title=row["title"],
        title_raw=row.get("title_raw") or "",
        original_title=row.get("original_title") or "",
        authors=tuple(row.get("authors") or ()),
        series=_series(row.get("series")),
        year=row.get("year"),
        language=language_of(row.get("language")),
        kind=EntryKind.OMNIBUS if row.get("is_omnibus") else EntryKind.PRIMARY,
        isbn=row.get("isbn13") or "",
    )


def _series(rows: list[dict[str, Any]] | None) -> tuple[SeriesRef, ...]:
    return tuple(SeriesRef(row["name"], str(row.get("position") or row.get("sequence") or "")) for row in rows or ())
