"""What the text of a title and subtitle says: bare titles, series and volumes, edition, and kind of work.

Nothing is known here of the catalogue: where a text can be read in two ways ("Area 51: The Truth") both are given,
and the matching takes a reading only if something else bears it out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mam_assets.domain import positions

from ..model.catalogue import Position
from ..model.library import SeriesRef
from . import aliases, file_tails, kinds, lists, markers, parts, volumes, years


@dataclass(frozen=True, slots=True)
class ParsedTitle:
    """A title taken apart.

    ``title`` is the bare title without series, edition and subtitle; ``full`` the same with its subtitle;
    ``pieces`` are its parts between colons and dashes; ``tails`` what stands behind a colon or dash, which is the title
    if a series' name stands before it.
    ``series`` holds series and volumes that the text names; a volume without a series has an empty name.
    ``maybe_series`` are readings that hold only if such a series is known ("Apollo 13: A Story" is no series "Apollo").
    ``part`` of ``parts`` is set for one part of a split book. ``derivative`` is "", "study guide", "companion",
    "excerpt" or "screenplay". ``language`` is set if the edition names one ("German edition"); ``original`` is the
    title in another language that stands in brackets behind it ("El leopardo [The Leopard]").
    ``part_series`` are names beside the title with the number of a part ("Foundation (Robots, Part 3)"): if a series is
    so called, ``part`` is its volume. ``aliases`` are titles that it says the book is also known by; ``second_title``
    is one in round brackets without such words, an alias or the original.
    """

    text: str
    title: str
    full: str = ""
    tails: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    series: tuple[SeriesRef, ...] = ()
    maybe_series: tuple[SeriesRef, ...] = ()
    editions: tuple[str, ...] = ()
    abridged: bool = False
    unabridged: bool = False
    dramatised: bool = False
    full_cast: bool = False
    part: int | None = None
    parts: int | None = None
    omnibus: bool = False
    complete: bool = False
    derivative: str = ""
    young_readers: bool = False
    graphic: bool = False
    language: str = ""
    original: str = ""
    part_series: tuple[SeriesRef, ...] = ()
    aliases: tuple[str, ...] = ()
    second_title: str = ""

    @property
    def position(self) -> Position:
        """The first volume number that the text gives, whatever the series."""
        refs = (*self.series, *self.maybe_series)
        return next((known for ref in refs if (known := positions.parse(ref.position)).is_known), Position())


# "Wheel of Time [01] The Eye of the World"
_NUMBER_BETWEEN = re.compile(r"(?<=\w)\s*[(\[]#?(\d{1,3}(?:\.\d)?)[)\]]\s*[-–:]?\s*(?=\w)")
# "01 Storm Front", "1. Storm Front", "#3 Grave Peril": a number of the file, not of the title ("7 Habits")
_LEADING_NUMBER = re.compile(
    r"^(?:#\s*(?P<a>\d{1,3}(?:\.\d)?)|(?P<b>0\d{1,2}|\d{1,2}(?=\.\s))\.?)\s+(?=['‘’\"“]?[^\W\d])"
)
# "DF01 - Storm Front", "WoT 3 - The Dragon Reborn": an abbreviation with a number
_SHORT_NUMBER = re.compile(r"^(?:[A-Z]{1,5}|[A-Z][a-z]?[A-Z][A-Za-z]{0,2})\s?(?P<number>\d{1,2}(?:\.\d)?)$")
_BRACKET = re.compile(r"(?P<mark>[(\[{])(?P<inner>[^()\[\]{}]*)[)\]}]")
# a year behind a volume's number ends no range
_DASHED_RANGE = re.compile(r"(?<=\d)\s*[-–—]\s*(?=\d)(?!(?:1[5-9]|20)\d\d\b)")
_PARTING = re.compile(
    r"\s+[-–—|~]+\s+|\s*:\s+|(?<=\w):(?=\s*$)|\s+//?\s+(?=book|vol)|(?:[,;]\s*or[,;]?|\bor[,;])\s+", re.I
)
# A title of letters alone, none of them a word that a marker or a volume wants, says nothing beside itself.
_STRUCTURE = re.compile(r"[^\w\s'’.,!?&]|\d|, or\b|\bor,", re.I)
_VOLUME_WORDS = frozenset(
    ["book", "books", "bk", "volume", "volumes", "vol", "tome", "tom", "band", "bd", "buch", "teil", "livre", "libro"]
)
_STRAY = file_tails.WORDS | {"aka", "known", "published", "titled", "title"}


def parse(title: str | None, subtitle: str | None = "") -> ParsedTitle:
    """Take a title (and the subtitle that a library keeps apart) to pieces. Never raises; "" gives an empty result."""
    return _parse((title or "").strip(), (subtitle or "").strip())


@lru_cache(maxsize=262144)
def _parse(text: str, subtitle: str) -> ParsedTitle:
    if text and not subtitle and not _STRUCTURE.search(text):
        words = kinds.WORD.findall(text.lower())
        if kinds.WORDS.isdisjoint(words) and _VOLUME_WORDS.isdisjoint(words) and _STRAY.isdisjoint(words):
            return ParsedTitle(text=text, title=text, full=text, pieces=(text,))
    text_as_given, text = text, years.dashed(_NUMBER_BETWEEN.sub(r" \1 - ", text))
    brackets = [(match["mark"], match["inner"].strip()) for match in _BRACKET.finditer(text)]
    main = _DASHED_RANGE.sub("-", re.sub(r"\s+", " ", _BRACKET.sub(" ", text))).strip(" -–:|,") or text
    main = file_tails.without_junk(main)
    main, alias = aliases.split_alias(main) if aliases.may_hold(main) else (main, "")
    pieces = [piece.strip(" ,;") for piece in _PARTING.split(main) if piece.strip(" ,;")]
    reading = _Reading()
    reading.aliases += [alias] if alias else []
    if listed := lists.listed_volumes(main):
        reading.series.append(listed)
        reading.titles.append(main)
    else:
        reading.read_main(pieces)
    for mark, inner in brackets:
        reading.read_bracket(inner, mark)
    reading.read_subtitle(subtitle)
    beside = [*(pieces if len(pieces) > 1 else ()), *(inner for _, inner in brackets), subtitle]
    return reading.result(text_as_given, subtitle, beside)


def _is_kind(said: kinds.TitleKinds, inner: str) -> bool:
    """Do the words in brackets say what kind of thing it is, so that they are no title?"""
    beside = said.young_readers or said.graphic or said.omnibus or said.full_cast or bool(said.derivative)
    return beside or bool(markers.COMPANION.search(inner) or markers.LANGUAGE_EDITION.search(inner))


class _Reading:
    """Collects what the pieces of one title say."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.series: list[SeriesRef] = []
        self.maybe: list[SeriesRef] = []
        self.editions: list[str] = []
        self.original = ""
        self.second_title = ""
        self.aliases: list[str] = []
        self.lead: str = ""  # a series' name that stood before the title: "Foo 2: Title"

    def read_main(self, pieces: list[str]) -> None:
        if pieces and (match := _LEADING_NUMBER.match(pieces[0])):
            self.series.append(SeriesRef("", match["a"] or match["b"]))
            pieces = [pieces[0][match.end() :], *pieces[1:]]
        volume = volumes.series_in(pieces[0], alone=False) if len(pieces) > 2 else None
        pieces = years.without_year_of_volume(pieces, volume is not None and not volume.name)
        pieces = [piece for at, piece in enumerate(pieces) if at == 0 or not self._is_edition(piece)]
        for at, piece in enumerate(pieces):
            last = at == len(pieces) - 1
            if ref := volumes.series_in(piece, alone=len(pieces) == 1):
                self._take_series(ref, piece, only=len(pieces) == 1)
            elif at == 0 and not last and (match := _SHORT_NUMBER.match(piece)):
                self.series.append(SeriesRef("", match["number"]))
                self.maybe.append(SeriesRef(piece[: match.start("number")].strip(), match["number"]))
            elif not last and (match := volumes.NAME_NUMBER.match(piece)):
                # "Foo 02 - Title": the number is the series', but "Apollo 13: A Story" looks the same.
                name = match["name"].strip(" ,")
                self._maybe(SeriesRef(name, match["number"]))
                self.titles.append(piece)
            elif last and (match := volumes.NAME_RANGE.match(piece)):
                self._maybe(SeriesRef(match["name"], match["number"]))
                self.titles.append(piece)
            elif at > 0 and not last and (match := volumes.NUMBER_ALONE.match(piece)):
                self._maybe(SeriesRef(self.titles[-1] if self.titles else "", match["number"]))
            elif at == 0 and not last and len(piece) <= 3 and (match := volumes.NUMBER_ALONE.match(piece)):
                self.series.append(SeriesRef("", match["number"]))
            elif at > 0 and last and (match := volumes.NAME_NUMBER.match(piece)):
                self._maybe(SeriesRef(match["name"].strip(" ,"), match["number"]))
                self.titles.append(piece)
            else:
                self.titles.append(piece)

    def _take_series(self, ref: SeriesRef, piece: str, *, only: bool) -> None:
        """A piece that names a volume: with its own series name, or with the piece before it as the name."""
        name = volumes.without_set_words(ref.name)
        if only and name:
            # "The Ghost Brigades Book 2": what stands before the number may be the title or the series.
            self.series.append(SeriesRef("", ref.position))
            self.maybe.append(SeriesRef(name, ref.position))
            self.titles.append(ref.name)
        elif only:
            self.series.append(ref)
            self.titles.append(piece)
        elif name:
            head, comma, tail = name.rpartition(", ")
            if comma:
                # "Star Wars: Dark Force Rising, The Thrawn Trilogy Book 2"
                self.titles.append(head)
                name = tail
            self.series.append(SeriesRef(name, ref.position))
            if self.titles:
                self.maybe.append(SeriesRef(": ".join([*self.titles, name]), ref.position))
        else:
            self.series.append(ref)
            for start in {0, len(self.titles) - 1} if self.titles else ():
                self.maybe.append(SeriesRef(volumes.without_set_words(": ".join(self.titles[start:])), ref.position))
        self.lead = self.lead or ref.name

    def _maybe(self, ref: SeriesRef) -> None:
        self.maybe.append(ref)
        if self.titles:
            self.maybe.append(SeriesRef(": ".join([*self.titles, ref.name]), ref.position))

    def _is_edition(self, piece: str) -> bool:
        """Is the piece no part of the title: "Unabridged", "A Novel"? "A Harry Hole Novel" names the series."""
        hero = volumes.HERO.match(piece)
        if not markers.EDITION.match(piece) and not hero:
            return False
        if hero and not markers.EDITION.match(piece):
            self.series.append(SeriesRef(hero["name"]))
        self.editions.append(piece)
        return True

    def read_bracket(self, inner: str, mark: str) -> None:
        said = kinds.read(f"({inner})", "")
        if not inner or said.part is not None or said.dramatised:
            return
        if self._is_edition(inner):
            return
        if aliases.may_hold(inner) and (alias := aliases.named_alias(inner)):
            self.aliases.append(alias)
            return
        has_series = False
        if ":" in inner and mark == "[":
            self.original = inner  # "Choque de reyes [A Clash of Kings: A Song of Ice and Fire, Book 2]"
            return
        for piece in re.split(r"\s*;\s*", inner):
            if ref := volumes.series_in(piece, alone=False) or volumes.bracket_series(piece):
                self.series.append(ref)
                if not ref.name and self.titles:
                    self.maybe.append(SeriesRef(volumes.without_set_words(": ".join(self.titles)), ref.position))
                has_series = True
        # "{Ray Porter}" is who reads it
        if not has_series and mark != "{" and (said is kinds.NONE or not _is_kind(said, inner)):
            self.original = inner
            self.second_title = inner if mark == "(" else self.second_title

    def read_subtitle(self, subtitle: str) -> None:
        if not subtitle:
            return
        for bracket in _BRACKET.finditer(subtitle):
            inner = bracket["inner"].strip()
            if ref := volumes.series_in(inner, alone=False) or volumes.bracket_series(inner):
                self.series.append(ref)
        bare = _BRACKET.sub(" ", subtitle)
        for piece in _PARTING.split(bare):
            piece = piece.strip(" ,;")
            if ref := volumes.series_in(piece, alone=False):
                self.series.append(ref)
            elif match := volumes.HERO.match(piece):
                self.series.append(SeriesRef(match["name"]))

    def result(self, text: str, subtitle: str, beside: list[str]) -> ParsedTitle:
        titles = self.titles or ([self.lead] if self.lead else [text])
        title, tails = titles[0], tuple(": ".join(titles[at:]) for at in range(1, len(titles)))
        everything = " ".join(filter(None, [text, f"({subtitle})" if subtitle else ""]))
        kind = kinds.read(everything, text)
        return ParsedTitle(
            text=text,
            title=title,
            full=": ".join(titles),
            tails=tails,
            pieces=tuple(titles),
            series=tuple(dict.fromkeys(self.series)),
            maybe_series=tuple(dict.fromkeys(ref for ref in self.maybe if ref not in self.series)),
            editions=tuple(self.editions),
            original=self.original,
            aliases=tuple(self.aliases),
            second_title=self.second_title,
            part_series=parts.named_parts(beside) if kind.part is not None else (),
            abridged=kind.abridged,
            unabridged=kind.unabridged,
            dramatised=kind.dramatised,
            full_cast=kind.full_cast,
            part=kind.part,
            parts=kind.parts,
            omnibus=kind.omnibus,
            complete=kind.complete,
            derivative=kind.derivative,
            young_readers=kind.young_readers,
            graphic=kind.graphic,
            language=kind.language,
        )
