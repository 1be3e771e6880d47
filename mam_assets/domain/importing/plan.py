"""The whole plan of an import, from the files that were selected to the book's folder. Pure."""

from __future__ import annotations

from .. import naming
from . import layout
from .facts import BookFacts, metadata_json
from .model import ImportPlan, Selection


def plan(selection: Selection, facts: BookFacts, template: str) -> ImportPlan:
    """Where everything goes, and what is said of the book. Raises TemplateError."""
    return ImportPlan(
        folder=naming.folder(template, facts.names()),
        placements=layout.placements_of(selection),
        metadata=metadata_json(facts),
        skipped=selection.skipped,
    )
