"""An omnibus covers the books in it: by its range of positions, by the titles it lists, or as the complete series."""

from __future__ import annotations

import re
from decimal import Decimal

from mam_assets.domain import positions, titles
from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.forms import ItemForms
from mam_assets.domain.matching.pair import Authors, Pair
from mam_assets.domain.model.completion import Match, MatchVerdict
from mam_assets.domain.model.confidence import Confidence

from ..place_relations import is_sub_series, same_series
from ..stated_places import Place

_LISTED = re.compile(r"\s*(?:/|;)\s*")
_MAY_LIST = re.compile(r"[/;,&+]|\band\b", re.I)
_JOINED = re.compile(r"\s*(?:,|&|\+)\s*|\s+and\s+(?:other\s+)?", re.I)


def omnibus(pair: Pair) -> MatchVerdict | None:
    if pair.authors is Authors.OTHER:
        return None
    if pair.places.covered:
        return verdicts.covered("omnibus", pair, str(pair.places.covered))
    if pair.authors is not Authors.SHARED:
        return None
    if not pair.work.is_set and (piece := _listed(pair)):
        if " " not in titles.normal(piece) and not _LISTED.search(pair.item.item.title) and not pair.lead_is_series:
            why = f"the item's title may list «{piece}»"
            return verdicts.unsure("omnibus", pair, why, Match.COVERS)
        return verdicts.covered("omnibus", pair, f"the item's title lists «{piece}»", Confidence.MEDIUM)
    return _whole_series(pair) if pair.item.is_set else _named_as_set(pair)


def _listed(pair: Pair) -> str:
    """The piece of the item's title that is the work's title."""
    if any(place.position.is_known and not place.position.is_range for place in pair.item.places):
        return ""  # one volume, whatever its title joins
    names = pair.work.whole | pair.work.other | {pair.work.main.replace(" ", "")}
    heroes = {place.strict.replace(" ", "") for place in pair.work.places}
    for key, piece in listed_titles(pair.item).items():
        # "The Mysterious Benedict Society and the Perilous Journey" lists no book, but who the book is about.
        if key in names and (key not in heroes or _LISTED.search(pair.item.item.title)):
            return piece
    return ""


def listed_titles(item: ItemForms) -> dict[str, str]:
    """Titles that the item's title lists, by compact form: "Oedipus Rex/Antigone", "Walden and Civil Disobedience".

    Behind a mere "and" or comma a single word is no title of its own, unless three are listed behind a colon as in
    "Silo: Wool, Shift, Dust"; "The Iliad" may be one.
    """
    listed: dict[str, str] = {}
    if not _MAY_LIST.search(item.item.title):
        return listed
    for at, chunk in enumerate(item.parsed.pieces):
        for splitter, least in ((_LISTED, 1), (_JOINED, 2)):
            pieces = splitter.split(chunk)
            least = 1 if at and len(pieces) > 2 else least
            for piece in pieces if len(pieces) > 1 else ():
                form = titles.normal(piece)
                if form and len(piece.split()) >= least:
                    listed.setdefault(form.replace(" ", ""), piece)
    return listed


def _whole_series(pair: Pair) -> MatchVerdict | None:
    """A set that names the work's series and no range: "The X Complete Collection", "The X Omnibus"."""
    if any(place.position.is_range for place in pair.item.places):
        return None
    place = _series_of_set(pair)
    if place is None:
        return None
    if pair.work.is_set:
        if pair.item.parsed.complete:
            return verdicts.same("omnibus", pair, f"both are the whole of '{place.name}'", Confidence.MEDIUM)
        return verdicts.unsure("omnibus", pair, f"two sets of '{place.name}': of the same books?")
    if size := _SIZES.get(_bare_set_name(pair.item).rpartition(" ")[2]):
        if positions.is_whole(place.position) and 0 < place.position.numbers[0] <= size:
            return verdicts.covered(
                "omnibus", pair, f"the item is the {size} books of '{place.name}'", Confidence.MEDIUM
            )
        return None
    if pair.item.parsed.complete and positions.is_whole(place.position):
        return verdicts.covered("omnibus", pair, f"the item is the complete '{place.name}'", Confidence.MEDIUM)
    if place.position.numbers == (Decimal(1),):
        return verdicts.covered(
            "omnibus", pair, f"a set of '{place.name}' begins with its first book", Confidence.MEDIUM
        )
    return verdicts.unsure(
        "omnibus", pair, f"the item is a set of '{place.name}' that does not say which books", Match.COVERS
    )


def _bare_set_name(item: ItemForms) -> str:
    return titles.normal(titles.without_set_words(item.parsed.title))


def _series_of_set(pair: Pair) -> Place | None:
    named = titles.series_name(_bare_set_name(pair.item), loose=True)
    for known in pair.work.places:
        if known.loose == named:
            return known
        for mine in pair.item.places:
            if mine.name and same_series(mine, known) and not is_sub_series(mine, known):
                return known
    return None


# How many books a series so called has.
_SIZES = {"duology": 2, "trilogy": 3, "quartet": 4, "tetralogy": 4, "quintet": 5, "pentalogy": 5}


def _named_as_set(pair: Pair) -> MatchVerdict | None:
    """ "The Hunger Games Trilogy": a title that is a series' name with its size, and no book's title."""
    item, work = pair.item, pair.work
    last = item.main.rpartition(" ")[2]
    size = _SIZES.get(last)
    if size is None or work.is_set or item.main == work.main or item.has_subtitle:
        return None
    if any(place.sure and place.position.is_known for place in item.places):
        return None
    bare = titles.series_name(item.main, loose=True)
    place = next((known for known in work.places if known.loose == bare and positions.is_whole(known.position)), None)
    if place is None or not 0 < place.position.numbers[0] <= size:
        return None
    return verdicts.covered("omnibus", pair, f"the item is the {last} '{place.name}'", Confidence.MEDIUM)
