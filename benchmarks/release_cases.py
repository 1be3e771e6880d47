"""Labelled searches of the tracker, judged and ranked by the functions that the pipeline uses.

One case a line: ``wanted`` (title, authors, series, position, year, language, approx_hours), ``account`` (is_vip) and
``response``, the tracker's answer as it came over the wire.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Account, Known, ReleasePolicy, Wanted
from mam_assets.domain.releases import candidates
from resources.myanonamouse import release

# Any fixed moment would do: no case has a VIP date or a release younger than this.
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def predict(cases_path: Path, out_path: Path) -> None:
    """Write one line per case: ``{"case_id", "accepted": [torrent ids, best first], "best": torrent id or null}``."""
    with cases_path.open(encoding="utf8") as cases, out_path.open("w", encoding="utf8") as out:
        for line in filter(str.strip, cases):
            out.write(json.dumps(_answer(json.loads(line))) + "\n")


def _answer(case: Mapping[str, Any]) -> dict[str, Any]:
    wanted = _wanted(case)
    policy = ReleasePolicy(languages=(wanted.language,))
    account = Account(is_vip=bool(case["account"]["is_vip"]))
    releases = [release(row) for row in case["response"].get("data", ())]
    judged = candidates(releases, wanted, policy, Known(), account, NOW)
    accepted = [candidate.release.torrent_id for candidate in judged if candidate.accepted]
    return {"case_id": case["case_id"], "accepted": accepted, "best": accepted[0] if accepted else None}


def _wanted(case: Mapping[str, Any]) -> Wanted:
    book = case["wanted"]
    hours = book.get("approx_hours")
    return Wanted(
        book_key=case["case_id"],
        title=book["title"],
        authors=tuple(book["authors"]),
        series=(SeriesRef(book["series"], str(book.get("position") or "")),) if book.get("series") else (),
        year=book.get("year"),
        language=(book.get("language") or "english").lower(),
        expected_runtime_seconds=round(hours * 3600) if hours else None,
        alternative_titles=tuple(book.get("alternative_titles") or ()),
    )
