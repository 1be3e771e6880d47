"""Releases that an older version stored with the tracker's codes are readable after the migration, and go back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.release import Release, ReleaseCategory
from mam_assets.store import upgrade
from mam_assets.store.engine import open_engine
from mam_assets.store.mappers import release_from_json
from mam_assets.store.tables import candidates, downloads, top10_releases

OLD = {
    "torrent_id": 7,
    "title": "Tehanu",
    "main_cat": 14,
    "category": 41,
    "category_name": "Ebooks - Fantasy",
    "language_code": "GER",
    "mediatype": 2,
    "fl_vip": True,
    "my_snatched": True,
    "flags": ["abridged"],
}
NEW = Release(
    7,
    "Tehanu",
    category=ReleaseCategory.EBOOK,
    genre_id=41,
    genre="Ebooks - Fantasy",
    language="german",
    free_for_vip=True,
    snatched_before=True,
    flags=frozenset(["abridged"]),
)
BEFORE = "0009"  # the revision before the migration
NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize(("code", "word"), [("GER", "german"), ("ENG", "english"), ("XXX", "xxx"), ("", "")])
def test_releases_of_an_older_store_are_read(empty_url: str, code: str, word: str) -> None:
    engine = open_engine(empty_url)
    try:
        upgrade.upgrade(engine)
        upgrade.downgrade(engine, BEFORE)
        _fill(engine, OLD | {"language_code": code})
        upgrade.upgrade(engine)
        with engine.connect() as connection:
            for table in (candidates, top10_releases):
                assert connection.execute(sa.select(table.c.language)).scalar_one() == word
            for table in (candidates, downloads):
                stored = connection.execute(sa.select(table.c.release)).scalar_one()
                assert release_from_json(stored) == replace(NEW, language=word)
        upgrade.downgrade(engine, BEFORE)
        with engine.connect() as connection:
            for name in ("candidates", "top10_releases"):
                assert connection.execute(sa.text(f"select language_code from {name}")).scalar_one() == code
            for name in ("candidates", "downloads"):
                query = sa.text(f"select release from {name}").columns(release=sa.JSON)
                release = connection.execute(query).scalar_one()
                assert {key: release[key] for key in OLD if key != "mediatype"} == {
                    key: value for key, value in (OLD | {"language_code": code}).items() if key != "mediatype"
                }
    finally:
        engine.dispose()


def test_what_holds_no_release_stays_as_it_is(empty_url: str) -> None:
    engine = open_engine(empty_url)
    try:
        upgrade.upgrade(engine)
        upgrade.downgrade(engine, BEFORE)
        _fill(engine, {})
        upgrade.upgrade(engine)
        with engine.connect() as connection:
            assert connection.execute(sa.select(downloads.c.release)).scalar_one() == {}
    finally:
        engine.dispose()


def test_every_row_of_a_large_store_is_rewritten(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    try:
        upgrade.upgrade(engine)
        upgrade.downgrade(engine, BEFORE)
        tables = sa.MetaData()
        tables.reflect(engine, only=["candidates"])
        rows = [
            {"book_key": f"book {at % 7}", "torrent_id": at, "release": OLD | {"torrent_id": at}, "rejections": []}
            for at in range(2500)
        ]
        with engine.begin() as connection:
            connection.execute(sa.insert(tables.tables["candidates"]), rows)
        upgrade.upgrade(engine)
        with engine.connect() as connection:
            kept = connection.execute(sa.select(candidates.c.torrent_id, candidates.c.release)).all()
        assert {number: release_from_json(release) for number, release in kept} == {
            at: replace(NEW, torrent_id=at) for at in range(2500)
        }
    finally:
        engine.dispose()


def _fill(engine: sa.Engine, release: dict[str, Any]) -> None:
    tables = sa.MetaData()
    tables.reflect(engine, only=["candidates", "top10_releases", "downloads"])
    code = release.get("language_code", "ENG")
    shown = {"torrent_id": 7, "title": "Tehanu", "language_code": code, "rejections": []}
    with engine.begin() as connection:
        connection.execute(
            sa.insert(tables.tables["candidates"]).values(book_key="le guin|tehanu", release=release, **shown)
        )
        connection.execute(sa.insert(tables.tables["top10_releases"]).values(list_name="Audiobooks", **shown))
        connection.execute(
            sa.insert(tables.tables["downloads"]).values(
                title="Tehanu", release=release, wanted={}, created_at=NOW, updated_at=NOW
            )
        )
