"""A stand-in for Audiobookshelf 2.36: libraries of the world, real folders behind them, and scans that really look.

Shapes and habits as recorded from a real server, with its traps: lists are always minified, pages count from 0,
unknown ids are silently absent, a scan answers before it has begun. Faults of its own: ``missing_total`` (lists say no
``total`` while a scan runs) and ``scan_stuck`` (a scan is answered and never done). ``/_sandbox/log`` lists what was
changed over the API.
"""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..serving.faults import App, FaultMiddleware, Faults
from ..serving.state import State
from ..world.load import World
from . import shapes
from .books import Book
from .calls import Call, HttpError, endpoint_of, http_error, not_found
from .changes import ServerDies, change
from .library import Library, Shelves, now_ms
from .lists import Lists
from .server import USERS, library_row, login_payload

PRIVATE_HOSTS = ("localhost",)


def create_app(
    world: World,
    *,
    state: State,
    library_dir: Path,
    faults: Faults | None = None,
    speed: float = 1.0,
) -> App:
    """The stand-in as an ASGI application. ``library_dir`` gets one folder per library."""
    faults = faults if faults is not None else Faults()
    return FaultMiddleware(Audiobookshelf(world, state, library_dir, faults, speed).app(), faults)


class Audiobookshelf:
    def __init__(self, world: World, state: State, library_dir: Path, faults: Faults, speed: float) -> None:
        self.world = world
        self.faults = faults
        self.shelves = Shelves(world, state, library_dir, speed=speed)
        self.lists = Lists(self.shelves)
        self.changes: list[dict[str, Any]] = []

    def app(self) -> Starlette:
        routes = [
            Route("/ping", lambda _: JSONResponse({"success": True})),
            Route("/healthcheck", lambda _: PlainTextResponse("OK")),
            Route("/status", self._status),
            Route("/login", self._login, methods=["POST"]),
            Route("/_sandbox/log", self._log, methods=["GET", "DELETE"]),
        ]
        answers: list[tuple[str, str, Callable[[Call], Any]]] = [
            ("POST", "/api/authorize", lambda call: login_payload(call.user, self.shelves.libraries[0].id)),
            ("GET", "/api/libraries", self.libraries),
            ("GET", "/api/libraries/{library}", self.library),
            ("GET", "/api/libraries/{library}/items", self.items),
            (
                "GET",
                "/api/libraries/{library}/series",
                lambda call: self.lists.series(self._library(call), call.params),
            ),
            (
                "GET",
                "/api/libraries/{library}/authors",
                lambda call: self.lists.authors(self._library(call), call.params),
            ),
            ("GET", "/api/libraries/{library}/stats", lambda call: self.lists.stats(self._library(call))),
            ("POST", "/api/libraries/{library}/scan", self.scan),
            ("GET", "/api/tasks", lambda _: {"tasks": list(self.shelves.tasks.values())}),
            ("POST", "/api/items/batch/get", self.batch_get),
            ("POST", "/api/items/batch/update", self.batch_update),
            ("GET", "/api/items/{item}", self.item),
            ("DELETE", "/api/items/{item}", self.delete),
            ("PATCH", "/api/items/{item}/media", self.change_media),
            ("POST", "/api/items/{item}/cover", self.set_cover),
            ("PATCH", "/api/items/{item}/cover", self.choose_cover),
            ("POST", "/api/items/{item}/match", self.match),
            ("POST", "/api/items/{item}/scan", self.scan_item),
            (
                "GET",
                "/api/series/{series}",
                lambda call: _found(self.lists.one_series(call.path["series"], call.params)),
            ),
            (
                "GET",
                "/api/authors/{author}",
                lambda call: _found(self.lists.one_author(call.path["author"], call.params)),
            ),
        ]
        by_path: dict[str, dict[str, Callable[[Call], Any]]] = {}
        for method, path, answer in answers:
            by_path.setdefault(path, {})[method] = answer
        for path, methods in by_path.items():
            routes.append(Route(path, endpoint_of(methods), methods=list(methods)))
        return Starlette(routes=routes, exception_handlers={404: not_found, 405: not_found, HttpError: http_error})

    async def _status(self, _: Request) -> Response:
        return JSONResponse(
            {
                "app": "audiobookshelf",
                "serverVersion": shapes.SERVER_VERSION,
                "isInit": True,
                "language": "en-us",
                "authMethods": ["local"],
                "authFormData": {"authLoginCustomMessage": ""},
            }
        )

    async def _login(self, request: Request) -> Response:
        try:
            given = json.loads(await request.body())
            user = next(u for u in USERS if (u.username, u.password) == (given["username"], given["password"]))
        except (ValueError, KeyError, TypeError, StopIteration):
            return PlainTextResponse("Unauthorized", 401)
        payload = login_payload(user, self.shelves.libraries[0].id)
        payload["user"] |= {"refreshToken": user.token, "accessToken": user.token}
        return JSONResponse(payload)

    async def _log(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.changes.clear()
        return JSONResponse({"changes": self.changes})

    def _note(self, what: str, **about: Any) -> None:
        self.changes.append({"what": what, "at": time.time(), **about})

    # ------------------------------------------------------------------------------------------------ finding

    def _library(self, call: Call) -> Library:
        library = self.shelves.library(call.path["library"])
        if library is None:
            raise HttpError(404, "Library not found")
        return library

    def _item(self, call: Call) -> tuple[Library, Book]:
        shelved = self.shelves.find(call.path["item"])
        if shelved is None:
            raise HttpError(404)
        return shelved

    # ---------------------------------------------------------------------------------------------- libraries

    def libraries(self, _: Call) -> dict[str, Any]:
        return {"libraries": [library_row(library) for library in self.shelves.libraries]}

    def library(self, call: Call) -> dict[str, Any]:
        library = self._library(call)
        if "filterdata" not in call.params.get("include", ""):
            return library_row(library)
        with self.shelves.lock:
            issues = sum(book.is_missing for book in library.books.values())
            data = self.lists.filter_data(library)
        return {"filterdata": data, "issues": issues, "numUserPlaylists": 0, "library": library_row(library)}

    def items(self, call: Call) -> Response:
        library = self._library(call)
        hide_total = library.id in self.shelves.tasks and self.faults.take("missing_total") is not None
        with self.shelves.lock:
            text = self.lists.items(library, call.params, total=not hide_total)
        return Response(text, media_type="application/json; charset=utf-8")

    def scan(self, call: Call) -> str:
        call.need("admin")
        library = self._library(call)
        self._note("scan", library=library.name)
        if self.faults.take("scan_stuck") is None:
            self.shelves.start_scan(library, force=call.params.get("force") == "1")
        return "OK"

    # -------------------------------------------------------------------------------------------------- items

    def item(self, call: Call) -> dict[str, Any]:
        with self.shelves.lock:
            library, book = self._item(call)
            if call.params.get("expanded") != "1":
                return shapes.full(book, library.root)
            row = shapes.expanded(book, library.root)
        include = call.params.get("include", "")
        if "progress" in include:
            row["userMediaProgress"] = None
        return row | ({"rssFeed": None} if "rssfeed" in include else {})

    def batch_get(self, call: Call) -> dict[str, Any]:
        ids = call.body.get("libraryItemIds") if isinstance(call.body, dict) else None
        if not isinstance(ids, list) or not ids:
            raise HttpError(403, "Invalid payload")
        with self.shelves.lock:
            shelved = [shelved for shelved in map(self.shelves.find, dict.fromkeys(map(str, ids))) if shelved]
            return {"libraryItems": [shapes.expanded(book, library.root) for library, book in shelved]}

    def change_media(self, call: Call) -> dict[str, Any]:
        call.need("update")
        if not isinstance(call.body, dict):
            raise HttpError(400)
        with self.shelves.lock:
            library, book = self._item(call)
            url = call.body.get("url")
            if url:
                self._fetch_cover(book, str(url))
            updated = self._change(library, book, call.body) or url
            # A change that changed nothing is answered without a word on it.
            return ({"updated": updated} if updated else {}) | {"libraryItem": shapes.full(book, library.root)}

    def _change(self, library: Library, book: Book, payload: dict[str, Any]) -> bool:
        try:
            updated = change(book, payload, library.authors, library.series)
        except ServerDies:
            raise HttpError(500, "the real server would have ended here") from None
        if updated:
            book.changed(now_ms())
            self.shelves.save([book])
        self._note("media", item=book.id, updated=updated, payload=payload)
        return updated

    def batch_update(self, call: Call) -> dict[str, Any]:
        call.need("update")
        rows = call.body
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows) or not rows:
            raise HttpError(400, "Invalid payload")
        ids = [row["id"] for row in rows]
        if len(set(ids)) != len(ids):
            raise HttpError(400, "Invalid payload, duplicate ids")
        with self.shelves.lock:
            shelved = [self.shelves.find(id_) for id_ in ids]
            if not all(shelved):
                raise HttpError(404)
            pairs = [(place, row.get("mediaPayload") or {}) for place, row in zip(shelved, rows, strict=True) if place]
            updates = sum(self._change(library, book, payload) for (library, book), payload in pairs)
        return {"success": True, "updates": updates}

    def set_cover(self, call: Call) -> dict[str, Any]:
        call.need("upload")
        with self.shelves.lock:
            _, book = self._item(call)
            if call.upload is None:
                url = call.body.get("url") if isinstance(call.body, dict) else None
                if not url:
                    raise HttpError(400, "Invalid request no file or url")
                self._fetch_cover(book, str(url))
            else:
                self._set_cover(book)
            return {"success": True, "cover": book.cover}

    def choose_cover(self, call: Call) -> dict[str, Any]:
        """Use an image that lies in the item's folder; its path is one of the server's own world."""
        call.need("update")
        with self.shelves.lock:
            library, book = self._item(call)
            path = str(call.body.get("cover") or "") if isinstance(call.body, dict) else ""
            files = [file["metadata"]["path"] for file in shapes.library_files(book, library.root)]
            if path not in files:
                raise HttpError(400, "Invalid cover path")
            book.cover = path
            book.changed(now_ms())
            self.shelves.save([book])
            return {"success": True, "cover": path}

    def _fetch_cover(self, book: Book, url: str) -> None:
        """Take a cover from an address: as the real server, never from a private one. Nothing is really fetched."""
        host = urlsplit(url).hostname or ""
        try:
            private = not ipaddress.ip_address(host).is_global
        except ValueError:
            private = host in PRIVATE_HOSTS or "." not in host
        if private or not url.startswith(("http://", "https://")):
            raise HttpError(400, "Failed to download image from url")
        self._set_cover(book)

    def _set_cover(self, book: Book) -> None:
        book.cover = f"/metadata/items/{book.id}/cover.jpg"
        book.changed(now_ms())
        self.shelves.save([book])
        self._note("cover", item=book.id)

    def match(self, call: Call) -> dict[str, Any]:
        """Fill what is blank from the world's book of that title and author."""
        call.need("update")
        body = call.body if isinstance(call.body, dict) else {}
        with self.shelves.lock:
            library, book = self._item(call)
            title = str(body.get("title") or book.title or "").casefold()
            author = str(body.get("author") or (book.authors[0][1] if book.authors else "")).casefold()
            hits = (b for b in self.world.books() if b.title.casefold() == title)
            hit = next((b for b in hits if not author or author in (a.casefold() for a in b.authors)), None)
            if hit is None:
                return {"warning": f"No {body.get('provider') or 'google'} match found"}
            given: dict[str, Any] = {"publishedYear": hit.year, "asin": hit.asin, "isbn": hit.isbn}
            over = bool(body.get("overrideDetails"))
            details = {k: v for k, v in given.items() if v and (over or not book.metadata.get(k))}
            if hit.narrators and (over or not book.narrators):
                details["narrators"] = list(hit.narrators)
            updated = self._change(library, book, {"metadata": details})
            return {"updated": updated, "libraryItem": shapes.expanded(book, library.root)}

    def scan_item(self, call: Call) -> dict[str, str]:
        call.need("admin")
        library, book = self._item(call)
        if book.is_file:
            raise HttpError(500, "Internal Server Error")
        changed = self.shelves.scan_now(library, force=True)
        return {"result": "UPDATED" if book in changed else "UPTODATE"}

    def delete(self, call: Call) -> str:
        call.need("admin")
        with self.shelves.lock:
            library, book = self._item(call)
            self.shelves.delete(library, book)
        self._note("delete", item=book.id)
        return "OK"


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise HttpError(404)
    return row
