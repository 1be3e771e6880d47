"""What a release says of itself: its title taken apart, the words of its tags, its runtime and bitrate.

Read once per release and shared by all rules. Structured fields come first; text fills what they leave open.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from mam_assets.domain import people, titles
from mam_assets.domain.positions import parse as parse_position
from mam_assets.domain.releases import audio
from mam_assets.domain.titles import ParsedTitle

from ..model.catalogue import Position
from ..model.release import Release, Wanted

# Technical notes that uploaders put behind a title: "64kbps", "30@64K", "M4B", "[MP3]", "128 kbps", "v2".
_TECHNICAL = re.compile(
    r"[\[(]?\b(?:\d{1,3}@)?\d{2,3}\s?(?:kbps|kbs|kbit/s|kb/s|k)\b(?:\s?@\s?[\d.]+\s?khz)?[\])]?"
    r"|[\[(]?\b(?:m4b|m4a|mp3|flac|opus|aac|vbr|cbr)\b[\])]?",
    re.I,
)
_YEAR = re.compile(r"[\[(](?:19|20)\d{2}[\])]")
_SPLIT = re.compile(r"\s+[-–—]\s+")
_BY = re.compile(r"^(?P<title>.*\S)\s+by\s+(?P<name>[^-–:()\[\]]+)$", re.I)
_ONLY_YEAR = re.compile(r"(?:19|20)\d{2}")
_ARTICLE_BEHIND = re.compile(r"^(?P<title>[^,:()\[\]]+), (?P<article>the|an?)$", re.I)
_OR_TITLE = re.compile(r"[;,:] or,? (?=[A-Z])| or,? (?=(?:The|A|An) )")
# "(aka Rivers of London)", "- originally published as …": what follows is another title of the same book.
_ALSO = re.compile(
    r"\s*(?:[(\[]|[,;:]|\s[-–—])?\s*\b(?:a\.?k\.?a\b\.?|also (?:known|published|released|titled) as"
    r"|(?:originally|previously|formerly|first) (?:known|published|released|titled) as"
    r"|(?:us|uk|u\.s\.|u\.k\.|american|british) title:?)"
    r"\s+['\"“‘]?(?P<title>[^()\[\]]*[^()\[\]\s'\"”’])['\"”’]?\s*[)\]]?",
    re.I,
)
_UNABRIDGED_SPELLINGS = re.compile(r"\bun[- ]abridged\b", re.I)
# "not abridged", "non-dramatised": a denied word is not said.
_DENIED = re.compile(r"\b(?:not|non|never)[- ](?:an?[- ]|the[- ])?(?:abridged|dramati[sz]ed|dramati[sz]ation)\b", re.I)


@dataclass(frozen=True, slots=True)
class Reading:
    """A release as its fields and texts have it.

    ``title`` is the title without the author's name and technical notes, ``parsed`` the same taken apart; ``others``
    are further titles that it gives ("aka …"). ``notes`` are the title and tags as one text, denials taken out.
    ``places`` pair each series name with its position. The runtime is in seconds; it comes from ``mediainfo``, else
    from the tags, else from the description.
    """

    title: str
    parsed: ParsedTitle
    tags: str
    notes: str
    places: tuple[tuple[str, Position], ...]
    runtime_seconds: int | None
    bitrate_kbps: int | None
    others: tuple[ParsedTitle, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedReading:
    """The wanted book's title as it was written and taken apart (with its subtitle), and its places as positions."""

    title: str
    parsed: ParsedTitle
    others: tuple[ParsedTitle, ...]
    places: tuple[tuple[str, Position], ...]


