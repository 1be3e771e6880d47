"""The facts of the audiobook: whether there is one, since when, how long it is and who reads it.

Shops and readers know these, book sites do not. A book may have several recordings, so what contradicts is not averaged
and not taken from whoever came first: where lengths differ there are several recordings, and neither length nor readers
are said of the book.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..model.catalogue import Work
from .listings import Slot

_SHARE, _SECONDS = 0.05, 600  # as an import compares lengths: within 5 % or ten minutes
_MOST_TRUSTED = ("audible",)  # of its own recordings a shop knows most
LOOKED_ENOUGH = 2  # providers of audiobooks that must know none before there is none


def with_recording(work: Work, slot: Slot, knowing: Sequence[str], *, enough: int = LOOKED_ENOUGH) -> Work:
    """The work with the audiobook's facts from all providers; what they disagree on is noted in the slot.

    ``knowing``: providers that know audiobooks and list this series. There is no audiobook if ``enough`` of them know
    none; one alone may simply not sell it. The earliest date stands: since then it can be had.
    """
    told = sorted(
        (statement.work for statement in slot.statements if statement.work.has_audiobook),
        key=lambda recorded: _name(recorded) not in _MOST_TRUSTED,
    )
    if not told:
        denied = (
            any(statement.work.has_audiobook is False for statement in slot.statements) or len(set(knowing)) >= enough
        )
        return replace(work, has_audiobook=False) if denied else work
    dates = [recorded.audio_release_date for recorded in told if recorded.audio_release_date]
    lengths = [(_name(recorded), recorded.runtime_seconds) for recorded in told if recorded.runtime_seconds]
    agreed = all(_fits(lengths[0][1], seconds) for _, seconds in lengths)
    if not agreed:
        slot.notes.append("other recordings: " + ", ".join(f"{name} {_clock(seconds)}" for name, seconds in lengths))
    return replace(
        work,
        has_audiobook=True,
        audio_release_date=min(dates) if dates else work.audio_release_date,
        runtime_seconds=lengths[0][1] if lengths and agreed else None,
        narrators=tuple(dict.fromkeys(name for recorded in told for name in recorded.narrators)) if agreed else (),
        asin=work.asin or next((recorded.asin for recorded in told if recorded.asin), ""),
    )


def _name(work: Work) -> str:
    return work.work_id.partition(":")[0]


def _fits(left: int, right: int) -> bool:
    return abs(left - right) <= max(_SHARE * max(left, right), _SECONDS)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d}"
