"""Paths of other programs, mapped by their longest prefix, and file names that are traps."""

from __future__ import annotations

import pytest

from mam_assets.domain import paths


@pytest.mark.parametrize(
    ("path", "pairs", "expected"),
    [
        ("/downloads/a/b", [("/downloads", "/mnt/d")], "/mnt/d/a/b"),
        ("/downloads/a/b", [("/downloads", "/mnt/d"), ("/downloads/a", "/srv")], "/srv/b"),
        ("/downloads", [("/downloads/", "/mnt/d/")], "/mnt/d"),
        ("/database/x", [("/data", "/y")], "/database/x"),
        ("/x/y", [("/", "/root")], "/root/x/y"),
        ("C:\\DL\\A B\\c.m4b", [("c:/dl", "/mnt")], "/mnt/A B/c.m4b"),
        ("/plain/pa th", [], "/plain/pa th"),
    ],
)
def test_the_longest_prefix_wins(path: str, pairs: list[tuple[str, str]], expected: str) -> None:
    assert paths.mapped(path, pairs) == expected
    assert paths.mapped(path, pairs[::-1]) == expected


def test_below() -> None:
    assert paths.below("/lib/A/B", "/lib/") == "A/B"
    assert paths.below("/library/A", "/lib") is None
    assert paths.below("/lib", "/lib") is None


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "a\0b", "", "/", "c:/x", "..\\x", "a/.."])
def test_a_hostile_name_is_seen(name: str) -> None:
    assert paths.problem_of(name)


@pytest.mark.parametrize("name", ["a", "a/b..c", "...and more/1.mp3", "CD 1/01 - x.mp3"])
def test_an_odd_but_harmless_name_is_none(name: str) -> None:
    assert paths.problem_of(name) == ""
