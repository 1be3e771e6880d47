from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

import pytest

from mam_assets.domain.model.download import TorrentPhase
from resources.errors import AuthError, NotFound, Refused, ServiceError, Unavailable, UnexpectedAnswer
from resources.http.transport import USER_AGENT
from resources.qbittorrent import AddResult, QbitClient
from tests.support.loopback import Answer, Asked, Served, serve
from tests.support.paths import CLIENT_SAMPLES

SAMPLES = CLIENT_SAMPLES / "qbittorrent"
RECORDED: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in SAMPLES.glob("*.json")}
VERSIONS = sorted(RECORDED)
PASSWORD = "s3cr3t-w0rd"
HASH = "ab" * 20


@dataclass
class Qbit:
    """A qBittorrent of one version, as far as it was recorded: logins, sessions, adds, changes."""

    version: str
    password: str = PASSWORD
    api_key: str = ""
    open_to_all: bool = False
    at_the_limit: int = 0  # 0 stops, 1 removes, 2 goes on with super seeding, 3 removes with the files
    banned: bool = False
    sessions: set[str] = field(default_factory=set)
    torrents: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    special: dict[str, Callable[[Asked], Answer | None]] = field(default_factory=dict)
    logins: int = 0

    @property
    def recorded(self) -> dict[str, Any]:
        return RECORDED[self.version]

    def __call__(self, asked: Asked) -> Answer:
        path = asked.path.removeprefix("/api/v2/")
        if path == "auth/login":
            return self._login(asked)
        if not (self.open_to_all or self._is_known(asked)):
            return plain(*reversed(self.recorded["auth"]["no_cookie"]))
        if path in self.special and (answer := self.special[path](asked)) is not None:
            return answer
        return self._answer(path, asked)

    def _login(self, asked: Asked) -> Answer:
        self.logins += 1
        if self.banned:
            return plain("Your IP address has been banned after too many failed authentication attempts.", 403)
        if form(asked).get("password") != self.password:
            status, body = self.recorded["auth"]["wrong_password"]
            return plain(body, status)
        self.sessions.add(session := f"session-{self.logins}")
        status, body = self.recorded["auth"]["right_password"]
        name = self.recorded["session_cookie"].split("=")[0]
        return Answer(body, status, {"Set-Cookie": f"{name}={session}; HttpOnly; path=/", "Content-Type": "text/plain"})

    def _is_known(self, asked: Asked) -> bool:
        if self.api_key:
            return asked.headers.get("authorization") == f"Bearer {self.api_key}"
        return any(session in asked.headers.get("cookie", "") for session in self.sessions)

    def _answer(self, path: str, asked: Asked) -> Answer:
        if path in ("app/version", "app/webapiVersion"):
            return plain(self.recorded["versions"][{"app/version": "app", "app/webapiVersion": "webapi"}[path]])
        if path == "torrents/info":
            wanted = form(asked).get("hashes", "")
            found = {one: row for one, row in self.torrents.items() if not wanted or one in wanted.split("|")}
            return Answer([{**listed_as(one, row), "hash": one} for one, row in found.items()])
        if path == "torrents/add":
            return self._add(asked)
        if path == "sync/maindata":
            return Answer(self.changes.pop(0) if self.changes else changes(1, self.torrents, full_update=True))
        if path in ("torrents/files", "torrents/trackers"):
            if form(asked, asked.query).get("hash") not in self.torrents:
                return plain("Not Found", 404)
            return Answer(self.recorded[path.replace("/", "_")])
        if path == "app/preferences":
            return Answer({"max_ratio_act": self.at_the_limit})
        if path == "torrents/categories":
            return Answer({"audiobooks": {"name": "audiobooks", "savePath": ""}})
        return plain("", 204 if self.version == "5.3.0" else 200)

    def _add(self, asked: Asked) -> Answer:
        fields = multipart(asked)
        modern = self.version == "5.3.0"
        if not fields["torrents"].startswith("d"):
            return plain("not a valid torrent file", 415)
        if HASH in self.torrents:
            return plain("Conflict", 409) if modern else plain("Fails.")
        self.torrents[HASH] = self.recorded["torrents_info"]["stalledDL"]
        if not modern:
            return plain("Ok.")
        return Answer({"success_count": 1, "failure_count": 0, "pending_count": 0, "added_torrent_ids": [HASH]})


