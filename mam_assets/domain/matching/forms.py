"""What the gates need of an item and of a work, computed once for each and not for every pair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mam_assets.domain import people, positions, titles
from mam_assets.domain.matching.folders import titled_by_folder
from mam_assets.domain.titles import ParsedTitle, TitleKinds

from ..model.catalogue import EntryKind, Work
from ..model.library import LibraryItem, SeriesRef
from .identifiers import item_ids, work_ids
from .stated_places import Place, item_places, once, place_of

_NOBODY = frozenset(
    ["", "various", "various authors", "unknown", "unknown author", "anonymous", "full cast", "nn", "n a"]
)


_GENITIVE = re.compile(r"(?:['’]s|(?<=s)['’])\s+(?=\S)")
_JOINED = re.compile(r"[,;&/+]|\b(?:and|und|et|with|as|aka)\b|\bw/a\b", re.I)


@dataclass(frozen=True, slots=True)
class Kinds:
    """What sort of thing it is beside being a book; "" and False for the plain book."""

    derivative: str = ""
    young_readers: bool = False
    graphic: bool = False
    dramatised: bool = False
    part: int | None = None
    parts: int | None = None


PLAIN = Kinds()


@dataclass(slots=True)  # not frozen, as that doubles the time to make one; nothing changes them
class ItemForms:
    """The item as the gates see it. Title sets hold compact normal forms; ``pieces`` are without the author's name."""

    item: LibraryItem
    parsed: ParsedTitle
    authors: tuple[str, ...]
    pieces: tuple[str, ...]
    whole: frozenset[str]
    main: str
    joined: str
    words: tuple[str, ...]
    tails: frozenset[str]
    has_subtitle: bool
    subtitle: str
    places: tuple[Place, ...]
    kinds: Kinds
    is_set: bool
    ids: frozenset[str]


@dataclass(slots=True)
class WorkForms:
    """The work as the gates see it. ``other`` are its titles elsewhere: the original one, the American one …"""

    work: Work
    parsed: ParsedTitle
    authors: tuple[str, ...]
    whole: frozenset[str]
    main: str
    words: tuple[str, ...]
    tails: frozenset[str]
    other: frozenset[str]
    other_mains: frozenset[str]
    has_subtitle: bool
    subtitle: str
    places: tuple[Place, ...]
    kinds: Kinds
    is_set: bool
    ids: frozenset[str]


def item_forms(item: LibraryItem) -> ItemForms:
    """The forms of an item; the folder stands in for a title that is but a track's."""
    held, item = item, titled_by_folder(item)
    parsed = titles.parse(item.title, item.subtitle)
    authors = _authors(item.authors)
    dated = _without_authors(parsed.pieces, authors)
    pieces = _without_year(item.title, dated)
    own = titles.normal(item.title)
    if len(pieces) == 1:
        bare = _without_by(pieces[0], authors)
        main = own if bare == item.title else titles.normal(bare)
        subtitle = titles.normal(item.subtitle) if item.subtitle else ""
        whole = {_compact(own), _compact(main), titles.compact(pieces[0])}
    else:
        joined = ": ".join(pieces)
        main = titles.normal(_without_by(pieces[0], authors))
        subtitle = titles.normal(": ".join(pieces[1:]))
        whole = {_compact(own), titles.compact(joined), titles.compact(_without_by(joined, authors))}
    named = [item.title, *parsed.aliases]
    if pieces[0] != item.title:
        named.append(": ".join(pieces))
    if "'" in pieces[0] or "’" in pieces[0]:
        named.append(": ".join([_without_genitive(pieces[0], item.authors), *pieces[1:]]))
    for name in named:
        whole |= titles.spellings(name)
    if pieces is not dated:
        whole.add(titles.compact(": ".join(dated)))  # "2001 - A Space Odyssey" bears its year rightly
    if item.subtitle:
        whole.add(titles.compact(f"{pieces[0]} {item.subtitle}"))
    places = item_places(item, parsed)
    return ItemForms(
        item=held,
        parsed=parsed,
        authors=authors,
        pieces=tuple(pieces),
        whole=frozenset(filter(None, whole)),
        main=main,
        joined=titles.normal(" ".join(pieces)) if len(pieces) > 1 else main,
        words=tuple(own.split()),
        tails=frozenset(titles.compact(": ".join(pieces[at:])) for at in range(1, len(pieces))),
        has_subtitle=len(pieces) > 1 or bool(item.subtitle),
        subtitle=subtitle,
        places=places,
        kinds=_kinds(parsed, item.series, item.publisher),
        is_set=parsed.omnibus or any(place.position.is_range for place in places),
        ids=item_ids(item),
    )


