"""The store that the commands work on, in a folder of its own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.completion import EntryStatus, EntryVerdict
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem
from mam_assets.domain.model.release import Candidate, Reject, RejectCode, Release, Wanted
from mam_assets.settings import Settings, load_settings
from mam_assets.store import mappers
from mam_assets.store.engine import open_engine, upgrade
from mam_assets.store.frames import derived, schema
from mam_assets.store.ledgers import downloads
from tests.support.command_line import KEY, NOW


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The empty store of the current folder, with no settings."""
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "250")
    opened = open_engine(load_settings().store_url)
    upgrade(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def filled(engine: sa.Engine) -> sa.Engine:
    """One missing book with two candidates, one of which is proposed as download 1."""
    record = {column.name: "" for column in schema.columns("missing_books")}
    record |= {
        "book_key": KEY,
        "title": "Light Bringer",
        "author": "Pierce Brown",
        "authors": ["Pierce Brown"],
        "series_name": "Red Rising",
        "series_number": "6",
        "places": [],
        "series_titles": [],
        "alternative_titles": [],
        "year": 2023,
        "release_date": None,
        "expected_runtime_seconds": None,
        "reason_missing": "missing",
        "priority": 100,
        "identified_date": NOW,
    }
    derived.write_frame(engine, "missing_books", schema.from_records("missing_books", [record]))
    good = Candidate(KEY, Release(7, "Light Bringer", ("Pierce Brown",)), True, (), 1, "format")
    bad = Candidate(
        KEY, Release(8, "Dark Age", ("Pierce Brown",)), False, (Reject(RejectCode.WRONG_VOLUME, "5", "6"),), 0, ""
    )
    derived.write(engine, mappers.CANDIDATES, [replace(offer, searched_at=NOW) for offer in (good, bad)])
    downloads.propose(engine, NOW, book_key=KEY, wanted=Wanted(KEY, "Light Bringer"), release=good.release)
    return engine


@pytest.fixture
def judged(filled: sa.Engine) -> sa.Engine:
    """The missing book in review, and two library items."""
    verdict = EntryVerdict(
        "red rising|pierce brown", "6|light bringer", KEY, EntryStatus.REVIEW, "", "near_match", "", Confidence.LOW
    )
    derived.write(filled, mappers.VERDICTS, [verdict])
    items = [LibraryItem("item-1", "Lightbringer", ("Pierce Brown",)), LibraryItem("item-2", "Dragon Age")]
    derived.write(filled, mappers.LIBRARY_ITEMS, items)
    return filled
