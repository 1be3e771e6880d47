"""Is this text a number that a shop or a publisher gave? Forms and check digits as matching reads them."""

from __future__ import annotations

import re

from mam_assets.domain.matching.gates.identifiers import item_ids

from ..model.library import LibraryItem

_ASIN = re.compile(r"B0[0-9A-Z]{8}|\d{9}[\dX]")


def isbn13(text: str) -> str:
    """Any ISBN as its thirteen digits; "" for "0", a wrong check digit and whatever else is none."""
    digits = re.sub(r"[\s-]", "", text)
    if len(set(digits)) < 3:  # "0000000000" has a right check digit and is nobody's
        return ""
    ids = item_ids(LibraryItem(abs_id="", title="", isbn=text))
    return next((identifier.removeprefix("isbn:") for identifier in ids if identifier.startswith("isbn:")), "")


def is_asin(text: str) -> bool:
    """The form of an Audible id: B0 and eight letters or digits, or like an ISBN-10."""
    return bool(_ASIN.fullmatch(text.strip().upper()))
