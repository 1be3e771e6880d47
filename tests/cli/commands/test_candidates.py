"""`mam-assets candidates`."""

import sqlalchemy as sa

from tests.support.command_line import run


def test_candidates_tell_why(filled: sa.Engine) -> None:
    status, text = run("candidates", "light bringer")
    assert status == 0
    assert "accepted, rank 1" in text
    assert "wrong volume: 5 (wanted 6)" in text


def test_an_unknown_book_is_a_sentence(filled: sa.Engine) -> None:
    status, text = run("candidates", "no such book")
    assert status == 1
    assert "No missing book matches 'no such book'" in text
