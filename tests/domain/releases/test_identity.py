"""Title, author and volume: is the release the very book? Real ways of writing titles, right and wrong."""

import pytest

from mam_assets.domain.model.release import Reject, RejectCode
from mam_assets.domain.releases.rules.wrong_author import wrong_author
from mam_assets.domain.releases.rules.wrong_title import wrong_title
from mam_assets.domain.releases.rules.wrong_volume import wrong_volume
from tests.support.release_samples import CONTEXT, POLICY, codes, release, wanted

MISTBORN = ("Mistborn", "1")
EMPIRE = wanted("The Final Empire", MISTBORN)


@pytest.mark.parametrize(
    "title",
    [
        "The Final Empire",
        "THE FINAL EMPIRE",
        "Final Empire",
        "Final Empire, The",
        "Mistborn: The Final Empire",
        "Mistborn 01 - The Final Empire",
        "Mistborn - 1 - The Final Empire",
        "Mistborn #1: The Final Empire",
        "Mistborn Book 1: The Final Empire",
        "Mistborn Book 1 The Final Empire",
        "Mistborn 1 The Final Empire",
        "Mistborn, Vol. 1: The Final Empire",
        "[Mistborn 01] The Final Empire",
        "(Mistborn #1) The Final Empire",
        "01 - The Final Empire",
        "01 The Final Empire",
        "The Final Empire: Mistborn, Book 1",
        "The Final Empire: Mistborn Book 1 (Unabridged)",
        "The Final Empire - Mistborn Book One",
        "The Final Empire: Book One of Mistborn",
        "The Final Empire (Mistborn, Book 1)",
        "The Final Empire (2006) Mistborn 1",
        "The Final Empire (Book 1 of 3)",
        "The Final Empire [Mistborn #1]",
        "Brandon Sanderson - The Final Empire",
        "Sanderson, Brandon - The Final Empire",
        "Brandon Sanderson - Mistborn 01 - The Final Empire",
        "Brandon Sanderson - [Mistborn 01] - The Final Empire (2006) 64k",
        "The Final Empire by Brandon Sanderson",
        "The Final Empire - Brandon Sanderson - 2006",
        "The Final Empire (64kbps)",
        "The Final Empire 30@64K",
        "The Final Empire [MP3]",
        "The Final Empire (read by Michael Kramer)",
        "The Final Empire {Michael Kramer}",
        "The Final Empire (Tenth Anniversary Edition)",
        "The Final Empire [B002V1OF70]",
        "Cosmere: The Final Empire",
        "MB 01 - The Final Empire",
        "Mistborn Book 1",
        "The&nbsp;Final Empire",
    ],
)
def test_ways_to_write_the_title_of_the_wanted_book(title):
    assert codes(release(title), EMPIRE) == []
    assert codes(release(title, MISTBORN), EMPIRE) == []
    assert codes(release(title, ("The Mistborn Saga", "")), EMPIRE) == []


@pytest.mark.parametrize(
    "title",
    [
        "The Well of Ascension",
        "Mistborn 02 - The Well of Ascension",
        "The Final Empires",
        "The Final Empire 2",
        "The Final Empire II",
        "The Final Empire Returns",
        "The Final Empire and Other Stories",
        "The Final Empire / The Well of Ascension",
        "The Final Empire & The Well of Ascension",
        "Mistborn: The Final Empire, The Well of Ascension, The Hero of Ages",
        "Before the Final Empire",
        "Mistborn",
        "Mistborn 2",
        "Mistborn Trilogy",
        "Empire",
        "",
    ],
)
def test_other_titles_are_refused(title):
    assert "wrong_title" in codes(release(title), EMPIRE)


BODY = "The Body Keeps the Score: Brain, Mind, and Body in the Healing of Trauma"


@pytest.mark.parametrize(
    ("got", "book"),
    [
        ("The Wise Man’s Fear", "The Wise Man's Fear"),
        ("The Wise Man&#039;s Fear", "The Wise Man's Fear"),
        ("Rosie & Ruby", "Rosie and Ruby"),
        ("Rosie &amp; Ruby", "Rosie and Ruby"),
        ("Catch 22", "Catch-22"),
        ("7 Habits of Highly Effective People", "The Seven Habits of Highly Effective People"),
        ("Ten Thousand Doors of January", "The 10,000 Doors of January"),
        ("Nine Perfect Strangers (2018)", "9 Perfect Strangers"),
        ("11.22.63", "11/22/63"),
        ("Les Misérables", "Les Miserables"),
        ("A â€‹Court of Silver Flames", "A Court of Silver Flames"),
        ("CafÃ© Society", "Café Society"),
        ("The Hobbit", "The Hobbit, or There and Back Again"),
        ("Fall or, Dodge in Hell", "Fall; or, Dodge in Hell"),
        ("Sapiens: A Brief History of Humankind", "Sapiens"),
        ("Sapiens", "Sapiens: A Brief History of Humankind"),
        ("Halo: Halo", "Halo"),
        ("Apollo 13: A Story", "Apollo 13"),
        ("Fahrenheit 451", "Fahrenheit 451"),
        ("Trial by Fire by Brandon Sanderson", "Trial by Fire"),
        ("World War Z: The Complete Edition", "World War Z"),
        ("Slaughterhouse-Five or The Children's Crusade", "Slaughterhouse-Five"),
        ("The Body Keeps the Score: Mind, Brain and Body in the Transformation of Trauma", BODY),
    ],
)
def test_spellings_of_one_title(got, book):
    assert codes(release(got), wanted(book)) == []


