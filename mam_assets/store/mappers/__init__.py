"""Dataclasses of the domain as rows of the store's tables, and back: ``…_to_frame`` and ``…_from_frame``."""

from .authors import AuthorRow, author_works_from_frame, author_works_to_frame, authors_to_frame
from .candidates import candidate_rows, candidates_from_frame, candidates_to_frame
from .catalogue import entries_from_frame, entries_to_frame
from .completion import SeriesRow, series_to_frame, verdicts_from_frame, verdicts_to_frame
from .library import items_from_frame, items_to_frame
from .missing import SEARCHED, missing_from_frame, missing_to_frame, wanted_from_frame, wanted_from_missing
from .top10 import top10_to_frame
from .values import (
    provider_series_from_json,
    provider_series_to_json,
    rejects_from_json,
    release_from_json,
    release_to_json,
    wanted_from_json,
    wanted_to_json,
)

__all__ = [
    "SEARCHED",
    "AuthorRow",
    "SeriesRow",
    "author_works_from_frame",
    "author_works_to_frame",
    "authors_to_frame",
    "candidate_rows",
    "candidates_from_frame",
    "candidates_to_frame",
    "entries_from_frame",
    "entries_to_frame",
    "items_from_frame",
    "items_to_frame",
    "missing_from_frame",
    "missing_to_frame",
    "provider_series_from_json",
    "provider_series_to_json",
    "rejects_from_json",
    "release_from_json",
    "release_to_json",
    "series_to_frame",
    "top10_to_frame",
    "verdicts_from_frame",
    "verdicts_to_frame",
    "wanted_from_frame",
    "wanted_from_json",
    "wanted_from_missing",
    "wanted_to_json",
]
