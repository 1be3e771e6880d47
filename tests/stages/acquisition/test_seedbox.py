"""The seedbox address: told when it changes, at most once an hour, and not asked for more than once a minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mam_assets.stages.acquisition.seedbox import update_address
from resources.errors import AuthError, RateLimited
from tests.support.mam_world import MamWorld, open_mam_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[MamWorld]:
    with open_mam_world(tmp_path) as made:
        yield made


def look(world: MamWorld, after: timedelta = timedelta(hours=2)) -> str:
    world.pass_(after)
    return update_address(world.engine, world.client, world.now)


def test_only_a_changed_address_is_told(world: MamWorld) -> None:
    assert "was told the address 127.0.0.1" in look(world)
    assert world.saved("seedbox") == "127.0.0.1"
    world.faults.set("seedbox", text="Last change too recent")  # any further call would raise
    assert look(world) == "the address is still 127.0.0.1"
    world.faults.clear("seedbox")
    world.faults.set("ip", text="203.0.113.7")
    assert "was told the address 203.0.113.7" in look(world)
    assert world.saved("seedbox") == "203.0.113.7"


def test_one_look_a_minute_and_one_change_an_hour(world: MamWorld) -> None:
    look(world)
    assert "less than a minute ago" in look(world, timedelta(seconds=59))
    world.faults.set("ip", text="203.0.113.7")
    assert "told later" in look(world, timedelta(minutes=2))
    assert world.saved("seedbox") == "127.0.0.1"
    assert "203.0.113.7" in look(world, timedelta(minutes=60))
    assert world.saved("seedbox") == "203.0.113.7"


def test_an_address_that_mam_knows_already_is_remembered(world: MamWorld) -> None:
    with world.state.editing("mam") as document:
        document["seedbox"] = "127.0.0.1"
    assert "knew the address" in look(world)
    assert "still" in look(world)


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ("Last change too recent", RateLimited, "less than an hour ago"),
        ("Invalid session - IP mismatch", AuthError, "another address"),
        ("Invalid session - ASN mismatch", AuthError, "another network"),
        ("Incorrect session type - not allowed this function", AuthError, "Dynamic Seedbox"),
        ("Incorrect session type - non-API session", AuthError, "browser's cookie"),
    ],
)
def test_what_mam_objects_to_is_explained_and_not_asked_again_within_an_hour(
    world: MamWorld, words: str, error: type[Exception], says: str
) -> None:
    world.faults.set("no_rotation")
    world.faults.set("seedbox", text=words)
    with pytest.raises(error, match=says):
        look(world)
    world.client.backoff.end()
    assert "told later" in look(world, timedelta(minutes=30))
    world.faults.clear("seedbox")
    assert "was told" in look(world, timedelta(minutes=31))


def test_the_address_is_asked_for_without_the_session(world: MamWorld) -> None:
    """So it can be asked for when the session is refused, and the cookie is not turned over for it."""
    world.faults.set("dead_cookie")
    assert world.client.seen_address().ip == "127.0.0.1"
