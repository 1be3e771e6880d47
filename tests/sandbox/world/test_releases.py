"""What the tracker holds: enough to close most gaps, and enough to fall for."""

from __future__ import annotations

from collections import Counter, defaultdict

from mam_assets.sandbox.world.decoys import DECOYS
from mam_assets.sandbox.world.facts import WorldBook
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.sandbox.world.release import ABRIDGED, AUDIOBOOKS, EBOOKS, MIB, Release
from mam_assets.sandbox.world.releases import acceptable_releases, acceptable_truth, releases_of_world

WORLD = load_catalogue()
RELEASES = releases_of_world(WORLD)
BOOKS = {book.book_id: book for book in WORLD.books()}
GOOD = [release for release in RELEASES.values() if not release.decoy]


def test_the_same_world_has_the_same_releases() -> None:
    assert releases_of_world(load_catalogue()) == RELEASES
    assert all(number == release.release_id for number, release in RELEASES.items())


def test_every_way_to_be_wrong_occurs() -> None:
    assert {release.decoy for release in RELEASES.values()} == {"", "pack", *DECOYS}


def test_a_good_release_is_what_a_careful_person_takes() -> None:
    assert GOOD
    for release in GOOD:
        check_good(release, BOOKS[release.book_id])


def check_good(release: Release, book: WorldBook) -> None:
    assert release.main_cat == AUDIOBOOKS
    assert release.language == "english"
    assert release.seeders > 0
    assert not release.browseflags & ABRIDGED
    assert 8 * MIB <= release.size_bytes <= 45 * 1024 * MIB
    assert abs(release.runtime_seconds - book.runtime_seconds) <= max(600, book.runtime_seconds * 0.05)
    assert release.authors == book.authors
    assert book.title in release.title.replace("’", "'")
    assert book.has_audiobook


def test_a_decoy_says_what_it_is_somewhere_in_its_row() -> None:
    for release in RELEASES.values():
        book = BOOKS.get(release.book_id)
        match release.decoy:
            case "other_language":
                assert release.language != "english"
            case "abridged":
                assert release.browseflags & ABRIDGED
            case "ebook":
                assert release.main_cat == EBOOKS
            case "dead":
                assert release.seeders == 0
            case "other_author" | "study_guide":
                assert book is not None
                assert not set(release.authors) & set(book.authors)
            case "pack":
                assert "-" in release.series[0][1]
            case "wrong_volume":
                assert book is not None
                assert release.series[0][1] != book.position
            case "dramatised":
                assert "Dramatized" in release.title
            case "sample" | "first_half":
                assert {"sample", "excerpt"} & set(f"{release.title} {release.tags}".lower().split()) or (
                    "(sample)" in release.title or "half" in release.tags or "part" in release.tags
                )
            case "too_small":
                assert release.size_bytes < 8 * MIB


def test_no_decoy_of_a_wrong_volume_is_a_volume_that_exists() -> None:
    numbers = defaultdict(set)
    for series in WORLD.series:
        numbers[series.name] |= {position for position, _ in series.entries}
    for release in RELEASES.values():
        if release.decoy == "wrong_volume":
            (name, number), *_ = release.series
            assert number not in numbers[name]


def test_some_books_have_nothing_and_some_only_decoys() -> None:
    recorded = [number for number, book in BOOKS.items() if book.has_audiobook]
    any_of, good_of = Counter(), Counter()
    for release in RELEASES.values():
        any_of[release.book_id] += 1
        good_of[release.book_id] += not release.decoy
    nothing = [number for number in recorded if not any_of[number]]
    decoys_only = [number for number in recorded if any_of[number] and not good_of[number]]
    assert 0.02 < len(nothing) / len(recorded) < 0.13
    assert 0.06 < len(decoys_only) / len(recorded) < 0.2
    for number, book in BOOKS.items():
        if not book.has_audiobook:
            assert not good_of[number]


def test_the_truth_names_the_best_release_of_each_place() -> None:
    truth, found = acceptable_truth(WORLD), acceptable_releases(WORLD)
    assert truth.keys() == {(series.name, position) for series in WORLD.series for position, _ in series.entries}
    for place, number in truth.items():
        assert number == (found[place][0].release_id if found[place] else None)
    for releases in found.values():
        formats = [release.filetype for release in releases]
        assert formats == sorted(formats, key=lambda kind: kind != "m4b")


def test_exactly_one_torrent_is_hostile() -> None:
    assert sum(release.layout == "hostile" for release in RELEASES.values()) == 1
