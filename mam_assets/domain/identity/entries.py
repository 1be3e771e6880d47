"""A provider's listing as works in positions: editions and translations of one work are one work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mam_assets.domain import people, positions, titles
from mam_assets.domain.matching.forms import WorkForms, work_forms

from ..model.catalogue import EntryKind, Position, ProviderSeries, SeriesEntry, Work
from ..model.confidence import Confidence
from ..model.library import SeriesRef, TrackedSeries


def book_key(work: Work) -> str:
    """The natural key of a work over all series and providers: "<normal first author>|<normal bare title>"."""
    writers = people.writers(work.authors)
    title = titles.normal(work.title) or titles.normal(work.title_raw) or work.work_id
    return f"{writers[0] if writers else ''}|{title}"


@dataclass
class _Slot:
    """One work of the listing with its other editions. ``forms`` are those of the edition that stands for it."""

    position: Position
    text: str
    forms: WorkForms
    kind: EntryKind
    others: list[Work] = field(default_factory=list)


def series_entries(
    tracked: TrackedSeries,
    chosen: ProviderSeries,
    confidence: Confidence,
    *,
    languages: tuple[str, ...] = ("english",),
) -> list[SeriesEntry]:
    """The works of the chosen series, in order of position, each once.

    Editions and translations of one work are joined, the most read one in a wanted language standing for all and the
    others giving it their titles. Two works at one whole position stay two, with the disagreement named and the
    confidence lowered. ``languages`` are those that the person wants.
    """
    slots: list[_Slot] = []
    for text, work in sorted(chosen.entries, key=lambda entry: _standing(entry[1], languages)):
        forms = work_forms(_placed(work, chosen.title, text))
        position = positions.parse(text)
        home = next((slot for slot in slots if _same_work(slot, position, forms)), None)
        if home is not None:
            home.others.append(work)
            if not home.position.is_known and position.is_known:
                home.position, home.text = position, text
            continue
        slots.append(_Slot(position, text, forms, _kind(position, forms, languages)))
    _drop_titles_of_others(slots)
    crowded = _crowded(slots)
    entries = [_entry(tracked, chosen, confidence, slot, crowded) for slot in slots]
    return sorted(_unique(entries), key=lambda entry: (positions.sort_key(entry.position), entry.entry_key))


def _standing(work: Work, languages: Sequence[str]) -> tuple[bool, int, str]:
    """Sort key: editions in a wanted language first, then the most rated."""
    foreign = bool(work.language) and work.language.lower() not in languages
    return (foreign, -work.ratings_count, work.work_id)


def _placed(work: Work, name: str, position: str) -> Work:
    """The work with its place in this series among its series, as the listing states it."""
    strict = titles.series_name(name)
    if not name or any(titles.series_name(ref.name) == strict for ref in work.series):
        return work
    return replace(work, series=(SeriesRef(name, position), *work.series))


def _same_work(slot: _Slot, position: Position, forms: WorkForms) -> bool:
    left, right = slot.forms, forms
    if left.work.work_id and left.work.work_id == right.work.work_id:
        return True
    if position.is_known and slot.position.is_known and position != slot.position:
        return False
    if left.is_set != right.is_set or left.kinds != right.kinds:
        return False
    names = left.whole | left.other | left.other_mains
    if names & (right.whole | right.other | right.other_mains):
        return True
    if {left.main.replace(" ", "")} & right.whole or {right.main.replace(" ", "")} & left.whole:
        return position.is_known and position == slot.position
    # At one place, one of them in another language: a translation of the other.
    return positions.is_whole(position) and position == slot.position and _translated(left, right)


def _translated(left: WorkForms, right: WorkForms) -> bool:
    first = left.work.language.lower() or titles.language_hint(left.work.title)
    second = right.work.language.lower() or titles.language_hint(right.work.title)
    return bool(first and second and first != second) and people.shared_author(left.work.authors, right.work.authors)


def _kind(position: Position, forms: WorkForms, languages: Sequence[str]) -> EntryKind:
    kinds, work = forms.kinds, forms.work
    beside = kinds.graphic or kinds.young_readers or work.kind is EntryKind.COMPANION
    # A companion by its wording alone, listed as a numbered book, is one ("The Dungeon Anarchist's Cookbook").
    if beside or (kinds.derivative and not positions.is_whole(position)):
        return EntryKind.COMPANION
    if position.part is not None or kinds.part is not None or kinds.dramatised or work.kind is EntryKind.PART:
        return EntryKind.PART
    if position.is_range or forms.is_set or work.kind is EntryKind.OMNIBUS:
        return EntryKind.OMNIBUS
    if work.kind is EntryKind.TRANSLATION:
        return EntryKind.TRANSLATION
    if work.language and work.language.lower() not in languages and titles.language_hint(work.title) not in languages:
        return _foreign(work, languages)
    if not position.is_known:
        return EntryKind.COMPANION
    if not positions.is_whole(position) or position.numbers[0] == 0 or work.kind is EntryKind.SECONDARY:
        return EntryKind.SECONDARY
    return EntryKind.PRIMARY


def _foreign(work: Work, languages: Sequence[str]) -> EntryKind:
    """A work listed in another language is a book all the same, unless its very title is in one."""
    guess = titles.language_hint(work.title)
    return EntryKind.TRANSLATION if guess and guess not in languages else EntryKind.PRIMARY


def _drop_titles_of_others(slots: Sequence[_Slot]) -> None:
    """Providers sometimes give a book the original title of its neighbour; a book's own title is its own."""
    owners: dict[str, list[Position]] = {}
    for slot in slots:
        for form in slot.forms.whole | {slot.forms.main.replace(" ", "")}:
            owners.setdefault(form, []).append(slot.position)

    def is_anothers(name: str, slot: _Slot) -> bool:
        return any(position != slot.position for position in owners.get(titles.compact(name), ()))

    for slot in slots:
        work = slot.forms.work
        kept = tuple(name for name in work.alternative_titles if not is_anothers(name, slot))
        original = "" if is_anothers(work.original_title, slot) else work.original_title
        if (kept, original) != (work.alternative_titles, work.original_title):
            slot.forms = work_forms(replace(work, alternative_titles=kept, original_title=original))


