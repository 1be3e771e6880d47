"""Enrichment over real HTTP: providers that answer, fail and err, an Audiobookshelf that is read back, and undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mam_assets.domain.enrichment import Rules
from mam_assets.stages.enrichment.targets import library_gaps
from mam_assets.store.ledgers import backoff, corrections, enrichments, provider_answers
from mam_assets.store.ledgers.enrichments import Enrichment
from resources.audiobookshelf import AbsClient
from resources.errors import ServiceError, Unavailable
from tests.support.enrichment_world import BOOKS, Providers, Setting, open_providers, open_setting


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    with open_providers() as made:
        yield made


@pytest.fixture
def setting(tmp_path: Path, providers: Providers) -> Iterator[Setting]:
    with open_setting(tmp_path, providers) as made:
        yield made


def ledger(setting: Setting, place: int = 2) -> dict[str, corrections.Correction]:
    """The last change of each field."""
    return {one.field: one for one in reversed(corrections.of_item(setting.engine, f"item-{place}"))}


# ------------------------------------------------------------------------------------------------------ filling


def test_a_bare_book_is_filled_and_every_change_is_in_the_ledger(setting: Setting) -> None:
    before = setting.stored(1)
    (look,) = setting.run(1)
    book, after = BOOKS[0], setting.stored(1)
    assert look.before.percentage == 0  # its genre is "Audiobook", which tells nothing
    assert look.after.percentage == 90
    assert after["asin"] == book.asin
    assert after["isbn"] == book.isbn
    assert after["narrators"] == ["Oona Field"]
    assert after["publishedYear"] == "2012"
    assert after["language"] == "English"
    assert after["publisher"] == "Sandbox Audio"
    assert after["series"] == [{"name": "Harbour Chronicles", "sequence": "1"}]
    assert after["cover"]
    assert "its story" in after["description"]
    rows = ledger(setting, 1)
    assert set(rows) == {change.field.value for change in look.changes}
    for name, row in rows.items():
        assert (row.state, row.run_id, row.undone_at) == ("made", "run-1", None)
        assert row.old == before[name]
        assert row.confidence in ("HIGH", "MEDIUM")
        assert row.reason.startswith("blank; gate ")
    assert rows["asin"].source == "audible"
    assert rows["isbn"].source == "audnexus"  # asked by the ASIN that Audible had
    assert setting.tally.figures["changes_written"] == len(rows)


def test_all_fields_go_in_one_request_and_the_title_is_never_sent(setting: Setting) -> None:
    setting.run(1)
    media = [one for one in setting.sent() if one["what"] == "media"]
    assert len(media) == 1
    assert not {"title", "authors", "subtitle", "genres"} & set(media[0]["payload"]["metadata"])


def test_a_second_run_asks_nobody_and_changes_nothing(setting: Setting) -> None:
    setting.run(1, 2)
    asked, sent = setting.asked("audible"), len(setting.sent())
    setting.clock.forward(days=2)
    looks = setting.run(1, 2)
    assert [look.changes for look in looks] == [(), ()]
    assert setting.asked("audible") - asked <= 2  # a question by the new ASIN is another question
    asked = setting.asked("audible")
    setting.run(1, 2)
    assert setting.asked("audible") == asked
    assert len(setting.sent()) == sent


def test_old_answers_are_asked_for_again(setting: Setting) -> None:
    setting.run(4, names=("audible",))
    asked = setting.asked("audible")
    setting.clock.forward(days=29)
    setting.run(4, names=("audible",))
    assert setting.asked("audible") == asked
    setting.clock.forward(days=2)
    setting.run(4, names=("audible",))
    assert setting.asked("audible") > asked


def test_series_that_are_there_are_kept_and_only_get_their_number(setting: Setting) -> None:
    # "My Favourites" has a number, so nothing is blank and nothing is touched.
    setting.run(3)
    assert "series" not in ledger(setting, 3)
    setting.client.update_media(
        "item-3", {"series": [{"name": "Harbour Chronicles"}, {"name": "My Favourites", "sequence": None}]}
    )
    setting.run(3)
    series = {one["name"]: one["sequence"] for one in setting.stored(3)["series"]}
    assert series == {"Harbour Chronicles": "3", "My Favourites": None}


def test_another_length_gives_the_work_but_nothing_of_the_recording(setting: Setting) -> None:
    setting.run(4, names=("audible", "audnexus"))
    after = setting.stored(4)
    assert after["description"]
    assert after["language"] == "English"
    assert (after["asin"], after["narrators"], after["publisher"]) == (None, [], None)


def test_a_title_that_is_only_alike_changes_nothing(setting: Setting) -> None:
    (look,) = setting.run(5)
    assert look.changes == ()
    assert look.outcome == enrichments.UNMATCHED
    assert setting.sent() == []


def test_broken_values_are_replaced_only_where_the_policy_says_so(setting: Setting) -> None:
    setting.run(3)
    assert setting.stored(3)["isbn"] == "0"
    setting.run(3, overwrite=True)
    assert setting.stored(3)["isbn"] == BOOKS[2].isbn
    row = ledger(setting, 3)["isbn"]
    assert (row.old, row.reason.split(";")[0]) == ("0", "invalid_isbn")


@pytest.mark.parametrize(("stored", "overwritten"), [("-458", False), ("0", True), ("1st century", False)])
def test_a_value_that_we_cannot_read_is_somebodys_all_the_same(
    setting: Setting, stored: str, overwritten: bool
) -> None:
    setting.client.update_media("item-2", {"publishedYear": stored})
    setting.run(2)
    assert setting.stored(2)["publishedYear"] == stored
    setting.run(2, overwrite=True)
    assert (setting.stored(2)["publishedYear"] == "2013") is overwritten
    if overwritten:
        assert ledger(setting)["publishedYear"].old == stored


def test_the_books_of_a_person_are_only_shown(setting: Setting) -> None:
    (look,) = setting.run(1, write=False)
    assert look.changes
    assert not look.states
    assert setting.sent() == []
    assert corrections.recent(setting.engine) == []
    (kept,) = enrichments.all_looks(setting.engine).values()
    assert (kept.written, kept.before_percentage, kept.after_percentage) == (False, 0, 0)


def test_a_dry_run_writes_nothing_even_for_our_own(setting: Setting) -> None:
    (look,) = setting.run(1, dry_run=True)
    assert look.changes
    assert setting.sent() == []


# ------------------------------------------------------------------------------------------------------ providers


def test_what_one_provider_does_not_have_comes_from_the_next(setting: Setting) -> None:
    setting.faults["audible"].set("unavailable")
    (look,) = setting.run(2)
    sources = {change.field.value: change.source for change in look.changes}
    assert sources["description"] == "google_books"
    assert sources["publisher"] == "google_books"
    assert "asin" not in sources
    assert look.outcome == enrichments.PROVIDER_TROUBLE
    assert setting.tally.figures["provider_failures"] == {"audible unavailable": 1}
    assert [failure.code for failure in setting.tally.failures] == ["unavailable"]

    setting.faults["audible"].clear()
    setting.clock.forward(hours=13)
    setting.run(2)
    assert setting.stored(2)["asin"] == BOOKS[1].asin
    assert setting.stored(2)["publisher"] == "Sandbox House"  # it was no longer blank


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("truncated", "unexpected_answer"),
        ("html", "unexpected_answer"),
        ("empty", "unexpected_answer"),
        ("error", "unavailable"),
        ("cut_off", "unavailable"),
    ],
)
def test_no_failure_of_a_provider_looks_like_an_unknown_book(setting: Setting, fault: str, code: str) -> None:
    setting.faults["audible"].set(fault)
    (look,) = setting.run(2, names=("audible",))
    assert (look.outcome, look.changes) == (enrichments.PROVIDER_TROUBLE, ())
    assert [failure.code for failure in setting.tally.failures] == [code]
    (kept,) = provider_answers.all_of(setting.engine, "audible", "book").values()
    assert (kept.outcome, kept.answer) == ("unreachable" if fault == "cut_off" else code, None)


def test_a_failure_never_takes_an_answer_away(setting: Setting) -> None:
    setting.run(2, names=("audible",), write=False)
    setting.clock.forward(days=31)
    setting.faults["audible"].set("unavailable")
    (look,) = setting.run(2, names=("audible",))
    assert "asin" in {change.field.value for change in look.changes}
    assert look.trouble


def test_a_provider_that_limits_us_is_paused_and_the_others_go_on(setting: Setting) -> None:
    setting.faults["audible"].set("rate_limited", seconds=7200)
    looks = setting.run(1, 2, 3)
    assert setting.askers[0].asked == 1
    assert all(look.changes for look in looks)
    standing = backoff.current(setting.engine, "audible", setting.clock())
    assert standing is not None
    assert standing.until - setting.clock() == timedelta(hours=2)


def test_a_provider_that_is_down_is_left_alone_after_three_tries(setting: Setting) -> None:
    setting.faults["audible"].set("error")
    setting.run(1, 2, 3, 4, 5)
    assert setting.askers[0].asked == 3
    assert setting.tally.figures["providers_at_rest"]["audible"].startswith("paused until")


def test_a_run_stops_when_nobody_can_be_asked_and_leaves_the_rest(setting: Setting) -> None:
    looks = setting.run(1, 2, 3, 4, names=("audible",), requests_allowed=2)
    assert len(looks) == 2
    assert setting.tally.figures["left_for_the_next_run"] == 2
    assert set(enrichments.all_looks(setting.engine)) == {"item-1", "item-2"}


def test_an_empty_answer_of_a_custom_provider_is_doubted(setting: Setting) -> None:
    """Audioteka's answers 200 without matches when the site behind it fails."""
    setting.faults["custom_provider"].set("upstream", times=1)
    custom = {"lubimyczytac": "/lubimyczytac"}
    (look,) = setting.run(2, names=(), custom=custom)
    assert look.changes == ()
    setting.clock.forward(hours=13)
    (look,) = setting.run(2, names=(), custom=custom)
    assert look.changes


