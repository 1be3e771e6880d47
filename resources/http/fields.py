"""Reading single fields of other people's JSON: a value of the wrong type is a blank, never an exception.

Only whole answers can be wrong (that is for the clients to raise); one odd field must not cost its row.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from lxml.html import fragments_fromstring

from mam_assets.domain.languages import language_word

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")  # no database takes NUL or lone surrogates
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?![\d])")
_ASIN = re.compile(r"B0[A-Z0-9]{8}")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#\w]+;")
_BLOCKS = frozenset(("p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote"))


def text(value: object) -> str:
    """One line or paragraph of text; "" for null and for anything that is neither text nor a number."""
    if isinstance(value, str):
        return _CONTROL.sub("", value).strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""


def language_of(value: object) -> str:
    """The language as a lower-case English word; "" when it is not stated."""
    return language_word(text(value))


def texts(value: object) -> tuple[str, ...]:
    """The non-blank texts of a list, in order and each once; a bare text counts as a list of one."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(dict.fromkeys(shown for shown in map(text, value) if shown))


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list; everything else in it is left out."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def names(value: object, key: str = "name") -> tuple[str, ...]:
    """The names in a list of objects or of texts, in order and each once."""
    if not isinstance(value, list):
        return ()
    return texts([row.get(key) if isinstance(row, Mapping) else row for row in value])


def integer(value: object) -> int | None:
    """A whole number, also from a text ("1,234") or a float; None for anything else, infinities too."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.replace(",", "").strip()
    try:
        return round(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def count(value: object) -> int:
    """A number of things, bytes or seconds: never negative, 0 when it is not stated."""
    return max(0, integer(value) or 0)


def year(*values: object) -> int | None:
    """The first four-digit year in the values, in order ("2004", 2004, "2004-05-01", "c. 1994"), or None."""
    for value in values:
        match = _YEAR.search(text(value))
        if match and int(match[1]) > 0:
            return int(match[1])
    return None


def iso_date(value: object) -> date | None:
    """The day at the start of an ISO text; None for "2005", "0044-03-15 BC", year 10000 and the like."""
    shown = text(value)
    match = _ISO_DATE.match(shown)
    if not match or "BC" in shown.upper():
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def epoch_ms(value: object) -> datetime | None:
    """An aware UTC time from epoch milliseconds; None for null, 0 and what no calendar holds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value:
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def asin(value: object) -> str:
    """An Amazon id of the B0 kind, else "": providers also print ISBN-10s in such fields."""
    shown = text(value).upper()
    return shown if _ASIN.fullmatch(shown) else ""


def isbn(*values: object) -> str:
    """The first value that is an ISBN-13 or ISBN-10 with a right check digit, without hyphens, else ""."""
    for value in values:
        shown = re.sub(r"[\s-]", "", text(value)).upper()
        if _is_isbn13(shown) or _is_isbn10(shown):
            return shown
    return ""


def _is_isbn13(shown: str) -> bool:
    if not re.fullmatch(r"97[89]\d{10}", shown):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(shown)) % 10 == 0


def _is_isbn10(shown: str) -> bool:
    if not re.fullmatch(r"\d{9}[\dX]", shown) or len(set(shown[:9])) == 1:
        return False
    return sum((10 if digit == "X" else int(digit)) * (10 - place) for place, digit in enumerate(shown)) % 11 == 0


def plain(value: object) -> str:
    """Text without HTML: tags go, blocks become lines, entities become characters."""
    shown = text(value)
    if not _MARKUP.search(shown):
        return shown
    lines = "".join(_pieces(fragments_fromstring(html.unescape(shown) if "<" not in shown else shown)))
    return "\n".join(line for line in (" ".join(part.split()) for part in lines.splitlines()) if line)


def _pieces(nodes: Iterable[Any]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
            continue
        if not isinstance(node.tag, str) or node.tag in ("script", "style"):  # a comment, or nothing to read
            yield node.tail or ""
            continue
        if node.tag in _BLOCKS:
            yield "\n"
        yield node.text or ""
        yield from _pieces(node)
        if node.tag in _BLOCKS:
            yield "\n"
        yield node.tail or ""