def _crowded(slots: Sequence[_Slot]) -> dict[Position, list[str]]:
    """Whole positions that hold more than one book, with their titles."""
    titles_at: dict[Position, list[str]] = {}
    for slot in slots:
        if slot.kind is EntryKind.PRIMARY and positions.is_whole(slot.position):
            titles_at.setdefault(slot.position, []).append(slot.forms.work.title)
    return {position: names for position, names in titles_at.items() if len(names) > 1}


def _entry(
    tracked: TrackedSeries,
    chosen: ProviderSeries,
    confidence: Confidence,
    slot: _Slot,
    crowded: dict[Position, list[str]],
) -> SeriesEntry:
    work = _joined(slot)
    key = book_key(work)
    shown = positions.show(slot.position) or slot.text.strip()
    disagreement = ""
    if slot.kind is EntryKind.PRIMARY and slot.position in crowded:
        listed = " and ".join(f"«{name}»" for name in sorted(crowded[slot.position]))
        disagreement = f"{chosen.provider} lists {listed} as number {shown}"
        confidence = Confidence.MEDIUM if confidence is Confidence.HIGH else confidence
    return SeriesEntry(
        series_key=tracked.series_key,
        entry_key=f"{shown}|{key}",
        book_key=key,
        series_name=tracked.name,
        position=shown,
        work=replace(work, kind=slot.kind),
        series_aliases=tuple(dict.fromkeys((*tracked.aliases, chosen.title, *chosen.aliases))),
        providers=(chosen.provider,),
        confidence=confidence,
        disagreement=disagreement,
    )


def _joined(slot: _Slot) -> Work:
    """The work that stands for its editions, with what they know and it does not."""
    work = slot.forms.work
    names: list[str] = list(work.alternative_titles)
    for other in slot.others:
        names += [other.title, other.original_title, *other.alternative_titles]
        work = replace(
            work,
            isbn=work.isbn or other.isbn,
            asin=work.asin or other.asin,
            audio_release_date=work.audio_release_date or other.audio_release_date,
            release_date=work.release_date or other.release_date,
            runtime_seconds=work.runtime_seconds or other.runtime_seconds,
            has_audiobook=True if True in (work.has_audiobook, other.has_audiobook) else work.has_audiobook,
            provider_ids=tuple(dict.fromkeys((*work.provider_ids, *other.provider_ids))),
        )
    kept = {name: None for name in names if name and titles.compact(name) != titles.compact(work.title)}
    return replace(work, alternative_titles=tuple(kept))


def _unique(entries: Sequence[SeriesEntry]) -> list[SeriesEntry]:
    """Each book once: a work that is listed at two positions keeps the one with the better kind and lower number."""
    order = list(EntryKind)
    by_key: dict[str, SeriesEntry] = {}
    ranked = sorted(entries, key=lambda entry: (order.index(entry.work.kind), positions.sort_key(entry.position)))
    for entry in ranked:
        key = entry.book_key if entry.work.kind in (EntryKind.PRIMARY, EntryKind.SECONDARY) else entry.entry_key
        by_key.setdefault(key, entry)
    return list(by_key.values())
