"""A stand-in for qBittorrent's Web API in the manners of 4.5, 4.6, 5.1, 5.2 and 5.3, over ``TorrentClient``.

Shapes and habits as recorded from real servers. Besides the API it answers ``/_sandbox/log`` (every add that was asked
for, with what came of it) and ``/_sandbox/faults``. Paths in answers are those of the client's own world, below
``/downloads``: the real folder is another one, as with a client in a container.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..serving.faults import App, FaultMiddleware, Faults
from ..serving.state import State
from . import rows
from .calls import ApiError, Call, read_call
from .options import changed_limits, is_category, limits_of_add, with_parents
from .sessions import Sessions, text
from .sync import Sync, passes
from .torrent_client import INCOMPLETE, Duplicate, Payload, Seeders, TorrentClient
from .torrent_file import NotATorrent
from .torrent_record import VIRTUAL_ROOT, Progress, Torrent
from .versions import VERSIONS, Version, category_row, server_state, transfer_info

USERNAME = "admin"
PASSWORD = "adminadmin"
API_KEY = "qbt_SandboxSandboxSandboxSandbox"
LOG = "qbittorrent_log"

READ_ONLY = {
    "app/version", "app/webapiVersion", "app/buildInfo", "app/preferences", "app/defaultSavePath",
    "torrents/info", "torrents/properties", "torrents/files", "torrents/trackers", "torrents/categories",
    "torrents/tags", "sync/maindata", "transfer/info",
}  # fmt: skip

FREE_BYTES = 4 * 1024**4  # releases claim the sizes of real books; the files that stand for them are tiny


def create_app(
    version: str = "5.1.0",
    *,
    state: State,
    download_dir: Path,
    faults: Faults | None = None,
    payload: Payload = lambda _: None,
    seeders: Seeders = lambda _: 2,
    speed: float = 1.0,
    username: str = USERNAME,
    password: str = PASSWORD,
) -> App:
    """The stand-in as an ASGI application. Raises ValueError for a version that is not in VERSIONS."""
    if version not in VERSIONS:
        raise ValueError(f"qBittorrent {version} is not known, only {', '.join(VERSIONS)}")
    faults = faults if faults is not None else Faults()
    client = TorrentClient(state, download_dir, faults, payload=payload, seeders=seeders, speed=speed)
    sessions = Sessions(VERSIONS[version], username, password, API_KEY, faults)
    server = QBittorrent(VERSIONS[version], client, sessions, state)
    app = Starlette(
        routes=[
            Route("/api/v2/{scope}/{method}", server.api, methods=["GET", "POST"]),
            Route("/_sandbox/log", server.log, methods=["GET", "DELETE"]),
        ]
    )
    return FaultMiddleware(app, faults)


class QBittorrent:
    def __init__(self, version: Version, client: TorrentClient, sessions: Sessions, state: State) -> None:
        self.version = version
        self.client = client
        self.sessions = sessions
        self.state = state
        self.syncs: dict[str, Sync] = {}
        stop, start = ("stop", "start") if version.is_5 else ("pause", "resume")
        self.actions: dict[str, Callable[[Call], Any]] = {
            "app/version": lambda _: f"v{version.app}",
            "app/webapiVersion": lambda _: version.api,
            "app/buildInfo": lambda _: {"bitness": 64, "libtorrent": "2.0.11.0", "platform": "linux"},
            "app/defaultSavePath": lambda _: VIRTUAL_ROOT,
            "app/preferences": self.preferences,
            "app/setPreferences": lambda _: None,
            "sync/maindata": self.maindata,
            "transfer/info": self.transfer,
            "torrents/info": self.info,
            "torrents/properties": self.properties,
            "torrents/files": lambda call: rows.file_rows(*self.one(call)),
            "torrents/trackers": lambda call: rows.tracker_rows(*self.one(call), version),
            "torrents/add": self.add,
            "torrents/delete": self.delete,
            f"torrents/{stop}": lambda call: client.stop(self.some(call), stopped=True),
            f"torrents/{start}": lambda call: client.stop(self.some(call), stopped=False),
            "torrents/recheck": lambda call: client.recheck(self.some(call)),
            "torrents/reannounce": lambda call: self.some(call) and None,
            "torrents/setShareLimits": self.set_share_limits,
            "torrents/setLocation": self.set_location,
            "torrents/setCategory": self.set_category,
            "torrents/categories": lambda _: self.categories(),
            "torrents/createCategory": self.create_category,
            "torrents/addTags": lambda call: self.change_tags(call, add=True),
            "torrents/removeTags": lambda call: self.change_tags(call, add=False),
            "torrents/tags": lambda _: list(client.tags),
        }

    # --------------------------------------------------------------------------------------------------- HTTP

    async def api(self, request: Request) -> Response:
        refused = self.sessions.refuse(request)
        if refused is not None:
            return refused
        name = f"{request.path_params['scope']}/{request.path_params['method']}"
        call = await read_call(request)
        if name.startswith("auth/"):
            return self._auth(name, request, call)
        session = self.sessions.caller(request)
        if session is None:
            return text(403, "Forbidden")
        action = self.actions.get(name)
        if action is None:
            return text(404, "Not Found")
        if request.method == "GET" and name not in READ_ONLY:
            return text(405, "Method Not Allowed")
        call.session = session
        try:
            result = await run_in_threadpool(action, call)
        except ApiError as error:
            return text(error.status, error.words)
        if result is None:
            return Response(status_code=204 if self.version.is_5_2 else call.status)
        if isinstance(result, str):
            return text(call.status, result)
        return JSONResponse(result, call.status)

    def _auth(self, name: str, request: Request, call: Call) -> Response:
        if self.version.is_5_2 and self.sessions.has_key(request):
            return text(403, "Forbidden")
        if name == "auth/login" and request.method == "POST":
            return self.sessions.log_in(request, call.params.get("username", ""), call.params.get("password", ""))
        if name == "auth/logout" and request.method == "POST":
            return self.sessions.log_out(request)
        return text(405, "Method Not Allowed")

    async def log(self, request: Request) -> Response:
        if request.method == "DELETE":
            with self.state.editing(LOG) as document:
                document.clear()
        adds = self.state.read(LOG).get("adds", [])
        counts = {result: sum(add["result"] == result for add in adds) for result in ("added", "duplicate", "invalid")}
        return JSONResponse({"adds": adds, **counts})

    # ------------------------------------------------------------------------------------------------ torrents

    def some(self, call: Call) -> list[Torrent]:
        """The torrents that ``hashes`` names; unknown ones are passed over, as the real one does."""
        call.require("hashes")
        wanted = call.params["hashes"].lower()
        with self.client.lock:
            if wanted == "all":
                return list(self.client.torrents.values())
            return [self.client.torrents[key] for key in wanted.split("|") if key in self.client.torrents]

    def one(self, call: Call) -> tuple[Torrent, Progress]:
        call.require("hash")
        with self.client.lock:
            self.client.advance()
            torrent = self.client.torrents.get(call.params["hash"].lower())
            if torrent is None:
                raise ApiError(404)
            return torrent, self.client.progress(torrent)

    def _infos(self) -> list[tuple[dict[str, Any], Progress]]:
        with self.client.lock:
            self.client.advance()
            infos = []
            for position, torrent in enumerate(self.client.torrents.values(), 1):
                progress = self.client.progress(torrent)
                temporary = self.client.incomplete_folder
                infos.append((rows.info_row(torrent, progress, self.version, position, temporary), progress))
            return infos

    def info(self, call: Call) -> list[dict[str, Any]]:
        params = call.params
        listed = [row for row, _ in self._infos()]
        if params.get("hashes"):
            wanted = params["hashes"].lower().split("|")
            listed = [row for row in listed if row["hash"] in wanted]
        if "category" in params:
            listed = [row for row in listed if row["category"] == params["category"]]
        if "tag" in params:
            tag = params["tag"]
            listed = [row for row in listed if (tag in row["tags"].split(", ") if tag else not row["tags"])]
        listed = [row for row in listed if passes(params.get("filter", "all"), row)]
        if params.get("sort"):
            listed.sort(key=lambda row: (row.get(params["sort"]) is None, row.get(params["sort"])))
        if call.flag("reverse"):
            listed.reverse()
        offset, limit = int(call.number("offset", 0)), int(call.number("limit", -1))
        listed = listed[offset:]
        return listed[:limit] if limit > 0 else listed

    def properties(self, call: Call) -> dict[str, Any]:
        return rows.properties(*self.one(call), self.version, self.client.incomplete_folder)

    def add(self, call: Call) -> Any:
        params = call.params
        stopped = call.flag("stopped") if self.version.is_5 else call.flag("paused")
        category = params.get("category", "")
        save_path = params.get("savepath", "").strip().rstrip("/") or VIRTUAL_ROOT
        options: dict[str, Any] = {
            "category": category if is_category(category) else "",
            "tags": [tag.strip() for tag in params.get("tags", "").split(",") if tag.strip()],
            "save_path": save_path if save_path.startswith("/") else f"{VIRTUAL_ROOT}/{save_path}",
            "auto_tmm": call.flag("autoTMM"),
            "stopped": stopped,
            "name": params.get("rename", "").strip(),
            **limits_of_add(call, self.version),
            "layout": params.get("contentLayout") or "Original",
        }
        with self.client.lock:
            for each in with_parents(options["category"], self.version)[:-1] if call.files else ():
                self.client.categories.setdefault(each, "")
        added, failed = [], 0
        for filename, content in call.files:
            try:
                torrent = self.client.add(content, **options)
            except NotATorrent:
                self._note("invalid", filename, "", options)
                raise ApiError(415, f"Error: '{filename}' is not a valid torrent file.") from None
            except Duplicate as duplicate:
                self._note("duplicate", filename, str(duplicate), options)
                failed += 1
            else:
                self._note("added", filename, torrent.infohash, options)
                added.append(torrent.infohash)
        urls = []
        for url in filter(None, map(str.strip, params.get("urls", "").split("\n"))):
            if not url.startswith("magnet:"):
                self._note("url", url, "", options)
                urls.append(url)
                continue
            try:
                added.append(self.client.add_magnet(url, **options).infohash)
                self._note("added", url, added[-1], options)
            except (NotATorrent, Duplicate) as refused:
                self._note("duplicate" if isinstance(refused, Duplicate) else "invalid", url, str(refused), options)
                failed += 1
        if not self.version.is_5_2:
            return "Ok." if added or urls else "Fails."
        if not added and not urls:
            raise ApiError(409)
        call.status = 202 if urls else 200
        counts = {"success_count": len(added), "failure_count": failed, "pending_count": len(urls)}
        return {**counts, "added_torrent_ids": added}

    def _note(self, result: str, name: str, infohash: str, options: Mapping[str, Any]) -> None:
        entry = {"result": result, "name": name, "hash": infohash, "at": time.time()}
        entry |= {"category": options["category"], "tags": options["tags"]}
        with self.state.editing(LOG) as document:
            document.setdefault("adds", []).append(entry)

    def delete(self, call: Call) -> None:
        call.require("hashes", "deleteFiles")
        self.client.delete(self.some(call), delete_files=call.flag("deleteFiles"))

    def set_share_limits(self, call: Call) -> None:
        limits = changed_limits(call, self.version)
        with self.client.lock:
            for torrent in self.some(call):
                for name, value in limits.items():
                    setattr(torrent, name, value)
            self.client.save()

    def set_location(self, call: Call) -> None:
        call.require("hashes", "location")
        location = call.params["location"].strip().rstrip("/")
        if not location:
            raise ApiError(400, "Save path cannot be empty")
        try:
            for torrent in self.some(call):
                self.client.move(torrent, location)
        except OSError:
            raise ApiError(409, "Cannot make save path") from None

    # ------------------------------------------------------------------------------------ categories and tags

    def categories(self) -> dict[str, Any]:
        with self.client.lock:
            known = self.client.categories.items()
            return {name: category_row(name, path, self.version) for name, path in known}

    def create_category(self, call: Call) -> None:
        call.require("category")
        name = call.params["category"]
        if not name:
            raise ApiError(400, "Category cannot be empty")
        if not is_category(name):
            raise ApiError(409, "Incorrect category name")
        with self.client.lock:
            if name in self.client.categories:
                raise ApiError(409, "Unable to create category")
            for each in with_parents(name, self.version):
                self.client.categories.setdefault(each, "")
            self.client.categories[name] = call.params.get("savePath", "")
            self.client.save()

    def set_category(self, call: Call) -> None:
        call.require("hashes", "category")
        name = call.params["category"]
        with self.client.lock:
            if name and name not in self.client.categories:
                raise ApiError(409, "Incorrect category name")
            for torrent in self.some(call):
                torrent.category = name
            self.client.save()

    def change_tags(self, call: Call, *, add: bool) -> None:
        call.require("hashes")
        tags = [tag.strip() for tag in call.params.get("tags", "").split(",") if tag.strip()]
        with self.client.lock:
            for torrent in self.some(call):
                others = [tag for tag in torrent.tags if tag not in tags] if tags or add else []
                torrent.tags = others + tags if add else others
            if add:
                self.client.tags += [tag for tag in tags if tag not in self.client.tags]
            self.client.save()

    # ------------------------------------------------------------------------------------------- whole client

    def preferences(self, _: Call) -> dict[str, Any]:
        return {
            "auto_tmm_enabled": False,
            "dht": False,
            "incomplete_files_ext": False,
            "max_active_downloads": -1,
            "max_ratio": -1,
            "max_ratio_act": 0,
            "max_ratio_enabled": False,
            "max_seeding_time": -1,
            "max_seeding_time_enabled": False,
            "queueing_enabled": True,
            "refresh_interval": 1500,
            "save_path": VIRTUAL_ROOT,
            "temp_path": INCOMPLETE,
            "temp_path_enabled": self.client.incomplete_folder,
            "torrent_content_layout": "Original",
            "use_category_paths_in_manual_mode": False,
            "web_ui_ban_duration": 3600,
            "web_ui_csrf_protection_enabled": True,
            "web_ui_host_header_validation_enabled": True,
            "web_ui_max_auth_fail_count": 5,
            "web_ui_session_timeout": 3600,
            "web_ui_username": self.sessions.username,
        }

    def transfer(self, _: Call) -> dict[str, Any]:
        infos = [row for row, _ in self._infos()]
        return transfer_info(self.version, sum(r["completed"] for r in infos), sum(r["dlspeed"] for r in infos))

    def maindata(self, call: Call) -> dict[str, Any]:
        infos = self._infos()
        transfer = self.transfer(call)
        free = FREE_BYTES
        trackers: dict[str, list[str]] = {}
        for row, _ in infos:
            if row["tracker"]:
                trackers.setdefault(row["tracker"], []).append(row["hash"])
        now: dict[str, Any] = {
            "categories": self.categories(),
            "server_state": server_state(self.version, transfer, free),
            "tags": list(self.client.tags),
            "torrents": {row["hash"]: rows.maindata_row(row, progress, self.version) for row, progress in infos},
            "trackers": trackers,
        }
        asked = int(call.number("rid", 0))
        return self.syncs.setdefault(call.session, Sync()).answer(asked, now)