def listed_as(infohash: str, row: dict[str, Any]) -> dict[str, Any]:
    """A recorded row, made that of another torrent; a hybrid's is left as it is."""
    return row if row.get("infohash_v2") or "infohash_v1" not in row else {**row, "infohash_v1": infohash}


def changes(rid: int, torrents: dict[str, Any], **more: Any) -> dict[str, Any]:
    rows = {one: listed_as(one, row) if isinstance(row, dict) else row for one, row in torrents.items()}
    return {"rid": rid, "torrents": rows, **more}


def plain(body: str, status: int = 200) -> Answer:
    return Answer(body, status, {"Content-Type": "text/plain; charset=UTF-8"})


def form(asked: Asked, query: dict[str, str] | None = None) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(asked.body.decode("latin-1")).items()} | (query or {})


def multipart(asked: Asked) -> dict[str, str]:
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + asked.headers["content-type"].encode() + b"\r\n\r\n" + asked.body
    )
    return {
        str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True).decode("latin-1")  # type: ignore[union-attr]
        for part in message.iter_parts()  # type: ignore[attr-defined]
    }


@dataclass
class World:
    qbit: Qbit
    served: Served

    def client(self, password: str = PASSWORD, username: str = "admin", api_key: str = "") -> QbitClient:
        client = QbitClient(self.served.url, None, username, password, api_key, timeout=5, sleep=lambda seconds: None)
        return client

    def asked(self, path: str) -> list[Asked]:
        return [one for one in self.served.asked if one.path == f"/api/v2/{path}"]


Open = Callable[..., World]


@pytest.fixture
def opened() -> Iterator[Open]:
    with ExitStack() as stack:

        def open_one(version: str = "5.1.0", **options: Any) -> World:
            qbit = Qbit(version, **options)
            return World(qbit, stack.enter_context(serve(qbit)))

        yield open_one


@contextmanager
def trouble(kind: type[ServiceError], words: str | None = None) -> Iterator[None]:
    with pytest.raises(ServiceError, match=words) as caught:
        yield
    assert type(caught.value) is kind, caught.value
    assert PASSWORD not in repr(caught.value)


def add(client: QbitClient, data: bytes = b"d4:infode", **options: Any) -> AddResult:
    return client.add(
        data, infohash=HASH, category="audiobooks", tags=["mam-assets", "mam-77"], seeding_minutes=4320, **options
    )


# ------------------------------------------------------------------------------------------------------------- login


@pytest.mark.parametrize("version", VERSIONS)
def test_old_and_new_logins_are_understood(opened: Open, version: str) -> None:
    world = opened(version)
    client = world.client()
    found = client.versions()
    assert (found.app, found.web_api) == (f"v{version}", RECORDED[version]["versions"]["webapi"])
    client.versions()
    assert world.qbit.logins == 1
    assert {one.headers["user-agent"] for one in world.served.asked} == {USER_AGENT}
    assert not {"origin", "referer"} & set(world.served.asked[0].headers)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_wrong_password_is_tried_once_by_this_process(opened: Open, version: str) -> None:
    world = opened(version)
    for _ in range(3):
        client = world.client(password="wrong-" + PASSWORD)
        with trouble(AuthError, "user name or password"):
            client.torrents()
        with trouble(AuthError, "user name or password"):
            add(client)
    assert world.qbit.logins == 1
    assert world.client().versions()  # the right one is not held responsible


def test_a_ban_is_respected(opened: Open) -> None:
    world = opened(banned=True)
    for _ in range(3):
        with trouble(AuthError, "banned"):
            world.client().versions()
    assert world.qbit.logins == 1


