"""A client of Audiobookshelf's HTTP API (server 2.36): libraries, items, scans, and changes of metadata.

Errors come as plain text: 401 ``Unauthorized``, 403 without a permission, 404. The token is sent as a header to the
configured address alone and appears in no message.

Facts: Audiobookshelf 2.36.0, its source and a running server.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

import requests

from mam_assets.domain.model.library import LibraryItem
from resources.audiobookshelf.accounts import AbsLibrary, AbsStatus, AbsUser, abs_library, abs_status, abs_user
from resources.audiobookshelf.changes import media_change, was_updated
from resources.audiobookshelf.items import SERVICE, ListedItem, editable, library_item
from resources.audiobookshelf.listing import every_row, newest_first, path_form
from resources.audiobookshelf.tasks import SCAN, WATCHER, under_way
from resources.errors import AuthError, NotFound, Refused, ServiceError, Unavailable, UnexpectedAnswer
from resources.http.fields import mapping, mappings, text
from resources.http.transport import json_of, open_session, send

log = logging.getLogger(__name__)

NEWEST = 100  # rows that a quick look takes: one page
BATCH = 50  # expanded items are heavy: every audio file comes with its tags
_SETTLE_SECONDS = (1.0, 2.0, 5.0, 10.0)  # between tries to read a list that changes meanwhile

Skip = Callable[[ServiceError], None]


class AbsClient:
    """One Audiobookshelf server, as one user. ``base_url`` may hold a sub-path; ``token`` is an API key or a token."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._token = token
        self._session = session or open_session(SERVICE, per_minute=1800, state_dir=None, timeout=(5, 120))
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"AbsClient({self.base_url!r})"

    # ------------------------------------------------------------------------------------------------ the server

    def status(self) -> AbsStatus:
        """Version and state of the server; needs no token. Raises UnexpectedAnswer if it is no Audiobookshelf."""
        return abs_status(self._json("GET", "/status"))

    def authorize(self) -> AbsUser:
        """Whose token it is and what that user may do. Raises AuthError for a wrong token."""
        return abs_user(self._json("POST", "/api/authorize"))

    def libraries(self) -> list[AbsLibrary]:
        """The book libraries that the user sees."""
        answer = self._json("GET", "/api/libraries")
        if not isinstance(answer, Mapping) or not isinstance(answer.get("libraries"), list):
            raise UnexpectedAnswer(SERVICE, "the answer to GET /api/libraries holds no libraries")
        libraries = [abs_library(row) for row in answer["libraries"]]
        return [library for library in libraries if library.media_type == "book"]

    # ------------------------------------------------------------------------------------------------- the items

    def listed(self, library_id: str) -> list[ListedItem]:
        """Every row of a library, in the order in which the items were added, checked against the stated total.

        While a scan runs the total may be absent and pages may shift; then the list is read again after a pause.
        Raises Unavailable if it does not hold still.
        """
        for pause in (*_SETTLE_SECONDS, None):
            # The last try asks for all rows at once: equal times of addition have no fixed order between pages.
            rows = every_row(lambda page, limit: self._page(library_id, page, limit), at_once=pause is None)
            if rows is not None:
                return rows
            if pause is not None:
                self._sleep(pause)
        raise Unavailable(SERVICE, f"the list of library {library_id} does not hold still (is a scan running?)")

    def items(self, library_id: str, *, on_skip: Skip | None = None) -> Iterator[LibraryItem]:
        """Every item of a library with its series. An unreadable item goes to ``on_skip``, the rest goes on."""
        ids = [row.abs_id for row in self.listed(library_id)]
        for item, _ in self._expanded(ids, on_skip):
            if item is not None:
                yield item

    def item(self, abs_id: str) -> LibraryItem:
        """One item. Raises NotFound."""
        return library_item(self._json("GET", f"/api/items/{quote(abs_id, safe='')}", params={"expanded": 1}))

    def item_to_edit(self, abs_id: str) -> tuple[LibraryItem, dict[str, Any]]:
        """One item, and its metadata as the server stores it (see ``editable``). Raises NotFound."""
        row = self._json("GET", f"/api/items/{quote(abs_id, safe='')}", params={"expanded": 1})
        return library_item(row), editable(row)

    def find_by_paths(
        self, library_id: str, rel_paths: Collection[str], *, folder_id: str = "", only_newest: bool = False
    ) -> dict[str, LibraryItem]:
        """The items at these paths below a folder of the library (any, or this one), of those that are there (yet).

        Newest first, and one whose files are there before one whose files have vanished: a book can be listed twice.
        ``only_newest``: look through the latest hundred alone.
        """
        wanted, there, vanished = {path_form(path): path for path in rel_paths}, dict[str, str](), dict[str, str]()
        for row in self._newest(library_id, folder_id, only_newest):
            if (path := wanted.get(path_form(row.rel_path))) is not None:
                (vanished if row.is_missing else there).setdefault(path, row.abs_id)
            if len(there) == len(wanted):
                break
        return {path: self.item(abs_id) for path, abs_id in (vanished | there).items()}

    def listed_at(self, library_id: str, rel_path: str, *, folder_id: str = "") -> list[ListedItem]:
        """Everything among the latest hundred that is listed at this path: more than one is one book listed twice."""
        rows = self._newest(library_id, folder_id, only_newest=True)
        return [row for row in rows if path_form(row.rel_path) == path_form(rel_path)]

    def forget(self, abs_id: str) -> None:
        """Take an item off the server's list; its files stay. Needs a user who may delete (AuthError)."""
        self._call("DELETE", f"/api/items/{quote(abs_id, safe='')}")

    # ------------------------------------------------------------------------------------------------- scanning

    def scan(self, library_id: str, *, force: bool = False) -> None:
        """Start a scan; the server answers at once, and ignores it while another runs. Needs an admin (AuthError)."""
        self._call("POST", f"/api/libraries/{quote(library_id, safe='')}/scan", params={"force": 1} if force else None)

    def scan_finished(self, library_id: str) -> bool:
        """No scan of this library is running."""
        return SCAN not in under_way(self._json("GET", "/api/tasks"), library_id)

    def is_quiet(self, library_id: str) -> bool:
        """Neither a scan nor the server's own watcher is at work on this library, nor about to be."""
        return not under_way(self._json("GET", "/api/tasks"), library_id) & {SCAN, WATCHER}

    # ------------------------------------------------------------------------------------------------- changing

    def update_media(
        self, abs_id: str, metadata: Mapping[str, Any], *, tags: list[str] | None = None
    ) -> tuple[bool, LibraryItem]:
        """Change metadata and say whether the server changed anything, with the item as it then is.

        ``metadata`` uses the server's names. ``authors`` and ``series`` replace all there were.
        """
        body = media_change(metadata, tags)
        answer = self._json("PATCH", f"/api/items/{quote(abs_id, safe='')}/media", json=body)
        return was_updated(answer), library_item(mapping(answer).get("libraryItem"))

    def set_cover(self, abs_id: str, url: str) -> None:
        """Let the server fetch a cover. It refuses private addresses, and what it cannot load (Refused)."""
        answer = self._json("POST", f"/api/items/{quote(abs_id, safe='')}/cover", json={"url": url})
        if mapping(answer).get("success") is not True:
            raise Refused(SERVICE, f"did not take the cover of {abs_id}")

    def match(
        self, abs_id: str, *, provider: str, title: str = "", author: str = "", asin: str = "", isbn: str = "",
        override_details: bool = False, override_cover: bool = False,
    ) -> bool:  # fmt: skip
        """Let the server match an item with one of its own providers; it takes the first result.

        Fills blanks only, unless told to override. True if something changed, False if nothing was found or new.
        """
        asked = {"title": title, "author": author, "asin": asin, "isbn": isbn}
        answer = self._json(
            "POST",
            f"/api/items/{quote(abs_id, safe='')}/match",
            json={
                "provider": provider,
                "overrideDetails": override_details,
                "overrideCover": override_cover,
                **{key: value for key, value in asked.items() if value},
            },
        )
        return False if text(mapping(answer).get("warning")) else was_updated(answer)

    # -------------------------------------------------------------------------------------------------- the wire

    def _expanded(self, ids: list[str], on_skip: Skip | None) -> Iterator[tuple[LibraryItem | None, str]]:
        """(item, "") for each id that could be read, (None, id) for each that is gone by now."""
        for start in range(0, len(ids), BATCH):
            asked = ids[start : start + BATCH]
            rows = self._batch(asked)
            for abs_id in asked:
                try:
                    # Unknown ids are absent without a word; asking for the item itself tells whether it vanished.
                    yield (library_item(rows[abs_id]) if abs_id in rows else self.item(abs_id)), ""
                except NotFound:
                    yield None, abs_id
                except UnexpectedAnswer as error:
                    (on_skip or _log_skip)(error)

    def _batch(self, ids: list[str]) -> dict[str, Mapping[str, Any]]:
        answer = self._json("POST", "/api/items/batch/get", json={"libraryItemIds": ids})
        if not isinstance(answer, Mapping) or not isinstance(answer.get("libraryItems"), list):
            raise UnexpectedAnswer(SERVICE, "the answer to POST /api/items/batch/get holds no libraryItems")
        return {text(row.get("id")): row for row in mappings(answer["libraryItems"])}

    def _page(self, library_id: str, page: int, limit: int, *, newest: bool = False) -> Any:
        params: dict[str, str | int] = {"limit": limit, "page": page, "sort": "addedAt", "minified": 1}
        if newest:
            params["desc"] = 1
        return self._json("GET", f"/api/libraries/{quote(library_id, safe='')}/items", params=params)

    def _newest(self, library_id: str, folder_id: str, only_newest: bool) -> Iterator[ListedItem]:
        rows = newest_first(lambda page, limit: self._page(library_id, page, limit, newest=True))
        for row in islice(rows, NEWEST) if only_newest else rows:
            if not folder_id or row.folder_id == folder_id:
                yield row

    def _json(self, method: str, path: str, **kwargs: Any) -> Any:
        return json_of(self._call(method, path, **kwargs), SERVICE)

    def _call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        response = send(
            self._session,
            SERVICE,
            method,
            self.base_url + path,
            headers={"Authorization": f"Bearer {self._token}", "Accept": "application/json"},
            # requests would repeat a redirected POST or PATCH as a GET
            allow_redirects=method == "GET",
            **kwargs,
        )
        if response.ok and not response.is_redirect:
            return response
        if response.is_redirect:
            scheme, _, rest = response.headers.get("Location", "").partition("://")
            host = rest.partition("/")[0].rpartition("@")[2]
            raise UnexpectedAnswer(SERVICE, f"{method} {path} is redirected to {scheme}://{host}")
        if response.status_code == 403:
            raise AuthError(SERVICE, f"this user may not {method} {path} (403)")
        if response.status_code == 404:
            raise NotFound(SERVICE, f"{method} {path}: not found")
        raise Refused(SERVICE, f"{method} {path} answered {response.status_code}: {_words(response)}")


def _log_skip(error: ServiceError) -> None:
    log.warning("skipped: %s", error)


def _words(response: requests.Response) -> str:
    body = " ".join(response.text.split())
    return "(a web page)" if body.startswith("<") else body[:200]
