"""What the account has taken, from the pages that MAM's user details load."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from resources.errors import Refused, UnexpectedAnswer
from resources.http.fields import text
from resources.myanonamouse import answers, values
from resources.myanonamouse.session import SERVICE
from resources.myanonamouse.wire import Wire

KINDS = ("unsat", "inactUnsat", "seedUnsat", "sSat", "inactSat", "upAct")
_MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Snatch:
    """One torrent that the account took. ``seconds_to_seed`` is what is left of the 72 hours of seeding, if stated."""

    torrent_id: int
    title: str
    size_bytes: int = 0
    seeded_seconds: int | None = None
    seconds_to_seed: int | None = None
    completed_at: datetime | None = None
    uploaded_bytes: int = 0
    downloaded_bytes: int = 0
    seeders: int = 0


def listed(wire: Wire, user_id: int, kind: str) -> tuple[Snatch, ...]:
    """All torrents of one kind (see ``KINDS``), each once. Rows without an id are left out."""
    if kind not in KINDS:
        raise Refused(SERVICE, f"there is no list {kind!r}, only {', '.join(KINDS)}")
    snatches: dict[int, Snatch] = {}
    for page in range(_MOST_PAGES):
        options = {"uid": str(user_id), "iteration": str(page), "type": kind, "cacheTime": str(int(time.time()))}
        response = wire.call("GET", "/json/loadUserDetailsTorrents.php", host="cdn", params=options)
        document = answers.document_of(response)
        rows = document.get("rows")
        if not isinstance(rows, list):
            message = answers.error_in(document)
            raise answers.of_message(message) if message else UnexpectedAnswer(SERVICE, "a list without rows")
        before = len(snatches)
        snatches |= {snatch.torrent_id: snatch for row in rows if (snatch := _snatch(row))}
        if len(snatches) == before:  # an empty page, or the same one again
            break
    return tuple(snatches.values())


def _snatch(row: object) -> Snatch | None:
    if not isinstance(row, Mapping):
        return None
    torrent_id = values.whole(row.get("id"))
    if not torrent_id:
        return None
    return Snatch(
        torrent_id=torrent_id,
        title=values.name(row.get("title")),
        size_bytes=values.size(row.get("size")) or 0,
        seeded_seconds=_duration(row, "seedtime"),
        seconds_to_seed=_duration(row, "STG"),
        completed_at=values.moment(row.get("complete_unix") or row.get("complete_date")),
        uploaded_bytes=values.size(row.get("uploaded")) or 0,
        downloaded_bytes=values.size(row.get("downloaded")) or 0,
        seeders=values.whole(row.get("seeders")) or 0,
    )


def _duration(row: Mapping[str, Any], key: str) -> int | None:
    """Seconds, also inside a text with markup."""
    return values.seconds(re.sub(r"<[^>]*>", "", text(row.get(key))))
