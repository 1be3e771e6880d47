"""The series that the library has books of, each once, under all its spellings."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from .. import people, positions, titles
from ..gc_pause import collector_paused
from ..model.library import LibraryItem, SeriesRef, TrackedSeries

# Two spellings of a series' name by one author are a slip of the pen if they are that much alike.
_ALIKE = 92


@dataclass(frozen=True, slots=True)
class _Mention:
    """One item's claim to be in a series. ``sure`` is false for a reading of a title or folder."""

    item: LibraryItem
    ref: SeriesRef
    strict: str
    writers: tuple[str, ...]
    sure: bool


@dataclass
class _Group:
    """Mentions that mean one series."""

    mentions: list[_Mention] = field(default_factory=list)
    writers: set[str] = field(default_factory=set)

    def add(self, mention: _Mention) -> None:
        self.mentions.append(mention)
        self.writers.update(mention.writers)

    def knows(self, writers: Iterable[str]) -> bool:
        return any(writer in self.writers for writer in writers) or any(
            people.same_person(writer, known) for writer in writers for known in self.writers
        )


def tracked_series(items: Sequence[LibraryItem]) -> list[TrackedSeries]:
    """The series of all items with audio, sorted by key.

    One series under several spellings ("The X Saga", "X Series", "X (Publication Order)") is one; the same name by
    different authors stays apart. A series that only a title, subtitle or folder names counts if it comes with a volume
    number, or if another item of the author is in it. The result does not depend on the order of the items.
    """
    with collector_paused():
        return _tracked_series(items)


def _tracked_series(items: Sequence[LibraryItem]) -> list[TrackedSeries]:
    mentions = [mention for item in sorted(items, key=lambda item: item.abs_id) for mention in _mentions(item)]
    groups = _by_name_and_author([mention for mention in mentions if mention.sure])
    groups = _merge_spellings(groups)
    _attach(groups, [mention for mention in mentions if not mention.sure])
    tracked = [_tracked(group) for group in groups]
    return sorted(_with_unique_keys(tracked), key=lambda series: series.series_key)


def _mentions(item: LibraryItem) -> list[_Mention]:
    if not item.has_audio:
        return []
    writers = people.writers(item.authors)
    parsed = titles.parse(item.title, item.subtitle)
    if parsed.derivative:
        return []
    volume = next((ref.position for ref in parsed.series if not ref.name), "")
    mentions: list[_Mention] = []
    for ref in item.series:
        if strict := titles.series_name(ref.name):
            own = ref if positions.parse(ref.position).is_known else _numbered(ref, parsed.series, volume, item)
            mentions.append(_Mention(item, own, strict, writers, True))
    named = {mention.strict for mention in mentions}
    for ref in parsed.series:
        strict = titles.series_name(ref.name)
        if strict and strict not in named:
            sure = not item.series and positions.parse(ref.position).is_known
            mentions.append(_Mention(item, ref, strict, writers, sure))
    for ref in (*parsed.maybe_series, *_folder(item)):
        strict = titles.series_name(ref.name)
        if strict and strict not in named:
            mentions.append(_Mention(item, ref, strict, writers, False))
    return mentions


def _numbered(ref: SeriesRef, read: Iterable[SeriesRef], volume: str, item: LibraryItem) -> SeriesRef:
    """The reference with a number from the title, the subtitle or the folder, if the library's own field has none."""
    loose = titles.series_name(ref.name, loose=True)
    for other in read:
        if other.position and titles.series_name(other.name, loose=True) == loose:
            return SeriesRef(ref.name, other.position, ref.series_id)
    if volume:
        return SeriesRef(ref.name, volume, ref.series_id)
    for other in _folder(item):
        if other.position and titles.series_name(other.name, loose=True) == loose:
            return SeriesRef(ref.name, other.position, ref.series_id)
    return ref


_NUMBERED_FOLDER = re.compile(r"^\W*(?:vol(?:ume)?\.?|book|bk\.?|#)?\s*(\d{1,3}(?:\.\d{1,2})?)\W*(?:[.\s_-]|$)", re.I)


def _folder(item: LibraryItem) -> list[SeriesRef]:
    """ "Author/Series/07 - Title": the folder between author and title, with the number that the last one bears."""
    folders = [folder.strip() for folder in re.split(r"[/\\]", item.rel_path) if folder.strip()]
    if len(folders) < 3 or not any(people.same_person(folders[-3], author) for author in item.authors):
        return []
    match = _NUMBERED_FOLDER.match(folders[-1])
    return [SeriesRef(folders[-2], match[1] if match else "")]


def _by_name_and_author(mentions: Iterable[_Mention]) -> list[_Group]:
    by_name: dict[str, list[_Mention]] = defaultdict(list)
    for mention in mentions:
        by_name[mention.strict].append(mention)
    groups: list[_Group] = []
    for name in sorted(by_name):
        groups.extend(_by_author(by_name[name]))
    return groups


