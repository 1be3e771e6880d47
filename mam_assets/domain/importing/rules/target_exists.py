"""The book's place in the library must be free, or hold this very book."""

from __future__ import annotations

from ...model.release import Accept, Reject, Wanted
from ..context import ImportContext, ImportFacts, ImportPolicy, ImportRejectCode, ImportVerdict

CODE = ImportRejectCode.TARGET_EXISTS


def target_exists(
    facts: ImportFacts, wanted: Wanted | None, policy: ImportPolicy, context: ImportContext
) -> ImportVerdict:
    """Refuses a target that holds something else; names both sizes."""
    if facts.occupied is None:
        return Accept(CODE)
    size = sum(file.size_bytes for file in facts.selection.taken)
    got = f"{facts.occupied.path} holds {facts.occupied.size_bytes} bytes of something else"
    return Reject(CODE, got, f"this book of {size} bytes")
