"""Reading single values as MAM writes them: numbers as text, human sizes, JSON inside strings, several forms of yes.

``None`` always means "cannot be read"; what is merely absent is a blank of its type.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from resources.http.fields import text

_SIZE = re.compile(r"([\d,]*\.?\d+)\s*([kmgtp]?)(?:i?b|bytes?)?", re.IGNORECASE)
_POWER = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_MOST = 2**63  # what no database takes
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d{1,3}):)(\d{1,2})(?:\.\d+)?")
_SPELT = re.compile(
    r"(?:(\d+)\s*d(?:ays?)?)?\s*(?:(\d+)\s*h\w*)?\s*(?:(\d+)\s*m(?:n|in\w*)?)?\s*(?:(\d+)(?:\.\d+)?\s*s\w*)?\s*(?:\d+\s*ms)?",
    re.IGNORECASE,
)
_RATE = re.compile(r"(\d+(?:[ ,]\d{3})*(?:\.\d+)?)\s*(k|m)?(?:b(?:it)?(?:s|/s|ps)?)?", re.IGNORECASE)


def name(value: object) -> str:
    """A name or title as a person writes it: entities become characters (some were escaped twice)."""
    return " ".join(text(html.unescape(html.unescape(text(value)))).split())


def whole(value: object) -> int | None:
    """A whole number, also as text with thousands commas; 0 for null and "". None for anything else."""
    if value is None or value == "":
        return 0
    if isinstance(value, bool):
        return int(value)
    try:
        number = round(float(value.replace(",", "") if isinstance(value, str) else value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < _MOST else None


def count(value: object) -> int | None:
    """As ``whole``, but a number below zero cannot be read either."""
    number = whole(value)
    return number if number is not None and number >= 0 else None


def yes(value: object) -> bool:
    """Is it one of the ways to say yes: 1, true, "1", "true", "yes"?"""
    return value is True or text(value).casefold() in ("1", "1.0", "true", "yes", "y")


def size(value: object) -> int | None:
    """Bytes of a size: "1,016.2 MiB", "2.5 GiB", a bare number of bytes. Units are binary, however they are spelt."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return count(value)
    match = _SIZE.fullmatch(text(value))
    if not match:
        return None
    number = int(Decimal(match[1].replace(",", "")) * 1024 ** _POWER[match[2].lower()])
    return number if number < _MOST else None


def moment(value: object) -> datetime | None:
    """An aware UTC time from "2026-08-30 12:34:56" (MAM's times are UTC) or from Unix seconds; None for no time."""
    shown = text(value)
    try:
        if re.fullmatch(r"\d{9,11}(\.\d+)?", shown):
            return datetime.fromtimestamp(float(shown), UTC)
        return datetime.strptime(shown[:19].replace("T", " "), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def seconds(value: object) -> int | None:
    """A duration: "8:17:09", "17:09", "8h 17mn 9s", "1d 12:10:28" or bare seconds."""
    shown = text(value)
    if re.fullmatch(r"\d+(\.\d+)?", shown):
        return round(float(shown))
    days, _, rest = shown.partition("d ") if re.match(r"\d+d ", shown) else ("0", "", shown)
    if match := _CLOCK.fullmatch(rest.strip()):
        return int(days) * 86400 + int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])
    if (match := _SPELT.fullmatch(shown)) and any(match.groups()):
        return sum(int(part or 0) * unit for part, unit in zip(match.groups(), (86400, 3600, 60, 1), strict=True))
    return None


def kbps(value: object) -> int | None:
    """Kilobits a second of "126k", "62.5 kb/s", "126000" (bits); None without a number in it."""
    match = _RATE.search(text(value))
    if not match:
        return None
    number = float(re.sub(r"[ ,]", "", match[1]))
    unit = (match[2] or "").lower()
    if unit == "m":
        return round(number * 1000)
    return round(number if unit == "k" or number < 4000 else number / 1000)


def inner(value: object) -> Any:
    """What a string that holds JSON means: {} for null and blanks. Raises ValueError when it is malformed.

    PHP writes an empty object as a list; and a value that is not wrapped in a string passes as it is.
    """
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return {}
    if not isinstance(value, str):
        return value
    document = json.loads(value)
    return {} if document in (None, [], "") else document


def inner_object(value: object) -> Mapping[str, Any]:
    """As ``inner``, but anything else than an object is a ValueError too."""
    document = inner(value)
    if not isinstance(document, Mapping):
        raise ValueError("not an object")
    return document
