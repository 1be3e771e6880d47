"""The audio must be one book."""

from __future__ import annotations

from ...model.release import Accept, Reject, Wanted
from .. import layout
from ..context import ImportContext, ImportFacts, ImportPolicy, ImportRejectCode, ImportVerdict

CODE = ImportRejectCode.SEVERAL_BOOKS
LISTED = 8


def several_books(
    facts: ImportFacts, wanted: Wanted | None, policy: ImportPolicy, context: ImportContext
) -> ImportVerdict:
    """Refuses audio that looks like several books, and names them."""
    groups = layout.groups(facts.selection.audio, facts.tags)
    if len(groups) <= 1:
        return Accept(CODE)
    listed = "; ".join(f"{group.label} ({len(group.files)} files)" for group in groups[:LISTED])
    return Reject(CODE, f"{len(groups)}: {listed}", "one book")
