"""Folder and file names for the library: a template with conditional parts, and names that every system takes.

A template such as ``{author}/{series/}{Vol position - }{title}{ {narrator}}`` has parts in braces. Each holds one field
and any text around it, and vanishes as a whole when the field is empty; braces within a part are text. Text outside of
braces stays. "/" parts folders; one that comes from a field's value never does.

Portable means: in NFC, no reserved characters or names of any system, no leading dot (Audiobookshelf ignores such
folders), no trailing dot or space, no "..", at most 255 *bytes* in UTF-8.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pathvalidate import sanitize_filename

from . import people, positions
from .model.library import SeriesRef

MAX_BYTES = 255
NARRATORS_SHOWN = 3
UNKNOWN = {"author": "Unknown Author", "title": "Unknown Title"}

_SPACES = re.compile(r"\s+")
_COLON = re.compile(r"\s*[:：]\s+")
_TRAILING = " ."
_NO_PARTING = str.maketrans('/\\:{}"', "---()'")


class TemplateError(ValueError):
    """The folder template cannot be used; the message says where."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a template can be filled with. ``series`` is the one that the book is filed under."""

    title: str
    authors: tuple[str, ...] = ()
    series: SeriesRef | None = None
    narrators: tuple[str, ...] = ()
    subtitle: str = ""
    year: int | None = None
    asin: str = ""
    language: str = ""
    publisher: str = ""

    def fields(self) -> dict[str, str]:
        """Field name → text; blank where nothing is known. ``position`` is blank without a series."""
        named = [name for name in self.authors if name.strip()]
        writers = [name for name in named if people.is_writer(name)] or named
        series = self.series if self.series and self.series.name.strip() else None
        return {
            "author": writers[0] if writers else UNKNOWN["author"],
            "authors": ", ".join(writers[:NARRATORS_SHOWN]) or UNKNOWN["author"],
            "series": series.name if series else "",
            "position": shown_position(series.position) if series else "",
            "title": self.title.strip() or UNKNOWN["title"],
            "subtitle": self.subtitle,
            "narrator": ", ".join(name for name in self.narrators[:NARRATORS_SHOWN] if name.strip()),
            "year": str(self.year) if self.year else "",
            "asin": self.asin,
            "language": self.language,
            "publisher": self.publisher,
        }


FIELDS = tuple(Names("x").fields())
_FIELD = re.compile(rf"(?<![^\W_])({'|'.join(sorted(FIELDS, key=len, reverse=True))})(?![^\W_])")


def shown_position(text: str) -> str:
    """A series position in its shortest form: "09" is "9", "1.50" is "1.5", "1-3" stays, unreadable text stays."""
    place = positions.parse(text)
    return positions.show(place) if place.is_known else text.strip()


def folder(template: str, names: Names) -> tuple[str, ...]:
    """The folders below the library's, outermost first. Raises TemplateError.

    A part that would be too long loses its narrators first, then the end of its title.
    """
    pieces = parse(template)
    if _excess(pieces, names) and names.narrators:
        names = replace(names, narrators=())
    while excess := _excess(pieces, names):
        shorter = _cut(names.title, max(1, len(names.title.encode("utf-8", "replace")) - excess))
        names = replace(names, title=shorter if len(shorter) < len(names.title) else names.title[:-1])
    parts = _render(pieces, names)
    return tuple(portable(part) for part in parts if part)


def parse(template: str) -> list[tuple[str, str, str]]:
    """A template as (text before, field or "", text behind) pieces. Raises TemplateError."""
    pieces: list[tuple[str, str, str]] = []
    text, depth, start = "", 0, 0
    for at, character in enumerate(template):
        if character == "{":
            if depth == 0:
                start = at + 1
            depth += 1
        elif character == "}":
            depth -= 1
            if depth < 0:
                raise TemplateError(f"a closing brace without an opening one in {template!r}")
            if depth == 0:
                pieces += [(text, "", "")] if text else []
                pieces.append(_piece(template[start:at]))
                text = ""
        elif depth == 0:
            text += character
    if any(step in (".", "..") for before, field, _ in pieces if not field for step in before.split("/")):
        raise TemplateError(f"{template!r} must not step out of the library")
    if depth:
        raise TemplateError(f"an opening brace without a closing one in {template!r}")
    if not any(field == "title" for _, field, _ in pieces):
        raise TemplateError(f"{template!r} has no {{title}}: all books of an author would meet in one folder")
    return pieces + ([(text, "", "")] if text else [])


