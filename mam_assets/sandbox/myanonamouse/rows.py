"""A release as a row of the search answer: strings that hold JSON, sizes as text, numbers for true and false."""

from __future__ import annotations

import html
import json
from typing import Any

from ..world.facts import author_id, stable_number
from ..world.release import AUDIOBOOKS, EBOOKS, Release
from .query import Document, words

# genre → (its name, category of audiobooks, of ebooks)
_CATEGORIES = {
    "fantasy": ("Fantasy", 41, 63),
    "science fiction": ("Science Fiction", 47, 69),
    "crime": ("Crime/Thriller", 40, 62),
    "mystery": ("Mystery", 87, 109),
    "general": ("General Fiction", 42, 64),
    "historical": ("Historical Fiction", 98, 102),
    "horror": ("Horror", 43, 65),
    "juvenile": ("Juvenile", 44, 66),
    "classics": ("Literary Classics", 45, 67),
    "romance": ("Romance", 46, 68),
    "urban fantasy": ("Urban Fantasy", 108, 109),
    "young adult": ("Young Adult", 111, 112),
    "humor": ("Humor", 99, 101),
}
LANGUAGES = {
    "english": (1, "ENG"),
    "spanish": (4, "SPA"),
    "russian": (16, "RUS"),
    "french": (36, "FRE"),
    "german": (37, "GER"),
    "japanese": (38, "JPN"),
    "swedish": (40, "SWE"),
    "italian": (43, "ITA"),
    "polish": (45, "POL"),
}


def size_text(size: int) -> str:
    """Binary units, one decimal, a comma for thousands: "1,016.2 MiB"."""
    for unit, name in ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}"
    return f"{size} B"


def category(release: Release) -> tuple[int, str]:
    name, audio, ebook = _CATEGORIES.get(release.genre, _CATEGORIES["general"])
    if release.main_cat == AUDIOBOOKS:
        return audio, f"Audiobooks - {name}"
    return ebook, f"Ebooks - {name}"


def row(
    release: Release, *, flags: frozenset[str] = frozenset(), snatched: bool = False, personal_freeleech: bool = False
) -> dict[str, Any]:
    """The row. ``flags`` are the optional members that were asked for: description, isbn, dlLink, thumbnail."""
    number, name = category(release)
    language, code = LANGUAGES[release.language]
    answer: dict[str, Any] = {
        "id": release.release_id,
        "language": language,
        "lang_code": code,
        "main_cat": release.main_cat,
        "category": number,
        "mediatype": 2 if release.main_cat == EBOOKS else 1,
        "maincat": 1,
        "categories": json.dumps([13, 29, 58][: 1 + release.release_id % 3]),
        "catname": name,
        "cat": f'<div class="cat{number}">&nbsp;</div>',
        "title": int(release.title) if release.title.isdigit() else release.title,
        "tags": release.tags,
        "size": size_text(release.size_bytes),
        "numfiles": release.numfiles,
        "filetype": release.filetype,
        "vip": int(release.vip),
        "vip_expire": 0,
        "free": int(release.free),
        "personal_freeleech": int(personal_freeleech),
        "fl_vip": int(release.free or release.vip),
        "my_snatched": int(snatched),
        "bookmarked": None,
        "author_info": _people(release.authors, is_malformed=release.has_malformed_authors),
        "narrator_info": _people(release.narrators),
        "series_info": _series(release),
        "seeders": release.seeders,
        "leechers": release.leechers,
        "added": release.added,
        "browseflags": release.browseflags,
        "times_completed": release.times_completed,
        "comments": release.release_id % 6,
        "w": 0,
        "poster_type": "image/jpeg",
        "mediainfo": _mediainfo(release),
        "ownership": '[0, ""]',
    }
    if "description" in flags:
        answer["description"] = release.description
    if "isbn" in flags:
        answer["isbn"] = int(release.isbn) if release.isbn.isdigit() else release.isbn
    if "dlLink" in flags:
        answer["dl"] = download_key(release)
    if "thumbnail" in flags:
        answer["thumbnail"] = None
    return answer


def snatch_row(release: Release) -> dict[str, Any]:
    """A torrent of the account's own list: nearly everything is text."""
    numbers = {
        "id": release.release_id, "size": release.size_bytes, "seedtime": 3_600, "leechtime": 60, "uploaded": 0,
        "downloaded": release.size_bytes, "seeders": release.seeders, "leechers": release.leechers,
        "free": release.free, "vip": release.vip, "browseFlags": release.browseflags, "OneToOne": 0, "to_go": 0,
        "finished": 1, "vip_expire": 0, "category": category(release)[0],
    }  # fmt: skip
    texts = {"title": release.title, "catname": category(release)[1], "STG": "2d 23:00:00"}
    return {**{name: str(int(value)) for name, value in numbers.items()}, **texts}


def download_key(release: Release) -> str:
    """The opaque part of a link that downloads without a cookie."""
    return f"{stable_number('dl', release.release_id, low=16**7, high=16**8):x}"


def document(release: Release) -> Document:
    """The words of each searchable field."""
    return {
        "title": words(release.title),
        "author": words(" ; ".join(release.authors)),
        "narrator": words(" ; ".join(release.narrators)),
        "series": words(" ; ".join(name for name, _ in release.series)),
        "description": words(release.description),
        "filenames": words(f"{release.book_title} {release.filetype}"),
        "fileTypes": words(release.filetype),
        "tags": words(release.tags),
    }


def _people(names: tuple[str, ...], *, is_malformed: bool = False) -> str:
    if not names:
        return "" if is_malformed else "{}"
    people = {str(author_id(name)): html.escape(name) for name in names}
    text = json.dumps(people)
    # Somebody's nickname was put in without escaping its quotes.
    return f'{text[:-1]}, "77001": "Ed "The Editor" Miller"}}' if is_malformed else text


def _series(release: Release) -> str:
    by_id: dict[str, list[Any]] = {}
    for name, number in release.series:
        try:
            value = float(number)
        except ValueError:
            value = -1
        entry: list[Any] = [html.escape(name), number, value]
        # Rows from before a change of the format have no third member.
        by_id[str(stable_number("series", name, high=90_000))] = entry if release.added > "2016" else entry[:2]
    return json.dumps(by_id) if by_id else ""


def _mediainfo(release: Release) -> str:
    if not release.has_mediainfo or not release.runtime_seconds:
        return ""
    minutes, seconds = divmod(release.runtime_seconds, 60)
    bit_rate = round(release.size_bytes / release.runtime_seconds / 125)
    kind, codec = ("MPEG-4", "AAC") if release.filetype == "m4b" else ("MPEG Audio", "MPEG Audio")
    general = {"Duration": f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}", "Format": kind}
    return json.dumps({"General": general, "Audio1": {"Format": codec, "BitRate": f"{bit_rate}k", "Channels": 2}})
