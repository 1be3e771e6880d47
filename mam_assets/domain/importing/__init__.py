"""The import as a plan: which files, whether they are the wanted book, where they go and what is said of them."""

from .facts import BookFacts, authors_payload, facts_of, metadata_json, series_payload
from .model import AudioTags, Chosen, ImportBlocked, ImportPlan, Placement, SourceFile
from .plan import plan
from .selection import choose

__all__ = [
    "AudioTags",
    "BookFacts",
    "Chosen",
    "ImportBlocked",
    "ImportPlan",
    "Placement",
    "SourceFile",
    "authors_payload",
    "choose",
    "facts_of",
    "metadata_json",
    "plan",
    "series_payload",
]
