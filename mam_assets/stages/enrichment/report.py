"""What a run of the enrichment did, as tables for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from mam_assets.domain.enrichment import FIELDS, Rules, completeness
from mam_assets.domain.model.library import LibraryItem

from ..library.snapshot import problem_of
from .enrich import Look

CHANGE_COLUMNS = ["title", "field", "old", "new", "source", "confidence", "rule", "state", "evidence"]
BOOK_COLUMNS = ["author", "title", "before", "after", "outcome", "trouble", "abs_id"]
REFUSED_COLUMNS = ["title", "provider", "offered", "why"]
SHOWN = 80  # characters of a value in a table


def brief(value: Any) -> str:
    """A value in one short line."""
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        parts = [
            f"{entry['name']} #{entry['sequence']}" if isinstance(entry, dict) and entry.get("sequence") else entry
            for entry in value
        ]
        value = ", ".join(part["name"] if isinstance(part, dict) else str(part) for part in parts)
    text = " ".join(str(value if isinstance(value, (str, int)) else json.dumps(value)).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def change_rows(look: Look) -> list[dict[str, str]]:
    """The changes of one item; ``state`` says whether they were made, or only shown."""
    return [
        {
            "title": look.item.title,
            "field": change.field.value,
            "old": brief(change.old),
            "new": brief(change.new),
            "source": change.source,
            "confidence": change.confidence.value,
            "rule": change.rule,
            "state": look.states.get(change.field.value, "shown only"),
            "evidence": change.evidence,
        }
        for change in look.changes
    ]


def changes_of(looks: Sequence[Look], *, sent: bool) -> list[dict[str, str]]:
    """The changes of a run that were sent to Audiobookshelf, or those that were only shown."""
    return [
        row
        for look in looks
        for change, row in zip(look.changes, change_rows(look), strict=True)
        if (change.field.value in look.states) is sent
    ]


def book_rows(looks: Sequence[Look]) -> list[dict[str, Any]]:
    """The books of a run with their completeness before and after (percent)."""
    return [
        {
            "author": ", ".join(look.item.authors),
            "title": look.item.title,
            "before": look.before.percentage,
            "after": look.after.percentage,
            "outcome": look.outcome,
            "trouble": look.problem or look.trouble,
            "abs_id": look.item.abs_id,
        }
        for look in looks
    ]


def refused_rows(looks: Sequence[Look]) -> list[dict[str, Any]]:
    """Answers that nothing was taken from, each with the reason."""
    return [
        {"title": look.item.title, "provider": answer.provider, "offered": book.title, "why": why}
        for look in looks
        for answer in look.answers
        for book, why in answer.proposal.refused
    ]


def known_by_field(looks: Sequence[Look], *, after: bool) -> list[tuple[str, float]]:
    """For each field the percentage of the run's books of which it is known."""
    gaps = [(look.after if after else look.before).gaps for look in looks]
    return _by_field(gaps)


def library_by_field(items: Iterable[LibraryItem], rules: Rules) -> list[tuple[str, float]]:
    """For each field the percentage of the library's audiobooks of which it is known, as of the last snapshot."""
    return _by_field([completeness(item, rules).gaps for item in items if not problem_of(item)])


def _by_field(gaps: Sequence[Sequence[Any]]) -> list[tuple[str, float]]:
    if not gaps:
        return []
    return [(field.value, round(100 * sum(field not in some for some in gaps) / len(gaps), 1)) for field in FIELDS]
