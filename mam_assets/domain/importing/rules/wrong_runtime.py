"""The files must be about as long as the book."""

from __future__ import annotations

from ...model.release import Accept, Reject, Wanted
from ..context import ImportContext, ImportFacts, ImportPolicy, ImportRejectCode, ImportVerdict
from ..evidence import clock, runtime_fits, total_seconds

CODE = ImportRejectCode.WRONG_RUNTIME
NARRATOR_SHARE = 0.25  # two whole recordings of one book differ by a fifth at most


def wrong_runtime(
    facts: ImportFacts, wanted: Wanted | None, policy: ImportPolicy, context: ImportContext
) -> ImportVerdict:
    """Refuses a length that is neither the release's nor the book's; a length that is not known whole says nothing.

    What the release says of itself must be true, closely: the rules of releases have weighed that length against the
    book's. Where it says nothing, the catalogue's length may be another narrator's, who reads faster or slower.
    """
    if wanted is None or not policy.verify_runtime:
        return Accept(CODE)
    length = total_seconds(facts.audio_tags)
    stated = context.release.runtime_seconds if context.release else None
    usual = wanted.expected_runtime_seconds
    expected = [seconds for seconds in (stated, usual) if seconds]
    if not length or not expected or any(runtime_fits(length, seconds) for seconds in expected):
        return Accept(CODE)
    if not stated and usual and abs(length - usual) <= usual * NARRATOR_SHARE:
        return Accept(CODE)
    return Reject(CODE, clock(length), " or ".join(dict.fromkeys(map(clock, expected))))
