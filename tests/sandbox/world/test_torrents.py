"""The made torrents, as libtorrent reads them."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libtorrent import bdecode
from tinytag import TinyTag

from mam_assets.sandbox.qbittorrent.torrent_file import parse_torrent
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.sandbox.world.payload import files_of
from mam_assets.sandbox.world.release import HOSTILE_NAMES
from mam_assets.sandbox.world.releases import releases_of_world
from mam_assets.sandbox.world.torrents import Torrents, bencode

RELEASES = releases_of_world(load_catalogue())
TORRENTS = Torrents(RELEASES)
SOME = Random(1).sample(sorted(RELEASES), min(40, len(RELEASES)))
HOSTILE = next(release for release in RELEASES.values() if release.layout == "hostile")

bencodable = st.recursive(
    st.integers(-(2**62), 2**62) | st.binary(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.binary(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.dictionaries(st.binary(max_size=8), bencodable, max_size=4))
def test_bencoding_is_read_back_by_libtorrent(value: dict[bytes, object]) -> None:
    assert bdecode(bencode(value)) == value


@pytest.mark.parametrize("number", [*SOME, HOSTILE.release_id])
def test_a_torrent_leads_back_to_its_release_and_its_bytes(number: int) -> None:
    file = parse_torrent(TORRENTS.torrent(number, "http://127.0.0.1:4711"))
    assert file.infohash == TORRENTS.infohash(number)
    assert file.private
    assert file.tracker == "http://127.0.0.1:4711/announce"
    assert TORRENTS.release_of(file) == RELEASES[number]
    contents = TORRENTS.payload(file)
    assert contents is not None
    assert [len(content) for content in contents] == [size for _, size in file.files]
    assert TORRENTS.by_infohash(file.infohash.upper()) == RELEASES[number]


@pytest.mark.parametrize("number", SOME[:8])
def test_the_pieces_are_those_of_the_bytes(number: int) -> None:
    info = bdecode(TORRENTS.torrent(number))[b"info"]
    contents = b"".join(TORRENTS.payload(parse_torrent(TORRENTS.torrent(number))) or [])
    size = info[b"piece length"]
    pieces = [hashlib.sha1(contents[at : at + size]).digest() for at in range(0, len(contents), size)]
    assert info[b"pieces"] == b"".join(pieces)


def test_every_infohash_is_its_own() -> None:
    hashes = Counter(TORRENTS.infohash(number) for number in RELEASES)
    assert hashes.most_common(1)[0][1] == 1


def test_a_torrent_from_elsewhere_is_nobody_s() -> None:
    class Elsewhere:
        comment = "made by hand"

    assert TORRENTS.payload(Elsewhere()) is None
    assert TORRENTS.seeders(Elsewhere()) == 0


def test_the_address_of_the_sandbox_does_not_change_the_infohash() -> None:
    assert parse_torrent(TORRENTS.torrent(SOME[0], "http://127.0.0.1:9")).infohash == TORRENTS.infohash(SOME[0])


@pytest.mark.parametrize("number", [n for n in SOME if RELEASES[n].runtime_seconds][:25])
def test_the_audio_lasts_as_long_as_the_row_says(tmp_path: Path, number: int) -> None:
    release = RELEASES[number]
    _, files = files_of(release)
    total = 0.0
    for index, (path, content) in enumerate(files):
        name = path[-1] if path else f"x.{release.filetype}"
        if name.endswith((".m4b", ".mp3")):
            place = tmp_path / f"{index}{Path(name).suffix}"
            place.write_bytes(content)
            total += TinyTag.get(place).duration or 0
    assert total == pytest.approx(release.runtime_seconds, abs=2)
    assert len(files) == release.numfiles


def test_the_hostile_torrent_is_hostile_and_libtorrent_tames_it() -> None:
    raw = bdecode(TORRENTS.torrent(HOSTILE.release_id))[b"info"][b"files"]
    paths = [tuple(part.decode() for part in row[b"path"]) for row in raw]
    assert set(HOSTILE_NAMES) <= set(paths)
    tame = [path for path, _ in parse_torrent(TORRENTS.torrent(HOSTILE.release_id)).files]
    assert not any(".." in path.split("/") or "\0" in path or path.startswith("/") for path in tame)
