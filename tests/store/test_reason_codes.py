"""A store of the version that read its own sentences, brought to codes: nothing is lost, and all is told apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from mam_assets.domain.acquisition.reasons import SENTENCES
from mam_assets.domain.figures import LABELS
from mam_assets.domain.model.download import CostKind, ReasonCode
from mam_assets.domain.model.task import ErrorCode
from mam_assets.store import upgrade
from mam_assets.store.engine import open_engine
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import downloads, tasks
from mam_assets.store.mappers.authors import AUTHOR_WORKS
from mam_assets.store.reports import download_list, library_history

BEFORE = "0013"
AT = "2026-03-01 12:00:00"
COST = "added to qBittorrent; cost: "
# (state, its reason, retries) → the code; the sentences are those of the version before.
REASONS: list[tuple[str, str, int, ReasonCode]] = [
    ("proposed", "best candidate", 0, ReasonCode.APPROVAL),
    ("queued", "best candidate", 0, ReasonCode.NONE),
    ("queued", "waits: grabs per run: 10 taken, at most 10 a run", 0, ReasonCode.GRABS_PER_RUN),
    ("queued", "waits: unsatisfied slots: 20 unsatisfied of 20, 3 slots kept free", 0, ReasonCode.UNSATISFIED_SLOTS),
    ("queued", "waits: ratio: 9 bytes, at most 8 bytes for a ratio of 1.0", 0, ReasonCode.RATIO),
    ("queued", "waits: disk space: 900 bytes, at most 300 bytes of disk", 0, ReasonCode.DISK_SPACE),
    (
        "queued",
        "waits: wedge unsettled: a wedge that may have been spent, a clear answer",
        0,
        ReasonCode.WEDGE_UNSETTLED,
    ),
    ("queued", "waits: mam: too many requests (429)", 0, ReasonCode.TRACKER_BACKOFF),
    ("queued", "waits: qbittorrent: cannot be reached", 0, ReasonCode.SERVICE),
    ("queued", "is being added; cost: a wedge", 0, ReasonCode.ADDING),
    ("queued", SENTENCES[ReasonCode.MAYBE_ADDED], 0, ReasonCode.MAYBE_ADDED),
    ("queued", "mam: torrent 5: not a torrent", 2, ReasonCode.RETRY),
    ("downloading", SENTENCES[ReasonCode.STOPPED], 0, ReasonCode.STOPPED),
    ("downloading", SENTENCES[ReasonCode.CLIENT_QUEUE], 0, ReasonCode.CLIENT_QUEUE),
    ("stalled", SENTENCES[ReasonCode.CHECKING], 0, ReasonCode.CHECKING),
    ("stalled", SENTENCES[ReasonCode.MOVING], 0, ReasonCode.MOVING),
    ("stalled", SENTENCES[ReasonCode.CLIENT_ERROR], 0, ReasonCode.CLIENT_ERROR),
    ("stalled", SENTENCES[ReasonCode.MISSING_FILES], 0, ReasonCode.MISSING_FILES),
    ("stalled", "no progress for 45 min at 30%; the tracker says: working", 0, ReasonCode.NO_PROGRESS),
    ("submitted", SENTENCES[ReasonCode.NOT_LISTED], 0, ReasonCode.NOT_LISTED),
    ("downloading", "", 0, ReasonCode.NONE),
    ("importing", "the disk is full: /books has 5 bytes free, 9 are needed", 0, ReasonCode.LIBRARY_FULL),
    ("completed", "audiobookshelf: cannot be reached", 0, ReasonCode.SERVICE),
    ("completed", "Audiobookshelf does not show 'A/B' in library Books. Look there", 1, ReasonCode.RETRY),
    ("import_blocked", "it is 3:00 h long, 24:30 h was expected. Listen to it", 0, ReasonCode.NONE),
    ("failed", "no progress for 24 h at 30%", 3, ReasonCode.NONE),
    ("imported", "", 0, ReasonCode.NONE),
]
SPENT = {
    "its size in download": CostKind.RATIO,
    "nothing, freeleech for everybody": CostKind.FREELEECH,
    "nothing, personal freeleech": CostKind.PERSONAL_FREELEECH,
    "nothing, VIP": CostKind.VIP,
    "nothing, free by the time it was added": CostKind.FREE,
    "a wedge": CostKind.WEDGE,
    "not known, brought by hand": CostKind.NOT_KNOWN,
}
# (stage, its error, its figures) → code, service
ENDS: list[tuple[str, str, dict[str, Any], ErrorCode, str]] = [
    ("library_snapshot", "", {"items": 7, "usable audiobooks": 5, "GiB": 1.5}, ErrorCode.NONE, ""),
    ("tracker_account", "AuthError: mam: refuses the session", {}, ErrorCode.AUTH, "mam"),
    ("imported_books", "Unreachable: audiobookshelf: refuses: no way", {}, ErrorCode.UNAVAILABLE, "audiobookshelf"),
    ("search_candidates", "", {"books searched": 1, "stopped by": "mam: down"}, ErrorCode.SERVICE_ERROR, "mam"),
    ("download_queue", "the process ended before it", {}, ErrorCode.KILLED, ""),
    ("ownership", "ValueError: mam: odd", {"owned": 3}, ErrorCode.OTHER, ""),
]
WORRIES = [
    "no unsatisfied slot is left: 150 of 150 unsatisfied torrents are in use, 3 are kept free",
    "only 2.5 GiB can be downloaded: the ratio is 1.00, and budget.min_ratio is 1",
    "VIP ends on 2026-03-04",
    "99999 bonus points: none are added above 99999",
]


@pytest.fixture
def old(empty_url: str) -> Iterator[sa.Engine]:
    """A store of the version before, with rows as that version wrote them."""
    engine = open_engine(empty_url)
    upgrade.upgrade(engine)
    upgrade.downgrade(engine, BEFORE)
    with engine.begin() as connection:
        for number, (state, reason, retries, _) in enumerate(REASONS, 1):
            _insert(
                connection,
                "downloads",
                id=number,
                book_key=f"b{number}",
                download_status=state,
                status_reason=reason,
                retry_count=retries,
            )
        for number, words in enumerate(SPENT, 100):
            known = {"id": number, "book_key": f"b{number}", "download_status": "imported", "submitted_at": AT}
            _insert(connection, "downloads", **known)
            for said in ("its size in download", words):  # the last one counts
                _event(connection, number, "submitted", COST + said)
            _event(connection, number, "imported", "")
        for number, (stage, error, figures, *_) in enumerate(ENDS, 1):
            status = "failed" if error else "succeeded"
            _task(connection, number, stage, figures, error=error, status=status)
        _task(connection, 50, "tracker_account", {"VIP until": None, "worries": WORRIES, "buying vip": "off"})
        for key, names in (("a", "goodreads, hardcover"), ("b", "audible"), ("c", "")):
            lists = {name: "[]" for name in ("authors", "places")}
            flags = {"kind": "primary", "status": "missing", "confidence": "HIGH", "in_tracked_series": False}
            _insert(connection, "author_works", author_key="x", book_key=key, providers=names, **lists, **flags)
    yield engine
    engine.dispose()


def _insert(connection: sa.Connection, table: str, **values: Any) -> None:
    if table == "downloads":
        book = {"download_id": values["id"], "position": 0, "book_key": values.pop("book_key"), "wanted": "{}"}
        values = {"release": "{}", "created_at": AT, "updated_at": AT, **values}
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(sa.text(f"insert into {table} ({names}) values ({places})"), values)
    if table == "downloads":
        _insert(connection, "download_books", **book)


def _event(connection: sa.Connection, download: int, state: str, reason: str) -> None:
    _insert(connection, "download_events", download_id=download, at=AT, to_status=state, reason=reason)


def _task(connection: sa.Connection, number: int, stage: str, figures: dict[str, Any], **more: Any) -> None:
    values = {"status": "succeeded", **more, "details": json.dumps(figures)}
    _insert(connection, "tasks", id=number, task_name=stage, started_at=AT, ended_at=AT, **values)


def test_every_download_has_the_code_of_its_reason_and_keeps_its_words(old: sa.Engine) -> None:
    upgrade.upgrade(old)
    rows = [downloads.get(old, number) for number in range(1, len(REASONS) + 1)]
    assert [(row.status.value, row.status_reason, row.retry_count, row.reason_code) for row in rows] == REASONS
    assert {code for *_, code in REASONS} == set(ReasonCode)


def test_what_each_grab_cost_is_known_as_before(old: sa.Engine) -> None:
    upgrade.upgrade(old)
    known = {row["id"]: row for row in download_list.download_rows(old)}
    assert [known[number]["cost"] for number in range(100, 100 + len(SPENT))] == list(SPENT)
    assert [known[number]["cost_kind"] for number in range(100, 100 + len(SPENT))] == list(SPENT.values())
    adding = next(number for number, (_, reason, *_) in enumerate(REASONS, 1) if reason.startswith("is being added"))
    assert (known[adding]["cost_kind"], known[adding]["cost"]) == (CostKind.WEDGE, "")  # it is not there yet
    assert set(SPENT.values()) | {CostKind.NONE} == set(CostKind)


def test_runs_have_their_codes_and_figures_under_keys(old: sa.Engine) -> None:
    upgrade.upgrade(old)
    rows = {row.id: row for row in tasks.recent(old)}
    assert [(rows[n].error_code, rows[n].error_service) for n in range(1, len(ENDS) + 1)] == [
        (code, service) for *_, code, service in ENDS
    ]
    assert [rows[n].error for n in range(1, len(ENDS) + 1)] == [error for _, error, *_ in ENDS]
    assert rows[1].details == {"items": 7, "usable_audiobooks": 5, "gib": 1.5}
    assert rows[4].details == {"books_searched": 1, "stopped_by": "mam: down"}
    assert rows[6].details == {"owned": 3}
    limits = [dict(zip(("code", "message"), pair, strict=True)) for pair in zip(_CODES, WORRIES, strict=True)]
    assert rows[50].details == {"vip_until": None, "close_limits": limits, "buying_vip": "off"}
    assert library_history.largest_recent_snapshot(old) == 5


_CODES = ["slots", "ratio", "vip", "points"]


def test_the_providers_of_a_work_become_a_list(old: sa.Engine) -> None:
    upgrade.upgrade(old)
    works = derived.read(old, AUTHOR_WORKS)
    listed = {book.book_key: book.providers for book, _ in works}
    assert listed == {"a": ("goodreads", "hardcover"), "b": ("audible",), "c": ()}


def test_the_way_back_gives_what_there_was(old: sa.Engine) -> None:
    asked = (
        "select id, download_status, status_reason, retry_count from downloads order by id",
        "select id, error, details from tasks order by id",
        "select book_key, providers from author_works order by book_key",
    )
    before = [_rows(old, query) for query in asked]
    upgrade.upgrade(old)
    upgrade.downgrade(old, BEFORE)
    assert [_rows(old, query) for query in asked] == before


def _rows(engine: sa.Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(query))]
    return [
        tuple(json.loads(part) if str(part)[:1] == "{" and isinstance(part, str) else part for part in row)
        for row in found
    ]


def test_every_key_of_a_figure_is_a_word_of_code_and_has_a_label() -> None:
    assert all(key == key.lower() and " " not in key and label for key, label in LABELS.items())