def test_a_wrong_number_of_an_item_does_not_hide_its_book(setting: Setting) -> None:
    setting.client.update_media("item-2", {"asin": BOOKS[4].asin})
    (look,) = setting.run(2, names=("audible",))
    assert [book.asin for answer in look.answers for book, _ in answer.proposal.refused] == [BOOKS[4].asin]
    assert setting.stored(2)["description"] == f"{BOOKS[1].title} & its story."
    assert setting.stored(2)["asin"] == BOOKS[4].asin  # a valid number is not ours to replace


def test_a_fake_isbn_and_a_kindle_asin_are_never_written(setting: Setting) -> None:
    custom = {"kindle": "/kindle/us", "lubimyczytac": "/lubimyczytac"}
    setting.run(1, 2, 4, names=(), custom=custom)
    for place in (1, 2, 4):
        after = setting.stored(place)
        assert after["asin"] is None
        assert after["isbn"] in (None, BOOKS[place - 1].isbn)


# ----------------------------------------------------------------------------------------------- death and trouble


class Killed(BaseException):
    """The process ends here."""


class Dying(AbsClient):
    """Dies before or after the change reaches the server."""

    after = False

    def update_media(self, abs_id: str, metadata: Any, *, tags: Any = None) -> Any:
        if self.after:
            super().update_media(abs_id, metadata, tags=tags)
        raise Killed


