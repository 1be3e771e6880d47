"""How libraries spell a book's title and author, and what a careful person makes of it. Each table is one rule."""

from __future__ import annotations

import pytest
from matching_samples import COVERS, NO, REVIEW, SAME, check, item, work

from mam_assets.domain import titles
from mam_assets.domain.model import LibraryItem, Work

MIEVILLE, CORNWELL, LE_GUIN = "China Miéville", "Bernard Cornwell", "Ursula K. Le Guin"


@pytest.mark.parametrize(
    ("expected", "mine", "theirs"),
    [
        (SAME, item("2011 - Embassytown", MIEVILLE), work("Embassytown", MIEVILLE)),
        (SAME, item("(1968) A Wizard of Earthsea", LE_GUIN), work("A Wizard of Earthsea", LE_GUIN, "Earthsea Cycle#1")),
        (SAME, item("2004. The Last Kingdom", CORNWELL), work("The Last Kingdom", CORNWELL, "The Saxon Stories#1")),
        (NO, item("2005 - The Pale Horseman", CORNWELL), work("The Last Kingdom", CORNWELL, "The Saxon Stories#1")),
        (SAME, item("2010 - Odyssey Two", "Arthur C. Clarke"), work("2010: Odyssey Two", "Arthur C. Clarke")),
        (SAME, item("2666 - Roberto Bolaño", "Roberto Bolaño"), work("2666", "Roberto Bolaño")),
        (SAME, item("1919 - John Dos Passos", "John Dos Passos"), work("1919", "John Dos Passos")),
    ],
)
def test_year_in_front(expected: str, mine: LibraryItem, theirs: Work) -> None:
    check(expected, mine, theirs)


@pytest.mark.parametrize(
    ("expected", "title", "theirs"),
    [
        (SAME, "Vol 2 - 2005 - The Pale Horseman {Jonathan Keeble}", "The Pale Horseman#2"),
        (NO, "Vol 2 - 2005 - The Pale Horseman {Jonathan Keeble}", "The Last Kingdom#1"),
        (NO, "Vol 2 - 2005 - The Pale Horseman {Jonathan Keeble}", "Lords of the North#3"),
        (SAME, "Book 3 - 2006 - Lords of the North", "Lords of the North#3"),
        (COVERS, "Vol 1 - 3 {Jonathan Keeble}", "The Pale Horseman#2"),
    ],
)
def test_volume_year_title(expected: str, title: str, theirs: str) -> None:
    """The folders that this software makes itself; a year is no end of a range, and a reader no other title."""
    name, _, number = theirs.partition("#")
    saxons = "The Saxon Stories"
    check(expected, item(title, CORNWELL, saxons), work(name, CORNWELL, f"{saxons}#{number}"))


def test_reader_in_braces_is_no_title() -> None:
    assert titles.parse("Vol 2 - 2005 - The Pale Horseman {Jonathan Keeble}").original == ""


LARSSON, TOKARCZUK = "Stieg Larsson", "Olga Tokarczuk"


@pytest.mark.parametrize(
    ("expected", "mine", "theirs"),
    [
        (
            NO,
            item("Flickan som lekte med elden", LARSSON),
            work("The Girl Who Played with Fire", LARSSON, original_title="Flickan som lekte med elden"),
        ),
        (
            NO,
            item("Prowadź swój pług przez kości umarłych", TOKARCZUK),
            work(
                "Drive Your Plow Over the Bones of the Dead",
                TOKARCZUK,
                original_title="Prowadź swój pług przez kości umarłych",
            ),
        ),
        (
            NO,
            item("Kindred", "Octavia E. Butler", language="english"),
            work("Vom gleichen Blut", "Octavia E. Butler", original_title="Kindred", language="german"),
        ),
        (
            SAME,
            item("Murder on the Calais Coach", "Agatha Christie"),
            work("Murder on the Orient Express", "Agatha Christie", alternative_titles=("Murder on the Calais Coach",)),
        ),
        (
            SAME,
            item("Ten Little Indians", "Agatha Christie", language="english"),
            work("And Then There Were None", "Agatha Christie", original_title="Ten Little Indians"),
        ),
    ],
)
def test_original_titles(expected: str, mine: LibraryItem, theirs: Work) -> None:
    check(expected, mine, theirs)


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Kindred (ungekürzte Lesung)", "german"),
        ("Kindred (Hörbuch)", "german"),
        ("Kindred - gelesen von Britta Steffenhagen", "german"),
        ("Kindred [livre audio]", "french"),
        ("Kindred (texte intégral)", "french"),
        ("Kindred: lu par Anna Mouglalis", "french"),
        ("Kindred (en español)", "spanish"),
        ("Kindred (audiolibro)", "spanish"),
        ("La figlia della Luna (audiolibro)", "italian"),
        ("Kindred (czyta Anna Dereszowska)", "polish"),
        ("Kindred (ljudbok)", "swedish"),
        ("Kindred (luisterboek)", "dutch"),
    ],
)
def test_recordings_say_their_language(title: str, language: str) -> None:
    assert titles.parse(title).language == language
    check(NO, item(title, "Octavia E. Butler"), work("Kindred", "Octavia E. Butler"))


