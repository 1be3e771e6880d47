"""How much a run of searches asks of MAM, and when it stops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mam_assets.domain.model.release import Known, Release, ReleasePolicy, Wanted
from mam_assets.policy import SearchSection
from mam_assets.stages.search import search as searching
from mam_assets.stages.task_run import Tally, utc_now
from resources.errors import ServiceError, UnexpectedAnswer
from resources.myanonamouse import SearchPage

BOOKS = {
    f"book-{n}": Wanted(f"book-{n}", f"Singular Wording {word}", (f"Author {word}",))
    for n, word in enumerate(["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel"])
}


class Tracker:
    """Answers what it is given, the last for ever; a page holds no release."""

    def __init__(self, *answers: int | ServiceError) -> None:
        self.answers = list(answers)
        self.caps: list[int] = []

    def search_all(self, text: str, *, cap: int = 500, **options: Any) -> SearchPage:
        self.caps.append(cap)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, ServiceError):
            raise answer
        nothing: tuple[Release, ...] = ()
        return SearchPage(nothing, answer * 100, 0, answer * 100, 0, min(answer, cap // 100))


def search(tracker: Tracker, limit: int = 200) -> tuple[searching.Findings, Tally]:
    tally = Tally()
    limits = SearchSection(max_requests_per_run=limit)
    found = searching.search(BOOKS, tracker, ReleasePolicy(), Known(), None, limits, tally, utc_now)
    return found, tally


def test_every_page_counts_as_a_request_and_the_limit_holds() -> None:
    tracker = Tracker(5)
    found, _ = search(tracker, limit=12)
    assert found.requests == 12
    assert tracker.caps == [500, 500, 200]


def strange() -> UnexpectedAnswer:
    return UnexpectedAnswer("mam", "answered with an empty body")


def test_the_third_strange_answer_in_a_row_ends_the_search_and_its_books_stay_due() -> None:
    tracker = Tracker(1, strange())
    found, tally = search(tracker)
    assert len(tracker.caps) == 4
    assert isinstance(found.stopped_by, UnexpectedAnswer)
    assert len(found.searched) == 1
    assert [failure.code for failure in tally.failures] == ["unexpected_answer"] * 3


@pytest.mark.parametrize("answers", [(strange(), strange(), 1), (strange(), 1, strange(), 1, strange(), 1)])
def test_a_strange_answer_now_and_then_costs_one_query(answers: tuple[int | ServiceError, ...]) -> None:
    found, tally = search(Tracker(*answers))
    assert found.stopped_by is None
    assert len(tally.failures) == sum(not isinstance(answer, int) for answer in answers)


def test_rows_that_could_not_be_read_are_shown() -> None:
    class Spoilt(Tracker):
        def search_all(self, text: str, *, cap: int = 500, **options: Any) -> SearchPage:
            return replace(super().search_all(text, cap=cap), skipped=2)

    found, _ = search(Spoilt(1), limit=3)
    assert searching.figures(found)["unreadable_rows"] == 6
    assert "unreadable_rows" not in searching.figures(search(Tracker(1))[0])
