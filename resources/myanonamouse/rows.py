"""One row of MAM's search → one ``Release``.

The row is as lenient PHP writes it: names inside JSON inside strings, numbers as text, sizes for people, entities in
names. A field that cannot be read is named in ``Release.unreadable`` and left blank; only a row without an id is none.
(Where the JSON of names is broken by a bare quote in a name, the names are guessed, and the field is named as well.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from mam_assets.domain.languages import language_word
from mam_assets.domain.model.release import Release, ReleaseCategory, ReleaseSeries
from resources.errors import UnexpectedAnswer
from resources.http.fields import text
from resources.myanonamouse import values
from resources.myanonamouse.catalogue import CATEGORIES, ENGLISH_ID, FLAG_WORDS
from resources.myanonamouse.session import SERVICE

_ASIN = re.compile(r"\b(B0[A-Z0-9]{8})\b", re.IGNORECASE)
_ISBN = re.compile(r"\b(97[89]\d{10}|\d{9}[\dX])\b", re.IGNORECASE)
_NUMBERED_NAME = re.compile(r'"\d+"\s*:\s*"(.*?)"(?=\s*(?:,\s*"\d+"\s*:|}\s*$))')

T = TypeVar("T")


def release(row: Mapping[str, Any]) -> Release:
    """The release that a search row describes.

    The ``dl`` member is left aside on purpose: it lets anybody download on this account, so it is a secret.
    Raises UnexpectedAnswer for a row without a torrent id.
    """
    torrent_id = values.whole(row.get("id")) if isinstance(row, Mapping) else None
    if not torrent_id or torrent_id < 0:
        raise UnexpectedAnswer(SERVICE, "a search row has no torrent id")
    reader = _Reader(row)
    flags = reader.number("browseflags")
    vip_until = reader.number("vip_expire")
    media = reader.read("mediainfo", _mediainfo, _Media())
    isbn = _isbn_text(row.get("isbn"))
    title = values.name(row.get("title"))
    if not title:
        reader.unreadable.append("title")
    return Release(
        torrent_id=torrent_id,
        title=title,
        authors=reader.read("author_info", _names, _guessed_names(row.get("author_info"))),
        narrators=reader.read("narrator_info", _names, _guessed_names(row.get("narrator_info"))),
        series=reader.read("series_info", _series, ()),
        category=reader.read("main_cat", _category, ReleaseCategory.UNKNOWN),
        genre_id=reader.number("category"),
        genre=values.name(row.get("catname")),
        language=_language(reader),
        filetypes=_filetypes(row.get("filetype")),
        size_bytes=reader.read("size", _needed(values.size), 0),
        num_files=reader.number("numfiles") or 1,
        seeders=reader.read("seeders", _needed(values.count), 0),
        leechers=reader.number("leechers"),
        snatches=reader.number("times_completed"),
        added_at=reader.read("added", _needed(values.moment), None) if text(row.get("added")) else None,
        flags=frozenset(word for bit, word in FLAG_WORDS.items() if flags & bit),
        tags=values.name(row.get("tags")),
        description=text(row.get("description")),
        isbn=_first(_ISBN, isbn),
        asin=_first(_ASIN, isbn),
        runtime_seconds=media.seconds,
        bitrate_kbps=media.kbps,
        vip=values.yes(row.get("vip")),
        vip_until=_unix(vip_until),
        free=values.yes(row.get("free")),
        free_for_vip=values.yes(row.get("fl_vip")),
        personal_freeleech=values.yes(row.get("personal_freeleech")),
        snatched_before=values.yes(row.get("my_snatched")),
        unreadable=tuple(reader.unreadable),
    )


class _Reader:
    """Reads the fields of one row and notes those that it cannot read."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row
        self.unreadable: list[str] = []

    def read(self, key: str, parse: Callable[[object], T], blank: T) -> T:
        try:
            return parse(self._row.get(key))
        except (ValueError, LookupError, RecursionError):
            self.unreadable.append(key)
            return blank

    def number(self, key: str) -> int:
        return self.read(key, lambda value: _sure(values.count(value)), 0)

    def text(self, key: str) -> str:
        return text(self._row.get(key))


def _sure(value: T | None) -> T:
    if value is None:
        raise ValueError("cannot be read")
    return value


def _needed(parse: Callable[[object], T | None]) -> Callable[[object], T]:
    """A parser for a field that no row may lack: blank is as bad as unreadable."""

    def parsed(value: object) -> T:
        return _sure(parse(value) if text(value) else None)

    return parsed


def _category(value: object) -> ReleaseCategory:
    return CATEGORIES[_needed(values.count)(value)]


def _names(value: object) -> tuple[str, ...]:
    decoded = values.inner(value)
    listed = list(decoded.values()) if isinstance(decoded, Mapping) else decoded
    if not isinstance(listed, list):
        raise ValueError("neither an object nor a list of names")
    if any(isinstance(member, (list, Mapping)) for member in listed):
        raise ValueError("not names")
    return tuple(dict.fromkeys(filter(None, map(values.name, listed))))


def _guessed_names(value: object) -> tuple[str, ...]:
    """The names in an object that a bare quote has broken: each stands between its number and the next, or the end."""
    return tuple(dict.fromkeys(filter(None, map(values.name, _NUMBERED_NAME.findall(text(value))))))


def _series(value: object) -> tuple[ReleaseSeries, ...]:
    rows = []
    for series_id, member in values.inner_object(value).items():
        parts = member if isinstance(member, list) else [member]
        title = values.name(parts[0]) if parts else ""
        if not title:
            raise ValueError("a series without a name")
        number = values.name(parts[1]) if len(parts) > 1 else ""
        if not number and len(parts) > 2 and isinstance(parts[2], (int, float)) and parts[2] > 0:  # -1: none
            number = f"{parts[2]:g}"
        rows.append(ReleaseSeries(title, number, str(series_id)))
    return tuple(rows)


class _Media(NamedTuple):
    seconds: int | None = None
    kbps: int | None = None


def _mediainfo(value: object) -> _Media:
    report = values.inner_object(value)
    general = report.get("General")
    general = general if isinstance(general, Mapping) else {}
    audio = next((part for key, part in report.items() if key.startswith("Audio") and isinstance(part, Mapping)), {})
    duration = general.get("Duration") or audio.get("Duration")
    rate = audio.get("BitRate") or general.get("BitRate")
    return _Media(_sure(values.seconds(duration)) if duration else None, values.kbps(rate) if rate else None)


def _language(reader: _Reader) -> str:
    if code := reader.text("lang_code"):
        return language_word(code)
    if reader.text("language") == ENGLISH_ID:
        return "english"
    reader.unreadable.append("lang_code")
    return ""


def _filetypes(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.lstrip(".").lower() for part in re.split(r"[\s,;/]+", text(value)) if part))


def _isbn_text(value: object) -> str:
    """MAM sends an ISBN of digits alone as a number, and so loses the zeros that an ISBN-10 begins with."""
    shown = text(value).replace("-", "")
    return shown.zfill(10) if isinstance(value, int) and 7 <= len(shown) <= 9 else shown


def _first(pattern: re.Pattern[str], shown: str) -> str:
    match = pattern.search(shown)
    return match[1].upper() if match else ""


def _unix(stamp: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(stamp, UTC) if stamp else None
    except (ValueError, OverflowError, OSError):
        return None
