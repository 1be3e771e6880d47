"""What a book is that no item owns: wanted, on its way, ignored, unreleased, never recorded, or simply missing."""

from __future__ import annotations

from datetime import date

from ..model.catalogue import SeriesEntry, Work
from ..model.completion import EntryStatus
from ..model.confidence import Confidence
from ..model.overrides import Overrides


def without_item(
    entry: SeriesEntry,
    overrides: Overrides,
    on_its_way: frozenset[str],
    today: date,
    imported: frozenset[str] = frozenset(),
) -> tuple[EntryStatus, str, str]:
    """The status of an entry that nothing in the library owns, the rule's name, and its reason in words."""
    key, work = entry.book_key, entry.work
    if key in on_its_way:
        return EntryStatus.ON_ITS_WAY, "on_its_way", "a download of it is under way, or was imported just now"
    if key in overrides.wanted_books:
        return EntryStatus.MISSING, "wanted", "a person wants it, and no library item is it"
    if key in imported:
        return EntryStatus.REVIEW, "imported", "it was imported and its item is there, but no longer looks like it"
    if key in overrides.ignored_books:
        return EntryStatus.IGNORED, "ignored", "a person ignores the book"
    if entry.series_key in overrides.ignored_series:
        return EntryStatus.IGNORED, "ignored", "a person ignores the series"
    if reason := unreleased(work, today):
        return EntryStatus.UNRELEASED, "unreleased", reason
    if work.has_audiobook is False:
        return EntryStatus.NO_AUDIOBOOK, "no_audiobook", "no provider knows an audiobook of it"
    if entry.confidence is Confidence.UNMATCHED:
        return EntryStatus.REVIEW, "not_borne_out", entry.disagreement or "no second provider bears it out"
    return EntryStatus.MISSING, "no_item", "no library item is it"


def unreleased(work: Work, today: date) -> str:
    """Why the book cannot be had yet, "" if it can: by the audiobook's date if known, else by the book's."""
    if work.audio_release_date is not None:
        return f"the audiobook is due on {work.audio_release_date}" if work.audio_release_date > today else ""
    if work.release_date is not None:
        return f"the book is due on {work.release_date}" if work.release_date > today else ""
    if work.to_be_published:
        return "the book is yet to be published"
    if work.year is not None and work.year > today.year:
        return f"the book is due in {work.year}"
    return ""
