"""The verdict on every series entry: owned by which item, or why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from mam_assets.domain.matching import ItemForms, Pair, WorkForms
from mam_assets.domain.ownership import availability
from mam_assets.domain.ownership.blocking import Index

from .. import deduplication, matching, positions
from ..gc_pause import collector_paused
from ..model.catalogue import SeriesEntry
from ..model.completion import EntryStatus, EntryVerdict, Match, MatchVerdict
from ..model.confidence import Confidence
from ..model.library import LibraryItem, SeriesRef
from ..model.overrides import Overrides
from .near_matches import near_pairs


@dataclass(slots=True)
class _Book:
    """One book, in however many series it is listed, with what the items say of it."""

    key: str
    entries: list[SeriesEntry]
    forms: WorkForms
    hits: list[tuple[int, MatchVerdict]] = field(default_factory=list)


def judge(
    items: Sequence[LibraryItem],
    entries: Sequence[SeriesEntry],
    *,
    overrides: Overrides = Overrides(),
    on_its_way: frozenset[str] = frozenset(),
    imported: frozenset[str] = frozenset(),
    today: date,
    languages: tuple[str, ...] = ("english",),
) -> list[EntryVerdict]:
    """One verdict per entry, in the order of the entries; the best item wins.

    ``on_its_way`` holds the book keys of active downloads. ``imported`` holds those of books that were fetched before
    and whose items are still there: what no longer matches them is in review, and never fetched again by itself.
    ``today`` is the person's date, ``languages`` those in which a book counts as the book itself. A book that several
    series list is judged once, with all its places: owned in one is owned in all. An item that is surely another book
    is not offered to a person as this one.
    """
    with collector_paused():
        return _judge(items, entries, overrides, on_its_way, imported, today, languages)


def _judge(
    items: Sequence[LibraryItem],
    entries: Sequence[SeriesEntry],
    overrides: Overrides,
    on_its_way: frozenset[str],
    imported: frozenset[str],
    today: date,
    languages: tuple[str, ...],
) -> list[EntryVerdict]:
    prepared = [matching.item_forms(item) for item in items]
    books = _books(entries)
    judging = _Judging(prepared, overrides, languages)
    for book in books:
        judging.by_keys(book)
    judging.by_likeness([book for book in books if not _owned(book)])
    claimed = judging.claims(books)
    verdict_of = {}
    for book in books:
        owner = _best(book, prepared, claimed) or judging.all_parts(book)
        for entry in book.entries:
            verdict = availability.without_item(entry, overrides, on_its_way, today, imported)
            verdict_of[entry.series_key, entry.entry_key] = _verdict(entry, book, owner, verdict, prepared)
    _share(entries, verdict_of)
    return [verdict_of[entry.series_key, entry.entry_key] for entry in entries]


def _share(entries: Sequence[SeriesEntry], verdict_of: dict[tuple[str, str], EntryVerdict]) -> None:
    """One book under two keys, as two series list it: what owns it in one owns it in the other."""
    for group in deduplication.joined(entries):
        if len({entry.book_key for entry in group}) < 2:
            continue
        known = [verdict_of[entry.series_key, entry.entry_key] for entry in group]
        owned = next(
            (verdict for verdict in known if verdict.abs_id and verdict.status is not EntryStatus.REVIEW), None
        )
        for entry, verdict in zip(group, known, strict=True):
            if owned is not None and verdict.status not in (EntryStatus.OWNED, EntryStatus.OWNED_ABRIDGED):
                said = _said(entry, owned.status, owned.abs_id, owned.gate, owned.evidence, owned.confidence)
                verdict_of[entry.series_key, entry.entry_key] = said


def _books(entries: Sequence[SeriesEntry]) -> list[_Book]:
    """Entries of one book joined; what stands for it knows the book's places in all of them."""
    grouped: dict[str, list[SeriesEntry]] = defaultdict(list)
    for entry in entries:
        grouped[f"{entry.book_key}|{'set' if positions.parse(entry.position).is_range else ''}"].append(entry)
    return [_Book(same[0].book_key, same, _forms(same)) for same in grouped.values()]


def _forms(entries: Sequence[SeriesEntry]) -> WorkForms:
    """The work with every series that lists it, under every name the series has."""
    refs: list[SeriesRef] = []
    others: list[str] = []
    for entry in entries:
        refs += [SeriesRef(name, entry.position) for name in (entry.series_name, *entry.series_aliases) if name]
        refs += entry.work.series
        others += entry.work.alternative_titles
    return matching.work_forms(entries[0].work, tuple(dict.fromkeys(refs)), tuple(dict.fromkeys(others)))