def work_forms(
    work: Work, series: Sequence[SeriesRef] | None = None, alternative_titles: Sequence[str] | None = None
) -> WorkForms:
    """The forms of a work; ``series`` and ``alternative_titles`` stand for its own where more is known of them."""
    series = work.series if series is None else series
    alternative_titles = work.alternative_titles if alternative_titles is None else alternative_titles
    parsed = titles.parse(work.title, work.subtitle)
    raw, beside = _raw(work, parsed)
    is_volume = bool(parsed.maybe_series) and _is_volume(parsed, series)
    # "Red Rising: Sons of Ares, Vol. 1" of a series "Red Rising: Sons of Ares" has no title "Red Rising".
    main = titles.normal(work.title if is_volume else parsed.pieces[0])
    whole = {titles.compact(work.title)}
    if not is_volume and (len(parsed.pieces) > 1 or parsed.pieces[0] != work.title):
        whole.add(titles.compact(": ".join(parsed.pieces)))
    if not is_volume and raw is not parsed:
        whole.add(titles.compact(raw.full))
    if work.subtitle:
        whole.add(titles.compact(f"{parsed.pieces[0]} {work.subtitle}"))
    whole |= titles.spellings(work.title)
    if not is_volume and parsed.pieces[0] != work.title:
        whole |= titles.spellings(": ".join(parsed.pieces))
    other: set[str] = set()
    other_mains: set[str] = set()
    for name in filter(None, (work.original_title, *alternative_titles, *parsed.aliases, *raw.aliases)):
        known = titles.parse(name)
        other |= {titles.compact(name), titles.compact(known.full)}
        other_mains |= {titles.compact(known.pieces[0]), titles.compact(name.split(":")[0])}
    refs = [place_of(ref) for ref in series]
    refs += [place_of(ref) for ref in (*raw.series, *parsed.series) if ref.name]
    kinds = _kinds(parsed, work.series, "")
    if beside:
        other |= {titles.compact(alias) for alias in titles.parse(f"{work.title} {beside}").aliases}
        kinds = _either(kinds, _kinds(titles.read_kinds(beside, beside), (), ""))
    elif raw is not parsed:
        kinds = _either(kinds, _kinds(raw, (), ""))
    return WorkForms(
        work=work,
        parsed=parsed,
        authors=_authors(work.authors),
        whole=frozenset(whole - {""}),
        main=main,
        words=tuple(titles.normal(work.title).split()),
        tails=frozenset(titles.compact(tail) for tail in parsed.tails),
        other=frozenset(other - whole - {""}),
        other_mains=frozenset(other_mains - other - whole - {""}),
        has_subtitle=len(parsed.pieces) > 1 or bool(work.subtitle),
        subtitle=titles.normal(": ".join(parsed.pieces[1:]) or work.subtitle) if parsed.tails or work.subtitle else "",
        places=once(refs),
        kinds=kinds,
        is_set=work.kind is EntryKind.OMNIBUS
        or any(place.position.is_range for place in refs)
        or ((raw.omnibus or parsed.omnibus) and not any(positions.is_whole(place.position) for place in refs)),
        ids=work_ids(work),
    )


def _is_volume(parsed: ParsedTitle, series: Iterable[SeriesRef]) -> bool:
    names = {titles.series_name(ref.name) for ref in series}
    return any(titles.series_name(ref.name) in names for ref in parsed.maybe_series if ":" in ref.name)


