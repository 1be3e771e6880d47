"""Candidates ↔ the table ``candidates``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from mam_assets.domain.model.release import Candidate

from ..frames.schema import check, from_records, to_records
from .values import rejects_from_json, rejects_to_json, release_from_json, release_to_json


def candidates_to_frame(
    found: Mapping[str, Iterable[Candidate]],
    *,
    kept: pd.DataFrame | None = None,
    searched: Collection[str] | None = None,
    missing: Collection[str] | None = None,
    now: datetime,
) -> pd.DataFrame:
    """The frame of ``candidates`` after a search at ``now``: what was ``found``, by book key.

    Rows of ``kept`` (the frame before) stay for books that were not ``searched`` (default: those found) and are still
    ``missing`` (default: all). Raises FrameError when a release comes twice for one book.
    """
    answered = frozenset(found if searched is None else searched)
    rows = [row for book_key in found for row in candidate_rows(found[book_key], now)]
    if kept is None:
        return from_records("candidates", rows)
    before = check("candidates", kept)
    stays = ~before["book_key"].isin(answered)
    if missing is not None:
        stays &= before["book_key"].isin(frozenset(missing))
    return from_records("candidates", [*to_records("candidates", before[stays]), *rows])


def candidate_rows(candidates: Iterable[Candidate], searched_at: datetime) -> list[dict[str, Any]]:
    """Rows of ``candidates``."""
    return [_row(candidate, searched_at) for candidate in candidates]


def candidates_from_frame(frame: pd.DataFrame) -> dict[str, list[Candidate]]:
    """The candidates of a frame by book key: the accepted in their rank, then the rejected."""
    found: dict[str, list[Candidate]] = {}
    rows = sorted(to_records("candidates", frame), key=lambda row: (not row["accepted"], row["rank"]))
    for row in rows:
        found.setdefault(row["book_key"], []).append(
            Candidate(
                book_key=row["book_key"],
                release=release_from_json(row["release"]),
                accepted=row["accepted"],
                rejections=rejects_from_json(row["rejections"]),
                rank=row["rank"],
                decided_by=row["decided_by"],
            )
        )
    return found


def _row(candidate: Candidate, searched_at: datetime) -> dict[str, Any]:
    release = candidate.release
    return {
        "book_key": candidate.book_key,
        "torrent_id": release.torrent_id,
        "accepted": candidate.accepted,
        "rank": candidate.rank,
        "decided_by": candidate.decided_by,
        "rejections": rejects_to_json(candidate.rejections),
        "title": release.title,
        "author": ", ".join(release.authors),
        "narrator": ", ".join(release.narrators),
        "series": ", ".join(f"{one.name} {one.number}".strip() for one in release.series),
        "filetype": ", ".join(release.filetypes),
        "language": release.language,
        "size_bytes": release.size_bytes,
        "seeders": release.seeders,
        "is_free": release.free or release.personal_freeleech,
        "release": release_to_json(release),
        "searched_at": searched_at,
    }
