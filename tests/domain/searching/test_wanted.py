"""Which missing books are searched, in which order, and what of them."""

from mam_assets.domain.model.catalogue import Work
from mam_assets.domain.model.completion import EntryStatus, MissingBook
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Wanted
from mam_assets.domain.searching import wanted_books


def gap(book_key: str, reason: EntryStatus = EntryStatus.MISSING, priority: int = 100, year: int = 1990) -> MissingBook:
    work = Work(f"goodreads:{book_key}", book_key.title(), ("Ursula K. Le Guin",), year=year)
    place = SeriesRef("Earthsea Cycle", "4", "40909")
    return MissingBook(
        book_key, "earthsea|le guin", "Earthsea Cycle", "4", (place,), ("The Farthest Shore",), work, reason, "no item",
        Confidence.HIGH, priority,
    )  # fmt: skip


def test_what_is_wanted_holds_all_that_the_rules_ask() -> None:
    assert wanted_books([gap("tehanu")]) == {
        "tehanu": Wanted(
            book_key="tehanu",
            title="Tehanu",
            authors=("Ursula K. Le Guin",),
            series=(SeriesRef("Earthsea Cycle", "4", "40909"),),
            year=1990,
            series_titles=("The Farthest Shore",),
        )
    }


def test_only_what_may_be_had_is_wanted() -> None:
    books = [gap(status.value, status) for status in EntryStatus]
    assert set(wanted_books(books)) == {"missing", "no_audiobook"}
    assert set(wanted_books(books, {EntryStatus.REVIEW})) == {"review"}


def test_the_soonest_is_wanted_first() -> None:
    gaps = [gap("late", year=2001), gap("asked for", priority=1), gap("early", year=1968)]
    assert list(wanted_books(gaps)) == ["asked for", "early", "late"]
