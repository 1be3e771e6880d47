from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import libtorrent as lt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.files.torrents import magnet_infohash, read_torrent
from resources.errors import UnexpectedAnswer

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # libtorrent 2.0's way to make one, kept in 2.1


def bencode(value: object) -> bytes:
    """Bencoding as BEP 3 has it, written out here so that the tests do not lean on the library under test."""
    match value:
        case bool() | int():
            return b"i%de" % value
        case bytes():
            return b"%d:%s" % (len(value), value)
        case str():
            return bencode(value.encode())
        case list():
            return b"l" + b"".join(map(bencode, value)) + b"e"
        case dict():
            return b"d" + b"".join(bencode(key) + bencode(value[key]) for key in sorted(value)) + b"e"
    raise TypeError(type(value))


def info_of(*files: tuple[list[bytes], int], name: bytes = b"Book", private: bool = True) -> dict[str, object]:
    size = sum(length for _, length in files)
    info: dict[str, object] = {"name": name, "piece length": 16384, "pieces": b"\1" * 20 * max(1, -(-size // 16384))}
    if private:
        info["private"] = 1
    info["files"] = [{"length": length, "path": path} for path, length in files]
    return info


def made_by_libtorrent(folder: Path, flags: int) -> bytes:
    (folder / "Book").mkdir()
    (folder / "Book" / "01.mp3").write_bytes(b"a" * 20000)
    (folder / "Book" / "02.mp3").write_bytes(b"b" * 30000)
    storage = lt.file_storage()
    lt.add_files(storage, str(folder / "Book"))
    torrent = lt.create_torrent(storage, 16384, flags)
    lt.set_piece_hashes(torrent, str(folder))
    return bytes(lt.bencode(torrent.generate()))


def test_the_infohash_is_the_sha1_of_the_info_dictionary_as_it_was_written() -> None:
    info = info_of(([b"CD 1", b"01.mp3"], 40000), ([b"CD 2", b"01.mp3"], 5))
    read = read_torrent(bencode({"announce": "http://127.0.0.1/a", "info": info}))
    assert read.infohash == hashlib.sha1(bencode(info)).hexdigest()
    assert read.files == (("Book/CD 1/01.mp3", 40000), ("Book/CD 2/01.mp3", 5))
    assert (read.name, read.total_size, read.private) == ("Book", 40005, True)


def test_the_order_of_keys_in_the_file_is_part_of_the_infohash() -> None:
    info = b"d12:piece lengthi16384e6:pieces20:" + b"\1" * 20 + b"6:lengthi7e4:name4:a.mpe"
    read = read_torrent(b"d4:info" + info + b"e")
    assert read.infohash == hashlib.sha1(info).hexdigest()


def test_a_single_file_has_no_root_folder() -> None:
    info = {"name": "Tale.m4b", "length": 9, "piece length": 16384, "pieces": b"\1" * 20}
    read = read_torrent(bencode({"info": info}))
    assert read.files == (("Tale.m4b", 9),)
    assert not read.private


def test_a_hybrid_is_known_by_its_v1_hash_and_its_padding_is_no_file(tmp_path: Path) -> None:
    data = made_by_libtorrent(tmp_path, 0)
    read = read_torrent(data)
    assert read.infohash == hashlib.sha1(lt.bencode(lt.bdecode(data)[b"info"])).hexdigest()
    assert read.files == (("Book/01.mp3", 20000), ("Book/02.mp3", 30000))
    assert read.total_size == 50000


def test_a_v2_only_torrent_is_known_by_its_cut_v2_hash(tmp_path: Path) -> None:
    data = made_by_libtorrent(tmp_path, lt.create_torrent.v2_only)
    read = read_torrent(data)
    assert read.infohash == hashlib.sha256(lt.bencode(lt.bdecode(data)[b"info"])).hexdigest()[:40]


def test_hostile_names_stay_harmless_data() -> None:
    info = info_of(
        ([b"..", b"..", b"etc", b"passwd"], 5),
        ([b"a\0b.mp3"], 6),
        ([b"n" * 300 + b".mp3"], 7),
        ([b"/etc/cron.d/x"], 8),
        name=b"../../evil",
    )
    read = read_torrent(bencode({"info": info}))
    assert [size for _, size in read.files] == [5, 6, 7, 8]
    for path, _ in read.files:
        assert not path.startswith("/")
        assert ".." not in path.split("/")
        assert "\0" not in path


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"d",
        b"de",
        b"<html>Not logged in!</html>",
        bencode({"info": info_of(([b"a.mp3"], 5))})[:-9],
        bencode({"info": {}}),
        bencode({"info": {"name": "x", "length": 5, "piece length": 16384, "pieces": b"short"}}),
        bencode(["info"]),
    ],
)
def test_what_is_not_a_torrent_is_an_error(data: bytes) -> None:
    with pytest.raises(UnexpectedAnswer, match="not a usable"):
        read_torrent(data)


@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_an_error(data: bytes) -> None:
    with contextlib.suppress(UnexpectedAnswer):
        read_torrent(b"d4:info" + data)


@pytest.mark.parametrize(
    ("uri", "infohash"),
    [
        (
            "magnet:?xt=urn:btih:EAC27E4146C3AC0739E9AD27F015B4471FB6678F&dn=x",
            "eac27e4146c3ac0739e9ad27f015b4471fb6678f",
        ),
        (
            " magnet:?xt=urn:btih:5LBH4QKGYOWAOOPJVUT7AFNUI4P3MZ4P\n",
            "eac27e4146c3ac0739e9ad27f015b4471fb6678f",
        ),  # base32
        ("magnet:?xt=urn:btmh:1220" + "ab" * 32, "ab" * 20),
    ],
)
def test_magnet_links_name_the_same_id(uri: str, infohash: str) -> None:
    assert magnet_infohash(uri) == infohash


@pytest.mark.parametrize("uri", ["", "magnet:?dn=x", "magnet:?xt=urn:btih:zz", "https://example.org/x.torrent"])
def test_a_link_without_a_hash_is_an_error(uri: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="magnet"):
        magnet_infohash(uri)
