"""`mam-assets override`, and `say`, its former name."""

import pytest
import sqlalchemy as sa

from mam_assets.store.ledgers import overrides
from mam_assets.store.tables import series
from tests.support.command_line import KEY, run


@pytest.mark.parametrize("name", ["override", "say"])
def test_a_match_is_kept_and_removed(judged: sa.Engine, name: str) -> None:
    assert run(name, "match", "lightbringer", "light bringer")[0] == 0
    assert overrides.load(judged).manual_matches == {("item-1", KEY)}
    assert KEY in run(name, "list")[1]
    assert run(name, "match", "item-1", KEY, "--undo")[0] == 0
    assert overrides.load(judged).manual_matches == frozenset()
    assert "no such override" in run(name, "match", "item-1", KEY, "--undo")[1]
    assert run(name, "match", "item-2", KEY, "--not")[0] == 0
    assert overrides.load(judged).excluded_matches == {("item-2", KEY)}


def test_the_former_name_is_not_offered(engine: sa.Engine) -> None:
    offered = [line.split()[1] for line in run("--help")[1].splitlines() if line.startswith("│") and line[2:3].strip()]
    assert "override" in offered
    assert "say" not in offered


def test_what_is_ambiguous_is_listed(judged: sa.Engine) -> None:
    status, text = run("override", "match", "g", KEY)
    assert status == 1
    assert "'g' matches 2; give the full key" in text
    assert "item-1" in text
    assert "No tracked series matches" in run("override", "series", "nothing", "goodreads:1")[1]


def test_the_identity_of_a_series_is_kept_and_removed(judged: sa.Engine) -> None:
    key = "red rising|pierce brown"
    with judged.begin() as connection:
        connection.execute(sa.insert(series).values(series_key=key, name="Red Rising", aliases=[]))
    assert run("override", "series", "red rising", "43318")[0] == 2
    assert run("override", "series", "red rising", "goodreads:43318")[0] == 0
    assert overrides.series_identities(judged) == {key: "goodreads:43318"}
    assert run("override", "series", "red rising", "--undo")[0] == 0
    assert overrides.series_identities(judged) == {}
