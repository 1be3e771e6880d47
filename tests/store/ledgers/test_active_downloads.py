"""The partial unique indexes: one active download per book and per torrent, as many finished ones as there were."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.download import DownloadState
from mam_assets.store.tables import ACTIVE_STATES
from tests.support.download_rows import insert_download


def test_active_states_are_those_of_the_domain() -> None:
    assert set(ACTIVE_STATES) == {state.value for state in DownloadState if state.is_active}


@pytest.mark.parametrize("state", ACTIVE_STATES)
def test_a_book_or_torrent_is_active_once(engine: sa.Engine, now: datetime, state: str) -> None:
    insert_download(engine, now, state, "le guin|tehanu", qbittorrent_hash="a" * 40)
    with pytest.raises(sa.exc.IntegrityError):
        insert_download(engine, now, "proposed", "le guin|tehanu", qbittorrent_hash="b" * 40)
    with pytest.raises(sa.exc.IntegrityError):
        insert_download(engine, now, "queued", "another|book", qbittorrent_hash="a" * 40)


def test_what_has_ended_does_not_stand_in_the_way(engine: sa.Engine, now: datetime) -> None:
    for state in ("failed", "abandoned", "imported", "failed", "queued"):
        insert_download(engine, now, state, "le guin|tehanu", qbittorrent_hash="a" * 40)


def test_blank_keys_are_not_the_same(engine: sa.Engine, now: datetime) -> None:
    for _ in range(2):
        insert_download(engine, now, "queued", "")
