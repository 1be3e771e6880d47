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


def likeness(left: Statement, right: Statement) -> Likeness:
    """How two works of different providers compare. A set is never a single book, nor a part or guide the book."""
    if not _same_sort(left, right):
        return Likeness.NONE
    if work_ids(left.work) & work_ids(right.work):
        return Likeness.NUMBER
    if left.forms.authors and right.forms.authors and not people.shared_author(left.work.authors, right.work.authors):
        return Likeness.NONE
    known = left.position.is_known and right.position.is_known
    placed = known and positions.same(left.position, right.position)
    if _same_title(left, right):
        return Likeness.TITLE_AND_PLACE if placed else Likeness.MOVED if known else Likeness.TITLE
    if placed and (_title_in_other(left, right) or _slip_of_pen(left, right)):
        return Likeness.TITLE_AND_PLACE
    return Likeness.NONE


def _same_sort(left: Statement, right: Statement) -> bool:
    kinds = (left.work.kind, right.work.kind)
    if any((kinds[0] in group) != (kinds[1] in group) for group in (_SETS, _APART)):
        return False
    return left.forms.is_set == right.forms.is_set and left.forms.kinds == right.forms.kinds


def _same_title(left: Statement, right: Statement) -> bool:
    return bool((left.forms.whole | left.forms.other) & (right.forms.whole | right.forms.other))


def _title_in_other(left: Statement, right: Statement) -> bool:
    """ "Mistborn: The Final Empire" and "The Final Empire", "Dune" and "Dune: A Novel": only at one position."""
    here = left.forms.whole | left.forms.other_mains | {left.forms.main.replace(" ", "")} | left.forms.tails
    there = right.forms.whole | right.forms.other_mains | {right.forms.main.replace(" ", "")} | right.forms.tails
    return bool((left.forms.whole & there) | (right.forms.whole & here))


def _slip_of_pen(left: Statement, right: Statement) -> bool:
    if fuzz.ratio(left.forms.main, right.forms.main) < _SLIP:
        return False
    here, there = (titles.normal(statement.work.title).split() for statement in (left, right))
    return [word for word in here if word.isdigit()] == [word for word in there if word.isdigit()]
