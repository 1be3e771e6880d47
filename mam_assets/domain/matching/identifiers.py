"""The numbers that name an edition: ASIN and ISBN, each in one form."""

from __future__ import annotations

import re

from ..model.catalogue import Work
from ..model.library import LibraryItem


def item_ids(item: LibraryItem) -> frozenset[str]:
    """The item's numbers as "asin:…" and "isbn:…" (13 digits)."""
    if not item.asin and not item.isbn:
        return frozenset()
    return frozenset(filter(None, (_asin(item.asin), _isbn(item.isbn), _isbn(item.asin))))


def work_ids(work: Work) -> frozenset[str]:
    """The work's numbers in the same form as the item's."""
    if not (work.asin or work.isbn or work.provider_ids):
        return frozenset()
    numbers = {_asin(work.asin), _isbn(work.isbn), _isbn(work.asin)}
    for name, value in work.provider_ids:
        if name.lower() in ("asin", "audible"):
            numbers |= {_asin(value), _isbn(value)}
        elif name.lower().startswith("isbn"):
            numbers.add(_isbn(value))
    return frozenset(filter(None, numbers))


def _asin(text: str) -> str:
    value = text.strip().upper()
    return f"asin:{value}" if re.fullmatch(r"B0[0-9A-Z]{8}", value) else ""


def _isbn(text: str) -> str:
    """Any ISBN as its thirteen digits, "" if its check digit is wrong (ISO 2108)."""
    value = re.sub(r"[\s-]", "", text).upper()
    if re.fullmatch(r"\d{9}[\dX]", value):
        weighted = sum((10 - at) * (10 if digit == "X" else int(digit)) for at, digit in enumerate(value))
        if weighted % 11:
            return ""
        value = f"978{value[:9]}"
        value += str(-sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(value)) % 10)
    if not re.fullmatch(r"97[89]\d{10}", value):
        return ""
    if sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(value)) % 10:
        return ""
    return f"isbn:{value}"