def test_without_a_password_nothing_is_guessed(opened: Open) -> None:
    world = opened()
    with trouble(AuthError, "neither a password nor an API key"):
        world.client(password="", username="").versions()
    assert world.qbit.logins == 0


def test_a_server_that_lets_us_in_needs_no_login(opened: Open) -> None:
    world = opened(open_to_all=True)
    assert world.client(password="", username="").torrents() == []
    assert world.qbit.logins == 0


def test_an_api_key_needs_no_login_and_a_wrong_one_is_tried_once(opened: Open) -> None:
    world = opened("5.3.0", api_key="qbt_right")
    assert world.client(api_key="qbt_right").versions().app == "v5.3.0"
    asked = len(world.served.asked)
    for _ in range(3):
        with trouble(AuthError) as _:
            world.client(api_key="qbt_wrong").versions()
    assert len(world.served.asked) == asked + 1
    assert world.qbit.logins == 0


def test_an_expired_session_is_opened_again(opened: Open) -> None:
    world = opened()
    client = world.client()
    client.versions()
    world.qbit.sessions.clear()
    assert client.torrents() == []
    assert world.qbit.logins == 2


def test_a_host_name_that_the_web_ui_does_not_accept_is_explained(opened: Open) -> None:
    world = opened()
    world.qbit.open_to_all = True
    world.qbit.special["app/version"] = lambda asked: plain("Unauthorized", 401)
    with trouble(AuthError, "Server domains"):
        world.client().versions()


# ------------------------------------------------------------------------------------------------------------ trouble


def test_nobody_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        client = QbitClient("127.0.0.1", free.getsockname()[1], "admin", PASSWORD)
    with trouble(Unavailable, "connection refused"):
        client.torrents()
    assert PASSWORD not in repr(client)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (plain("oops", 500), Unavailable),
        (plain("oops", 503), Unavailable),
        (Answer("<html>Please log in</html>"), UnexpectedAnswer),
        (plain(""), UnexpectedAnswer),
        (Answer({"torrents": []}), UnexpectedAnswer),
        (Answer([{"name": "no hash"}]), UnexpectedAnswer),
        (Answer('[{"hash": "', 200, {"Content-Type": "application/json"}), UnexpectedAnswer),
        (plain("bad", 400), Refused),
        (Answer('[{"hash": "' + "a" * 999, cut=True), Unavailable),
    ],
)
def test_a_bad_answer_is_never_an_empty_list(opened: Open, answer: Answer, kind: type[ServiceError]) -> None:
    world = opened()
    world.qbit.special["torrents/info"] = lambda asked: answer
    with trouble(kind):
        world.client().torrents()


def test_something_else_at_that_address_is_noticed(opened: Open) -> None:
    world = opened(open_to_all=True)
    world.qbit.special = dict.fromkeys(("app/version", "app/webapiVersion"), lambda asked: Answer("<html>Hi</html>"))
    with trouble(UnexpectedAnswer, "address"):
        world.client().versions()


@pytest.mark.parametrize(
    ("url", "port", "expected"),
    [
        ("nas", 8080, "http://nas:8080"),
        ("http://nas/", 8080, "http://nas:8080"),
        ("https://nas:9443", 8080, "https://nas:9443"),
        ("https://nas/qbt/", None, "https://nas/qbt"),
        ("https://nas/qbt", 8443, "https://nas:8443/qbt"),
        ("http://user:pw@nas:1", None, "http://nas:1"),
    ],
)
def test_addresses(url: str, port: int | None, expected: str) -> None:
    assert repr(QbitClient(url, port)) == f"QbitClient('{expected}')"


# ------------------------------------------------------------------------------------------------------------- adding