def dying(setting: Setting, *, after: bool) -> Dying:
    client = Dying(setting.client.base_url, setting.client._token)
    client.after = after
    return client


@pytest.mark.parametrize("after", [False, True])
def test_a_death_around_the_change_loses_nothing(setting: Setting, after: bool) -> None:
    with pytest.raises(Killed):
        setting.run(2, client=dying(setting, after=after))
    assert {row.state for row in corrections.of_item(setting.engine, "item-2")} == {"intended"}
    setting.run(2, run_id="run-2")
    assert setting.tally.figures["recovered_changes"] > 0
    assert setting.stored(2)["asin"] == BOOKS[1].asin
    rows = corrections.of_item(setting.engine, "item-2")
    made = [row for row in rows if row.state == "made"]
    # Each field was made once, by the run that really made it, and can be taken back by that row.
    assert len({row.field for row in made}) == len(made)
    assert {row.run_id for row in made if row.field == "asin"} == {"run-1" if after else "run-2"}
    assert not corrections.intended(setting.engine)
    number = next(row.id for row in made if row.field == "asin")
    assert setting.writer().undo(number).problem == ""
    assert setting.stored(2)["asin"] is None


def test_a_change_whose_answer_was_lost_is_known_to_be_made(setting: Setting) -> None:
    setting.faults["audiobookshelf"].set("lost_answer", times=1, match="/media")
    with pytest.raises(Unavailable):
        setting.run(2)
    assert setting.stored(2)["asin"] == BOOKS[1].asin
    assert {row.field: row.state for row in corrections.of_item(setting.engine, "item-2")}["asin"] == "made"


