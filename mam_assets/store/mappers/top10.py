"""What is snatched most ↔ the table ``top10_releases``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import pandas as pd

from mam_assets.domain.top10 import Top10Entry

from ..frames.schema import check, from_records, to_records
from .values import rejects_to_json


def top10_to_frame(
    entries: Iterable[Top10Entry],
    *,
    kept: pd.DataFrame,
    answered: Collection[str],
    lists: Collection[str],
    now: datetime,
) -> pd.DataFrame:
    """The frame of ``top10_releases`` after a look at ``now``.

    Of ``kept`` (the frame before) stay those of the ``lists`` that MAM has not ``answered`` this time, with their age.
    """
    before = check("top10_releases", kept)
    stays = before["list_name"].isin(frozenset(lists)) & ~before["list_name"].isin(frozenset(answered))
    rows = [_row(entry, now) for entry in entries]
    return from_records("top10_releases", [*to_records("top10_releases", before[stays]), *rows])


def _row(listed: Top10Entry, now: datetime) -> dict[str, Any]:
    release = listed.release
    return {
        "list_name": listed.list_name,
        "torrent_id": release.torrent_id,
        "rank": listed.rank,
        "title": release.title,
        "author": ", ".join(release.authors),
        "narrator": ", ".join(release.narrators),
        "series": ", ".join(f"{series.name} {series.number}".strip() for series in release.series),
        "category": release.genre,
        "filetype": ", ".join(release.filetypes),
        "language": release.language,
        "size_bytes": release.size_bytes,
        "seeders": release.seeders,
        "snatches": release.snatches,
        "added_at": release.added_at,
        "status": listed.status.value,
        "evidence": listed.evidence,
        "abs_id": listed.abs_id,
        "book_key": listed.book_key,
        "accepted": not listed.rejections,
        "rejections": rejects_to_json(listed.rejections),
        "free_by": listed.free_by.free_by,
        "listed_at": now,
    }
