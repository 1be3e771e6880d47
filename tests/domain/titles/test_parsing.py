"""Normal forms of titles, and what a title's text says beside the title."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mam_assets.domain import titles
from mam_assets.domain.titles import kinds


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("The Devil’s Star", "devils star"),
        ("DARK TRIUMPH", "dark triumph"),
        ("Rosencrantz & Guildenstern", "rosencrantz and guildenstern"),
        ("Galápagos", "galapagos"),
        ("Æneis", "aeneis"),
        ("L'Étranger", "etranger"),
        ("Le Petit Prince", "petit prince"),
        ("Der Schwarm", "schwarm"),
        ("El juego de Ender", "juego de ender"),
        ("The The", "the"),
        ("Catcher in the Rye, The", "catcher in the rye"),
        ("A", "a"),
        ("02", "2"),
        ("World War II", "world war 2"),
        ("Malcolm X", "malcolm x"),
        ("Volume Two", "volume 2"),
        ("Vol. IV", "volume 4"),
        ("Bk. 3", "book 3"),
        ("A Subtle Art of Not Giving a F#ck", "subtle art of not giving a fck"),
        ("A Subtle Art of Not Giving a F*ck", "subtle art of not giving a fck"),
        ("When Will There Be Good News?", "when will there be good news"),
        ("", ""),
        ("?!", ""),
    ],
)
def test_normal(title: str, form: str) -> None:
    assert titles.normal(title) == form


def test_different_numbers_stay_different() -> None:
    forms = {titles.normal(title) for title in ("Fall 3", "Fall 4", "Fall III", "Fall", "Fall 13")}
    assert forms == {"fall 3", "fall 4", "fall", "fall 13"}  # III is 3


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The Box-Car Children", "The Boxcar Children"),
        ("Every Thing Is F*cked", "Everything Is F#cked"),
        ("1st", "1 st"),
    ],
)
def test_compact_forgets_spaces(one: str, two: str) -> None:
    assert titles.compact(one) == titles.compact(two)


@pytest.mark.parametrize(
    ("name", "strict", "loose"),
    [
        ("The Stormlight Archive", "stormlight archive", "stormlight archive"),
        ("The Rat Series", "rat", "rat"),
        ("The Uplift Saga", "uplift", "uplift"),
        ("Saxon Stories (Publication Order)", "saxon stories", "saxon"),
        ("Mistborn Saga in Chronological Order", "mistborn", "mistborn"),
        ("The Thrawn Trilogy", "thrawn trilogy", "thrawn"),
        ("The Chronicles of Narnia", "chronicles of narnia", "narnia"),
        ("Tommy & Tuppence Mysteries", "tommy and tuppence", "tommy and tuppence"),
        ("Series", "series", "series"),
        ("The Books of Magic", "books of magic", "books of magic"),
    ],
)
def test_series_name(name: str, strict: str, loose: str) -> None:
    assert titles.series_name(name) == strict
    assert titles.series_name(name, loose=True) == loose


@pytest.mark.parametrize(
    ("title", "bare", "series"),
    [
        ("The Leopard: A Harry Hole Thriller, Book 8", "The Leopard", [("Harry Hole", "8")]),
        ("Storm Front (The Dresden Files, #1)", "Storm Front", [("The Dresden Files", "1")]),
        ("Wakers (The Side Step Trilogy Book 1)", "Wakers", [("The Side Step Trilogy", "1")]),
        ("The Gods of Mars (Barsoom, No.2)", "The Gods of Mars", [("Barsoom", "2")]),
        ("Cockroaches (Harry Hole 2)", "Cockroaches", [("Harry Hole", "2")]),
        ("The Last Hero (Discworld, #27; Rincewind #7)", "The Last Hero", [("Discworld", "27"), ("Rincewind", "7")]),
        ("Eventide - Plainsong Book 2", "Eventide", [("Plainsong", "2")]),
        ("Plainsong, Book 2 - Eventide", "Eventide", [("Plainsong", "2")]),
        ("Expeditionary Force, Book 3: Paradise", "Paradise", [("Expeditionary Force", "3")]),
        ("Cherry Crush: The Chocolate Box Girls, Book 1", "Cherry Crush", [("The Chocolate Box Girls", "1")]),
        ("Golden Son: Book II of The Red Rising Trilogy", "Golden Son", [("The Red Rising Trilogy", "2")]),
        ("Title, Book Two", "Title", [("", "2")]),
        ("Title: Volume III", "Title", [("", "3")]),
        ("01 Storm Front", "Storm Front", [("", "01")]),
        ("1. Storm Front", "Storm Front", [("", "1")]),
        ("01 - Storm Front", "Storm Front", [("", "01")]),
        ("DF01 - Storm Front", "Storm Front", [("", "01")]),
        ("One for the Money: A Stephanie Plum Novel", "One for the Money", [("Stephanie Plum", "")]),
        ("Midnight Riot: Rivers of London, Book 1", "Midnight Riot", [("Rivers of London", "1")]),
        ("Catch-22", "Catch-22", []),
        ("Fahrenheit 451", "Fahrenheit 451", []),
        ("1984", "1984", []),
        ("11/22/63", "11/22/63", []),
        ("The 7 Habits of Highly Effective People", "The 7 Habits of Highly Effective People", []),
        ("20,000 Leagues Under the Sea", "20,000 Leagues Under the Sea", []),
        ("Ready Player One", "Ready Player One", []),
        ("The Graveyard Book", "The Graveyard Book", []),
    ],
)
def test_series_and_volume_in_the_title(title: str, bare: str, series: list[tuple[str, str]]) -> None:
    parsed = titles.parse(title)
    assert parsed.title == bare
    assert [(ref.name, ref.position) for ref in parsed.series] == series


@pytest.mark.parametrize(
    ("title", "name", "position"),
    [
        ("Destiny's Children 02 - Exultant", "Destiny's Children", "02"),
        ("Dungeon Crawler Carl 6: The Eye of the Bedlam Bride", "Dungeon Crawler Carl", "6"),
        ("Foo - 02 - Title", "Foo", "02"),
        ("The School for Good: The Camelot Years 2: A Crystal of Time", "The School for Good: The Camelot Years", "2"),
        ("The Ghost Brigades Book 2", "The Ghost Brigades", "2"),
        ("Blood of Eden: Books 1-2", "Blood of Eden", "1-2"),
        ("The Matthew Shardlake Collection: Books 1 - 2", "The Matthew Shardlake", "1-2"),
        ("Little Women 1-2", "Little Women", "1-2"),
        ("Apollo 13: The Lost Moon", "Apollo", "13"),
    ],
)
def test_readings_that_hold_only_if_the_series_is_known(title: str, name: str, position: str) -> None:
    parsed = titles.parse(title)
    assert (name, position) in [(ref.name, ref.position) for ref in parsed.maybe_series]
    assert name not in [ref.name for ref in parsed.series]


@pytest.mark.parametrize(
    ("title", "subtitle", "ref"),
    [
        ("Angles of Attack", "Book Three of Frontlines", ("Frontlines", "3")),
        ("The Warlord of Mars", "Barsoom Series, Book 3", ("Barsoom Series", "3")),
        ("Monsters 2", "A LitRPG Adventure (He Who Fights, Book 2)", ("He Who Fights", "2")),
        ("Skyward", "The Second Book of the Raven Cycle", ("the Raven Cycle", "2")),
    ],
)
def test_series_and_volume_in_the_subtitle(title: str, subtitle: str, ref: tuple[str, str]) -> None:
    assert ref in [(one.name, one.position) for one in titles.parse(title, subtitle).series]


@pytest.mark.parametrize(
    "title",
    [
        "American Gods: The Tenth Anniversary Edition (A Full Cast Production)",
        "American Gods (Unabridged)",
        "American Gods [Unabridged]",
        "American Gods: A Novel",
        "American Gods: Booktrack Edition",
        "American Gods (AmazonClassics Edition)",
        "American Gods (Narrated by George Guidall)",
        "American Gods (MP3)",
    ],
)
def test_words_of_an_edition_are_no_part_of_the_title(title: str) -> None:
    parsed = titles.parse(title)
    assert parsed.title == parsed.full == "American Gods"
    assert not parsed.series


KINDS = [
    ("The Hobbit (Abridged)", "abridged", True),
    ("Der Hobbit (gekürzte Lesung)", "abridged", True),
    ("The Hobbit (Unabridged)", "unabridged", True),
    ("The Hobbit (Unabridged)", "abridged", False),
    ("The Burning White (3 of 5) [Dramatized Adaptation]", "dramatised", True),
    ("The Burning White (3 of 5) [Dramatized Adaptation]", "part", 3),
    ("The Burning White (3 of 5) [Dramatized Adaptation]", "parts", 5),
    ("The Hobbit: BBC Radio Drama", "dramatised", True),
    ("The Hobbit [GraphicAudio]", "dramatised", True),
    ("Ender's Game Alive: The Full Cast Audioplay", "dramatised", True),
    ("American Gods (A Full Cast Production)", "dramatised", False),
    ("American Gods (A Full Cast Production)", "full_cast", True),
    ("The Way of Kings, Part 1", "part", 1),
    ("The Way of Kings (Part Two)", "part", 2),
    ("The Expanse: Books 1-3", "omnibus", True),
    ("The Expanse Box Set", "omnibus", True),
    ("The Belgariad Omnibus", "omnibus", True),
    ("The Complete Maus", "omnibus", True),
    ("World War Z: The Complete Edition", "omnibus", False),
    ("The Stand: Complete and Uncut", "complete", False),
    ("The Chronicles of Narnia Complete Audio Collection", "complete", True),
    ("The Joy Luck Club", "omnibus", False),
    ("Summary of Uglies by Scott Westerfeld", "derivative", "study guide"),
    ("New Moon | Summary & Study Guide", "derivative", "study guide"),
    ("Looking for Alaska: Conversation Starters", "derivative", "study guide"),
    ("Workbook for The Giving Tree", "derivative", "study guide"),
    ("Key Insights from Fear and Loathing", "derivative", "study guide"),
    ("The Hunger Games: Official Illustrated Movie Companion", "derivative", "companion"),
    ("Words of Radiance: Free Sample", "derivative", "excerpt"),
    ("Words of Radiance - Excerpt", "derivative", "excerpt"),
    ("The Yellow Wallpaper (The Screenplay)", "derivative", "screenplay"),
    ("The Hitchhiker's Guide to the Galaxy", "derivative", ""),
    ("The Dungeon Anarchist's Cookbook", "derivative", ""),
    ("A Summary Judgement", "derivative", ""),
    ("Permanent Record (Young Readers Edition)", "young_readers", True),
    ("Kindred: A Graphic Novel Adaptation", "graphic", True),
    ("The Infernal Devices: Manga", "graphic", True),
    ("Police [French Version]", "language", "french"),
    ("Permanent Record (German edition)", "language", "german"),
    ("El leopardo [The Leopard]", "original", "The Leopard"),
    (
        "El temor de un hombre sabio [The Wise Man's Fear: Kingkiller 2]",
        "original",
        "The Wise Man's Fear: Kingkiller 2",
    ),
]


@pytest.mark.parametrize(("title", "marker", "value"), KINDS)
def test_kinds(title: str, marker: str, value: object) -> None:
    assert getattr(titles.parse(title), marker) == value


@pytest.mark.parametrize("title", sorted({title for title, marker, value in KINDS if value and marker != "original"}))
def test_no_marker_is_overlooked_by_the_quick_look(title: str) -> None:
    found = kinds.read(title, title)
    assert found != kinds.NONE


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The Leopard", "english"),
        ("Ender's Game - Das große Spiel", "german"),
        ("Harry Potter und der Stein der Weisen", "german"),
        ("El temor de un hombre sabio", "spanish"),
        ("Le léopard", "french"),
        ("Nemesis", ""),
        ("Les Misérables of London and the World", "english"),
        ("", ""),
    ],
)
def test_language_hint(text: str, language: str) -> None:
    assert titles.language_hint(text) == language


WORDS = st.sampled_from(
    ["The", "A", "Book", "Vol.", "II", "III", "Two", "02", "7", "&", "and", "-", ":", "(", ")", "[", "]", ",", "#"]
) | st.sampled_from(
    ["’s", "Ångström", "L'Été", "of", "F*ck", "Series", "Saga", "part", "1-3", "Unabridged", "or", "Set"]
)
TEXTS = st.text(max_size=25) | st.lists(WORDS, max_size=9).map(" ".join)


@given(TEXTS)
@example("L'L'A the II")
@example("Vol. vol Two")
def test_normal_is_idempotent(text: str) -> None:
    once = titles.normal(text)
    assert titles.normal(once) == once
    assert titles.compact(titles.compact(text)) == titles.compact(text) or not once


@given(TEXTS)
def test_normal_forgets_case_and_outer_space(text: str) -> None:
    if text.upper().lower() == text.lower():  # not so for a few letters beyond Latin
        assert titles.normal(text.upper()) == titles.normal(text.lower())
    assert titles.normal(f"  {text} ") == titles.normal(text)


@given(TEXTS, st.booleans())
def test_series_name_is_idempotent(text: str, loose: bool) -> None:
    once = titles.series_name(text, loose=loose)
    assert titles.series_name(once, loose=loose) == once


@given(TEXTS, TEXTS)
def test_any_text_can_be_taken_apart(title: str, subtitle: str) -> None:
    parsed = titles.parse(title, subtitle)
    assert parsed.title or not title.strip()
    assert titles.parse(title, subtitle) == parsed


@given(st.sampled_from(["Storm Front", "It", "Dune Messiah", "Fahrenheit 451"]), st.integers(1, 60))
def test_a_series_written_behind_a_title_is_read_back(title: str, number: int) -> None:
    for text in (
        f"{title} (The Long Saga, #{number})",
        f"{title}: The Long Saga, Book {number}",
        f"{title} - The Long Saga Book {number}",
        f"The Long Saga, Book {number} - {title}",
    ):
        parsed = titles.parse(text)
        assert parsed.title == title
        assert [(ref.name, ref.position) for ref in parsed.series] == [("The Long Saga", str(number))]
