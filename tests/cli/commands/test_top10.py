"""`mam-assets top10`: the last list as it stands now, and how to take one."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.download import CostKind, DownloadState
from mam_assets.domain.model.release import Reject, RejectCode, Release
from mam_assets.domain.top10 import Standing, Top10Entry
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store import mappers
from mam_assets.store.frames import derived, schema
from mam_assets.store.ledgers import downloads
from tests.support.command_line import run

BOOKS = [
    Top10Entry("Audiobooks", 1, Release(11, "Owned by You", ("Ann Lee",)), Standing.OWNED, "gate same_title", "abs-1"),
    Top10Entry(
        "Audiobooks", 2, Release(12, "Gone [m4b]", ("Ann Lee",), filetypes=("m4b",), snatches=99), Standing.NEW, "",
        rejections=(Reject(RejectCode.LANGUAGE, "german", "english"),),
    ),
    Top10Entry("Audiobooks", 3, Release(13, "It's New", ("A B", "C D")), Standing.NEW, "", free_by=CostKind.VIP),
    Top10Entry("Audiobooks", 4, Release(14, "A Gap"), Standing.MISSING, "Fall 3", book_key="ann lee|a gap"),
]  # fmt: skip


@pytest.fixture
def listed(engine: sa.Engine) -> sa.Engine:
    """A list that was taken five days ago."""
    frame = mappers.top10_to_frame(
        BOOKS,
        kept=schema.empty("top10_releases"),
        answered=["Audiobooks"],
        lists=["Audiobooks"],
        now=utc_now() - timedelta(days=5, hours=1),
    )
    derived.write_frame(engine, "top10_releases", frame)
    return engine


def run_top10(*words: str) -> str:
    status, text = run("top10", *words)
    assert status == 0, text
    return text


def by_id() -> dict[int, dict[str, Any]]:
    return {row["torrent_id"]: row for row in json.loads(run_top10("--json"))["lists"]}


def test_it_shows_the_list_with_its_age_and_how_to_take_one(listed: sa.Engine) -> None:
    text = run_top10()
    assert "5 days ago" in text
    assert "Gone [m4b]" in text
    assert "rejected: language: german" in text
    assert "acceptable, free: VIP" in text
    assert "missing: ann lee|a gap" in text
    assert """mam-assets add 13 --title 'It'"'"'s New' --author 'A B, C D'""" in text  # the first that is acceptable


def test_json_says_how_to_take_each(listed: sa.Engine) -> None:
    assert {number: row["take"] for number, row in by_id().items()} == {
        11: "",
        12: "mam-assets add 12 --title 'Gone [m4b]' --author 'Ann Lee'",
        13: """mam-assets add 13 --title 'It'"'"'s New' --author 'A B, C D'""",
        14: "mam-assets add 14 --book 'ann lee|a gap'",
    }
    assert [row["rank"] for row in by_id().values()] == [1, 2, 3, 4]


def test_what_was_done_since_shows(listed: sa.Engine) -> None:
    now = utc_now()
    made = downloads.propose(
        listed, now, book_key="", wanted=None, release=BOOKS[2].release, approved=True, title="It's New"
    ).download
    row = by_id()[13]
    assert (row["status"], row["evidence"], row["take"]) == ("on_its_way", f"download {made.id} is queued", "")
    path = ("submitted", "downloading", "completed", "importing", "imported")
    for before, after in zip(("queued", *path), path, strict=False):
        downloads.step(listed, now, made.id, expected=DownloadState(before), to=DownloadState(after))
    row = by_id()[13]
    assert (row["status"], row["evidence"]) == ("owned", f"imported by download {made.id}")
    assert by_id()[12]["status"] == "new"


def test_trouble_of_the_last_look_is_said_and_of_earlier_ones_not(listed: sa.Engine) -> None:
    with stage(listed, "top10_releases") as tally:
        tally.fail("top10", "auth", "mam: refuses the session", "mam")
    text = run_top10()
    assert "The last update had problems: mam: refuses the session" in text
    assert "5 days ago" in text
    with stage(listed, "top10_releases") as tally:
        tally.succeed()
    assert "problems" not in run_top10()


def test_before_the_first_list_it_says_when_one_comes(engine: sa.Engine) -> None:
    assert "No list yet" in run_top10()
    assert json.loads(run_top10("--json")) == {"lists": [], "trouble": [], "is_on": True}


def test_it_says_that_it_is_off(engine: sa.Engine, tmp_path: Path) -> None:
    (tmp_path / "mam-assets.toml").write_text("[top10]\ncount = 0\n", "utf-8")
    assert "top10.count is 0" in run_top10()