@pytest.mark.parametrize(
    ("got", "book"),
    [
        ("Dune Messiah", "Dune"),
        ("It's Over", "It"),
        ("Ender's Game Alive", "Ender's Game"),
        ("The Way of Kings Prime", "The Way of Kings"),
        ("Fall 4", "Fall 3"),
        ("The Eight Habits", "The 7 Habits"),
    ],
)
def test_titles_that_are_only_alike(got, book):
    assert "wrong_title" in codes(release(got), wanted(book))


@pytest.mark.parametrize(
    ("got", "book"),
    [
        ("Star Wars: Bloodline", "Star Wars: Thrawn"),
        ("Star Wars: Heir to the Empire Returns", "Star Wars: Heir to the Empire"),
        ("Atomic Habits: Tiny Changes, Remarkable Results", "Atomic Habits: An Easy & Proven Way to Build Good Habits"),
    ],
)
def test_another_subtitle_is_for_a_person_to_look_at(got, book):
    verdict = wrong_title(release(got), wanted(book), POLICY, CONTEXT)
    assert verdict == Reject(RejectCode.OTHER_TITLE, got, book, permanent=False)


def test_other_titles_of_the_book_are_its_own():
    book = wanted("Midnight Riot", alternative_titles=("Rivers of London",))
    assert codes(release("Rivers of London: Peter Grant, Book 1"), book) == []


@pytest.mark.parametrize(
    "title",
    [
        "Rivers of London (aka Midnight Riot)",
        "Rivers of London a.k.a. Midnight Riot",
        "Rivers of London [US title: Midnight Riot]",
        "Rivers of London - also published as 'Midnight Riot' (Unabridged)",
        "Ben Aaronovitch - Rivers of London (originally published as Midnight Riot) [64k]",
        "Midnight Riot (aka Rivers of London)",
    ],
)
def test_a_release_may_give_the_books_other_title(title):
    book = wanted("Midnight Riot", ("Peter Grant", "1"))
    assert codes(release(title), book) == []
    assert "wrong_title" in codes(release(title), wanted("Moon Over Soho", ("Peter Grant", "2")))
    assert "wrong_volume" in codes(release(title, ("Peter Grant", "1.5")), book)


def test_the_same_asin_or_isbn_is_the_book_whatever_its_title():
    book = wanted("Midnight Riot", asin="B004K6MHRK", isbn="978-0-345-52425-6")
    assert codes(release("Rivers of London", asin="b004k6mhrk"), book) == []
    assert codes(release("Rivers of London", isbn="9780345524256"), book) == []
    assert codes(release("Rivers of London", asin="B000000000"), book) == ["wrong_title"]
    assert codes(release("Rivers of London"), wanted("Midnight Riot")) == ["wrong_title"]


def test_the_title_of_another_book_of_the_series_is_never_a_subtitle():
    siblings = {"series_titles": ("The Well of Ascension", "The Hero of Ages")}
    both = release("The Final Empire: The Well of Ascension")
    assert codes(both, wanted("The Final Empire", **siblings)) == ["wrong_title"]
    land = wanted("The Land: Founding", ("Chaos Seeds", "1"), series_titles=("The Land: Swarm", "The Land: Raiders"))
    assert codes(release("The Land: Founding", ("The Land: Chaos Seeds", "1")), land) == []
    assert codes(release("Founding", ("The Land: Chaos Seeds", "1")), land) == []
    assert "wrong_title" in codes(release("The Land"), land)


