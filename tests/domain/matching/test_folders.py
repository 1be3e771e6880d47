"""What a folder's name says where the tags say nothing."""

from __future__ import annotations

import pytest

from mam_assets.domain.matching.folders import folder_names, folders, titled_by_folder
from mam_assets.domain.model.library import LibraryItem


def item(title: str, rel_path: str) -> LibraryItem:
    return LibraryItem("li_1", title, rel_path=rel_path)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("", []),
        ("Ghostwater", ["Ghostwater"]),
        ("Will Wight/Cradle/Ghostwater", ["Will Wight", "Cradle", "Ghostwater"]),
        ("Will Wight\\Cradle\\Ghostwater", ["Will Wight", "Cradle", "Ghostwater"]),
        ("/Will Wight // Ghostwater/", ["Will Wight", "Ghostwater"]),
    ],
)
def test_folders(path: str, names: list[str]) -> None:
    assert folders(item("x", path)) == names


@pytest.mark.parametrize(
    "title",
    [
        "Disc 1",
        "disk one",
        "CD 02",
        "Track 7",
        "Chapter 001",
        "[Chapter 12]",
        "Part 3",
        "File 9",
        "Side 2",
        "Kapitel 4",
        "Teil 10",
        "01",
        "002",
        "Unknown",
        "Unknown Title",
        "unknown album",
        "Untitled",
        "AUDIOBOOK",
        "-- Track 12 --",
    ],
)
def test_a_track_s_title_gives_way(title: str) -> None:
    held = item(title, "Will Wight/5 - Ghostwater")
    assert titled_by_folder(held) == item("5 - Ghostwater", held.rel_path)


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("Ghostwater", "Will Wight/Another"),
        ("1984", "George Orwell/Another"),
        ("11", "Somebody/Another"),
        ("Chapter House", "Frank Herbert/Another"),
        ("Chapter 1: Dune", "Frank Herbert/Another"),
        ("Track 1", "Ghostwater"),  # one folder may be the author's
        ("Track 1", ""),
        ("Track 1", "Will Wight/Disc 2"),
        ("Part 3         ..", "Will Wight/Ghostwater"),  # seventeen letters: a title of its own
    ],
)
def test_any_other_title_stays(title: str, path: str) -> None:
    assert titled_by_folder(item(title, path)) == item(title, path)


def test_the_longest_title_that_may_be_a_track_s() -> None:
    assert titled_by_folder(item("Part 3        ..", "Will Wight/Ghostwater")).title == "Ghostwater"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("Will Wight/Ghostwater", True),
        ("Wight, Will/Cradle/Ghostwater", True),
        ("Audiobooks/Will Wight & Travis Baldree/Ghostwater", True),
        ("Ann Author/Ghostwater", False),
        ("Will Wight", False),  # the book's own folder names the book
        ("Ann Author/Will Wight", False),
        ("", False),
    ],
)
def test_an_author_is_named_above_the_book(path: str, named: bool) -> None:
    assert folder_names(item("Ghostwater", path), ("ann other", "will wight")) is named
