"""Folder and file names for the library: what a person reads, and what every file system takes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain import naming
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.naming import Names, TemplateError
from mam_assets.policy import ImportSection

DEFAULT = ImportSection().folder


def folder(names: Names, template: str = DEFAULT) -> str:
    return "/".join(naming.folder(template, names))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            Names(
                "New Spring", ("Robert Jordan",), SeriesRef("Wheel of Time", "0"), ("Kate Reading", "Michael Kramer")
            ),
            "Robert Jordan/Wheel of Time/Vol 0 - New Spring {Kate Reading, Michael Kramer}",
        ),
        (Names("1984", ("George Orwell",)), "George Orwell/1984"),
        (Names("Edgedancer", ("B S",), SeriesRef("Stormlight", "02.50")), "B S/Stormlight/Vol 2.5 - Edgedancer"),
        (Names("The Trilogy", ("A B",), SeriesRef("S", "1-3")), "A B/S/Vol 1-3 - The Trilogy"),
        (Names("Extra", ("A B",), SeriesRef("S", "")), "A B/S/Extra"),
        (Names("Lost", ("A B",), SeriesRef("", "7")), "A B/Lost"),
        (Names("9/11: What Was", ("A/B",)), "A-B/9-11 - What Was"),
        (Names("Who?", ("T. H. White.",), SeriesRef("CON", "1")), "T. H. White/CON_/Vol 1 - Who"),
        (Names(".hack", ("A B",)), "A B/hack"),
        (Names("..", ("...",)), "_/_"),
        (Names("", ()), "Unknown Author/Unknown Title"),
        (Names("T", ("Ann Lee (Translator)", "Bo Ek")), "Bo Ek/T"),
        (Names("T", ("A B",), narrators=("X {Y}",)), "A B/T {X (Y)}"),
        (Names("Cafe\u0301", ("A B",)), "A B/Caf\u00e9"),
    ],
)
def test_the_default_template(names: Names, expected: str) -> None:
    assert folder(names) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{author}/{year - }{title}{ [asin]}", "A B/2001 - T [B0]"),
        ("Audio/{language/}{authors} - {title}", "Audio/english/A B, C D - T"),
        ("{series}/{title}", "T"),
    ],
)
def test_other_templates(template: str, expected: str) -> None:
    assert folder(Names("T", ("A B", "C D"), year=2001, asin="B0", language="english"), template) == expected


@pytest.mark.parametrize(
    "template", ["{author}", "{nothing}/{title}", "{title", "title}", "{title by author}", "../{title}"]
)
def test_a_template_that_cannot_work_says_so(template: str) -> None:
    with pytest.raises(TemplateError):
        folder(Names("T"), template)


def test_a_long_name_loses_its_narrators_before_its_title() -> None:
    long = Names("t" * 230, ("A B",), SeriesRef("S", "12"), ("Somebody With A Long Name",))
    assert folder(long) == f"A B/S/Vol 12 - {'t' * 230}"


def test_a_name_is_never_cut_within_a_character() -> None:
    author, title = naming.folder("{author}/{title}", Names("é" * 300, ("\U0001f4da" * 100,)))
    assert title == "é" * 127
    assert author == "\U0001f4da" * 63


def test_a_long_file_name_keeps_its_ending() -> None:
    name = naming.portable("x" * 400 + ".m4b")
    assert name.endswith("xx.m4b")
    assert len(name) == 255


def test_names_that_a_system_without_case_takes_for_one_are_told_apart() -> None:
    taken = {naming.folded("Straße.mp3"), naming.folded("strasse (2).mp3")}
    assert naming.unique("STRASSE.mp3", taken) == "STRASSE (3).mp3"
    assert naming.unique("other.mp3", taken) == "other.mp3"
    assert len(naming.unique("a" * 255, {"a" * 255}).encode()) == 255


ANY_TEXT = st.text(max_size=300) | st.sampled_from(
    ["..", ".", "CON", "aux.mp3", "@eaDir", " . ", "a/../b", "e\u0301" * 200]
)


@given(ANY_TEXT)
def test_a_portable_name_is_portable(name: str) -> None:
    made = naming.portable(name)
    assert 0 < len(made.encode()) <= 255
    assert made not in (".", "..")
    assert not set(made) & set('/\\:*?"<>|\0\n')
    assert not made.startswith((".", " "))
    assert not made.endswith((".", " "))
    assert unicodedata.is_normalized("NFC", made)
    assert naming.portable(made) == made


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, st.lists(ANY_TEXT, max_size=4))
def test_any_book_gets_a_folder_below_the_library(title: str, author: str, series: str, narrators: list[str]) -> None:
    parts = naming.folder(DEFAULT, Names(title, (author,), SeriesRef(series, "1"), tuple(narrators)))
    assert 2 <= len(parts) <= 3
    for part in parts:
        assert part == naming.portable(part)
