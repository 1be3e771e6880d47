"""What the gates see of an item and of a work: titles in all their wordings, people, kinds and sets."""

from __future__ import annotations

import pytest

from mam_assets.domain.matching import item_forms, work_forms
from mam_assets.domain.matching.forms import PLAIN, Kinds
from mam_assets.domain.model.catalogue import EntryKind, Work
from mam_assets.domain.model.library import LibraryItem
from tests.support.matching_samples import item, work


@pytest.mark.parametrize(
    ("mine", "main", "whole"),
    [
        (item("The Aeneid"), "aeneid", "aeneid"),
        (item("The Aeneid - Virgil", "Virgil"), "aeneid", "aeneid"),
        (item("The Aeneid by Virgil", "Virgil"), "aeneid", "aeneid"),
        (item("The Aeneid by Homer", "Virgil"), "aeneid by homer", "aeneidbyhomer"),
        (item("1999 - Cryptonomicon"), "cryptonomicon", "cryptonomicon"),
        (item("2001 - A Space Odyssey"), "space odyssey", "2001aspaceodyssey"),
        (item("Neil Gaiman's Neverwhere", "Neil Gaiman"), "neil gaimans neverwhere", "neverwhere"),
        (item("Neil Gaiman's Neverwhere", "Ann Author"), "neil gaimans neverwhere", "neilgaimansneverwhere"),
        (item("Heroes: The Greek Myths"), "heroes", "heroesthegreekmyths"),
        (item("Heroes", subtitle="The Greek Myths"), "heroes", "heroesthegreekmyths"),
        (item("Virgil", "Virgil"), "virgil", "virgil"),
    ],
)
def test_titles_of_an_item(mine: LibraryItem, main: str, whole: str) -> None:
    forms = item_forms(mine)
    assert forms.main == main
    assert whole in forms.whole
    assert "" not in forms.whole


def test_an_author_s_name_is_taken_away_from_the_front_only() -> None:
    assert "neverwhere" not in item_forms(item("About Neil Gaiman's Neverwhere", "Neil Gaiman")).whole
    assert "letters" in item_forms(item("Xeris' Letters", "Xeris")).whole
    assert "letters" not in item_forms(item("Xeri' Letters", "Xeri")).whole


@pytest.mark.parametrize(
    ("mine", "has_subtitle", "subtitle", "tails"),
    [
        (item("Heroes"), False, "", frozenset()),
        (item("Heroes: The Greek Myths"), True, "greek myths", frozenset({"greekmyths"})),
        (item("Heroes", subtitle="The Greek Myths"), True, "greek myths", frozenset()),
    ],
)
def test_subtitles_of_an_item(mine: LibraryItem, has_subtitle: bool, subtitle: str, tails: frozenset[str]) -> None:
    forms = item_forms(mine)
    assert (forms.has_subtitle, forms.subtitle, forms.tails) == (has_subtitle, subtitle, tails)


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        ("Ann Author", ("ann author",)),
        ("Ann Author|Bea Buch", ("ann author", "bea buch")),
        ("Ann Author & Bea Buch", ("ann author bea buch", "ann author", "bea buch")),
        ("Ann_Author", ("ann author",)),
        ("Various Authors", ()),
        ("Unknown|Ann Author", ("ann author",)),
        ("Ann Author|Tim Tongue - translator", ("ann author",)),
        (" ", ()),
    ],
)
def test_people(names: str, authors: tuple[str, ...]) -> None:
    assert item_forms(item("Heroes", names)).authors == authors


@pytest.mark.parametrize(
    ("mine", "kinds"),
    [
        (item("Heroes"), PLAIN),
        (item("Heroes (Dramatized Adaptation)"), Kinds(dramatised=True)),
        (item("Heroes", publisher="GraphicAudio"), Kinds(dramatised=True)),
        (item("Heroes", in_series="Tales [Dramatized Adaptation]#1"), Kinds(dramatised=True)),
        (item("Heroes: The Graphic Novel"), Kinds(graphic=True)),
        (item("Heroes (Part 1 of 2)"), Kinds(part=1, parts=2)),
        (item("Heroes", in_series="Tales#1p2"), Kinds(part=2)),
        (item("Heroes (Young Readers Edition)"), Kinds(young_readers=True)),
    ],
)
def test_kinds(mine: LibraryItem, kinds: Kinds) -> None:
    assert item_forms(mine).kinds == kinds


def test_a_study_guide_is_no_plain_book() -> None:
    assert item_forms(item("Summary of Heroes")).kinds.derivative != ""


@pytest.mark.parametrize(
    ("theirs", "is_set"),
    [
        (work("Heroes"), False),
        (work("Heroes", kind=EntryKind.OMNIBUS), True),
        (work("Heroes", in_series="Tales#1-3"), True),
        (work("Tales Box Set"), True),
        (work("Tales Box Set", in_series="Tales#1"), False),  # a place of its own says that it is one book
    ],
)
def test_sets_of_a_catalogue(theirs: Work, is_set: bool) -> None:
    assert work_forms(theirs).is_set is is_set


def test_other_titles_of_a_work_are_kept_apart_from_its_own() -> None:
    forms = work_forms(
        work("The Golden Compass", original_title="Northern Lights", alternative_titles=("The Golden Compass",))
    )
    assert "goldencompass" in forms.whole
    assert forms.other == {"northernlights"}
    assert forms.other_mains == frozenset()
    long = work_forms(work("Wool", alternative_titles=("Silo: The Beginning",)))
    assert (long.other, long.other_mains) == ({"silothebeginning"}, {"silo"})


def test_what_is_known_of_several_listings_stands_for_the_work_s_own() -> None:
    theirs = work("Wool", in_series="Silo#1", alternative_titles=("Silo",))
    forms = work_forms(theirs, (), ())
    assert "silo" not in forms.other
    assert [place.name for place in work_forms(theirs).places][:1] == ["Silo"]


def test_a_kind_beside_the_printed_title_counts() -> None:
    theirs = work("Heroes", in_series="Tales#1", title_raw="Heroes (Dramatized Adaptation)")
    assert work_forms(theirs).kinds.dramatised
    assert not work_forms(work("Heroes", in_series="Tales#1")).kinds.dramatised
    assert work_forms(work("Heroes", title_raw="Heroes: The Graphic Novel")).kinds.graphic


def test_the_folder_titles_a_track_but_the_item_stays_itself() -> None:
    held = item("Track 1", rel_path="Ann Author/Heroes")
    forms = item_forms(held)
    assert (forms.main, forms.item) == ("heroes", held)
