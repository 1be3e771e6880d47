"""A store of the version before downloads had books of their own: nothing of it is lost, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from mam_assets.domain.acquisition import DownloadBook, ImportOptions, MappedBook
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import ImportStatus
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Release, Wanted
from mam_assets.store import upgrade
from mam_assets.store.engine import open_engine
from mam_assets.store.ledgers import downloads, import_files
from mam_assets.store.mappers.codec import to_json

BEFORE = "0010"
AT = datetime(2026, 5, 1, 10, 30, tzinfo=UTC)
GAME = Wanted(
    "george r r martin|a game of thrones",
    "A Game of Thrones",
    ("George R. R. Martin",),
    series=(SeriesRef("A Song of Ice and Fire", "1"),),
    expected_runtime_seconds=121_000,
)
CLASH = Wanted("george r r martin|a clash of kings", "A Clash of Kings", ("George R. R. Martin",))
RELEASE = Release(31, "A Game of Thrones", ("George R. R. Martin",), ("Roy Dotrice",), size_bytes=900)
FOLDER = "/library/George R. R. Martin/A Game of Thrones"
# What the version before wrote: one row a download, its book within.
ROWS: list[dict[str, Any]] = [
    {"id": 1, "book_key": GAME.book_key, "wanted": GAME, "download_status": "failed", "failure_code": "stalled",
     "torrent_id": 30},
    {"id": 2, "book_key": GAME.book_key, "wanted": GAME, "download_status": "imported", "torrent_id": 31,
     "abs_import_status": "confirmed", "abs_item_id": "li_1", "target_path": FOLDER, "imported_at": AT},
    {"id": 3, "book_key": "", "title": "Emma", "download_status": "downloading", "source": "manual",
     "qbittorrent_hash": "e" * 40, "last_progress": 0.25},
    {"id": 4, "book_key": "", "title": "Ulysses", "download_status": "queued", "source": "manual",
     "magnet": "magnet:?xt=urn:btih:" + "f" * 40, "torrent_file": b"d4:infoe"},
    {"id": 7, "book_key": CLASH.book_key, "wanted": CLASH, "download_status": "importing",
     "abs_import_status": "staged", "target_path": "/library/A Clash of Kings", "qbittorrent_hash": "c" * 40,
     "import_options": {"accept": True, "files": ["2"], "then": [{"wanted": to_json(GAME), "files": ["1"]}]}},
]  # fmt: skip


@pytest.fixture
def older(empty_url: str) -> Iterator[sa.Engine]:
    """A store of the version before, with downloads, their events and the files that one made."""
    engine = open_engine(empty_url)
    upgrade.upgrade(engine)
    upgrade.downgrade(engine, BEFORE)
    tables = tables_of(engine)
    with engine.begin() as connection:
        for row in ROWS:
            plain = {"wanted": {}, "release": to_json(RELEASE), "title": "A Game of Thrones", **row}
            plain["wanted"] = to_json(plain["wanted"]) if plain["wanted"] else {}
            connection.execute(sa.insert(tables["downloads"]).values(created_at=AT, updated_at=AT, **plain))
            event = {"download_id": row["id"], "at": AT, "to_status": row["download_status"], "reason": "as it was"}
            connection.execute(sa.insert(tables["download_events"]).values(event))
        made = {"download_id": 2, "source_path": "/d/a.m4b", "target_path": f"{FOLDER}/a.m4b", "method": "hardlink"}
        connection.execute(sa.insert(tables["import_files"]).values(made_at=AT, size_bytes=900, **made))
        if engine.dialect.name == "postgresql":  # the rows above name their numbers
            connection.execute(sa.text("select setval(pg_get_serial_sequence('downloads', 'id'), 7)"))
    yield engine
    engine.dispose()


def tables_of(engine: sa.Engine) -> dict[str, sa.Table]:
    """The tables as they stand in the database."""
    found = sa.MetaData()
    found.reflect(engine, only=["downloads", "download_events", "import_files"])
    return dict(found.tables)


def everything(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    tables = tables_of(engine)
    with engine.connect() as connection:
        return {
            name: [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]
            for name, table in tables.items()
        }


def test_every_download_keeps_its_book(older: sa.Engine) -> None:
    upgrade.upgrade(older)
    rows = {row.id: row for row in downloads.with_states(older, *State)}
    assert {number: row.books for number, row in rows.items()} == {
        1: (DownloadBook(GAME.book_key, GAME),),
        2: (DownloadBook(GAME.book_key, GAME, ImportStatus.CONFIRMED, "li_1", FOLDER),),
        3: (DownloadBook(),),
        4: (DownloadBook(),),
        7: (DownloadBook(CLASH.book_key, CLASH, ImportStatus.STAGED, "", "/library/A Clash of Kings"),),
    }
    assert (rows[3].title, rows[3].last_progress, rows[3].infohash) == ("Emma", 0.25, "e" * 40)
    assert rows[2].release == RELEASE
    assert rows[7].import_options == ImportOptions(True, ("2",), (MappedBook(GAME, ("1",)),))
    assert downloads.torrent_file(older, 4) == b"d4:infoe"
    assert [file.target_path for file in import_files.of_download(older, 2)] == [f"{FOLDER}/a.m4b"]
    assert [event.reason for number in rows for event in downloads.events(older, number)] == ["as it was"] * 5
    assert downloads.book_keys_on_their_way(older, AT) == {CLASH.book_key, GAME.book_key}
    assert downloads.imported_items(older) == {GAME.book_key: "li_1"}


def test_what_was_active_still_keeps_others_off(older: sa.Engine) -> None:
    upgrade.upgrade(older)
    again = downloads.propose(older, AT, book_key=CLASH.book_key, wanted=CLASH, release=RELEASE)
    assert (again.created, again.download.id) == (False, 7)
    new = downloads.propose(older, AT, book_key=GAME.book_key, wanted=GAME, release=RELEASE)
    assert (new.created, new.download.id) == (True, 8), "imported and failed ones do not stand in the way"
    with pytest.raises(downloads.AlreadyActive):
        downloads.step(older, AT, 1, expected=State.FAILED, to=State.QUEUED)


def test_the_way_back_gives_the_rows_of_before(older: sa.Engine) -> None:
    before = everything(older)
    upgrade.upgrade(older)
    upgrade.downgrade(older, BEFORE)
    assert everything(older) == before
