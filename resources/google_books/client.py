"""Google Books (``/books/v1/volumes``): what is printed on books. Nothing in it marks audiobooks.

Facts (2026, from programs that use it; https://developers.google.com/books/docs/v1/using): no hits come without an
``items`` key; ``totalItems`` is an estimate; a 403 means the quota is used up, or that the caller's location cannot be
told, or that the key is no good; titles and authors are found better apart. The key goes in the query, which no message
of ours shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from anyascii import anyascii

from mam_assets.domain.model.catalogue import BookMetadata
from resources.errors import AuthError, Blocked, RateLimited, ServiceError, Unavailable, UnexpectedAnswer
from resources.http.answers import json_answer, words_of
from resources.http.fields import isbn as isbn_of
from resources.http.fields import iso_date, language_of, mapping, mappings, plain, text, texts, year
from resources.http.transport import open_session, requests_sent, send
from resources.result_ranking import ranked, same_person, title_fit

SERVICE = "google_books"
BASE_URL = "https://www.googleapis.com/books/v1"
_UNTIL_THE_QUOTA_IS_BACK = timedelta(hours=12)  # it is counted by day; the body does not say when it starts anew
_QUOTA = re.compile(r"quota|limit ?exceeded|exhausted", re.IGNORECASE)
_KEY = re.compile(r"api.?key|keyInvalid|accessNotConfigured|has not been used|credential", re.IGNORECASE)
_PLACE = re.compile(r"user location|geographic", re.IGNORECASE)


class GoogleBooksClient:
    """Google Books with a person's key. Implements ``MetadataProvider``."""

    name = SERVICE

    def __init__(
        self,
        base_url: str = BASE_URL,
        key: str = "",
        *,
        session: requests.Session | None = None,
        state_dir: Path | None = None,
        per_minute: float = 30,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._key = key
        self._session = session or open_session(SERVICE, per_minute=per_minute, state_dir=state_dir, retries=1)

    def __repr__(self) -> str:
        return f"GoogleBooksClient({self.base_url!r})"

    @property
    def requests_made(self) -> int:
        """Requests sent so far."""
        return requests_sent(self._session)

    def books(self, title: str, author: str, *, asin: str = "", isbn: str = "") -> list[BookMetadata]:
        """Volumes with that ISBN, else by title, else by title and author; best first. One to three requests."""
        number = isbn_of(isbn)
        if number and (volumes := self._volumes(f"isbn:{number}")):
            return volumes
        wanted = _searchable(title)
        if not wanted:
            return []
        volumes = self._volumes(f'intitle:"{wanted}"')
        if author and not any(_fits(book, title, author) for book in volumes):
            volumes += self._volumes(f'intitle:"{wanted}" inauthor:"{_searchable(anyascii(author))}"')
        unique = {book.provider_id: book for book in volumes}
        return ranked(unique.values(), title, author)

    def _volumes(self, query: str) -> list[BookMetadata]:
        params = {"q": query, "maxResults": "20", "printType": "books"} | ({"key": self._key} if self._key else {})
        response = send(self._session, SERVICE, "GET", f"{self.base_url}/volumes", params=params)
        if response.status_code in (400, 403):
            raise _refusal(response)
        answer = json_answer(response, SERVICE)
        if not isinstance(answer, Mapping) or not ("items" in answer or "totalItems" in answer):
            raise UnexpectedAnswer(SERVICE, "the answer to a search holds neither items nor their number")
        volumes = [_metadata(row) for row in mappings(answer.get("items"))]
        return [book for book in volumes if book.title]


def _refusal(response: requests.Response) -> ServiceError:
    error = _error_of(response)
    reasons = " ".join(text(row.get("reason")) for row in mappings(error.get("errors")))
    said = f"{reasons} {text(error.get('status'))} {text(error.get('message'))}"
    shown = " ".join(words_of(response).split())
    if _QUOTA.search(said):
        return RateLimited(SERVICE, f"the quota of this key is used up: {shown}", _UNTIL_THE_QUOTA_IS_BACK)
    if _PLACE.search(said):
        return Unavailable(SERVICE, f"will not serve this place now: {shown}")
    if _KEY.search(said):
        return AuthError(SERVICE, f"does not take the key: {shown}")
    return Blocked(SERVICE, f"answered {response.status_code}: {shown or 'no reason given'}")


def _error_of(response: requests.Response) -> Mapping[str, Any]:
    try:
        return mapping(mapping(response.json()).get("error"))
    except ValueError:
        return {}


def _metadata(volume: Mapping[str, Any]) -> BookMetadata:
    info = mapping(volume.get("volumeInfo"))
    numbers = {text(row.get("type")): row.get("identifier") for row in mappings(info.get("industryIdentifiers"))}
    images = mapping(info.get("imageLinks"))
    cover = text(images.get("thumbnail")) or text(images.get("smallThumbnail"))
    return BookMetadata(
        provider=SERVICE,
        provider_id=text(volume.get("id")),
        title=text(info.get("title")),
        subtitle=text(info.get("subtitle")),
        authors=texts(info.get("authors")),
        publisher=text(info.get("publisher")).strip('"'),
        published_year=year(info.get("publishedDate")),
        release_date=iso_date(info.get("publishedDate")),
        description=plain(info.get("description")),
        genres=texts([part for row in texts(info.get("categories")) for part in row.split(" / ")]),
        language=language_of(info.get("language")),
        isbn=isbn_of(numbers.get("ISBN_13"), numbers.get("ISBN_10")),
        cover_url=re.sub(r"^http://", "https://", cover),
        is_audiobook=False,
    )


def _fits(book: BookMetadata, title: str, author: str) -> bool:
    return title_fit(title, book.title) > 0 and any(same_person(writer, author) for writer in book.authors)


def _searchable(shown: str) -> str:
    """Without the series' brackets, quotes and apostrophes, which the search takes amiss."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", shown)
    return " ".join(re.sub(r"[\"'’`:]", " ", bare).split())
