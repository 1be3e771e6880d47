"""The made audio files are read by programs that were not written for them: tinytag, and ffprobe where it is there."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tinytag import TinyTag

from mam_assets.sandbox.world.audio import Tags, m4b, mp3

TAGS = Tags(
    title="Die Stadt der träumenden Bücher",
    album="Die Stadt der träumenden Bücher",
    artist="Walter Moers",
    narrator="Dirk Bach",
    year="2004",
    grouping="Zamonien #4",
    series="Zamonien",
    series_part="4",
    track="3/12",
    asin="B0SBX00001",
    comment="Ein „Hörbuch“",
)

needs_ffprobe = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")


def probe(path: Path) -> dict[str, object]:
    command = ["ffprobe", "-v", "error", "-print_format", "json", "-show_format", "-show_streams", "-show_chapters"]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_m4b_is_read_by_tinytag(tmp_path: Path) -> None:
    path = tmp_path / "book.m4b"
    path.write_bytes(m4b(TAGS, 40_000.5, seed="a", size=200_000, chapters=20))
    tag = TinyTag.get(path)
    assert tag.duration == pytest.approx(40_000.5, abs=0.01)
    assert (tag.title, tag.album, tag.artist, tag.composer) == (TAGS.title, TAGS.album, TAGS.artist, TAGS.narrator)
    assert (tag.year, tag.track, tag.track_total) == ("2004", 3, 12)
    assert path.stat().st_size == 200_000


def test_mp3_is_read_by_tinytag(tmp_path: Path) -> None:
    path = tmp_path / "book.mp3"
    path.write_bytes(mp3(TAGS, 40_000.5, seed="a", size=200_000))
    tag = TinyTag.get(path)
    assert tag.duration == pytest.approx(40_000.5, abs=0.05)
    assert (tag.title, tag.album, tag.artist, tag.composer) == (TAGS.title, TAGS.album, TAGS.artist, TAGS.narrator)
    assert (tag.year, tag.track, tag.track_total) == ("2004", 3, 12)
    assert abs(path.stat().st_size - 200_000) < 300


@needs_ffprobe
def test_m4b_is_read_by_ffprobe(tmp_path: Path) -> None:
    path = tmp_path / "book.m4b"
    path.write_bytes(m4b(TAGS, 118_800, seed="a", size=200_000, chapters=20))
    seen = probe(path)
    assert float(seen["format"]["duration"]) == pytest.approx(118_800, abs=0.01)
    assert seen["streams"][0]["codec_name"] == "aac"
    tags = seen["format"]["tags"]
    assert tags["title"] == TAGS.title
    assert tags["album_artist"] == TAGS.artist
    assert tags["composer"] == TAGS.narrator
    assert tags["grouping"] == TAGS.grouping
    assert (tags["SERIES"], tags["SERIES-PART"]) == ("Zamonien", "4")
    assert len(seen["chapters"]) == 20
    assert float(seen["chapters"][10]["start_time"]) == pytest.approx(118_800 / 2, abs=1)


@needs_ffprobe
def test_mp3_is_read_by_ffprobe(tmp_path: Path) -> None:
    path = tmp_path / "book.mp3"
    path.write_bytes(mp3(TAGS, 118_800, seed="a", size=200_000))
    seen = probe(path)
    assert float(seen["format"]["duration"]) == pytest.approx(118_800, abs=0.05)
    assert seen["streams"][0]["codec_name"] == "mp3"
    tags = seen["format"]["tags"]
    assert tags["title"] == TAGS.title
    assert tags["composer"] == TAGS.narrator
    assert (tags["SERIES"], tags["SERIES-PART"]) == ("Zamonien", "4")


@needs_ffprobe
@pytest.mark.parametrize("name", ["book.m4b", "book.mp3"])
def test_the_sound_decodes_without_complaint(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    make = m4b if name.endswith("m4b") else mp3
    path.write_bytes(make(TAGS, 600, seed="a", size=20_000))
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seconds=st.floats(min_value=60, max_value=400_000),
    size=st.integers(min_value=0, max_value=60_000),
    title=st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=60).filter(str.strip),
    make=st.sampled_from([m4b, mp3]),
)
def test_any_length_and_title_is_read_back(tmp_path: Path, seconds: float, size: int, title: str, make) -> None:
    path = tmp_path / ("any.m4b" if make is m4b else "any.mp3")
    path.write_bytes(make(Tags(title=title), seconds, seed=title, size=size))
    tag = TinyTag.get(path)
    assert tag.duration == pytest.approx(seconds, abs=0.05)
    assert tag.title == title


def test_the_same_seed_makes_the_same_file_and_another_seed_another() -> None:
    for make in (m4b, mp3):
        assert make(TAGS, 1_000, seed="a", size=9_000) == make(TAGS, 1_000, seed="a", size=9_000)
        assert make(TAGS, 1_000, seed="a", size=9_000) != make(TAGS, 1_000, seed="b", size=9_000)
