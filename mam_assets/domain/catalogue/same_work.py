"""Do two providers mean one work? The same number (ASIN, ISBN), or the same title by the same people."""

from __future__ import annotations

from enum import IntEnum

from rapidfuzz import fuzz

from mam_assets.domain.matching.gates.identifiers import work_ids

from .. import people, positions, titles
from ..model.catalogue import EntryKind
from .listings import Statement

_SETS = frozenset([EntryKind.OMNIBUS])
_APART = frozenset([EntryKind.PART, EntryKind.TRANSLATION])
_SLIP = 90  # of 100, at one position: a misspelling, not another book


class Likeness(IntEnum):
    """How surely two works are one: the surest pairs are joined first. ``MOVED``: at different positions."""

    NONE = 0
    MOVED = 1
    TITLE = 2
    TITLE_AND_PLACE = 3
    NUMBER = 4


def likeness(one: Statement, two: Statement) -> Likeness:
    """How two works of different providers compare. A set is never a single book, nor a part or guide the book."""
    if not _same_sort(one, two):
        return Likeness.NONE
    if work_ids(one.work) & work_ids(two.work):
        return Likeness.NUMBER
    if one.forms.authors and two.forms.authors and not people.shared_author(one.work.authors, two.work.authors):
        return Likeness.NONE
    known = one.position.is_known and two.position.is_known
    placed = known and positions.same(one.position, two.position)
    if _same_title(one, two):
        return Likeness.TITLE_AND_PLACE if placed else Likeness.MOVED if known else Likeness.TITLE
    if placed and (_title_in_other(one, two) or _slip_of_pen(one, two)):
        return Likeness.TITLE_AND_PLACE
    return Likeness.NONE


def _same_sort(one: Statement, two: Statement) -> bool:
    kinds = (one.work.kind, two.work.kind)
    if any((kinds[0] in group) != (kinds[1] in group) for group in (_SETS, _APART)):
        return False
    return one.forms.is_set == two.forms.is_set and one.forms.kinds == two.forms.kinds


def _same_title(one: Statement, two: Statement) -> bool:
    return bool((one.forms.whole | one.forms.other) & (two.forms.whole | two.forms.other))


def _title_in_other(one: Statement, two: Statement) -> bool:
    """ "Mistborn: The Final Empire" and "The Final Empire", "Dune" and "Dune: A Novel": only at one position."""
    here = one.forms.whole | one.forms.other_mains | {one.forms.main.replace(" ", "")} | one.forms.tails
    there = two.forms.whole | two.forms.other_mains | {two.forms.main.replace(" ", "")} | two.forms.tails
    return bool((one.forms.whole & there) | (two.forms.whole & here))


def _slip_of_pen(one: Statement, two: Statement) -> bool:
    if fuzz.ratio(one.forms.main, two.forms.main) < _SLIP:
        return False
    here, there = (titles.normal(statement.work.title).split() for statement in (one, two))
    return [word for word in here if word.isdigit()] == [word for word in there if word.isdigit()]
