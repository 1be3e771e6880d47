"""The partial unique indexes: one active download per book and per torrent, as many finished ones as there were."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.download import DownloadState
from mam_assets.store.tables import ACTIVE_STATES, downloads


def add(engine: sa.Engine, now: datetime, state: str, book_key: str, infohash: str) -> None:
    row = {"download_status": state, "book_key": book_key, "qbittorrent_hash": infohash, "wanted": {}, "release": {}}
    with engine.begin() as connection:
        connection.execute(sa.insert(downloads).values(row | {"created_at": now, "updated_at": now}))


def test_active_states_are_those_of_the_domain() -> None:
    assert set(ACTIVE_STATES) == {state.value for state in DownloadState if state.is_active}


@pytest.mark.parametrize("state", ACTIVE_STATES)
def test_a_book_or_torrent_is_active_once(engine: sa.Engine, now: datetime, state: str) -> None:
    add(engine, now, state, "le guin|tehanu", "a" * 40)
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, now, "proposed", "le guin|tehanu", "b" * 40)
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, now, "queued", "another|book", "a" * 40)


def test_what_has_ended_does_not_stand_in_the_way(engine: sa.Engine, now: datetime) -> None:
    for state in ("failed", "abandoned", "imported", "failed", "queued"):
        add(engine, now, state, "le guin|tehanu", "a" * 40)


def test_blank_keys_are_not_the_same(engine: sa.Engine, now: datetime) -> None:
    for _ in range(2):
        add(engine, now, "queued", "", "")
