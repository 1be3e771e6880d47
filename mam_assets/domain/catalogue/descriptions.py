"""What the other providers add to the description of a work: blanks are filled, nothing is overwritten."""

from __future__ import annotations

from dataclasses import replace

from .. import titles
from ..model.catalogue import Work
from .listings import Slot

_YEARS = 1  # apart: calendars, countries and editions differ by one


def described(work: Work, slot: Slot) -> Work:
    """The first provider's work with blanks filled in the order of trust; a differing year is noted."""
    names = list(work.alternative_titles)
    for statement in slot.statements[1:]:
        other = statement.work
        if work.year and other.year and abs(work.year - other.year) > _YEARS:
            slot.notes.append(f"{statement.provider} dates it {other.year}, {slot.first.provider} {work.year}")
        names += [name for name in (other.title, other.original_title) if _is_new(name, slot)]
        work = replace(
            work,
            original_title=work.original_title or other.original_title,
            year=work.year or other.year,
            release_date=work.release_date or other.release_date,
            language=work.language or other.language,
            isbn=work.isbn or other.isbn,
            provider_ids=tuple({**dict(other.provider_ids), **dict(work.provider_ids)}.items()),
        )
    return replace(work, alternative_titles=tuple(dict.fromkeys(names)))


def _is_new(name: str, slot: Slot) -> bool:
    """A title under which a release may go, and not the same with a subtitle or a series before it."""
    if not name:
        return False
    forms, parsed = slot.first.forms, titles.parse(name)
    known = forms.whole | forms.other | forms.other_mains | {forms.main.replace(" ", "")}
    shown = {titles.compact(name), titles.compact(parsed.title), *(titles.compact(tail) for tail in parsed.tails)}
    return not shown & known
