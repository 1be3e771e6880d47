"""`mam-assets gaps`."""

import json

import sqlalchemy as sa

from tests.support.command_line import KEY, run


def test_gaps_are_listed_for_people_and_programs(filled: sa.Engine) -> None:
    status, text = run("gaps")
    assert status == 0
    assert "Light Bringer" in text
    status, text = run("gaps", "--json")
    assert json.loads(text)[0]["book_key"] == KEY


def test_only_gaps_of_one_reason_and_no_more_than_the_limit(filled: sa.Engine) -> None:
    assert json.loads(run("gaps", "--reason", "unreleased", "--json")[1]) == []
    assert json.loads(run("gaps", "--limit", "0", "--json")[1]) == []
    assert len(json.loads(run("gaps", "--reason", "missing", "--limit", "1", "--json")[1])) == 1


def test_an_empty_store_says_how_to_begin(engine: sa.Engine) -> None:
    assert "mam-assets run" in run("gaps")[1]
