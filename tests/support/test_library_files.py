"""The library as real files."""

from __future__ import annotations

from pathlib import Path

import pytest
from tinytag import TinyTag

from mam_assets.sandbox.world.load import load_catalogue
from tests.support.library_files import write_library

WORLD = load_catalogue()


def test_every_item_lies_in_its_folder_and_says_what_it_is(tmp_path: Path) -> None:
    write_library(WORLD, tmp_path)
    for item in WORLD.owned:
        folder = tmp_path / item.library / item.rel_path
        files = sorted(folder.iterdir()) if folder.exists() else []
        audio = [path for path in files if path.suffix in (".m4b", ".mp3")]
        assert len(audio) == (0 if item.is_missing else item.num_audio_files)
        if item.ebook_format:
            assert [path.suffix for path in files] == [f".{item.ebook_format}"]
        tags = [TinyTag.get(path) for path in audio]
        if audio:
            assert sum(tag.duration or 0 for tag in tags) == pytest.approx(item.duration_seconds, abs=1)
            assert {tag.album for tag in tags} == {item.title}
            assert {tag.artist for tag in tags} == {", ".join(item.authors) or None}


def test_what_is_there_stays(tmp_path: Path) -> None:
    assert write_library(WORLD, tmp_path) > 100
    audio = next(path for path in tmp_path.rglob("*.m4b"))
    audio.write_bytes(b"mine")
    assert write_library(WORLD, tmp_path) == 0
    assert audio.read_bytes() == b"mine"