@pytest.mark.parametrize("title", ["Kindred (Audiobook)", "Kindred: A Novel", "Café Europa", "Naïve. Super"])
def test_no_language_where_none_is_said(title: str) -> None:
    assert titles.parse(title).language == ""
    assert not titles.reads_foreign(title, ("english",))


NOVIK = "Naomi Novik"
UPROOTED = work("Uprooted", NOVIK)
TEMERAIRE_2 = work("Throne of Jade", NOVIK, "Temeraire#2")


@pytest.mark.parametrize(
    ("expected", "mine", "theirs"),
    [
        (NO, item("Uprooted Part One", NOVIK), UPROOTED),
        (NO, item("Uprooted - Part B", NOVIK), UPROOTED),
        (NO, item("Uprooted: The Second Half", NOVIK), UPROOTED),
        (NO, item("Uprooted Pt 2", NOVIK), UPROOTED),
        (NO, item("Throne of Jade Part One", NOVIK, "Temeraire#2"), TEMERAIRE_2),
        (SAME, item("Throne of Jade (Temeraire, Part 2)", NOVIK), TEMERAIRE_2),
        (SAME, item("Throne of Jade: Temeraire, Part 2", NOVIK), TEMERAIRE_2),
        (SAME, item("Throne of Jade (Temeraire, Part Two)", NOVIK), TEMERAIRE_2),
        (NO, item("Throne of Jade (Temeraire, Part 2)", NOVIK), work("Black Powder War", NOVIK, "Temeraire#3")),
        (NO, item("Throne of Jade: Temeraire, Part 1", NOVIK), TEMERAIRE_2),
        (NO, item("Throne of Jade (Part 2)", NOVIK), TEMERAIRE_2),
        (NO, item("Temeraire, Part 2", NOVIK), work("Temeraire", NOVIK, "Temeraire#1")),
        (
            SAME,
            item("Henry VI Part Three", "William Shakespeare"),
            work("Henry VI, Part 3", "William Shakespeare"),
        ),
        (NO, item("Henry VI Part Three", "William Shakespeare"), work("Henry VI, Part 1", "William Shakespeare")),
        (NO, item("The Parting Half", NOVIK), work("The Parting", NOVIK, "Novels#1")),
    ],
)
def test_parts_and_volumes(expected: str, mine: LibraryItem, theirs: Work) -> None:
    check(expected, mine, theirs)


@pytest.mark.parametrize(
    ("expected", "mine", "theirs"),
    [
        (
            NO,
            item("Star Wars: Ahsoka", "E.K. Johnston"),
            work("Star Wars: Ahsoka: Peridea", "E.K. Johnston", "Star Wars: Ahsoka#2"),
        ),
        (
            NO,
            item("Warhammer: Gotrek and Felix: Trollslayer", "William King"),
            work("Warhammer: Gotrek and Felix: Skavenslayer", "William King", "Warhammer: Gotrek and Felix#2"),
        ),
        (NO, item("A History of Rome I", "Nigel Rodgers"), work("A History of Rome II", "Nigel Rodgers")),
    ],
)
def test_what_both_share_is_the_series(expected: str, mine: LibraryItem, theirs: Work) -> None:
    check(expected, mine, theirs)


@pytest.mark.parametrize(
    ("expected", "mine"),
    [
        (NO, item("Neverwhere (BBC Radio Drama)", "Neil Gaiman")),
        (NO, item("Neverwhere: The Audio Drama", "Neil Gaiman")),
        (NO, item("Neverwhere", "Neil Gaiman", subtitle="A BBC Radio 4 full-cast dramatisation")),
        (REVIEW, item("Neverwhere", "Neil Gaiman", subtitle="An Audible Original Drama")),
        (SAME, item("Neverwhere (Full Cast)", "Neil Gaiman")),
    ],
)
def test_plays(expected: str, mine: LibraryItem) -> None:
    check(expected, mine, work("Neverwhere", "Neil Gaiman"))


@pytest.mark.parametrize(
    ("expected", "title", "theirs"),
    [
        (COVERS, "Frontlines 1 and 2", "Terms of Enlistment#1"),
        (COVERS, "Frontlines 1, 2 & 3", "Lines of Departure#2"),
        (NO, "Frontlines 1 and 2", "Angles of Attack#3"),
        (COVERS, "Frontlines, Frontlines 2 and Frontlines 3", "Terms of Enlistment#1"),
        (COVERS, "Frontlines, Frontlines 2 and Frontlines 3", "Angles of Attack#3"),
        (NO, "Frontlines, Frontlines 2 and Frontlines 3", "Chains of Command#4"),
        (COVERS, "Frontlines Trilogy Boxed Set", "Lines of Departure#2"),
        (NO, "Frontlines Trilogy Boxed Set", "Chains of Command#4"),
        (COVERS, "Frontlines Series: Enlistment, Departure, Angles", "Departure#2"),
        (NO, "Frontlines Series: Enlistment, Departure, Angles", "Command#4"),
        (NO, "Frontlines: Departure", "Enlistment#1"),
    ],
)
def test_sets_that_list_their_books(expected: str, title: str, theirs: str) -> None:
    name, _, number = theirs.partition("#")
    check(expected, item(title, "Marko Kloos"), work(name, "Marko Kloos", f"Frontlines#{number}"))