@pytest.mark.parametrize(
    ("got", "number", "book", "position"),
    [
        ("Overlord, Vol. 4", "4", "Overlord, Vol. 4", "4"),
        ("Overlord, Vol. 4: The Lizardman Heroes", "4", "Overlord, Vol. 4", "4"),
        ("Overlord, Vol. 4: The Lizardman Heroes", "", "Overlord, Vol. 4", "4"),
        ("Overlord 04", "", "Overlord, Vol. 4", "4"),
        ("Overlord", "4", "Overlord, Vol. 4", "4"),
        ("Overlord IV", "", "Overlord, Vol. 4", "4"),
        ("Overlord: Volume Four", "", "Overlord, Vol. 4", "4"),
        ("Overlord", "", "Overlord", "1"),
        ("Overlord", "1", "Overlord", "1"),
        ("Overlord 01 Overlord", "", "Overlord", "1"),
        ("Overlord", "", "Overlord, Vol. 1", "1"),
        ("Overlord: A LitRPG Adventure", "", "Overlord", "1"),
    ],
)
def test_books_titled_as_their_series_are_known_by_their_number(got, number, book, position):
    assert codes(release(got, ("Overlord", number)), wanted(book, ("Overlord", position))) == []


@pytest.mark.parametrize(
    ("got", "number", "book", "position"),
    [
        ("Overlord, Vol. 5", "5", "Overlord, Vol. 4", "4"),
        ("Overlord, Vol. 5", "", "Overlord, Vol. 4", "4"),
        ("Overlord Volume 14", "", "Overlord, Vol. 4", "4"),
        ("Overlord 5", "", "Overlord, Vol. 4", "4"),
        ("Overlord", "5", "Overlord, Vol. 4", "4"),
        ("Overlord", "", "Overlord, Vol. 4", "4"),
        ("Overlord", "4", "Overlord", "1"),
        ("Overlord 2", "1", "Overlord", "1"),  # the title denies what the field says
        ("Overlord, Vol. 5", "", "Overlord", ""),
    ],
)
def test_another_number_of_the_series_is_another_book(got, number, book, position):
    assert "wrong_volume" in codes(release(got, ("Overlord", number)), wanted(book, ("Overlord", position)))


@pytest.mark.parametrize(
    ("series", "refused"),
    [
        ((("Mistborn", "1"),), False),
        ((("Mistborn", "01.0"),), False),
        ((("Mistborn Saga", "1"), ("Cosmere", "3")), False),
        ((("Cosmere", "3"),), False),
        ((), False),
        ((("Mistborn", ""),), False),
        ((("Mistborn", "3"),), False),  # the title is its own: another order of the same series
        ((("Mistborn", "1.5"),), True),
        ((("Mistborn", "2-3"),), True),
    ],
)
def test_a_title_of_its_own_outweighs_another_order_of_the_series_alone(series, refused):
    verdict = wrong_volume(release("The Final Empire", *series), EMPIRE, POLICY, CONTEXT)
    assert isinstance(verdict, Reject) is refused


@pytest.mark.parametrize(
    ("stated", "asked", "refused"), [("6", "1.2", False), ("2.1", "2", True), ("2.5", "2", True), ("2", "2.5", True)]
)
def test_a_number_beside_the_wanted_one_is_another_work(stated, asked, refused):
    found, book = release("Ender in Exile", ("Ender's Saga", stated)), wanted("Ender in Exile", ("Ender's Saga", asked))
    assert codes(found, book) == (["wrong_volume"] if refused else [])


@pytest.mark.parametrize(
    ("title", "book", "series"),
    [
        ("Percy Jackson and the Sea of Monsters", "The Sea of Monsters", ("Percy Jackson and the Olympians", "2")),
        ("Wicked", "Wicked: The Life and Times of the Wicked Witch of the West", ("The Wicked Years", "1")),
        ("Hyperion Cantos 1 - Hyperion", "Hyperion", ("Hyperion Cantos", "1")),
    ],
)
def test_titles_that_share_words_with_their_series(title, book, series):
    assert codes(release(title), wanted(book, series)) == []


@pytest.mark.parametrize(
    ("title", "fits"),
    [
        ("WoT 03 The Dragon Reborn", True),
        ("WOT 3 - The Dragon Reborn", True),
        ("WoT 04 The Dragon Reborn", False),
        ("WoT 03 The Dragon", False),
        ("Reader Copy 03 The Dragon Reborn", False),
    ],
)
def test_an_unknown_abbreviation_before_the_wanted_volume(title, fits):
    book = wanted("The Dragon Reborn", ("The Wheel of Time", "3"))
    assert (codes(release(title), book) == []) is fits


def test_subtitles_alone_say_nothing():
    found = release("Heroes: The Greek Myths Reimagined")
    assert "wrong_title" in codes(found, wanted("Troy: The Greek Myths Reimagined"))


