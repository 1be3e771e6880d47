"""Runtimes and bitrates as uploaders write them."""

import pytest

from mam_assets.domain.releases.audio import bitrate_in, implied_kbps, runtime_in


@pytest.mark.parametrize(
    ("text", "hours", "minutes"),
    [
        ("TrueDecrypt 62kbps | 11 hrs 39 mins", 11, 39),
        ("Length: 10 hrs and 15 mins, 125 kbps", 10, 15),
        ("Listening Length: 27 hours 55 minutes", 27, 55),
        ("27 hours, 55 minutes, 3 seconds", 27, 55),
        ("(P) 2011 DAW Books, 42hr 49min, UK edition", 42, 49),
        ("m4b, 16hrs 13mins, the land book five", 16, 13),
        ("Chapters, 13 h 31 min", 13, 31),
        ("Published 2025-02-11, Unabridged, 28h40m", 28, 40),
        ("Chapterized | 3h4min | 1 Sep 2023", 3, 4),
        ("28h40", 28, 40),
        ("Unabridged, 64 kbps, 34h", 34, 0),
        ("8:17:09", 8, 17),
        ("1 hour", 1, 0),
        ("11.5 hours", 11, 30),
        ("about 2,5 h", 2, 30),
    ],
)
def test_runtimes(text, hours, minutes):
    assert runtime_in(text) == hours * 3600 + minutes * 60


@pytest.mark.parametrize(
    "text",
    ["", "64 kbps", "Chaperized 5mins", "32 chapters", "2009", "4000 hours", "at 12:30", "1.97", "5 CDs", "the 3 Hs"],
)
def test_no_runtime(text):
    assert runtime_in(text) is None


@pytest.mark.parametrize(
    ("text", "kbps"),
    [
        ("Audible, Unabridged 256kbps", 256),
        ("m4b, 63 kbps, chapterized", 63),
        ("embedded cover (62K@22kHz)", 62),
        ("Graphic Audio retail M4B (256K@44kHz)", 256),
        ("True Decrypt (Libation), 128k, Unabridged", 128),
        ("64kps, MP3", 64),
        ("192 kbs. Personally ripped", 192),
        ("MP3 | 192kb/s | Chapterized", 192),
        ("126 KBPS, Lossless", 126),
        ("~63kbps", 63),
        ("30@64K", 64),
        ("320 kbps, 48000 bitrate", 320),
    ],
)
def test_bitrates(text, kbps):
    assert bitrate_in(text) == kbps


@pytest.mark.parametrize("text", ["", "VBR kbps", "44100 Hz", "2 kbps", "Warhammer 40k", "year 2010"])
def test_no_bitrate(text):
    assert bitrate_in(text) is None


def test_implied_bitrate():
    assert implied_kbps(28_800_000, 3600) == 64
