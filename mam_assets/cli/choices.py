"""Which book, item or series a person's text means; what is ambiguous is listed, and the program ends with status 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import typer

from .output import err

LISTED = 20  # possible meanings that are shown


def choose_book(rows: Sequence[dict[str, Any]], text: str) -> dict[str, Any]:
    """The only missing book that ``text`` can mean."""
    if len(rows) == 1:
        return rows[0]
    if not rows:
        err.print(f"No missing book matches {text!r}; see `mam-assets gaps`.")
        raise typer.Exit(1)
    _ambiguous(text, "key", [row["book_key"] for row in rows])


def choose_item(rows: Sequence[dict[str, Any]], text: str) -> str:
    """The id of the only library item that ``text`` can mean.

    Unknown text is given back as it is: an item added since the last look at the library is known to Audiobookshelf
    only.
    """
    if len(rows) == 1:
        return str(rows[0]["abs_id"])
    if not rows:
        return text
    _ambiguous(text, "id", [f"{row['abs_id']}  {row['title']} ({row['author']})" for row in rows])


def choose_key(keys: Sequence[str], text: str, noun: str) -> str:
    """The only key that ``text`` can mean, or the one that it is; ``noun`` says what is chosen."""
    if len(keys) == 1:
        return keys[0]
    if text in keys:
        return text
    if not keys:
        err.print(f"No {noun} matches {text!r}.")
        raise typer.Exit(1)
    _ambiguous(text, "key", keys)


def _ambiguous(text: str, what: str, meanings: Sequence[str]) -> NoReturn:
    err.print(f"{text!r} matches {len(meanings)}; give the full {what}:")
    for meaning in meanings[:LISTED]:
        err.print(f"  {meaning}")
    raise typer.Exit(1)