def test_a_refused_volume_says_what_was_got_and_wanted():
    verdict = wrong_volume(release("The Well of Ascension", ("Mistborn", "2")), EMPIRE, POLICY, CONTEXT)
    assert verdict == Reject(RejectCode.WRONG_VOLUME, "2", "1", permanent=True)
    title = wrong_title(release("The Well of Ascension"), EMPIRE, POLICY, CONTEXT)
    assert title == Reject(RejectCode.WRONG_TITLE, "The Well of Ascension", "The Final Empire", permanent=True)


@pytest.mark.parametrize(
    "authors",
    [
        ("Brandon Sanderson",),
        ("BRANDON SANDERSON",),
        ("Sanderson, Brandon",),
        ("B. Sanderson",),
        ("Michael Kramer", "Brandon Sanderson"),  # the narrator among the authors
        ("Janci Patterson & Brandon Sanderson",),
        ("Brandon&nbsp;Sanderson",),
    ],
)
def test_spellings_of_the_author(authors):
    assert not isinstance(wrong_author(release(authors=authors), EMPIRE, POLICY, CONTEXT), Reject)


@pytest.mark.parametrize(
    "authors", [("Kevin J. Anderson",), ("Various",), ("Michael Kramer",), ("Brian Sanderson",), ("SuperSummary",)]
)
def test_other_authors_are_refused(authors):
    verdict = wrong_author(release(authors=authors), EMPIRE, POLICY, CONTEXT)
    assert isinstance(verdict, Reject)
    assert (verdict.code, verdict.permanent) == ("wrong_author", True)


@pytest.mark.parametrize(
    ("author", "title", "refused"),
    [
        ("Brandon Sandersen", "The Final Empire", False),
        ("Brandon Sandersen", "Another Title", True),
        ("Brendon Sandersen", "The Final Empire", True),
    ],
)
def test_a_slip_in_a_long_name_is_forgiven_with_the_books_own_title(author, title, refused):
    verdict = wrong_author(release(title, authors=(author,)), EMPIRE, POLICY, CONTEXT)
    assert isinstance(verdict, Reject) is refused


def test_one_shared_author_is_enough():
    book = wanted("Good Omens", authors=("Neil Gaiman", "Terry Pratchett"))
    assert codes(release("Good Omens", authors=("terry pratchett",)), book) == []


@pytest.mark.parametrize(
    ("title", "tags", "named"),
    [
        ("Brandon Sanderson - The Final Empire", "", True),
        ("The Final Empire by Brandon Sanderson", "", True),
        ("The Final Empire", "Fantasy, Brandon Sanderson, 64 kbps", True),
        ("The Final Empire", "Fantasy", False),
        ("Sanderson - The Final Empire", "", False),
        ("Brian Sanderson - The Final Empire", "", False),
    ],
)
def test_without_a_readable_author_the_text_decides(title, tags, named):
    found = release(title, authors=(), tags=tags, unreadable=("author_info",))
    verdict = wrong_author(found, EMPIRE, POLICY, CONTEXT)
    if named:
        assert not isinstance(verdict, Reject)
    else:
        assert verdict == Reject(RejectCode.UNREADABLE_AUTHOR, "unreadable", "Brandon Sanderson", permanent=False)


def test_a_book_without_a_known_author_is_not_asked_for_one():
    assert codes(release("Beowulf", authors=("Anonymous",)), wanted("Beowulf", authors=())) == []


@pytest.mark.parametrize(
    ("title", "series", "found"),
    [
        ("The Finall Empire", ("Mistborn", "1"), []),
        ("The Final Empre", ("The Mistborn Saga", "01"), []),
        ("The Final Empire Returns", ("Mistborn", "1"), ["other_title"]),
        ("The Finall Empire", ("Mistborn", "2"), ["wrong_title", "wrong_volume"]),
        ("The Finall Empire", ("Cosmere", "1"), ["wrong_title"]),
        ("The Finall Empire", ("Mistborn", ""), ["wrong_title"]),
        ("Das Imperium", ("Mistborn", "1"), ["other_title", "language"]),
    ],
)
def test_slips_are_forgiven_only_in_the_very_place_of_the_series(title, series, found):
    assert codes(release(title, series), EMPIRE) == found


def test_another_title_in_the_very_place_is_for_a_person_to_look_at():
    rivers = release("Rivers of London", ("Peter Grant", "1"))
    verdict = wrong_title(rivers, wanted("Midnight Riot", ("Peter Grant", "1")), POLICY, CONTEXT)
    assert verdict == Reject(RejectCode.OTHER_TITLE, "Rivers of London", "Midnight Riot", permanent=False)
    sibling = wanted("Midnight Riot", ("Peter Grant", "1"), series_titles=("Rivers of London",))
    assert codes(rivers, sibling) == ["wrong_title"]
    assert "other_title" not in codes(release("Rivers of London", ("Peter Grant", "1-3")), sibling)