def _piece(inside: str) -> tuple[str, str, str]:
    fields = list(_FIELD.finditer(inside))
    if len(fields) != 1:
        raise TemplateError(f"'{{{inside}}}' must hold one of {', '.join(FIELDS)}")
    return inside[: fields[0].start()], fields[0].group(), inside[fields[0].end() :]


def _render(pieces: Sequence[tuple[str, str, str]], names: Names) -> list[str]:
    values = {field: _value(value) for field, value in names.fields().items()}
    text = "".join(
        before if not field else f"{before}{values[field]}{behind}" if values[field] else ""
        for before, field, behind in pieces
    )
    return [_SPACES.sub(" ", part).strip() for part in text.split("/")]


def _value(text: str) -> str:
    """A field's text without what would part folders or be taken for the template's own braces."""
    text = _COLON.sub(" - ", unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", text.translate(_NO_PARTING)).strip()


def _excess(pieces: Sequence[tuple[str, str, str]], names: Names) -> int:
    """Bytes that the part with the title is too long; 0 where a shorter title would not help."""
    if len(names.title) < 2:
        return 0
    with_title, without = _render(pieces, names), _render(pieces, replace(names, title="x"))
    sizes = [
        len(part.encode("utf-8", "replace")) for part, bare in zip(with_title, without, strict=True) if part != bare
    ]
    return max(0, max(sizes, default=0) - MAX_BYTES)


def portable(name: str, max_bytes: int = MAX_BYTES) -> str:
    """One folder or file name that every system takes; never empty. The ending of a file survives shortening.

    Idempotent, so that a name that is fine stays as it is.
    """
    for _ in range(4):  # each rule can undo another's work; they come to rest after two rounds
        before = name
        name = _portable_once(name, max_bytes)
        if name == before:
            break
    return name


def _portable_once(name: str, max_bytes: int) -> str:
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = "".join(character for character in name if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co"))
    name = _shortened(name.replace("/", "-").replace("\\", "-").strip(), max_bytes)
    name = sanitize_filename(name, platform="universal", max_len=MAX_BYTES)
    name = _SPACES.sub(" ", name).strip().lstrip(".").rstrip(_TRAILING).strip()
    if name.lower() == "@eadir":
        name = name[1:]
    return _shortened(name, max_bytes) or "_"


def _shortened(name: str, max_bytes: int) -> str:
    if len(name.encode()) <= max_bytes:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or not ending.isalnum() or len(ending) > 5:
        return _cut(name, max_bytes)
    return _cut(stem, max_bytes - len(f".{ending}".encode())) + f".{ending}"


def _cut(text: str, max_bytes: int) -> str:
    """The start of a text, at most so many bytes, never within a character or before its accents."""
    if len(text.encode("utf-8", "replace")) <= max_bytes:
        return text
    end = len(text.encode("utf-8", "replace")[:max_bytes].decode("utf-8", "ignore"))
    while 0 < end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    return text[:end].rstrip(_TRAILING)


def unique(name: str, taken: Collection[str]) -> str:
    """The name, or "name (2)" and so on when it is taken. ``taken`` holds names in their ``folded`` form."""
    if folded(name) not in taken:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem:
        stem, ending = name, ""
    number = 2
    while True:
        tail = f" ({number})" + (f".{ending}" if ending else "")
        attempt = _cut(stem, MAX_BYTES - len(tail.encode())) + tail
        if folded(attempt) not in taken:
            return attempt
        number += 1


def folded(name: str) -> str:
    """What makes two names one on a system that knows no case: compared, never shown."""
    return unicodedata.normalize("NFC", name).casefold()