class _Judging:
    """Compares books with the items that may be them, and remembers what was said."""

    def __init__(self, items: Sequence[ItemForms], overrides: Overrides, languages: tuple[str, ...]) -> None:
        self.items = items
        self.overrides = overrides
        self.languages = languages
        self.index = Index(items)
        by_id = {forms.item.abs_id: at for at, forms in enumerate(items)}
        self.manual: dict[str, list[int]] = defaultdict(list)
        for abs_id, key in overrides.manual_matches:
            if abs_id in by_id:
                self.manual[key].append(by_id[abs_id])

    def by_keys(self, book: _Book) -> None:
        for at in sorted(self.index.candidates(book.forms) | set(self.manual.get(book.key, ()))):
            book.hits.append((at, self.compare(at, book)))

    def by_likeness(self, books: Sequence[_Book]) -> None:
        works = list(enumerate(book.forms for book in books))
        taken = {at for book in books for at, verdict in book.hits if verdict.likely is Match.SAME}
        for number, at in near_pairs(works, [(at, item) for at, item in enumerate(self.items) if at not in taken]):
            book = books[number]
            if all(at != known for known, _ in book.hits):
                book.hits.append((at, self.compare(at, book)))

    def compare(self, at: int, book: _Book) -> MatchVerdict:
        return matching.judge_pair(Pair(self.items[at], book.forms, self.overrides, book.key, self.languages))

    @staticmethod
    def claims(books: Sequence[_Book]) -> dict[int, set[str]]:
        """Which books each item surely is."""
        claimed: dict[int, set[str]] = defaultdict(set)
        for book in books:
            for at, verdict in book.hits:
                if verdict.match is Match.SAME:
                    claimed[at].add(book.key)
        return claimed

    def all_parts(self, book: _Book) -> tuple[int, MatchVerdict] | None:
        """The parts of a split book own it together once none is lacking."""
        parts: dict[int, dict[int, int]] = defaultdict(dict)
        for at, verdict in book.hits:
            kinds = self.items[at].kinds
            if verdict.gate == "part" and kinds.part is not None and kinds.parts:
                whole = replace(self.items[at], kinds=replace(kinds, part=None, parts=None))
                said = matching.judge_pair(Pair(whole, book.forms, self.overrides, book.key, self.languages))
                if said.match is Match.SAME:
                    parts[kinds.parts][kinds.part] = at
        for count, held in parts.items():
            if len(held) == count:
                first = held[min(held)]
                evidence = f"gate all_parts: all {count} parts of «{book.forms.work.title}» are in the library"
                return first, MatchVerdict(Match.SAME, "all_parts", evidence, Confidence.MEDIUM)
        return None


def _owned(book: _Book) -> bool:
    return any(verdict.match.owns for _, verdict in book.hits)


def _best(book: _Book, items: Sequence[ItemForms], claimed: dict[int, set[str]]) -> tuple[int, MatchVerdict] | None:
    """The hit that says most: the whole book, then an omnibus, then an abridged copy, then one to be looked at."""
    ranked = []
    for at, verdict in book.hits:
        if verdict.match is Match.DIFFERENT:
            continue
        if verdict.match is Match.REVIEW and claimed.get(at, set()) - {book.key}:
            continue
        forms = items[at]
        abridged = verdict.likely is Match.SAME and (forms.item.abridged or forms.parsed.abridged)
        ranked.append(
            (
                verdict.match is not Match.REVIEW,
                not abridged,
                verdict.gate in ("manual_match", "same_id"),
                verdict.likely is Match.SAME,
                verdict.confidence,
                -at,
                verdict,
            )
        )
    if not ranked:
        return None
    best = max(ranked, key=lambda row: row[:-1])
    return -best[-2], best[-1]


def _verdict(
    entry: SeriesEntry,
    book: _Book,
    owner: tuple[int, MatchVerdict] | None,
    otherwise: tuple[EntryStatus, str, str],
    items: Sequence[ItemForms],
) -> EntryVerdict:
    status, gate, reason = otherwise
    if owner is not None:
        at, said = owner
        forms = items[at]
        if said.match is not Match.REVIEW:
            abridged = said.match is Match.SAME and (forms.item.abridged or forms.parsed.abridged)
            owned = EntryStatus.OWNED_ABRIDGED if abridged else EntryStatus.OWNED
            return _said(entry, owned, forms.item.abs_id, said.gate, said.evidence, said.confidence)
        if status is EntryStatus.MISSING and gate != "wanted":
            return _said(entry, EntryStatus.REVIEW, forms.item.abs_id, said.gate, said.evidence, said.confidence)
    near = next((verdict for _, verdict in book.hits), None)
    evidence = f"{reason}; nearest: {near.evidence}" if near else reason
    confidence = entry.confidence if near is None or near.confidence is Confidence.HIGH else Confidence.MEDIUM
    return _said(entry, status, "", gate, evidence, confidence)


def _said(
    entry: SeriesEntry, status: EntryStatus, abs_id: str, gate: str, evidence: str, confidence: Confidence
) -> EntryVerdict:
    return EntryVerdict(entry.series_key, entry.entry_key, entry.book_key, status, abs_id, gate, evidence, confidence)