def test_a_cover_that_cannot_be_loaded_is_counted_and_the_rest_is_made(setting: Setting) -> None:
    setting.faults["audiobookshelf"].set("error", match="/cover")
    (look,) = setting.run(2)
    assert look.states["cover"] == "not_made"
    assert look.states["asin"] == "made"
    assert [failure.subject for failure in setting.tally.failures] == ["cover of The Glass Harbour"]
    assert setting.stored(2)["cover"] is None


def test_what_the_server_does_not_keep_is_a_failure_that_is_named(setting: Setting) -> None:
    class Forgetful(AbsClient):
        def update_media(self, abs_id: str, metadata: Any, *, tags: Any = None) -> Any:
            return super().update_media(abs_id, {**metadata, "publisher": "Something Else"}, tags=tags)

    (look,) = setting.run(2, client=Forgetful(setting.client.base_url, setting.client._token))
    assert look.outcome == enrichments.FAILED
    assert "publisher" in look.problem
    assert ledger(setting)["publisher"].state == "not_kept"
    assert [failure.code for failure in setting.tally.failures] == ["not_kept"]


def test_an_item_that_has_vanished_does_not_stop_the_rest(setting: Setting) -> None:
    looks = setting.run(99, 2)
    assert [look.item.abs_id for look in looks] == ["item-2"]
    assert [failure.code for failure in setting.tally.failures] == ["not_found"]


def test_a_person_who_fills_a_field_meanwhile_is_not_overruled(setting: Setting) -> None:
    class Busy(AbsClient):
        reads = 0

        def item_to_edit(self, abs_id: str) -> Any:
            self.reads += 1
            if self.reads == 2:
                self.update_media(abs_id, {"publisher": "My Own Press"})
            return super().item_to_edit(abs_id)

    setting.run(2, client=Busy(setting.client.base_url, setting.client._token))
    assert setting.stored(2)["publisher"] == "My Own Press"
    assert setting.stored(2)["asin"] == BOOKS[1].asin
    assert "publisher" not in ledger(setting)


# ----------------------------------------------------------------------------------------------------------- undo


