"""The sandbox as a whole: started, stopped, killed and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import qbittorrentapi
import requests

from mam_assets.sandbox.__main__ import main
from mam_assets.sandbox.servers import SERVICES, Sandbox, SandboxBusy, open_sandbox
from mam_assets.settings import Settings
from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with open_sandbox(tmp_path_factory.mktemp("sandbox"), speed=40) as found:
        yield found


def until(reached: Callable[[], bool]) -> None:
    for _ in range(3000):
        if reached():
            return
        time.sleep(0.01)
    raise AssertionError("never reached")


def torrent_of(sandbox: Sandbox) -> tuple[int, bytes]:
    """An audiobook release that somebody seeds."""
    release = next(r for r in sandbox.torrents.releases.values() if r.seeders and r.filetype == "m4b")
    return release.release_id, sandbox.torrents.torrent(release.release_id)


def test_everything_answers_when_it_is_open(sandbox: Sandbox) -> None:
    assert set(sandbox.urls) == set(SERVICES)
    assert requests.get(f"{sandbox.urls['audiobookshelf']}/ping").json() == {"success": True}
    assert requests.get(f"{sandbox.urls['qbittorrent']}/api/v2/app/version").status_code == 403
    assert requests.get(f"{sandbox.urls['mam']}/json/jsonIp.php").status_code == 200
    assert requests.get(f"{sandbox.urls['goodreads']}/robots.txt").status_code == 200
    for name, url in sandbox.urls.items():
        sandbox.faults[name].set("unavailable", times=1)
        assert requests.get(f"{url}/anything").status_code == 503
        assert requests.get(f"{url}/_sandbox/faults").json()["faults"] == []


def test_environment_leads_to_the_services(sandbox: Sandbox) -> None:
    env = sandbox.environment()
    header = {"Authorization": f"Bearer {env['ABS_TOKEN']}"}
    libraries = requests.get(f"{env['ABS_URL']}/api/libraries", headers=header).json()["libraries"]
    maps = dict(pair.split("=", 1) for pair in env["LIBRARY_PATH_MAP"].split(";"))
    for library in libraries:
        assert Path(maps[library["folders"][0]["fullPath"]]).is_dir()
    client = qbittorrentapi.Client(
        host=env["QB_HOST"], port=env["QB_PORT"], username=env["QB_USERNAME"], password=env["QB_PASSWORD"]
    )
    assert client.app_default_save_path() == env["DOWNLOAD_PATH_MAP"].split("=")[0]
    answer = requests.get(f"{env['MAM_URL']}/jsonLoad.php", cookies={"mam_id": env["MAM_ID"]})
    assert answer.json()["uid"]
    assert requests.get(f"{env['GOODREADS_URL']}/robots.txt").ok
    assert env["MAM_ASSETS_MODE"] == "auto"


def test_every_address_among_the_settings_is_one_of_the_sandbox(sandbox: Sandbox) -> None:
    env = sandbox.environment(optional_providers=True)
    ours = tuple(sandbox.urls.values())
    addresses = [name for name in Settings.names() if name.endswith("_URL") and name != "DATABASE_URL"]
    assert len(addresses) >= 7
    assert [name for name in addresses if not env.get(name, "").startswith(ours)] == []
    assert env.keys() <= Settings.names().keys()
    assert sandbox.environment().keys() < env.keys(), "keys of optional providers come only when asked for"
    volumes = requests.get(f"{env['GOOGLE_BOOKS_URL']}/volumes", params={"q": "x", "key": env["GOOGLE_BOOKS_API_KEY"]})
    assert volumes.status_code == 200
    query = {"query": "query { me { id } }"}
    header = {"Authorization": f"Bearer {env['HARDCOVER_TOKEN']}"}
    assert requests.post(env["HARDCOVER_URL"], json=query, headers=header).status_code == 200
    assert requests.get(f"{env['AUDIBLE_URL']}/1.0/catalog/products/B000000000").status_code == 200
    assert requests.get(f"{env['AUDNEXUS_URL']}/books/B000000000").status_code == 404


def test_from_the_tracker_to_the_library(sandbox: Sandbox) -> None:
    """A .torrent of the tracker, downloaded, linked into the library by hand and found by a scan."""
    env = sandbox.environment()
    release_id, torrent = torrent_of(sandbox)
    client = qbittorrentapi.Client(
        host=env["QB_HOST"], port=env["QB_PORT"], username=env["QB_USERNAME"], password=env["QB_PASSWORD"]
    )
    client.torrents_add(torrent_files=torrent, category="books")
    infohash = sandbox.torrents.infohash(release_id)
    until(lambda: client.torrents_info(torrent_hashes=infohash)[0].state == "stalledUP")
    remote, local = env["DOWNLOAD_PATH_MAP"].split("=", 1)
    files = client.torrents_files(infohash)
    save_path = client.torrents_info(torrent_hashes=infohash)[0].save_path
    target = sandbox.library_dir / "audiobooks" / "Somebody" / "A new book"
    target.mkdir(parents=True)
    for file in files:
        source = Path(save_path.replace(remote, local, 1)) / file.name
        assert source.stat().st_size == file.size
        os.link(source, target / source.name)
    header = {"Authorization": f"Bearer {env['ABS_TOKEN']}"}
    url = env["ABS_URL"]
    library = requests.get(f"{url}/api/libraries", headers=header).json()["libraries"][0]["id"]
    requests.post(f"{url}/api/libraries/{library}/scan", headers=header)
    until(lambda: requests.get(f"{url}/api/tasks", headers=header).json()["tasks"] == [])
    rows = requests.get(f"{url}/api/libraries/{library}/items", headers=header).json()["results"]
    (row,) = [row for row in rows if row["relPath"] == "Somebody/A new book"]
    runtime = sandbox.torrents.releases[release_id].runtime_seconds
    assert row["media"]["duration"] == pytest.approx(runtime, rel=0.01)


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with open_sandbox(tmp_path), pytest.raises(SandboxBusy), open_sandbox(tmp_path):
        pass
    with open_sandbox(tmp_path):
        pass


def test_ports_are_remembered_and_given_up_when_taken(tmp_path: Path) -> None:
    with open_sandbox(tmp_path) as first:
        ports = first.ports
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", ports["mam"]))
        squatter.listen()
        with open_sandbox(tmp_path) as second:
            changed = {name for name in SERVICES if second.ports[name] != ports[name]}
        assert changed == {"mam"}
        with pytest.raises(OSError), open_sandbox(tmp_path, ports={"mam": ports["mam"]}):
            pass
    with open_sandbox(tmp_path, ports={"mam": ports["mam"]}) as third:
        assert third.ports["mam"] == ports["mam"]


def test_wrong_wishes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2\\.0"), open_sandbox(tmp_path, qbittorrent_version="2.0"):
        pass
    with pytest.raises(ValueError, match="nonsense"), open_sandbox(tmp_path, ports={"nonsense": 1}):
        pass


# ------------------------------------------------------------------------------------------------ its own process


class Process:
    def __init__(self, folder: Path, *options: str, stdin: int = subprocess.PIPE) -> None:
        argv = [sys.executable, "-m", "mam_assets.sandbox", "--state", str(folder), *options]
        self.process = subprocess.Popen(argv, cwd=ROOT, stdin=stdin, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())
        env = self.ready["environment"]
        self.client = qbittorrentapi.Client(
            host=env["QB_HOST"], port=env["QB_PORT"], username=env["QB_USERNAME"], password=env["QB_PASSWORD"]
        )

    def end(self) -> int:
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        if self.process.stdin is not None:
            self.process.stdin.close()
        return code


@pytest.mark.parametrize("way", ["SIGTERM", "SIGINT", "parent is gone"])
def test_ends_as_asked(tmp_path: Path, way: str) -> None:
    found = Process(tmp_path)
    if way == "parent is gone":
        assert found.process.stdin is not None
        found.process.stdin.close()
    else:
        found.process.send_signal(signal.Signals[way])
    assert found.end() == 0


def test_killed_and_started_again_goes_on(tmp_path: Path, sandbox: Sandbox) -> None:
    release_id, torrent = torrent_of(sandbox)
    infohash = sandbox.torrents.infohash(release_id)
    first = Process(tmp_path, "--speed", "0.01", stdin=subprocess.DEVNULL)
    first.client.torrents_add(torrent_files=torrent, tags="mine")
    first.process.kill()
    first.end()
    second = Process(tmp_path, "--speed", "50", stdin=subprocess.DEVNULL)
    assert second.ready["urls"] == first.ready["urls"]
    until(lambda: second.client.torrents_info(torrent_hashes=infohash)[0].state == "stalledUP")
    assert second.client.torrents_info()[0].tags == "mine"
    log = requests.get(f"{second.ready['urls']['qbittorrent']}/_sandbox/log").json()
    assert (log["added"], log["duplicate"]) == (1, 0)
    second.process.terminate()
    assert second.end() == 0


def test_a_world_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    wrong = tmp_path / "world.json"
    wrong.write_text("[]", "utf-8")
    try:
        assert main(["--state", str(tmp_path), "--world", str(wrong)]) == 2
        assert main(["--state", str(tmp_path), "--world", str(tmp_path / "absent.json")]) == 2
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert "world.json is not a world" in capsys.readouterr().err