@lru_cache(maxsize=8192)
def read(release: Release) -> Reading:
    """The reading of a release; cached, so each rule may ask for it."""
    stated, others = also_titled(release.title)
    title = bare_title(stated, release.authors)
    tags = _plain(release.tags)
    texts = (tags, _plain(release.title), _plain(release.description))
    return Reading(
        title=title,
        parsed=titles.parse(title),
        tags=tags,
        notes=f"{_plain(release.title)} | {tags}",
        places=tuple((_plain(place.name), parse_position(place.number)) for place in release.series),
        runtime_seconds=release.runtime_seconds or _first(audio.runtime_in, texts),
        bitrate_kbps=release.bitrate_kbps or _first(audio.bitrate_in, texts),
        others=tuple(titles.parse(bare_title(other, release.authors)) for other in others),
    )


@lru_cache(maxsize=8192)
def read_wanted(wanted: Wanted) -> WantedReading:
    """The reading of a wanted book; cached."""
    return WantedReading(
        title=_plain(wanted.title),
        parsed=titles.parse(": ".join(filter(None, (_title_text(wanted.title), _plain(wanted.subtitle))))),
        others=tuple(titles.parse(_title_text(title)) for title in wanted.alternative_titles),
        places=tuple((_plain(place.name), parse_position(place.position)) for place in wanted.series),
    )


def also_titled(title: str) -> tuple[str, tuple[str, ...]]:
    """A title and the other titles that it gives: "Midnight Riot (aka Rivers of London)" -> both, apart."""
    match = _ALSO.search(title)
    if match is None or not title[: match.start()].strip():
        return title, ()
    return f"{title[: match.start()]} {title[match.end() :]}".strip(), (match["title"],)


def bare_title(title: str, authors: tuple[str, ...]) -> str:
    """A release's title without technical notes, year in brackets and the names of its authors around it.

    "Ben Bova - Test of Fire (2013) 30@64K" -> "Test of Fire"; unchanged where nothing would be left.
    """
    text = _title_text(title)
    plain = re.sub(r"\s+", " ", _YEAR.sub(" ", _TECHNICAL.sub(" ", text))).strip(" -–|,") or text
    names = [name for author in authors for name in people.split(html.unescape(author))]
    parts = _SPLIT.split(plain)
    while len(parts) > 1 and _is_author(parts[0], names):
        parts = parts[1:]
    while len(parts) > 1 and (_is_author(parts[-1], names) or _ONLY_YEAR.fullmatch(parts[-1])):
        parts = parts[:-1]
    plain = " - ".join(parts)
    by = _BY.match(plain)
    return _without_echo(by["title"] if by and _is_author(by["name"], names) else plain)


def _without_echo(title: str) -> str:
    """ "Halo: Halo" -> "Halo", "Fall: Fall 3" -> "Fall 3": a series' name before a title that begins with it."""
    head, sign, tail = title.partition(": ")
    return tail if sign and f"{titles.normal(tail)} ".startswith(f"{titles.normal(head)} ") else title


def _is_author(text: str, names: list[str]) -> bool:
    return any(people.same_person(person, name) for person in people.split(text) for name in names)


def _plain(text: str) -> str:
    """Entities become characters, blanks one space, "un-abridged" one word, denied words nothing."""
    shown = " ".join(_repaired(html.unescape(text)).replace("\u200b", "").split())
    return _DENIED.sub(" ", _UNABRIDGED_SPELLINGS.sub("unabridged", shown))


def _repaired(text: str) -> str:
    """UTF-8 that was read as Windows-1252 on its way ("Ã©" for "é") put right; anything else unchanged."""
    if text.isascii():
        return text
    try:
        return text.encode("cp1252").decode("utf8")
    except UnicodeError:
        return text


def _title_text(text: str) -> str:
    """As ``_plain``; "Final Empire, The" in reading order, and "Fall; or, Dodge in Hell" as title and subtitle."""
    turned = _ARTICLE_BEHIND.sub(r"\g<article> \g<title>", _plain(text))
    return _OR_TITLE.sub(": ", turned)


def _first(find: Callable[[str], int | None], texts: tuple[str, ...]) -> int | None:
    return next((value for text in texts if (value := find(text)) is not None), None)
