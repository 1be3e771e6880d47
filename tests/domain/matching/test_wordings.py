"""How libraries spell a book's title and author, and what a careful person makes of it. Each table is one rule."""

from __future__ import annotations

import pytest

from mam_assets.domain import titles
from mam_assets.domain.model.catalogue import Work
from mam_assets.domain.model.library import LibraryItem
from tests.support.matching_samples import COVERS, NO, REVIEW, SAME, check, item, work

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


@pytest.mark.parametrize(
    ("expected", "mine", "theirs"),
    [
        (SAME, "One Hundred Years of Solitude", "100 Years of Solitude"),
        (SAME, "80 Days", "Eighty Days"),
        (SAME, "The Nineteenth Wife", "The 19th Wife"),
        (SAME, "The 25th Hour", "The Twenty-Fifth Hour"),
        (SAME, "Nineteen Seventy-Four", "1974"),
        (SAME, "10,000 Doors of January", "The Ten Thousand Doors of January"),
        (SAME, "The Twenty-One Balloons", "The 21 Balloons"),
        (SAME, "The Island of Doctor Moreau", "The Island of the Doctor Moreau"),
        (NO, "Nineteen Seventy-Four", "1977"),
        (REVIEW, "Eighty Days", "Eight Days"),
        (NO, "One Hundred Years", "One Hundred and One Years"),
        (NO, "Second Foundation", "Foundation 2"),
        (NO, "The Sixth Day", "The Six Days"),
    ],
)
def test_numbers_and_articles_inside(expected: str, mine: str, theirs: str) -> None:
    check(expected, item(mine), work(theirs))


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Uprooted MP3", "Uprooted"),
        ("Uprooted 64kbps m4b", "Uprooted"),
        ("Uprooted 17h43m", "Uprooted"),
        ("Uprooted 17 hrs 43 mins", "Uprooted"),
        ("Uprooted Unabridged", "Uprooted"),
        ("MP3", "MP3"),
        ("48 Hours", "48 Hours"),
        ("The Opus of Lies", "The Opus of Lies"),
    ],
)
def test_junk_behind_a_title(title: str, bare: str) -> None:
    assert titles.parse(title).title == bare


@pytest.mark.parametrize(
    ("expected", "mine", "theirs"),
    [
        (SAME, item("Rage", "Stephen King writing as Richard Bachman"), work("Rage", "Richard Bachman")),
        (SAME, item("Naked in Death", "Nora Roberts/J.D. Robb"), work("Naked in Death", "J.D. Robb")),
        (SAME, item("Uprooted", "by Naomi Novik"), work("Uprooted", NOVIK)),
        (SAME, item("The Blind Goddess", "Jørn Lier Hørst"), work("The Blind Goddess", "Joern Lier Hoerst")),
        (SAME, item("The Appointment", "Herta Mueller"), work("The Appointment", "Herta Müller")),
        (SAME, item("The Blood Crows", "Mikhail Afanasyevich Bulgakow"), work("The Blood Crows", "Mikhail Bulgakov")),
        (NO, item("Uprooted", "Joe Hill"), work("Uprooted", "Bo Hill")),
        (NO, item("Uprooted", "Naomi Ruth Novik"), work("Uprooted", "Nathan Novak")),
    ],
)
def test_author_texts(expected: str, mine: LibraryItem, theirs: Work) -> None:
    check(expected, mine, theirs)


CHRISTIE, KING = "Agatha Christie", "Stephen King"
STARSIGHT = item("Starsight (Skyward)", "Brandon Sanderson")


@pytest.mark.parametrize(
    ("expected", "mine", "theirs"),
    [
        (SAME, item("Lord Edgware Dies (aka Thirteen at Dinner)", CHRISTIE), work("Thirteen at Dinner", CHRISTIE)),
        (SAME, item("Lord Edgware Dies, also published as 13 at Dinner", CHRISTIE), work("13 at Dinner", CHRISTIE)),
        (
            SAME,
            item("Thirteen at Dinner", CHRISTIE),
            work("Lord Edgware Dies", CHRISTIE, title_raw="Lord Edgware Dies (aka Thirteen at Dinner)"),
        ),
        (NO, item("Lord Edgware Dies (aka Thirteen at Dinner)", CHRISTIE), work("Dumb Witness", CHRISTIE)),
        (NO, STARSIGHT, work("Skyward", "Brandon Sanderson", "Skyward#1")),
        (
            REVIEW,
            item("Hallowe'en Murders (Dead Man's Folly)", CHRISTIE),
            work("Dead Man's Folly", CHRISTIE, "Hercule Poirot#33"),
        ),
        (NO, item("El misterio del tren (Dead Man's Folly)", CHRISTIE), work("Dead Man's Folly", CHRISTIE)),
        (SAME, item("Neil Gaiman's Neverwhere", "Neil Gaiman"), work("Neverwhere", "Neil Gaiman")),
        (NO, item("Stephen King's N.", KING), work("It", KING)),
        (SAME, item("Frankenstein", "Mary Shelley"), work("Frankenstein or, The Modern Prometheus", "Mary Shelley")),
        (SAME, item("Frankenstein; or The Modern Prometheus", "Mary Shelley"), work("Frankenstein", "Mary Shelley")),
    ],
)
def test_second_titles(expected: str, mine: LibraryItem, theirs: Work) -> None:
    check(expected, mine, theirs)


@pytest.mark.parametrize(
    ("expected", "title", "path", "theirs"),
    [
        (SAME, "Disc 1", "Naomi Novik/Temeraire/2 - Throne of Jade", TEMERAIRE_2),
        (SAME, "Chapter 01", "Naomi Novik/Temeraire/Book 2 - Throne of Jade", TEMERAIRE_2),
        (SAME, "Throne of Jade", "Naomi Novik/Temeraire/Throne of Jade", TEMERAIRE_2),
        (NO, "Disc 1", "Naomi Novik/Temeraire/3 - Black Powder War", TEMERAIRE_2),
        (REVIEW, "Throne of Jade", "Fantasy/Throne of Jade", TEMERAIRE_2),
        (NO, "Disc 1", "Naomi Novik/Disc 1", TEMERAIRE_2),
    ],
)
def test_folders_where_tags_say_nothing(expected: str, title: str, path: str, theirs: Work) -> None:
    check(expected, item(title, "", rel_path=path), theirs)
