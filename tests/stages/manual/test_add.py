"""What a person brings is queued like everything else, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.domain.acquisition import AcquisitionPolicy
from mam_assets.domain.budget import Budget
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.files.torrents import read_torrent
from mam_assets.policy import DownloadSection
from mam_assets.stages.acquisition.pricing import price_by_hand
from mam_assets.stages.acquisition.submit import SubmitSettings, submit
from mam_assets.stages.manual.add import add
from mam_assets.stages.task_run import Tally
from mam_assets.store.errors import StoreError
from mam_assets.store.ledgers import downloads
from resources.errors import NotFound, UnexpectedAnswer
from tests.support.acquisition_world import ACCOUNT, WANTED, Clock, FakeQbit, FakeTracker, Fuse, new_store, offer

HASH = "ab" * 20
MAGNET = f"magnet:?xt=urn:btih:{HASH}&dn=Emma+by+Jane%20Austen&tr=http%3A%2F%2F127.0.0.1%3A9%2Fannounce"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = new_store(tmp_path / "store.db")
    yield made
    made.dispose()


def submitted(engine: sa.Engine, folder: Path) -> FakeQbit:
    clock, fuse = Clock(), Fuse()
    qbit = FakeQbit(fuse, folder, clock)
    tracker = FakeTracker(fuse, [offer(31)])
    how = SubmitSettings.of(DownloadSection(), AcquisitionPolicy())
    submit(engine, tracker, qbit, Budget(ACCOUNT), how, Tally(), clock=clock)
    return qbit


@pytest.mark.parametrize(
    "what", ["31", " 31 ", "https://www.myanonamouse.net/t/31", "https://www.myanonamouse.net/t/31/?x=1"]
)
def test_a_torrent_of_mam_for_a_missing_book(engine: sa.Engine, tmp_path: Path, what: str) -> None:
    made = add(engine, Clock()(), what, tracker=FakeTracker(Fuse(), [offer(31)]), wanted=WANTED)
    row = made.download
    assert (made.created, row.status, row.source, row.book_key, row.torrent_id) == (
        True,
        State.QUEUED,
        "manual",
        WANTED.book_key,
        31,
    )
    assert submitted(engine, tmp_path).added == [read_torrent(offer(31).torrent).infohash]


def test_a_file_for_any_title(engine: sa.Engine, tmp_path: Path) -> None:
    path = tmp_path / "brought.torrent"
    path.write_bytes(offer(31).torrent)
    row = add(engine, Clock()(), str(path), author="Jane Austen").download
    assert (row.title, row.author, row.torrent_id) == ("The Dragon Reborn 31", "Jane Austen", None)
    assert row.size_bytes == 20_000
    assert submitted(engine, tmp_path).added == [row.infohash]


def test_a_magnet_link(engine: sa.Engine, tmp_path: Path) -> None:
    row = add(engine, Clock()(), MAGNET).download
    assert (row.title, row.infohash) == ("Emma by Jane Austen", HASH)
    qbit = submitted(engine, tmp_path)
    assert (qbit.added, qbit.requests.count("add_magnet")) == ([HASH], 1)
    assert downloads.get(engine, row.id).status is State.SUBMITTED


@pytest.mark.parametrize(
    ("link", "named", "counted"), [(f"{MAGNET}&xl=5000", 7, 5000), (MAGNET, 7, 7), (f"{MAGNET}&xl=lots", 0, 0)]
)
def test_a_magnet_link_counts_with_the_size_that_is_named(
    engine: sa.Engine, link: str, named: int, counted: int
) -> None:
    row = add(engine, Clock()(), link, size_bytes=named).download
    assert price_by_hand(row).release.size_bytes == counted


def test_a_book_on_its_way_is_not_added_again(engine: sa.Engine) -> None:
    tracker = FakeTracker(Fuse(), [offer(31), offer(32)])
    first = add(engine, Clock()(), "31", tracker=tracker, wanted=WANTED)
    second = add(engine, Clock()(), "32", tracker=tracker, wanted=WANTED)
    assert (second.created, second.download.id) == (False, first.download.id)
    add(engine, Clock()(), MAGNET)
    with pytest.raises(downloads.AlreadyActive):
        add(engine, Clock()(), MAGNET)


def test_nonsense_is_told_what_is_needed(engine: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="neither"):
        add(engine, Clock()(), str(tmp_path / "absent.torrent"))
    with pytest.raises(StoreError, match="MAM is not set up"):
        add(engine, Clock()(), "31")
    with pytest.raises(NotFound):
        add(engine, Clock()(), "99", tracker=FakeTracker(Fuse()))
    (tmp_path / "a.torrent").write_text("<html>")
    for what in (str(tmp_path / "a.torrent"), "magnet:?dn=nothing"):
        with pytest.raises(UnexpectedAnswer):
            add(engine, Clock()(), what)
    assert downloads.with_states(engine, *State) == []
