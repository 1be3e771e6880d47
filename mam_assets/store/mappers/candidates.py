"""Candidates ↔ the table ``candidates``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mam_assets.domain.model.release import Candidate

from ..frames.mapper import Mapper
from .values import rejects_from_json, rejects_to_json, release_from_json, release_to_json


def _candidate(row: Mapping[str, Any]) -> Candidate:
    return Candidate(
        book_key=row["book_key"],
        release=release_from_json(row["release"]),
        accepted=row["accepted"],
        rejections=rejects_from_json(row["rejections"]),
        rank=row["rank"],
        decided_by=row["decided_by"],
        searched_at=row["searched_at"],
    )


def _row(candidate: Candidate) -> dict[str, Any]:
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
        "series": ", ".join(f"{place.name} {place.number}".strip() for place in release.series),
        "filetype": ", ".join(release.filetypes),
        "language": release.language,
        "size_bytes": release.size_bytes,
        "seeders": release.seeders,
        "is_free": release.free or release.personal_freeleech,
        "release": release_to_json(release),
        "searched_at": candidate.searched_at,
    }


CANDIDATES = Mapper(Candidate, "candidates", _candidate, _row)
