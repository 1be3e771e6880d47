"""From verdicts to figures and gaps: how complete is each series, and which books are missing, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from . import deduplication, positions
from .gc_pause import collector_paused
from .model.catalogue import EntryKind, SeriesEntry
from .model.completion import EntryStatus, EntryVerdict, MissingBook, SeriesCompletion
from .model.confidence import Confidence
from .model.library import SeriesRef
from .model.overrides import Overrides

PRIORITY_GAP = 100
PRIORITY_NOVELLA = 300

OWNED = frozenset([EntryStatus.OWNED, EntryStatus.OWNED_ABRIDGED])
LACKED = frozenset([EntryStatus.MISSING, EntryStatus.REVIEW, EntryStatus.ON_ITS_WAY])
# Only these are books of their own; omnibuses, parts, companions and translations leave no gap.
_BOOKS = frozenset([EntryKind.PRIMARY, EntryKind.SECONDARY])


def is_counted(entry: SeriesEntry) -> bool:
    """Does the entry count for the percentage: a book at one whole-number position that is surely of the series?

    One that a single less trusted provider lists and nothing bears out is UNMATCHED and does not.
    """
    if entry.confidence is Confidence.UNMATCHED:
        return False
    return entry.work.kind is EntryKind.PRIMARY and positions.is_whole(positions.parse(entry.position))


def completion(entries: Sequence[SeriesEntry], verdicts: Sequence[EntryVerdict]) -> list[SeriesCompletion]:
    """The figures of every series that has entries, in the order in which the series first appear.

    Percentage = owned / (owned + missing) over released, whole-number positions, to one decimal; books in review and on
    their way are missing still; unreleased, unrecorded and ignored ones count on neither side. None if nothing counts.
    """
    status = _statuses(verdicts)
    by_series: dict[str, list[SeriesEntry]] = defaultdict(list)
    for entry in entries:
        by_series[entry.series_key].append(entry)
    return [_figures(key, members, status) for key, members in by_series.items()]


def _statuses(verdicts: Iterable[EntryVerdict]) -> dict[tuple[str, str], EntryStatus]:
    return {(verdict.series_key, verdict.entry_key): verdict.status for verdict in verdicts}


def _figures(key: str, members: Sequence[SeriesEntry], status: dict[tuple[str, str], EntryStatus]) -> SeriesCompletion:
    books: dict[str, EntryStatus] = {}
    extras: dict[str, EntryStatus] = {}
    for entry in members:
        verdict = status.get((entry.series_key, entry.entry_key), EntryStatus.MISSING)
        side = books if is_counted(entry) else extras
        if entry.book_key not in side or verdict in OWNED:
            side[entry.book_key] = verdict
    counts = {state: sum(verdict is state for verdict in books.values()) for state in EntryStatus}
    owned = sum(counts[state] for state in OWNED)
    lacked = sum(counts[state] for state in LACKED)
    unrecorded, ignored = counts[EntryStatus.NO_AUDIOBOOK], counts[EntryStatus.IGNORED]
    return SeriesCompletion(
        series_key=key,
        total_books=owned + lacked + unrecorded + ignored,
        books_owned=owned,
        books_missing=lacked,
        books_in_review=counts[EntryStatus.REVIEW],
        books_on_their_way=counts[EntryStatus.ON_ITS_WAY],
        books_unreleased=counts[EntryStatus.UNRELEASED],
        books_without_audiobook=unrecorded,
        books_ignored=ignored,
        extras_total=len(extras),
        extras_owned=sum(verdict in OWNED for verdict in extras.values()),
        completion_percentage=round(100 * owned / (owned + lacked), 1) if owned + lacked else None,
    )


def missing_books(
    entries: Sequence[SeriesEntry], verdicts: Sequence[EntryVerdict], overrides: Overrides
) -> list[MissingBook]:
    """Every book that is listed and not owned, once, however many series it is in; with why, and how urgent.

    The reason is the verdict's status: missing, unreleased, no_audiobook, ignored, review or on_its_way. A book that
    any series shows as owned is none. Omnibuses, parts, companions and translations leave no gap. A person's priority
    wins over the defaults (100 for a gap, 300 for a novella; lower is sooner).
    """
    with collector_paused():
        return _missing_books(entries, verdicts, overrides)


def _missing_books(
    entries: Sequence[SeriesEntry], verdicts: Sequence[EntryVerdict], overrides: Overrides
) -> list[MissingBook]:
    by_key = {(verdict.series_key, verdict.entry_key): verdict for verdict in verdicts}
    titles_of: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for entry in entries:
        titles_of[entry.series_key].append((entry.book_key, entry.work.title))
    priorities = dict(overrides.priorities)
    missing = []
    for places in deduplication.joined(entries):
        keys = {place.book_key for place in places}
        if places[0].work.kind not in _BOOKS and not keys & overrides.wanted_books:
            continue
        judged = [(entry, by_key.get((entry.series_key, entry.entry_key))) for entry in places]
        known = [(entry, verdict) for entry, verdict in judged if verdict is not None]
        if not known or any(verdict.status in OWNED for _, verdict in known):
            continue
        entry = min((entry for entry, _ in known), key=_foremost)
        verdict = min((verdict for _, verdict in known), key=lambda judged_as: _urgency(judged_as, overrides))
        default = PRIORITY_GAP if any(is_counted(place) for place in places) else PRIORITY_NOVELLA
        given = [priorities[key] for key in keys if key in priorities]
        missing.append(
            MissingBook(
                book_key=entry.book_key,
                series_key=entry.series_key,
                series_name=entry.series_name,
                series_number=entry.position,
                places=tuple(dict.fromkeys(_place(place) for place in sorted(places, key=_foremost))),
                series_titles=_other_titles(keys, places, titles_of),
                work=entry.work,
                reason=verdict.status,
                evidence=verdict.evidence,
                confidence=min(entry.confidence, verdict.confidence),
                priority=min(given, default=default),
            )
        )
    return missing


# What one listing knows and another does not decides: a download, a doubt, a date. Ignored is what all listings ignore.
_RANK = [
    EntryStatus.ON_ITS_WAY,
    EntryStatus.REVIEW,
    EntryStatus.UNRELEASED,
    EntryStatus.MISSING,
    EntryStatus.NO_AUDIOBOOK,
    EntryStatus.IGNORED,
]


def _urgency(verdict: EntryVerdict, overrides: Overrides) -> int:
    if verdict.status is EntryStatus.IGNORED and verdict.book_key in overrides.ignored_books:
        return 1  # the very book, whatever other series it is in; a book ignored with its series is not
    if verdict.book_key in overrides.wanted_books and verdict.status is EntryStatus.MISSING:
        return 0
    return 2 + _RANK.index(verdict.status) if verdict.status is not EntryStatus.ON_ITS_WAY else -1


def _foremost(entry: SeriesEntry) -> tuple[bool, bool, tuple[object, ...], str]:
    """Where a book of several series is at home: where it counts, surely, and with the lowest number."""
    return (
        not is_counted(entry),
        entry.confidence is not Confidence.HIGH,
        positions.sort_key(entry.position),
        entry.series_key,
    )


def _place(entry: SeriesEntry) -> SeriesRef:
    return SeriesRef(entry.series_name, entry.position)


def _other_titles(
    keys: set[str], places: Iterable[SeriesEntry], titles_of: dict[str, list[tuple[str, str]]]
) -> tuple[str, ...]:
    others = (title for place in places for other, title in titles_of[place.series_key] if other not in keys)
    return tuple(dict.fromkeys(others))