@pytest.mark.parametrize("version", VERSIONS)
def test_a_torrent_is_added_once(opened: Open, version: str) -> None:
    world = opened(version)
    client = world.client()
    assert add(client) is AddResult.ADDED
    assert add(client) is AddResult.ALREADY_THERE
    (asked,) = world.asked("torrents/add")
    fields = multipart(asked)
    assert fields["torrents"] == "d4:infode"
    assert fields["category"] == "audiobooks"
    assert fields["tags"] == "mam-assets,mam-77"
    assert (fields["seedingTimeLimit"], fields["ratioLimit"], fields["inactiveSeedingTimeLimit"]) == (
        "4320",
        "-1",
        "-1",
    )
    assert fields["shareLimitAction"] == "Stop"
    assert fields["paused"].lower() == fields["stopped"].lower() == "false"
    assert fields["stopCondition"] == "None"  # whatever its settings say
    assert not {"savepath", "autoTMM", "skip_checking", "seedMode", "urls"} & set(fields)


def test_a_save_path_counts_only_without_automatic_management(opened: Open) -> None:
    world = opened()
    add(world.client(), save_path="/downloads/books", stopped=True)
    fields = multipart(world.asked("torrents/add")[0])
    assert fields["savepath"] == "/downloads/books"
    assert fields["autoTMM"].lower() == "false"
    assert fields["stopped"].lower() == fields["paused"].lower() == "true"
    assert "stopCondition" not in fields


def test_seeding_for_ever_is_minus_one(opened: Open) -> None:
    world = opened()
    world.client().add(b"de", infohash=HASH, category="a", tags=[], seeding_minutes=0)
    assert multipart(world.asked("torrents/add")[0])["seedingTimeLimit"] == "-1"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("action", range(4))
def test_no_limit_where_its_end_would_be_the_torrents_removal(opened: Open, version: str, action: int) -> None:
    world = opened(version, at_the_limit=action)
    add(world.client())
    own_action = version != "4.5.2"  # from 5.0 on a torrent is told what to do at the end
    expected = "-1" if action in (1, 3) and not own_action else "4320"
    assert multipart(world.asked("torrents/add")[0])["seedingTimeLimit"] == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_somebody_else_may_add_it_between_our_look_and_our_add(opened: Open, version: str) -> None:
    world = opened(version)

    def meanwhile(asked: Asked) -> None:
        world.qbit.torrents[HASH] = world.qbit.recorded["torrents_info"]["stalledDL"]

    world.qbit.special["torrents/add"] = meanwhile
    assert add(world.client()) is AddResult.ALREADY_THERE


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_no_torrent_is_refused(opened: Open, version: str) -> None:
    world = opened(version)
    with trouble(Refused, "415"):
        add(world.client(), b"<html>")


@pytest.mark.parametrize(
    "answer", [plain("Fails."), plain("Conflict", 409), Answer({"success_count": 0, "failure_count": 1})]
)
def test_a_failure_that_is_no_duplicate_is_refused(opened: Open, answer: Answer) -> None:
    world = opened()
    world.qbit.special["torrents/add"] = lambda asked: answer
    with trouble(Refused):
        add(world.client())


@pytest.mark.parametrize("answer", [plain("oops", 500), plain("oops", 502), Answer("x" * 999, cut=True)])
@pytest.mark.parametrize("arrived", [True, False])
def test_after_trouble_the_list_tells_whether_it_arrived_and_it_is_not_sent_again(
    opened: Open, answer: Answer, arrived: bool
) -> None:
    world = opened()

    def breaks(asked: Asked) -> Answer:
        if arrived:
            world.qbit.torrents[HASH] = world.qbit.recorded["torrents_info"]["stalledDL"]
        return answer

    world.qbit.special["torrents/add"] = breaks
    if arrived:
        assert add(world.client()) is AddResult.ADDED
    else:
        with trouble(Unavailable):
            add(world.client())
    assert len(world.asked("torrents/add")) == 1


def test_a_torrent_that_takes_a_moment_to_show_up_is_waited_for(opened: Open) -> None:
    world = opened()
    looks = iter([[], [], [], [{**RECORDED["5.1.0"]["torrents_info"]["stalledDL"], "hash": HASH}]])
    world.qbit.special["torrents/info"] = lambda asked: Answer(next(looks))
    world.qbit.special["torrents/add"] = lambda asked: plain("oops", 500)
    assert add(world.client()) is AddResult.ADDED