def test_an_undone_run_leaves_the_book_as_it_was(setting: Setting) -> None:
    before = setting.stored(3)
    setting.run(3, overwrite=True)
    writer = setting.writer(run_id="")
    problems = {row.field: writer.undo(row.id).problem for row in corrections.of_run(setting.engine, "run-1")}
    assert problems.pop("cover").startswith("Audiobookshelf does not tell")
    assert set(problems.values()) == {""}
    after = setting.stored(3)
    assert {**after, "cover": None} == before
    undos = [row for row in corrections.of_item(setting.engine, "item-3") if row.source == "undo"]
    assert len(undos) == len(problems)
    assert all(row.state == "made" and row.undoes for row in undos)


def test_what_was_taken_back_is_not_filled_again(setting: Setting) -> None:
    setting.run(2)
    assert setting.writer().undo(ledger(setting)["description"].id).problem == ""
    setting.clock.forward(days=40)
    setting.run(2, run_id="run-2")
    assert setting.stored(2)["description"] is None


def test_an_undo_leaves_what_a_person_has_changed_since(setting: Setting) -> None:
    setting.run(2)
    setting.client.update_media("item-2", {"publisher": "My Own Press"})
    done = setting.writer().undo(ledger(setting)["publisher"].id)
    assert "changed since" in done.problem
    assert setting.stored(2)["publisher"] == "My Own Press"
    assert ledger(setting)["publisher"].undone_at is None


def test_an_undo_happens_once(setting: Setting) -> None:
    setting.run(2)
    number = ledger(setting)["asin"].id
    assert setting.writer().undo(number).problem == ""
    assert "before" in setting.writer().undo(number).problem
    undo = next(row for row in corrections.of_item(setting.engine, "item-2") if row.source == "undo")
    assert "an undo itself" in setting.writer().undo(undo.id).problem
    with pytest.raises(KeyError):
        setting.writer().undo(4711)


def test_a_death_in_the_middle_of_an_undo_is_found_out_later(setting: Setting) -> None:
    setting.run(2)
    number = ledger(setting)["asin"].id
    with pytest.raises(Killed):
        setting.writer(dying(setting, after=True)).undo(number)
    assert corrections.get(setting.engine, number).undone_at is None  # type: ignore[union-attr]
    setting.writer().recover(setting.tally)
    assert corrections.get(setting.engine, number).undone_at is not None  # type: ignore[union-attr]


# --------------------------------------------------------------------------------------------------- what is due


def test_the_newest_gaps_come_first_and_nothing_is_looked_at_twice(setting: Setting) -> None:
    items = list(setting.client.items("lib-1"))
    now = setting.clock()
    asked: dict[str, Any] = {"max_age": timedelta(days=30), "retry_after": timedelta(hours=12), "limit": 3}
    found = library_gaps(items, {}, frozenset({"item-2"}), Rules(2026), now, write_library=False, **asked)
    added = {item.abs_id: item.added_at for item in items}
    assert [target.abs_id for target in found] == sorted(added, key=lambda one: added[one], reverse=True)[:3]  # type: ignore[arg-type,return-value]
    assert all(target.write == (target.abs_id == "item-2") for target in found)

    def look(abs_id: str, outcome: str, written: bool, hours: int) -> Enrichment:
        return Enrichment(abs_id, now - timedelta(hours=hours), outcome, written, 0, 0)

    looks = {
        "item-1": look("item-1", "filled", False, 24),
        "item-2": look("item-2", "filled", False, 24),  # only shown, and may be written now
        "item-3": look("item-3", "provider_trouble", False, 13),
        "item-4": look("item-4", "unmatched", False, 31 * 24),
        "item-5": look("item-5", "failed", False, 11),
    }
    found = library_gaps(items, looks, frozenset({"item-2"}), Rules(2026), now, write_library=False, **asked)
    assert {target.abs_id for target in found} == {"item-2", "item-3", "item-4"}


def test_errors_of_the_server_itself_end_the_run(setting: Setting) -> None:
    setting.faults["audiobookshelf"].set("unavailable")
    with pytest.raises(ServiceError):
        setting.run(1, 2)
