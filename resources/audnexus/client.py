"""Audnexus (``api.audnex.us``): one audiobook by its ASIN, and authors by name. It has no series and no lists of books.

Facts (Audnexus 1.15.2, its source and test data): ``isbn`` is "" when unknown, ``summary`` is HTML, positions are text
or absent, only two series survive; a book of another region is a 404; a 429 says in its body how many seconds to wait.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import requests

from mam_assets.domain.model.catalogue import BookMetadata
from mam_assets.domain.model.library import SeriesRef
from resources.errors import NotFound, UnexpectedAnswer
from resources.http.answers import json_answer
from resources.http.fields import (
    integer,
    isbn,
    iso_date,
    language_of,
    mapping,
    mappings,
    names,
    plain,
    text,
    texts,
    year,
)
from resources.http.transport import open_session, requests_sent, send
from resources.result_ranking import same_person

SERVICE = "audnexus"
BASE_URL = "https://api.audnex.us"
_ASIN = re.compile(r"B[0-9A-Z]{9}|\d{9}[0-9X]")


class AudnexusClient:
    """One region of Audnexus. Implements ``MetadataProvider``, for books whose ASIN is known."""

    name = SERVICE

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        region: str = "us",
        session: requests.Session | None = None,
        state_dir: Path | None = None,
        per_minute: float = 60,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.region = region
        self._session = session or open_session(SERVICE, per_minute=per_minute, state_dir=state_dir)
        self._session.hooks["response"].append(_tell_retry_after)

    @property
    def requests_made(self) -> int:
        """Requests sent so far."""
        return requests_sent(self._session)

    def book(self, asin: str) -> BookMetadata:
        """One audiobook. Raises NotFound for an ASIN that the region does not have, or that is none."""
        if not _ASIN.fullmatch(asin):
            raise NotFound(SERVICE, f"{asin!r} is no ASIN")
        told = mapping(self._ask(f"/books/{asin}", {}))
        if not text(told.get("title")):
            raise UnexpectedAnswer(SERVICE, f"the answer for {asin} has no title")
        return _metadata(told, asin)

    def books(self, title: str, author: str, *, asin: str = "", isbn: str = "") -> list[BookMetadata]:
        """The book of that ASIN; nothing else can be asked for, so without one the list is empty."""
        if not _ASIN.fullmatch(asin):
            return []
        try:
            return [self.book(asin)]
        except NotFound:
            return []

    def authors(self, name: str) -> list[tuple[str, str]]:
        """(ASIN, name) of the authors of that name, each ASIN once."""
        answer = self._ask("/authors", {"name": name})
        if not isinstance(answer, list):
            raise UnexpectedAnswer(SERVICE, "the answer to a search for authors is no list")
        names_by_asin = {text(row.get("asin")): text(row.get("name")) for row in mappings(answer)}
        return [(asin, shown) for asin, shown in names_by_asin.items() if asin and same_person(shown, name)]

    def _ask(self, path: str, params: dict[str, str]) -> Any:
        response = send(self._session, SERVICE, "GET", self.base_url + path, params={**params, "region": self.region})
        return json_answer(response, SERVICE)


def _metadata(told: Any, asin: str) -> BookMetadata:
    day = iso_date(told.get("releaseDate"))
    minutes = integer(told.get("runtimeLengthMin"))
    format_type = text(told.get("formatType")).casefold()
    places = [mapping(told.get(key)) for key in ("seriesPrimary", "seriesSecondary")]
    genres = [row for row in mappings(told.get("genres")) if row.get("type") in ("genre", None)]
    return BookMetadata(
        provider=SERVICE,
        provider_id=text(told.get("asin")) or asin,
        title=text(told.get("title")),
        subtitle=text(told.get("subtitle")),
        authors=names(told.get("authors")),
        narrators=names(told.get("narrators")),
        series=tuple(
            SeriesRef(text(place.get("name")), text(place.get("position")), text(place.get("asin")))
            for place in places
            if text(place.get("name"))
        ),
        publisher=text(told.get("publisherName")),
        published_year=day.year if day else year(told.get("copyright")),
        release_date=day,
        description=plain(told.get("summary")) or plain(told.get("description")),
        genres=texts([row.get("name") for row in genres]),
        language=language_of(told.get("language")),
        isbn=isbn(told.get("isbn")),
        asin=text(told.get("asin")) or asin,
        cover_url=text(told.get("image")),
        runtime_seconds=minutes * 60 if minutes and minutes > 0 else None,
        abridged=format_type == "abridged" if format_type in ("abridged", "unabridged") else None,
        is_audiobook=True,
    )


def _tell_retry_after(response: requests.Response, *args: Any, **kwargs: Any) -> None:
    """Put the wait that a 429's body states where every client looks for it."""
    if response.status_code != 429 or "Retry-After" in response.headers:
        return
    try:
        details = mapping(mapping(mapping(response.json()).get("error")).get("details"))
    except ValueError:
        return
    seconds = integer(details.get("retryAfterSeconds"))
    if seconds and seconds > 0:
        response.headers["Retry-After"] = str(seconds)