# ------------------------------------------------------------------------------------------------------------ looking


def test_asking_for_no_hashes_does_not_list_everything(opened: Open) -> None:
    world = opened()
    world.qbit.torrents[HASH] = world.qbit.recorded["torrents_info"]["stalledDL"]
    assert world.client().torrents(hashes=[]) == []
    assert world.served.asked == []
    assert [one.infohash for one in world.client().torrents(hashes=[HASH.upper(), "cd" * 20])] == [HASH]
    assert [one.infohash for one in world.client().torrents(category="audiobooks")] == [HASH]
    assert form(world.asked("torrents/info")[-1])["category"] == "audiobooks"


def test_changes_are_merged_into_one_view(opened: Open) -> None:
    world = opened()
    whole = world.qbit.recorded["torrents_info"]["downloading"]
    other = "cd" * 20
    world.qbit.changes = [
        changes(1, {HASH: whole}, full_update=True, server_state={"free_space_on_disk": 5000}),
        changes(2, {HASH: {"progress": 1, "amount_left": 0, "state": "stalledUP"}}),
        {"rid": 3},
        changes(4, {other: whole | {"name": "Other"}}, torrents_removed=[HASH], server_state={"dl_info_speed": 1}),
        changes(5, {HASH: whole}, full_update=True),
    ]
    client = world.client()
    assert client.sync()[HASH].phase is TorrentPhase.DOWNLOADING
    second = client.sync()[HASH]
    assert second.is_done
    assert second.name == whole["name"]
    assert client.sync() == {HASH: second}
    assert [one.name for one in client.sync().values()] == ["Other"]
    assert list(client.sync()) == [HASH]  # a full update replaces everything
    assert [form(one)["rid"] for one in world.asked("sync/maindata")[1:]] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_recorded_changes_are_read(opened: Open, version: str) -> None:
    world = opened(version)
    world.qbit.changes = [RECORDED[version]["sync_maindata"]] * 2
    client = world.client()
    assert len(client.sync()) == len(RECORDED[version]["sync_maindata"]["torrents"])
    free = RECORDED[version]["sync_maindata"]["server_state"].get("free_space_on_disk")
    assert client.free_space() == free


@pytest.mark.parametrize("full", [True, False])
def test_a_new_login_begins_the_changes_anew(opened: Open, full: bool) -> None:
    world = opened()
    whole = world.qbit.recorded["torrents_info"]["downloading"]
    client = world.client()
    world.qbit.changes = [changes(1, {HASH: whole}, full_update=True)]
    client.sync()
    world.qbit.sessions.clear()
    fresh = changes(1, {"cd" * 20: whole}, full_update=True)
    world.qbit.changes = [fresh] if full else [changes(2, {}), fresh]  # a counter of the old session means nothing
    assert list(client.sync()) == ["cd" * 20]


def test_a_change_to_an_unknown_torrent_makes_us_read_all_again(opened: Open) -> None:
    world = opened()
    whole = world.qbit.recorded["torrents_info"]["downloading"]
    client = world.client()
    world.qbit.changes = [
        changes(1, {HASH: whole}, full_update=True),
        changes(2, {"cd" * 20: {"progress": 0.5}}),
        changes(3, {HASH: whole, "cd" * 20: whole}, full_update=True),
    ]
    client.sync()
    assert set(client.sync()) == {HASH, "cd" * 20}
    assert [form(one)["rid"] for one in world.asked("sync/maindata")[1:]] == ["0", "1", "0"]


V1, V2 = "11" * 20, "22" * 20


def hybrid(version: str) -> dict[str, Any]:
    row: dict[str, Any] = RECORDED[version]["torrents_info"]["stalledUP"]
    return {**row, "infohash_v1": V1, "infohash_v2": V2 + "33" * 12}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("listed", [V2, V1], ids=["libtorrent 2", "libtorrent 1"])
