"""`mam-assets series`."""

import json
from typing import Any

import sqlalchemy as sa

from mam_assets.store.tables import series
from tests.support.command_line import run


def add_series(engine: sa.Engine, name: str, **figures: Any) -> None:
    row = {"series_key": name.lower(), "name": name, "aliases": [], **figures}
    with engine.begin() as connection:
        connection.execute(sa.insert(series).values(row))


def test_the_least_complete_series_comes_first_and_the_unknown_last(engine: sa.Engine) -> None:
    add_series(engine, "Cradle", books_owned=11, total_books_in_series=12, completion_percentage=91.67)
    add_series(engine, "Nobody Knows", completion_percentage=None, catalogue_problem="no provider knows it")
    add_series(engine, "Earthsea", books_owned=1, total_books_in_series=6, completion_percentage=16.67)
    names = [row["name"] for row in json.loads(run("series", "--json")[1])]
    assert names == ["Earthsea", "Cradle", "Nobody Knows"]
    status, text = run("series")
    assert status == 0
    assert "91.67" in text
    assert "no provider knows it" in text


def test_an_empty_store_says_how_to_begin(engine: sa.Engine) -> None:
    assert "mam-assets run" in run("series")[1]
