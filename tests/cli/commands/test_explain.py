"""`mam-assets explain`."""

import json

import sqlalchemy as sa

from tests.support.command_line import KEY, run


def test_explain_shows_the_chain_of_reasons(judged: sa.Engine) -> None:
    status, text = run("explain", "light bringer")
    assert status == 0
    assert "review by gate near_match" in text
    assert "accepted, rank 1" in text
    assert "rejected: wrong volume: 5 (wanted 6)" in text
    assert "download 1 «Light Bringer»: proposed" in text


def test_programs_get_the_same_chain(judged: sa.Engine) -> None:
    (book,) = json.loads(run("explain", "light bringer", "--json")[1])
    assert book["book_key"] == KEY
    assert [verdict["status"] for verdict in book["verdicts"]] == ["review"]
    assert [candidate["torrent_id"] for candidate in book["candidates"]] == [7, 8]
    assert [download["download_status"] for download in book["downloads"]] == ["proposed"]


def test_a_book_of_no_tracked_series_is_a_sentence(judged: sa.Engine) -> None:
    status, text = run("explain", "emma")
    assert status == 1
    assert "No book of a tracked series matches 'emma'" in text