def test_a_hybrid_is_found_by_each_of_its_infohashes(opened: Open, version: str, listed: str) -> None:
    world = opened(version)
    world.qbit.torrents[listed] = hybrid(version)
    for asked in (V1, V2, V1.upper()):
        client = world.client()
        assert [one.infohash for one in client.torrents(hashes=[asked])] == [asked.lower()]
        assert client.add(b"de", infohash=asked, category="a", tags=[], seeding_minutes=1) is AddResult.ALREADY_THERE
        assert client.files(asked)
        assert client.tracker_message(asked) == ""
        assert world.client().files(asked)  # also by a client that has not seen it yet
    assert [one.infohash for one in world.client().torrents()] == [V1]
    found = world.client().sync()
    assert {name: one.infohash for name, one in found.items()} == {V1: V1, V2: V2}
    assert world.asked("torrents/add") == []


def test_a_magnet_links_torrent_may_turn_out_to_be_a_hybrid(opened: Open) -> None:
    world = opened()
    row = RECORDED["5.1.0"]["torrents_info"]["stalledDL"]
    world.qbit.changes = [
        changes(1, {V1: {**row, "infohash_v1": V1}}, full_update=True),
        changes(2, {V2: hybrid("5.1.0")}, torrents_removed=[V1]),  # the metadata is there
        changes(3, {}, torrents_removed=[V2]),
    ]
    client = world.client()
    assert list(client.sync()) == [V1]
    assert {name: one.is_done for name, one in client.sync().items()} == {V1: True, V2: True}
    assert client.sync() == {}


@pytest.mark.parametrize("bad", [[], {"torrents": {}}, {"rid": 2, "torrents": {HASH: "gone"}}])
def test_changes_of_another_form_are_an_error_and_then_read_anew(opened: Open, bad: Any) -> None:
    world = opened()
    whole = changes(1, {HASH: world.qbit.recorded["torrents_info"]["downloading"]}, full_update=True)
    world.qbit.changes = [whole, bad, whole]
    client = world.client()
    client.sync()
    with trouble(UnexpectedAnswer):
        client.sync()
    assert list(client.sync()) == [HASH]


def test_an_outage_keeps_the_view_for_the_next_time(opened: Open) -> None:
    world = opened()
    world.qbit.changes = [
        changes(1, {HASH: world.qbit.recorded["torrents_info"]["downloading"]}, full_update=True),
        changes(2, {HASH: {"progress": 0.99}}),
    ]
    client = world.client()
    client.sync()
    world.qbit.special["sync/maindata"] = lambda asked: plain("down", 503)
    with trouble(Unavailable):
        client.sync()
    world.qbit.special.clear()
    assert client.sync()[HASH].progress == 0.99


@pytest.mark.parametrize("version", VERSIONS)
def test_files_and_trackers_of_a_torrent_or_of_none(opened: Open, version: str) -> None:
    world = opened(version)
    world.qbit.torrents[HASH] = world.qbit.recorded["torrents_info"]["stalledUP"]
    client = world.client()
    assert len(client.files(HASH)) == len(RECORDED[version]["torrents_files"])
    assert client.tracker_message(HASH) == ""
    for ask in (client.files, client.tracker_message):
        with trouble(NotFound):
            ask("cd" * 20)


def test_no_free_space_is_not_known_rather_than_none_left(opened: Open) -> None:
    world = opened()
    world.qbit.changes = [
        changes(1, {}, full_update=True),
        changes(2, {}, server_state={"free_space_on_disk": -1}),
        changes(3, {}, server_state={"free_space_on_disk": 0}),
    ]
    client = world.client()
    assert [client.free_space() for _ in range(3)] == [None, None, 0]


# ------------------------------------------------------------------------------------------------------------- acting


def test_nothing_of_the_client_deletes_or_moves() -> None:
    acting = {name for name in vars(QbitClient) if not name.startswith("_")}
    assert not {name for name in acting if "delete" in name or "remove" in name or "move" in name or "location" in name}