def _raw(work: Work, parsed: ParsedTitle) -> tuple[ParsedTitle, str]:
    """The title as the provider prints it, taken apart; or the bare one, and what it prints behind it in brackets.

    "The Leopard (Harry Hole, #8)" of a work whose series are known says nothing new but perhaps its kind.
    """
    text = work.title_raw.strip()
    if not text or text == work.title:
        return parsed, ""
    if work.series and text.startswith(work.title):
        beside = text[len(work.title) :].strip()
        if beside[:1] == "(" and beside[-1:] == ")":
            ref = work.series[0]
            return parsed, "" if beside == f"({ref.name}, #{ref.position})" else beside
    return titles.parse(text), ""


@lru_cache(maxsize=131072)
def _authors(names: tuple[str, ...]) -> tuple[str, ...]:
    """Writers in normal form; a joined string also as the people it may hold. Nobodies ("Various") are left out."""
    given = [name for name in names if name and name.strip()]
    named: list[str] = []
    for name in [name for name in given if people.is_writer(name)] or given:
        named.extend(people.writers([name.replace("_", " ")]))
        if _JOINED.search(name):
            named.extend(people.writers(people.split(name)))
    return tuple(dict.fromkeys(form for form in named if form not in _NOBODY))


def _compact(form: str) -> str:
    return form.replace(" ", "")


def _without_authors(pieces: tuple[str, ...], authors: tuple[str, ...]) -> list[str]:
    """The pieces of a title without those that only name the author ("The Aeneid - Virgil")."""
    if len(pieces) == 1:
        return list(pieces)
    kept = [piece for piece in pieces if people.normal(piece) not in authors]
    return kept or list(pieces) or [""]


def _without_year(title: str, pieces: list[str]) -> list[str]:
    """The pieces without the year that a folder sorted by years puts in front ("1999 - Cryptonomicon")."""
    if len(pieces) > 1 and titles.is_year(pieces[0]) and titles.year_in_front(title):
        return pieces[1:]
    return pieces


def _without_genitive(title: str, authors: Iterable[str]) -> str:
    """ "Neil Gaiman's Neverwhere" without the author."""
    for name in authors:
        size = len(name)
        if name and title[:size].casefold() == name.casefold() and _GENITIVE.match(title, size):
            return _GENITIVE.sub("", title[size:], count=1) or title
    return title


def _without_by(title: str, authors: tuple[str, ...]) -> str:
    """ "The Critique of Pure Reason by Immanuel Kant" without the author."""
    head, by, tail = title.rpartition(" by ")
    return head if by and head and people.normal(tail) in authors else title


def _kinds(parsed: ParsedTitle | TitleKinds, series: Iterable[SeriesRef], publisher: str) -> Kinds:
    graphic, dramatised = parsed.graphic, parsed.dramatised
    for ref in series:
        said = _beside(ref.name, ref.position)
        graphic, dramatised = graphic or said.graphic, dramatised or said.dramatised
    if publisher:
        dramatised = dramatised or _beside(publisher, "").dramatised
    part = parsed.part
    for ref in series:
        if part is None and (known := positions.parse(ref.position).part) is not None:
            part = known
    if part is None and not (graphic or dramatised) and not _any_kind(parsed):
        return PLAIN
    return Kinds(
        derivative=parsed.derivative,
        young_readers=parsed.young_readers,
        graphic=graphic,
        dramatised=dramatised,
        part=part,
        parts=parsed.parts,
    )


def _any_kind(parsed: ParsedTitle | TitleKinds) -> bool:
    return bool(parsed.derivative) or parsed.young_readers or parsed.part is not None


@lru_cache(maxsize=131072)
def _beside(name: str, position: str) -> TitleKinds:
    return titles.read_kinds(f"{name}, {position}", "")


def _either(left: Kinds, right: Kinds) -> Kinds:
    return Kinds(
        left.derivative or right.derivative,
        left.young_readers or right.young_readers,
        left.graphic or right.graphic,
        left.dramatised or right.dramatised,
        left.part if left.part is not None else right.part,
        left.parts if left.parts is not None else right.parts,
    )
