"""Any provider of Audiobookshelf's custom metadata contract: abs-tract (Kindle), Audioteka, Lubimyczytac, abs-agg …

``GET <url>/search?mediaType=book&query=&author=&isbn=`` with an Authorization that is sent as it is: the contract of
Audiobookshelf 2.36.0 (custom-metadata-provider-specification.yaml). Facts of those in use, from their sources in 2026:
an upstream failure can come as 200 with no matches, so an empty list is weak evidence; the ISBN may be the invented
"0"; years and sequences may be numbers; an answer may take ten seconds and more; the ASINs of Kindle are not Audible's.
``duration`` is minutes, though some send seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from mam_assets.domain.model.catalogue import BookMetadata
from mam_assets.domain.model.library import SeriesRef
from resources.errors import AuthError, Refused, UnexpectedAnswer
from resources.http.answers import json_answer, words_of
from resources.http.fields import asin as asin_of
from resources.http.fields import isbn as isbn_of
from resources.http.fields import language_of, mapping, plain, text, texts, year
from resources.http.transport import open_session, requests_sent, send
from resources.result_ranking import ranked

_LONGEST_BOOK_MINUTES = 6000  # beyond a hundred hours a "duration" is meant in seconds
_PEOPLE = re.compile(r"\s*(?:,|;|&|\band\b)\s+")
_AUDIO = re.compile(r"audio", re.IGNORECASE)


class CustomProviderClient:
    """One such provider, known by the ``name`` that the settings give it. Implements ``MetadataProvider``.

    ``url`` may hold a path with parameters ("http://host:5555/kindle/us"). ``asins_are_audible`` is False where the
    provider speaks of Kindle books, whose ASINs must not be taken for those of audiobooks; None: told by the address.
    """

    #: An empty answer may hide a failure upstream: it must not be remembered as "there is no such book".
    empty_is_doubtful = True

    def __init__(
        self,
        name: str,
        url: str,
        *,
        authorization: str = "abs",
        session: requests.Session | None = None,
        state_dir: Path | None = None,
        per_minute: float = 20,
        asins_are_audible: bool | None = None,
    ) -> None:
        self.name = name
        self.url = re.sub(r"/search/?$", "", url.rstrip("/"))
        self._authorization = authorization
        kindle = "kindle" in f"{name} {url}".casefold()
        self._asins_are_audible = not kindle if asins_are_audible is None else asins_are_audible
        self._session = session or open_session(
            name, per_minute=per_minute, state_dir=state_dir, timeout=(5, 30), retries=0
        )

    def __repr__(self) -> str:
        return f"CustomProviderClient({self.name!r}, {self.url!r})"

    @property
    def requests_made(self) -> int:
        """Requests sent so far."""
        return requests_sent(self._session)

    def books(self, title: str, author: str, *, asin: str = "", isbn: str = "") -> list[BookMetadata]:
        """What the provider finds, best first."""
        if not title.strip():
            return []
        params = {"mediaType": "book", "query": title, "author": author, "isbn": isbn_of(isbn)}
        headers = {"Accept": "application/json"}
        if self._authorization:
            headers["Authorization"] = self._authorization
        asked = {key: value for key, value in params.items() if value}
        response = send(self._session, self.name, "GET", f"{self.url}/search", params=asked, headers=headers)
        if response.status_code == 404:
            raise Refused(self.name, f"there is no such provider at this address: {words_of(response) or '404'}")
        answer = json_answer(response, self.name, forbidden=AuthError)
        if not isinstance(answer, Mapping) or not isinstance(answer.get("matches"), list):
            raise UnexpectedAnswer(self.name, "the answer holds no list of matches")
        matches = [self._metadata(mapping(row)) for row in answer["matches"]]
        if matches and not any(book.title for book in matches):
            raise UnexpectedAnswer(self.name, "none of the matches has a title")
        return ranked([book for book in matches if book.title], title, author)

    def _metadata(self, row: Mapping[str, Any]) -> BookMetadata:
        kind = text(row.get("type"))
        amazon = asin_of(row.get("asin"))
        seconds = _seconds(row.get("duration"))
        return BookMetadata(
            provider=self.name,
            provider_id=amazon or text(row.get("id")) or text(row.get("url")),
            title=text(row.get("title")),
            subtitle=text(row.get("subtitle")),
            authors=_people(row.get("author")) or _people(row.get("authors")),
            narrators=_people(row.get("narrator")) or _people(row.get("narrators")),
            series=_series(row.get("series")),
            publisher=text(row.get("publisher")),
            published_year=year(row.get("publishedYear")),
            description=plain(row.get("description")),
            genres=texts(row.get("genres")),
            language=language_of(row.get("language")),
            isbn=isbn_of(row.get("isbn")),
            asin=amazon if self._asins_are_audible else "",
            cover_url=text(row.get("cover")),
            runtime_seconds=seconds,
            is_audiobook=bool(_AUDIO.search(kind)) if kind else (True if seconds else None),
        )


def _people(value: object) -> tuple[str, ...]:
    """Names from a list, or from one text that joins them with commas, semicolons, "&" or "and"."""
    if isinstance(value, list):
        return texts([row.get("name") if isinstance(row, Mapping) else row for row in value])
    return texts(_PEOPLE.split(text(value)))


def _series(value: object) -> tuple[SeriesRef, ...]:
    rows = value if isinstance(value, list) else [value]
    refs = []
    for row in rows:
        place = row if isinstance(row, Mapping) else {"series": row}
        name = text(place.get("series")) or text(place.get("name"))
        if name:
            refs.append(SeriesRef(name, text(place.get("sequence"))))
    return tuple(refs)


def _seconds(value: object) -> int | None:
    """Seconds of a duration; None for 0, for what is no number and for what no book lasts."""
    try:
        number = float(text(value))
    except ValueError:
        return None
    if not 0 < number < 10_000_000:
        return None
    return round(number if number > _LONGEST_BOOK_MINUTES else number * 60)
