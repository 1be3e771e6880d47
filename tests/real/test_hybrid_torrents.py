"""A hybrid torrent through the whole loop: qBittorrent lists it by another infohash than the one in the ledger."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import libtorrent as lt
import pytest

from mam_assets.files.torrents import read_torrent
from mam_assets.sandbox.world.audio import Tags, mp3
from tests.support.swarm import PIECE, Made

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # libtorrent 2.0's way to make a torrent, kept in 2.1
    pytest.mark.qbittorrent,
    pytest.mark.slow,
    pytest.mark.timeout(150),
]

TITLE, AUTHOR = "The Twofold Key", "Ottilie Quarrington"


def make_hybrid(folder: Path, name: str, files: Mapping[str, bytes], announce: str) -> Made:
    storage = lt.file_storage()
    paths = {f"{name}/{path}": content for path, content in files.items()}
    for path, content in paths.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        storage.add_file(path, len(content))
    torrent = lt.create_torrent(storage, PIECE)
    torrent.set_priv(True)
    torrent.add_tracker(announce)
    lt.set_piece_hashes(torrent, str(folder))
    data = bytes(lt.bencode(torrent.generate()))
    return Made(data, read_torrent(data).infohash, name, paths, folder)


def track(number: int) -> bytes:
    tags = Tags(title=f"Chapter {number}", album=TITLE, artist=AUTHOR, track=f"{number}/3")
    return mp3(tags, 8 * 3600 / 3, seed=f"{TITLE} {number}", size=40_000)


def test_a_hybrid_is_added_followed_and_imported_once(real: Any) -> None:
    key = real.lack(TITLE, AUTHOR, "1")
    files = {f"{n:02}.mp3": track(n) for n in range(1, 4)}
    torrent = real.offer(TITLE, AUTHOR, files, name=TITLE, make=make_hybrid)
    real.open_mam()
    real.run("tracker_account", "search_candidates", "download_queue")
    real.follow(lambda: real.imported(key))
    row = real.of_book(key)
    assert row.infohash == torrent.infohash
    (listed,) = real.nox.api().torrents_info()
    assert (listed["infohash_v1"], listed["category"]) == (torrent.infohash, "mam-audiobooks")
    assert listed["hash"] in (torrent.infohash, listed["infohash_v2"][:40])
    assert {path.name for path in Path(row.target_path).iterdir() if path.suffix == ".mp3"} == set(files)
    assert len(real.rows()) == 1
