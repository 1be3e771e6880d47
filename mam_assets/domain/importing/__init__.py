"""The import as a plan: which files, whether they are the wanted book, where they go and what is said of them."""

from .context import ImportContext, ImportFacts, ImportPolicy, ImportReject, ImportRejectCode, OccupiedTarget
from .facts import BookFacts, authors_payload, facts_of, metadata_json, series_payload
from .judging import blocked_by, demand, judge
from .model import AudioTags, ImportBlocked, ImportPlan, Placement, Selection, SourceFile
from .plan import plan
from .selection import select

__all__ = [
    "AudioTags",
    "BookFacts",
    "ImportBlocked",
    "ImportContext",
    "ImportFacts",
    "ImportPlan",
    "ImportPolicy",
    "ImportReject",
    "ImportRejectCode",
    "OccupiedTarget",
    "Placement",
    "Selection",
    "SourceFile",
    "authors_payload",
    "blocked_by",
    "demand",
    "facts_of",
    "judge",
    "metadata_json",
    "plan",
    "select",
    "series_payload",
]