def _by_author(mentions: Sequence[_Mention]) -> list[_Group]:
    """Mentions of one name, parted by authors: those who wrote a book together are one group."""
    groups: list[_Group] = []
    nobody: list[_Mention] = []
    for mention in mentions:
        if not mention.writers:
            nobody.append(mention)
            continue
        known = [group for group in groups if group.knows(mention.writers)]
        home = known[0] if known else _Group()
        if not known:
            groups.append(home)
        for other in known[1:]:
            for moved in other.mentions:
                home.add(moved)
            groups.remove(other)
        home.add(mention)
    if nobody:
        home = groups[0] if len(groups) == 1 else _Group()
        for mention in nobody:
            home.add(mention)
        if home not in groups:
            groups.append(home)
    return groups


def _merge_spellings(groups: Sequence[_Group]) -> list[_Group]:
    """Join groups of one author whose names differ by "Trilogy", "Chronicles" or a letter, unless their books clash."""
    by_writer: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        for writer in sorted(group.writers):
            by_writer[writer].append(group)
    merged: dict[int, _Group] = {}

    def home(group: _Group) -> _Group:
        while id(group) in merged:
            group = merged[id(group)]
        return group

    for writer in sorted(by_writer):
        same = by_writer[writer]
        for at, left in enumerate(same):
            for right in same[at + 1 :]:
                first, second = home(left), home(right)
                if first is second or not _one_name(first, second) or _clash(first, second):
                    continue
                for mention in second.mentions:
                    first.add(mention)
                merged[id(second)] = first
    return [group for group in groups if id(group) not in merged]


def _one_name(left: _Group, right: _Group) -> bool:
    return any(
        _spelt_alike(a, b)
        for a in sorted({mention.strict for mention in left.mentions})
        for b in sorted({mention.strict for mention in right.mentions})
    )


def _spelt_alike(left: str, right: str) -> bool:
    if titles.series_name(left, loose=True) == titles.series_name(right, loose=True):
        return True
    if min(len(left), len(right)) < 7 or fuzz.ratio(left, right) < _ALIKE:
        return False
    digits = ([word for word in text.split() if word.isdigit()] for text in (left, right))
    first, second = digits
    return first == second


def _clash(left: _Group, right: _Group) -> bool:
    """Do they hold different books at one position? Then "Thrawn" and "The Thrawn Trilogy" are two series."""
    first, second = _titles_by_position(left), _titles_by_position(right)
    return any(not first[place] & second[place] for place in first.keys() & second.keys())


def _titles_by_position(group: _Group) -> dict[str, set[str]]:
    titles_at: dict[str, set[str]] = defaultdict(set)
    for mention in group.mentions:
        position = positions.parse(mention.ref.position)
        if position.is_known:
            titles_at[positions.show(position)].add(titles.compact(titles.parse(mention.item.title).title))
    return titles_at


def _attach(groups: Sequence[_Group], maybe: Iterable[_Mention]) -> None:
    """Add readings of titles and folders to the series of that name and author, where there is one."""
    by_name: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        for name in {titles.series_name(mention.ref.name, loose=True) for mention in group.mentions}:
            by_name[name].append(group)
    for mention in maybe:
        for group in by_name.get(titles.series_name(mention.ref.name, loose=True), ()):
            if group.knows(mention.writers) and all(known.item is not mention.item for known in group.mentions):
                group.add(mention)
                break


def _tracked(group: _Group) -> TrackedSeries:
    names = Counter(mention.ref.name.strip() for mention in group.mentions)
    ranked = sorted(names, key=lambda name: (-names[name], len(name), name))
    stricts = sorted({mention.strict for mention in group.mentions if mention.sure}, key=lambda name: (len(name), name))
    writers = Counter(writer for mention in group.mentions for writer in mention.writers)
    author = min(writers, key=lambda writer: (-writers[writer], writer)) if writers else ""
    members: dict[str, str] = {}
    for mention in group.mentions:
        if not members.get(mention.item.abs_id):
            members[mention.item.abs_id] = mention.ref.position.strip()
    return TrackedSeries(
        series_key=f"{stricts[0]}|{author}",
        name=ranked[0],
        author=_spelling(group, author),
        aliases=tuple(ranked[1:]),
        members=tuple(sorted(members.items(), key=lambda member: (positions.sort_key(member[1]), member[0]))),
        abs_series_ids=tuple(sorted({mention.ref.series_id for mention in group.mentions} - {""})),
    )


def _spelling(group: _Group, author: str) -> str:
    """The author's name as most items write it."""
    spellings = Counter(
        name for mention in group.mentions for name in mention.item.authors if people.normal(name) == author
    )
    return min(spellings, key=lambda name: (-spellings[name], name)) if spellings else ""


def _with_unique_keys(tracked: Iterable[TrackedSeries]) -> list[TrackedSeries]:
    """Two series of one name and author (their books clash) get their full names as keys, then a number."""
    unique: list[TrackedSeries] = []
    used: set[str] = set()
    for series in sorted(tracked, key=lambda group: (group.series_key, group.name, group.members)):
        key, at = series.series_key, 2
        while key in used:
            key, at = f"{series.series_key}|{at}", at + 1
        used.add(key)
        unique.append(series if key == series.series_key else _rekeyed(series, key))
    return unique


def _rekeyed(series: TrackedSeries, key: str) -> TrackedSeries:
    return TrackedSeries(key, series.name, series.author, series.aliases, series.members, series.abs_series_ids)
