"""The tracker's stand-in: search, account, downloads; a tracker address and a web seed for real torrent clients.

Every answer to a session changes its cookie, and the value before is dead: 403. HTML pages answer 200 with a login
page, since a program's session opens none. ``GET /_sandbox/log`` tells what was asked and how politely.

Faults of its own, beside those of every stand-in: ``dead_cookie``, ``no_rotation``, ``old_layout`` (the counters at the
top level), ``unsat_at_limit``, ``low_ratio``, ``not_vip``, ``vip_until`` (VIP ends at ``text``, until more is bought),
``points`` (the account page shows ``text`` points), ``gone`` (a download answers 404; ``match`` is the id), ``seedbox``
(dynamicSeedbox answers ``text``), ``ip`` (this client is seen to come from ``text``).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..serving.faults import App, FaultMiddleware, Faults
from ..serving.state import State
from ..world.facts import World
from ..world.payload import files_of
from ..world.release import Release
from ..world.releases import releases_of_world
from ..world.torrents import Torrents, bencode
from .account import SEED, Account, Asked
from .rows import download_key, row, snatch_row
from .search import FLAGS, NOTHING, BadQuery, Index, from_pairs
from .uploads import with_new_uploads

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Login | My Anonamouse</title></head><body><h1>Not logged in!</h1>"
    '<form action="/takelogin.php" method="post"><input name="email"><input name="password" type="password">'
    '<input type="hidden" name="t" value="1"></form></body></html>'
)
OPEN = ("/announce", "/seed/", "/json/jsonIp.php", "/_sandbox", "/login.php")
LATENCY = 0.003
NO_SESSION = "Error, you are not signed in"


def create_app(
    world: World,
    *,
    state: State | None = None,
    faults: Faults | None = None,
    seed: str = SEED,
    torrents: Torrents | None = None,
) -> App:
    """The stand-in as an ASGI application.

    ``seed`` is the first ``mam_id``; ``torrents`` may be shared with the torrent client's stand-in.
    """
    faults = faults if faults is not None else Faults()
    torrents = torrents or Torrents(releases_of_world(world))
    tracker = Tracker(torrents, Account(state or State(), faults, seed=seed), faults)
    app = Starlette(
        routes=[
            Route("/tor/js/loadSearchJSONbasic.php", tracker.search, methods=["GET", "POST"]),
            Route("/jsonLoad.php", tracker.json_load),
            Route("/json/checkCookie.php", tracker.check_cookie),
            Route("/json/jsonIp.php", tracker.json_ip),
            Route("/json/dynamicSeedbox.php", tracker.dynamic_seedbox),
            Route("/json/bonusBuy.php", tracker.bonus_buy),
            Route("/json/bonusBuy.php/{rest:path}", tracker.bonus_buy),
            Route("/json/loadUserDetailsTorrents.php", tracker.user_torrents),
            Route("/tor/download.php", tracker.download),
            Route("/tor/download.php/{key}", tracker.download),
            Route("/announce", tracker.announce),
            Route("/seed/{release_id:int}/{path:path}", tracker.web_seed),
            Route("/_sandbox/log", tracker.log, methods=["GET", "DELETE"]),
            Route("/{rest:path}", lambda _: HTMLResponse(LOGIN_PAGE), methods=["GET", "POST"]),
        ]
    )
    app.add_middleware(BaseHTTPMiddleware, dispatch=tracker.session)
    return FaultMiddleware(app, faults)


class Tracker:
    def __init__(self, torrents: Torrents, account: Account, faults: Faults) -> None:
        self.torrents = torrents
        self.account = account
        self.faults = faults
        self.index = Index(with_new_uploads(torrents.releases, datetime.now(UTC)), torrents.by_infohash)

    async def session(self, request: Request, next_: Callable[[Request], Awaitable[Response]]) -> Response:
        """Around every request: the cookie is looked at, changed, and the request is written down."""
        path = request.url.path
        if path.startswith("/_sandbox"):
            return await next_(request)
        cookie = request.cookies.get("mam_id", "")
        body = (await request.body()).decode("utf-8", "replace")
        started = self.account.clock()
        self.account.arrived(cookie)
        await asyncio.sleep(LATENCY)  # so that two requests at once are seen to be two
        status = 500
        try:
            response = await self._answer(request, next_, cookie)
            status = response.status_code
        finally:
            entry = Asked(started, request.method, path, request.url.query, body[:2_000], status)
            self.account.answered(cookie, entry)
        return response

    async def _answer(self, request: Request, next_: Callable[[Request], Awaitable[Response]], cookie: str) -> Response:
        path = request.url.path
        is_json = path.startswith(("/tor/js/", "/json", "/tor/download.php"))
        keyed = path.startswith("/tor/download.php/")
        if not is_json or path.startswith(OPEN) or (keyed and not cookie):
            return await next_(request)
        if not self.account.is_valid(cookie):
            if path.endswith("dynamicSeedbox.php"):
                words = "Invalid session - Invalid Cookie" if cookie else "No Session Cookie"
                return JSONResponse({"Success": False, "msg": words}, 403)
            # A deletion: who keeps this value has poisoned the session.
            return PlainTextResponse(NO_SESSION, 403, {"set-cookie": "mam_id=deleted; Path=/; Max-Age=0"})
        response = await next_(request)
        fresh = self.account.rotate(cookie)
        if fresh:
            header = f"mam_id={fresh}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"
            response.headers.append("set-cookie", header)
        return response

    # --------------------------------------------------------------------------------------------------- searching

    async def search(self, request: Request) -> Response:
        if request.method == "POST":
            # Only raw JSON is understood; a form gets an empty body, and so does JSON that is none.
            if "form" in request.headers.get("content-type", ""):
                return Response(b"")
            try:
                question = json.loads(await request.body())
            except ValueError:
                return Response(b"")
        else:
            question = from_pairs(request.query_params.multi_items())
        try:
            page, total, size, start = self.index.search(question)
        except BadQuery as error:
            return JSONResponse({"error": f"Search error: {error}"})
        if not total:
            return JSONResponse({"error": NOTHING})
        flags = frozenset(name for name in FLAGS if name in question)
        saved = self.account.state.read("mam")
        rows = [
            row(
                release,
                flags=flags,
                snatched=release.release_id in saved.get("snatched", ()),
                personal_freeleech=release.release_id in saved.get("personal", ()),
            )
            for release in page
        ]
        return JSONResponse({"perpage": size, "start": start, "data": rows, "total": len(rows), "found": total})

    # ----------------------------------------------------------------------------------------------------- account

    async def check_cookie(self, request: Request) -> Response:
        return JSONResponse({"Success": True, "msg": "Session type - API session"})

    async def json_load(self, request: Request) -> Response:
        facts = self.account.facts()
        if self.faults.find("old_layout"):
            facts |= self.account.counters()
        elif "snatch_summary" in request.query_params:
            facts["snatch_summary"] = self.account.counters()
        if "notif" in request.query_params:
            facts["notifs"] = {"pms": 0, "aboutToDropClient": 0, "tickets": 0, "requests": 0, "topics": 0}
        return JSONResponse(facts)

    async def json_ip(self, request: Request) -> Response:
        return JSONResponse({"ip": self._ip(), "ASN": 64500, "AS": "Example AS", "time": 1_790_000_000})

    def _ip(self) -> str:
        fault = self.faults.find("ip")
        return fault.text if fault else "127.0.0.1"

    async def dynamic_seedbox(self, request: Request) -> Response:
        fault = self.faults.find("seedbox")
        if fault:
            status = 429 if fault.text.startswith("Last change") else 403
            return JSONResponse({"Success": False, "msg": fault.text}, status)
        with self.account.state.editing("mam") as document:
            words = "No change" if document.get("seedbox") == self._ip() else "Completed"
            document["seedbox"] = self._ip()
        return JSONResponse({"Success": True, "msg": words, "ip": self._ip(), "ASN": 64500, "AS": "Example"})

    async def bonus_buy(self, request: Request) -> Response:
        asked = request.query_params
        match asked.get("spendtype"):
            case "personalFL":
                release = self._release(asked.get("torrentid", ""))
                if release is None:
                    return JSONResponse({"success": False, "error": "Invalid torrent"})
                bought = self.account.buy_freeleech(release.release_id, is_vip=release.vip, is_free=release.free)
                return JSONResponse(bought)
            case "upload":
                amount = asked.get("amount", "0")
                return JSONResponse(self.account.buy_credit(int(amount) if amount.isdigit() else 0))
            case "VIP":
                return JSONResponse(self.account.buy_vip(asked.get("duration", "")))
        return JSONResponse({"success": False, "error": "Invalid spendtype"})

    async def user_torrents(self, request: Request) -> Response:
        """What this account took, 100 to a page; only the unsatisfied kinds have any."""
        page = request.query_params.get("iteration", "0")
        wanted = request.query_params.get("type", "unsat")
        taken = list(self.account.times_downloaded()) if wanted in ("unsat", "seedUnsat") else []
        start = 100 * int(page) if page.isdigit() else 0
        releases = [self.torrents.releases[number] for number in taken[start : start + 100]]
        return JSONResponse({"rows": [snatch_row(release) for release in releases], "success": True})

    # --------------------------------------------------------------------------------------------------- downloads

    async def download(self, request: Request) -> Response:
        key = request.path_params.get("key", "")
        tid = request.query_params.get("tid", "")
        if "fl" in request.query_params:
            # This would spend a wedge, silently. Nobody may do that here.
            self.account.refused_fl += 1
            return PlainTextResponse("The sandbox forbids to spend wedges by a download", 403)
        if not tid:
            return PlainTextResponse("Invalid download link: missing tid (torrent id)", 400)
        release = self._release(tid)
        if release is None or self.faults.take("gone", tid):
            return PlainTextResponse("Torrent not found", 404)
        if key and key != download_key(release):
            return PlainTextResponse("Invalid download link", 403)
        self.account.downloaded(release.release_id)
        name = f"[{release.release_id}].torrent"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        content = self.torrents.torrent(release.release_id, str(request.base_url).rstrip("/"))
        return Response(content, media_type="application/x-bittorrent", headers=headers)

    def _release(self, number: str) -> Release | None:
        return self.torrents.releases.get(int(number)) if number.isdigit() else None

    async def announce(self, request: Request) -> Response:
        """No peers: the web seed has everything. A finished download counts as snatched."""
        raw = re.search(rb"(?:^|&)info_hash=([^&]*)", request.scope["query_string"])
        infohash = unquote_to_bytes(raw[1]).hex() if raw else ""
        release = self.torrents.by_infohash(infohash)
        if release is None:
            return Response(bencode({"failure reason": "unregistered torrent"}), media_type="text/plain")
        if request.query_params.get("event") == "completed":
            self.account.snatched(release.release_id)
        answer: dict[str, Any] = {"interval": 1_800, "complete": release.seeders, "incomplete": 0, "peers": b""}
        return Response(bencode(answer), media_type="text/plain")

    async def web_seed(self, request: Request) -> Response:
        release = self.torrents.releases.get(request.path_params["release_id"])
        if release is None or not release.seeders:
            return PlainTextResponse("Not Found", 404)
        name, files = files_of(release)
        for path, content in files:
            if request.path_params["path"] == "/".join((name, *path)):
                return _part(content, request.headers.get("range", ""))
        return PlainTextResponse("Not Found", 404)

    # ------------------------------------------------------------------------------------------------- for testers

    async def log(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.account.forget()
        account = self.account
        return JSONResponse(
            {
                "requests": [asdict(entry) for entry in account.log],
                "max_per_second": account.max_per_second,
                "max_concurrent": account.max_concurrent,
                "fl_requests": account.refused_fl,
                "downloads": account.times_downloaded(),
            }
        )


def _part(content: bytes, wanted: str) -> Response:
    span = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    if not span:
        return Response(content, media_type="application/octet-stream", headers={"accept-ranges": "bytes"})
    start, end = int(span[1]), min(int(span[2] or len(content)), len(content) - 1)
    headers = {"content-range": f"bytes {start}-{end}/{len(content)}"}
    return Response(content[start : end + 1], 206, headers, "application/octet-stream")
