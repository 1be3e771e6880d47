"""From missing books to books on the shelf, through the assets, with a real qBittorrent, tracker and seeder."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from mam_assets.clients import open_qbittorrent
from mam_assets.sandbox.world.audio import Tags, m4b, mp3
from mam_assets.settings import load_settings
from mam_assets.store.ledgers import import_files
from mam_assets.store.reports import download_list
from resources.qbittorrent import AddResult
from tests.support.swarm import Made, Peer, until

pytestmark = [pytest.mark.qbittorrent, pytest.mark.slow, pytest.mark.timeout(150)]

AUTHOR = "Ottilie Quarrington"
WEEK = 7 * 24 * 60


def single(title: str, size: int = 60_000) -> bytes:
    return m4b(Tags(title=title, album=title, artist=AUTHOR), 8 * 3600, seed=title, size=size)


def track(title: str, number: int, count: int) -> bytes:
    tags = Tags(title=f"Chapter {number}", album=title, artist=AUTHOR, track=f"{number}/{count}")
    return mp3(tags, 8 * 3600 / count, seed=f"{title} {number}", size=40_000)


@pytest.fixture(scope="module")
def loop(real: Any) -> Any:
    """Every layout, sought, queued, downloaded and imported in one pass of the assets."""
    real.made, real.keys = {}, {}

    def offer(kind: str, title: str, files: dict[str, bytes], **more: Any) -> None:
        real.keys[kind] = real.lack(title, AUTHOR, str(len(real.books) + 1))
        real.made[kind] = real.offer(title, AUTHOR, files, **more)

    offer("single", "The Copper Lantern", {"The Copper Lantern.m4b": single("The Copper Lantern")})
    tracks = {f"{n:02} - Harrowgate.mp3": track("Harrowgate", n, 5) for n in range(1, 6)}
    offer("folder", "Harrowgate", tracks | {"cover.jpg": b"jpg", "Harrowgate.nfo": b"nfo"}, name="Harrowgate")
    discs = {
        f"CD {disc}/{n:02}.mp3": track("A Winter of Moths", disc * 10 + n, 6) for disc in (1, 2) for n in (1, 2, 3)
    }
    offer("discs", "A Winter of Moths", discs, name="A Winter of Moths [MP3]")
    loose = {f"Saltmarsh {n}.mp3": track("Saltmarsh", n, 3) for n in (1, 2, 3)}
    offer("loose", "Saltmarsh", loose, name="Saltmarsh")
    (real.downloads / "somebody else's.mp3").write_bytes(track("Another Book", 1, 1))
    # A person has this one already, without a root folder: its files lie beside those of others.
    mine = {"torrent_files": {"torrents": real.made["loose"].data}, "content_layout": "NoSubfolder", "category": "mine"}
    real.nox.api().torrents_add(**mine)
    until(lambda: real.nox.row(real.made["loose"].infohash))

    real.keys["dead"] = real.lack("Gallows Mere", AUTHOR, "9")
    files = {"Gallows Mere.m4b": single("Gallows Mere")}
    real.made["dead"] = real.offer("Gallows Mere", AUTHOR, files, seeded=False)
    again = {f"{n} Gallows Mere.mp3": track("Gallows Mere", n, 4) for n in range(1, 5)}
    real.made["alive"] = real.offer("Gallows Mere", AUTHOR, again, name="Gallows Mere MP3", seeders=1, free=False)

    real.keys["slow"] = real.lack("The Long Tithe", AUTHOR, "10")
    real.made["slow"] = real.offer(
        "The Long Tithe", AUTHOR, {"The Long Tithe.m4b": single("The Long Tithe", 6_000_000)}
    )
    real.handles[real.made["slow"].infohash].set_upload_limit(400_000)

    real.open_mam()
    real.run("tracker_account", "search_candidates", "download_queue")
    real.progress_at_death = _kill_in_mid_download(real, real.made["slow"])
    real.follow(lambda: real.imported(*real.keys.values()))
    return real


def _kill_in_mid_download(real: Any, torrent: Made) -> float:
    def progress() -> float:
        real.seeder.reach_out(real.nox.peer_port)
        return float(real.nox.row(torrent.infohash).get("progress", 0))

    until(lambda: progress() > 0.1)
    seen = progress()
    real.nox.kill()
    real.tick()  # it is away: nothing may be concluded from that
    assert real.of_book(real.keys["slow"]).status in ("submitted", "downloading", "stalled")
    another = Peer()  # the first one still takes the dead connection for alive
    real.stack.callback(another.stop)
    another.seed(torrent)
    real.tracker.peers[torrent.infohash] = [another.port]
    real.nox.start()
    return seen


def audio_of(folder: Path) -> dict[str, Path]:
    return {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}


LAYOUTS = {
    "single": ["The Copper Lantern.m4b"],
    "folder": [*[f"{n:02} - Harrowgate.mp3" for n in range(1, 6)], "cover.jpg"],
    "discs": [f"CD {disc}/{n:02}.mp3" for disc in (1, 2) for n in (1, 2, 3)],
    "loose": [f"Saltmarsh {n}.mp3" for n in (1, 2, 3)],
    "dead": [f"{n} Gallows Mere.mp3" for n in range(1, 5)],
    "slow": ["The Long Tithe.m4b"],
}


@pytest.mark.parametrize("kind", LAYOUTS)
def test_each_layout_arrives_whole_hardlinked_and_shown(loop: Any, kind: str) -> None:
    row = loop.of_book(loop.keys[kind])
    found = audio_of(Path(row.target_path))
    extras = {name for name in found if name == "metadata.json" or name.endswith(".nfo")}
    assert set(found) - extras == set(LAYOUTS[kind])
    torrent: Made = loop.made["alive" if kind == "dead" else kind]
    contents = {hashlib.sha256(data).digest() for data in torrent.files.values()}
    linked = [file for file in import_files.of_download(loop.engine, row.id) if file.method == "hardlink"]
    assert len(linked) >= len(LAYOUTS[kind])
    for file in linked:
        assert os.path.samefile(file.source_path, file.target_path)
        assert hashlib.sha256(Path(file.target_path).read_bytes()).digest() in contents
        # The way that was taken is ours, not the one that qBittorrent gives.
        assert Path(file.source_path).is_relative_to(loop.downloads)
    assert loop.nox.row(row.infohash)["save_path"].startswith(str(loop.seen_as))
    assert str(Path(row.target_path).relative_to(loop.library)) in loop.shown()
    assert row.abs_item_id


def test_audiobookshelf_shows_each_book_once_and_nothing_else(loop: Any) -> None:
    assert len(loop.shown()) == len(LAYOUTS)
    hidden = [path for path in loop.library.rglob("*") if path.name.startswith(".")]
    assert hidden == []
    assert not any("somebody" in str(path) for path in loop.library.rglob("*"))


def test_every_torrent_seeds_on_from_its_place_for_72_hours_at_least(loop: Any, tmp_path: Path) -> None:
    taker = Peer()
    try:
        for kind in ("single", "discs"):
            torrent = loop.made[kind]
            taker.fetch(torrent, tmp_path, loop.nox.peer_port)
            assert all((tmp_path / path).read_bytes() == data for path, data in torrent.files.items())
    finally:
        taker.stop()
    for kind, torrent in loop.made.items():
        seen = loop.nox.row(torrent.infohash)
        if kind == "dead":
            assert seen["progress"] == 0  # kept: nothing is removed
            continue
        assert seen["state"] in ("stalledUP", "uploading", "forcedUP"), kind
        assert seen["save_path"].rstrip("/") == str(loop.seen_as)
        if kind != "loose":  # that one is the person's own
            assert seen["seeding_time_limit"] >= 72 * 60
            assert seen["ratio_limit"] == -1
            assert seen["tags"] == f"mam-assets:{loop.of_book(loop.keys['dead' if kind == 'alive' else kind]).id}"


def test_what_a_person_had_added_is_adopted_as_it_is(loop: Any) -> None:
    row = loop.of_book(loop.keys["loose"])
    seen = loop.nox.row(row.infohash)
    assert (seen["category"], seen["tags"]) == ("mine", "")
    assert seen["content_path"].rstrip("/") == str(loop.seen_as)  # no folder of its own


def test_the_dead_release_made_way_for_the_next(loop: Any) -> None:
    first, second = [row for row in loop.rows() if row.book_key == loop.keys["dead"]]
    assert (first.status, second.status) == ("abandoned", "imported")
    assert first.infohash == loop.made["dead"].infohash
    assert second.infohash == loop.made["alive"].infohash
    assert first.failure_code


def test_the_download_that_was_under_way_when_qbittorrent_was_killed_is_still_one(loop: Any) -> None:
    assert 0 < loop.progress_at_death < 1
    assert len([row for row in loop.rows() if row.book_key == loop.keys["slow"]]) == 1


def test_nothing_is_added_twice(loop: Any) -> None:
    before = {row["hash"] for row in loop.nox.api().torrents_info()}
    assert before == {torrent.infohash for torrent in loop.made.values()}
    assert download_list.queued_twice(loop.engine) == []
    loop.run("search_candidates", "download_queue")
    assert loop.tick() == []
    assert {row["hash"] for row in loop.nox.api().torrents_info()} == before
    client = open_qbittorrent(load_settings())
    torrent = loop.made["single"]
    more = {"infohash": torrent.infohash, "category": "other", "tags": ["x"], "seeding_minutes": WEEK}
    assert client.add(torrent.data, **more) is AddResult.ALREADY_THERE
    assert loop.nox.row(torrent.infohash)["category"] == "mam-audiobooks"


def test_only_this_tracker_and_this_seeder_were_asked(loop: Any) -> None:
    settings = loop.nox.api().app_preferences()
    assert [settings[name] for name in ("dht", "lsd", "pex")] == [False] * 3
    assert {infohash for infohash, _ in loop.tracker.announces} == {one.infohash for one in loop.made.values()}
