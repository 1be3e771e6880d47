"""Is it the whole book, read out, in the right language and of a possible size? One table of real wordings per rule."""

import pytest

from mam_assets.domain.model.release import Reject, RejectCode, ReleaseCategory, ReleasePolicy
from mam_assets.domain.releases.rules.abridged import abridged
from mam_assets.domain.releases.rules.adapted_text import adapted_text
from mam_assets.domain.releases.rules.companion_or_summary import companion_or_summary
from mam_assets.domain.releases.rules.dramatised import dramatised
from mam_assets.domain.releases.rules.language import language
from mam_assets.domain.releases.rules.pack_or_omnibus import pack_or_omnibus
from mam_assets.domain.releases.rules.part_or_excerpt import part_or_excerpt
from mam_assets.domain.releases.rules.runtime import runtime
from mam_assets.domain.releases.rules.size import size
from tests.support.release_samples import CONTEXT, GIB, MIB, POLICY, codes, release, wanted

BOOK = wanted("The Final Empire", ("Mistborn", "1"), hours=24)


def reasons(rule, found, book=BOOK, policy=POLICY) -> list[str]:
    verdict = rule(found, book, policy, CONTEXT)
    return [verdict.code] if isinstance(verdict, Reject) else []


@pytest.mark.parametrize(
    "tags",
    [
        "",
        "unabridged",
        "Unabridged, 64 kbps, 24h",
        "Un-abridged",
        "full book, not abridged",
        "TrueDecrypt 62kbps | 24 hrs 39 mins",
        "m4b, 63 kbps, chapterized",
        "(P) 2007 DAW Books, 28hr 04min, UK edition, True Decrypt retail copy (62K@22kHz)",
        "single file | cue | inAudible 1.97 | lossless | M4B | 2009 | Brilliance Audio | Unabridged",
        "ACC iTunes ready, Chaperized 5mins. Size 1.24gb",
        "Listening Length: 24 hours and 47 minutes, 320 kbps, 44100 sample",
        "Book 2 of 3, 64k",
        "2 of 5 in series",
        "First in a new series",
        "second book in the trilogy",
        "best book of the year, 5 stars",
        "split into 30 parts",
        "includes a preview of the next book",
        "summary in description",
        "bonus interview with the author",
        "full cast, unabridged",
        "Audible Studios production",
        "mystery drama",
        "Radio host narrates",
        "German narrator, English language",
        "from 10 CDs, complete",
        "Complete and Unabridged",
        "first of 12 books",
        "Requested. (16 September 2021): m4b (True Decrypt, Chaptered as book) @ 125 kbps.",
    ],
)
def test_what_uploaders_say_of_good_releases(tags):
    assert codes(release(tags=tags), BOOK) == []


@pytest.mark.parametrize(
    "title",
    [
        "{} (Unabridged)",
        "{} [Audiobook]",
        "{}: A Novel",
        "{} (Narrated by Michael Kramer)",
        "{} - Complete",
        "{} (Retail)",
        "{} (UK Version)",
        "{} (Remastered)",
        "{} (Audio CD)",
        "{} (Book 1 of 5)",
        "{} (Mistborn Series)",
        "{} (The Mistborn Trilogy)",
    ],
)
def test_what_titles_say_of_good_releases(title):
    assert codes(release(title.format("The Final Empire")), BOOK) == []


@pytest.mark.parametrize(
    ("title", "tags"),
    [
        ("{} (Abridged)", ""),
        ("{} - Abridged", ""),
        ("{}", "abridged"),
        ("{}", "Abridged, 96 kbps, 5 CDs"),
        ("{}", "BBC abridgement"),
    ],
)
def test_abridged(title, tags):
    found = release(title.format("The Final Empire"), tags=tags)
    assert reasons(abridged, found) == ["abridged"]
    assert reasons(abridged, found, policy=ReleasePolicy(accept_abridged=True)) == []


def test_abridged_by_the_trackers_flag():
    assert reasons(abridged, release(flags=frozenset({"abridged", "violence"}))) == ["abridged"]
    assert reasons(abridged, release(flags=frozenset({"violence"}))) == []


@pytest.mark.parametrize(
    ("title", "tags"),
    [
        ("{} [Dramatized Adaptation]", "GraphicAudio, A Movie in Your Mind"),
        ("{} (1 of 3) [Dramatized Adaptation]", ""),
        ("{} (Dramatised)", ""),
        ("{}: A BBC Full-Cast Radio Drama", ""),
        ("{} (BBC Radio 4)", ""),
        ("{} - Audio Drama", ""),
        ("{} - drama", ""),
        ("{} - BBC drama", "Unabridged"),
        ("{} (BBC dramatic production)", "unabridged"),
        ("{}", "BBC full-cast adaptation"),
        ("{}", "Graphic Audio 2025 retail M4B (256K@44kHz)"),
        ("{}", "Soundbooth Theater, Cinematic Audio, full cast dramatization"),
        ("{}", "LitRPG, cinematic, immersion tunnel"),
        ("{}", "radio play"),
        ("{}", "Hörspiel"),
        ("{}", "full cast production"),
    ],
)
def test_dramatised(title, tags):
    found = release(title.format("The Final Empire"), tags=tags)
    assert reasons(dramatised, found) == ["dramatised"]
    assert reasons(dramatised, found, policy=ReleasePolicy(accept_dramatised=True)) == []


@pytest.mark.parametrize("title", ["Dead Man's Folly (BBC)", "Dead Man's Folly [BBC]", "Dead Man's Folly - BBC (2007)"])
def test_the_broadcaster_alone_is_for_a_person_to_look_at(title):
    verdict = dramatised(release(title), wanted("Dead Man's Folly"), POLICY, CONTEXT)
    assert isinstance(verdict, Reject)
    assert (verdict.got.strip("([])"), verdict.permanent) == ("BBC", False)
    assert reasons(dramatised, release(title, tags="unabridged")) == []


@pytest.mark.parametrize(
    ("title", "tags"),
    [
        ("Dead Man's Folly", "BBC Audiobooks"),
        ("Dead Man's Folly", "mystery, drama, BBC"),
        ("Dead Man's Folly (BBC Audio)", ""),
        ("Drama", ""),
        ("Drama: An Actor's Education", ""),
    ],
)
def test_words_of_the_stage_that_make_no_play(title, tags):
    assert reasons(dramatised, release(title, tags=tags)) == []


def test_radio_is_dramatised_whatever_it_says():
    assert reasons(dramatised, release(category=ReleaseCategory.RADIO, tags="unabridged reading")) == ["dramatised"]


def test_a_full_cast_is_a_reading_when_it_reads_the_whole_text():
    cast = ("full cast", "Terence Aselford")
    assert reasons(dramatised, release(narrators=cast)) == ["dramatised"]
    assert reasons(dramatised, release(narrators=cast, tags="unabridged")) == []
    assert reasons(dramatised, release(narrators=cast, runtime_seconds=23 * 3600)) == []
    assert reasons(dramatised, release(narrators=cast, runtime_seconds=6 * 3600)) == ["dramatised"]
    verdict = dramatised(release(narrators=cast), BOOK, POLICY, CONTEXT)
    assert isinstance(verdict, Reject)
    assert not verdict.permanent  # a person may know better


@pytest.mark.parametrize(
    ("title", "number", "tags"),
    [
        ("{}", "1p1", ""),
        ("{}", "1p2", "unabridged"),
        ("{} (Part 1 of 2)", "1", "first half only"),
        ("{} Part 1 of 3", "1", ""),
        ("{} (1 of 2)", "1", ""),
        ("{} [Part 2]", "1", ""),
        ("{} - Part One", "1", ""),
        ("{} pt 1", "1", ""),
        ("{} (Disc 3)", "1", ""),
        ("{} - Excerpt", "1", "sample"),
        ("{} (Preview)", "1", ""),
        ("{} (Preview Chapters)", "1", ""),
        ("{}: First Chapter", "1", ""),
        ("{} (Sample)", "1", ""),
        ("{}", "1", "sample"),
        ("{}", "1", "64 kbps | excerpt | fantasy"),
        ("{}", "1", "first half only"),
        ("{}", "1", "Part 2 only, 64 kbps"),
        ("{}", "1", "disc 1 of 8"),
    ],
)
def test_parts_and_samples(title, number, tags):
    found = release(title.format("The Final Empire"), ("Mistborn", number), tags=tags)
    assert reasons(part_or_excerpt, found) == ["part_or_excerpt"]


@pytest.mark.parametrize(
    ("title", "book"),
    [
        ("Kingdom Come, Part 2", wanted("Kingdom Come, Part 2")),
        ("Part of Your World", wanted("Part of Your World")),
        ("The Sample", wanted("The Sample")),
        ("Henry IV, Part 1", wanted("Henry IV, Part 1")),
    ],
)
def test_a_part_that_is_wanted_is_whole(title, book):
    assert codes(release(title), book) == []


LIRAEL = wanted("Lirael", ("The Old Kingdom", "2"))


@pytest.mark.parametrize(
    "title",
    [
        "The Old Kingdom, Part 2: Lirael",
        "Old Kingdom Part II - Lirael",
        "Lirael: The Old Kingdom, Part Two",
        "Lirael (The Old Kingdom, Part 2)",
    ],
)
def test_a_part_of_the_series_is_a_volume(title):
    assert codes(release(title), LIRAEL) == []


@pytest.mark.parametrize(
    ("title", "book"),
    [
        ("Lirael, Part 2 (The Old Kingdom)", LIRAEL),
        ("Lirael (The Old Kingdom) Part 2", LIRAEL),
        ("The Old Kingdom, Part 2 of 4: Lirael", LIRAEL),
        ("Lirael (The Old Kingdom, Part 3)", LIRAEL),
        ("Earthsea, Part 1", wanted("Earthsea", ("Earthsea", "1"))),
    ],
)
def test_a_part_of_the_book_is_none(title, book):
    assert isinstance(part_or_excerpt(release(title), book, POLICY, CONTEXT), Reject)


@pytest.mark.parametrize(
    ("title", "number", "tags"),
    [
        ("Mistborn Trilogy", "1-3", ""),
        ("The Final Empire", "01-03, 3.5", ""),
        ("Mistborn", "1, 2, 3", ""),
        ("Mistborn: The Complete Trilogy", "", ""),
        ("Mistborn Books 1-3", "", ""),
        ("Mistborn (Complete)", "", ""),
        ("Mistborn Collection", "", ""),
        ("Mistborn series", "", "all books unabridged"),
        ("Brandon Sanderson collection", "", ""),
        ("The Final Empire Box Set", "", ""),
        ("The Final Empire (Collection)", "", ""),
        ("The Final Empire Trilogy", "", ""),
        ("The Final Empire (Omnibus)", "", ""),
        ("The Final Empire", "", "Two chapterized books"),
        ("The Final Empire", "", "3 novels and 33 short stories"),
        ("The Final Empire", "", "books 1-3"),
        ("The Final Empire", "", "complete series"),
    ],
)
def test_packs(title, number, tags):
    found = release(title, ("Mistborn", number), tags=tags)
    assert reasons(pack_or_omnibus, found) == ["pack_or_omnibus"]
    assert reasons(pack_or_omnibus, found, policy=ReleasePolicy(accept_packs=True)) == []


@pytest.mark.parametrize("title", ["The Earthsea Quartet", "The Earthsea Quartet (BBC)", "Earthsea Trilogy [Retail]"])
def test_the_word_of_a_set_behind_a_series_name(title):
    assert "pack_or_omnibus" in codes(release(title, tags="unabridged"), wanted("Earthsea", ("Earthsea", "1")))


@pytest.mark.parametrize(
    "title", ["Earthsea: Book 1 of the Earthsea Quartet", "Earthsea: Book One of the Earthsea Cycle", "Earthsea Saga 1"]
)
def test_one_number_of_a_set_is_one_book(title):
    assert codes(release(title), wanted("Earthsea", ("Earthsea Quartet", "1"))) == []


@pytest.mark.parametrize(
    ("found", "book"),
    [
        (release("The Complete Sherlock Holmes"), wanted("The Complete Sherlock Holmes")),
        (release("The Hyperion Omnibus", ("Hyperion", "1-2")), wanted("The Hyperion Omnibus", ("Hyperion", "1-2"))),
        (release("The Final Empire", ("Mistborn", "1"), ("Cosmere", "3-5")), BOOK),
        (release("Famous Five Book 1 - Five on a Treasure Island"), wanted("Five on a Treasure Island")),
        (release("Complete Me"), wanted("Complete Me")),
        (release("The Bone Collection"), wanted("The Bone Collection")),
    ],
)
def test_one_book_that_sounds_like_several(found, book):
    assert codes(found, book) == []


def test_packs_are_taken_only_if_they_hold_the_wanted_volume():
    policy = ReleasePolicy(accept_packs=True)
    pack = release("Mistborn Trilogy", ("Mistborn", "1-3"))
    assert codes(pack, wanted("The Final Empire", ("Mistborn", "1")), policy) == []
    assert "wrong_title" in codes(pack, wanted("The Alloy of Law", ("Mistborn", "4")), policy)


@pytest.mark.parametrize(
    ("title", "fields"),
    [
        ("{}: Study Guide", {}),
        ("{} Study Guide", {}),
        ("Summary of {}", {}),
        ("Summary and Analysis of {}", {}),
        ("{}: Summary", {}),
        ("A Reader's Guide to {}", {}),
        ("The World of {}", {}),
        ("The Making of {}", {}),
        ("Fan Theories: {}", {}),
        ("{} (SparkNotes)", {}),
        ("{}", {"tags": "companion"}),
        ("{}", {"tags": "64 kbps, summary"}),
        ("{}", {"authors": ("Brandon Sanderson", "SuperSummary")}),
    ],
)
def test_books_about_the_book(title, fields):
    found = release(title.format("The Final Empire"), **fields)
    assert reasons(companion_or_summary, found) == ["companion_or_summary"]


def test_a_wanted_companion_is_no_reason_against_itself():
    for title in ("The World of Ice and Fire", "The Art of War", "A Guide to the Good Life"):
        assert codes(release(title), wanted(title)) == []


@pytest.mark.parametrize(
    "title", ["{}: The Graphic Novel", "{} (Graphic Novel)", "{} (Young Readers Edition)", "{}: Young Readers Edition"]
)
def test_retold_and_drawn_editions(title):
    found = release(title.format("The Final Empire"))
    assert reasons(adapted_text, found) == ["adapted_text"]
    assert codes(found, wanted(title.format("The Final Empire"))) == []
    plain = release("The Final Empire")
    assert "adapted_text" in codes(plain, wanted(title.format("The Final Empire")))


@pytest.mark.parametrize(
    ("stated", "title", "tags", "got"),
    [
        ("german", "{}", "", "german"),
        ("bulgarian", "{}", "", "bulgarian"),
        ("xxx", "{}", "", "xxx"),
        ("english", "{} [German]", "", "german"),
        ("english", "{} (German Edition)", "", "german"),
        ("english", "{} (Spanish)", "", "spanish"),
        ("english", "{}", "Hörbuch", "german"),
        ("english", "{}", "ungekürzt, 64 kbps", "german"),
        ("english", "{}", "livre audio", "french"),
        ("english", "{}", "audiolibro", "spanish"),
        ("english", "{}", "audiobook po polsku", "polish"),
        ("english", "{}", "in German translation", "german"),
        ("", "{}", "Luisterboek", "dutch"),
    ],
)
def test_other_languages(stated, title, tags, got):
    found = release(title.format("The Final Empire"), language=stated, tags=tags)
    verdict = language(found, BOOK, POLICY, CONTEXT)
    assert verdict == Reject(RejectCode.LANGUAGE, got, "english", permanent=True)
    assert reasons(language, found, policy=ReleasePolicy(languages=("english", got))) == []


@pytest.mark.parametrize(
    ("title", "book", "refused"),
    [
        ("Ender's Game - Das große Spiel", "Ender's Game", True),
        ("Le léopard", "The Leopard", True),
        ("Némesis [Nemesis]", "Nemesis", True),
        ("Les Misérables", "Les Misérables", False),
        ("Das Boot: The Boat", "Das Boot", False),
        ("El Deafo", "El Deafo", False),
    ],
)
def test_titles_in_other_languages(title, book, refused):
    assert reasons(language, release(title), wanted(book)) == (["language"] if refused else [])


@pytest.mark.parametrize(
    ("size_bytes", "hours", "fields", "found"),
    [
        (int(302.8 * MIB), 11, {}, []),
        (500 * MIB, None, {}, []),
        (6 * MIB, None, {}, ["size_too_small"]),
        (0, None, {}, ["size_too_small"]),
        (46 * GIB, None, {}, ["size_too_big"]),
        (16 * MIB, 11, {}, ["size_too_small"]),  # a sample: 3 kbps
        (16 * MIB, 11, {"runtime_seconds": 600}, ["size_too_small"]),
        (16 * MIB, 1, {}, []),  # a short story
        (110 * MIB, 11, {"filetypes": ("opus",)}, []),  # 23 kbps
        (15 * GIB, 11, {}, ["size_too_big"]),
        (15 * GIB, 11, {"filetypes": ("flac",)}, []),
        (15 * GIB, None, {"runtime_seconds": 11 * 3600}, ["size_too_big"]),
        (int(5.7 * GIB), 43, {}, []),
    ],
)
def test_sizes(size_bytes, hours, fields, found):
    assert reasons(size, release(size_bytes=size_bytes, **fields), wanted(hours=hours)) == found


@pytest.mark.parametrize(
    ("hours", "fields", "found"),
    [
        (24, {}, []),
        (None, {"runtime_seconds": 3600}, []),
        (24, {"runtime_seconds": 24 * 3600}, []),
        (24, {"runtime_seconds": 19 * 3600}, []),
        (24, {"runtime_seconds": 9 * 3600}, ["runtime"]),
        (24, {"runtime_seconds": 70 * 3600}, ["runtime"]),
        (24, {"tags": "Length: 9 hrs and 15 mins, 125 kbps"}, ["runtime"]),
        (24, {"tags": "Length: 24 hrs and 15 mins, 125 kbps"}, []),
        (24, {"description": "Running time 6 hours"}, ["runtime"]),
        (24, {"tags": "64 kbps", "size_bytes": 660 * MIB}, []),
        (24, {"tags": "64 kbps", "size_bytes": 300 * MIB}, []),  # 10.9 h by a bitrate that may be wrong
        (24, {"tags": "64 kbps", "size_bytes": 200 * MIB}, ["runtime"]),
        (24, {"tags": "64 kbps", "size_bytes": 2200 * MIB}, ["runtime"]),
        (24, {"bitrate_kbps": 64, "tags": "320 kbps", "size_bytes": 660 * MIB}, []),
        (24, {"runtime_seconds": 24 * 3600, "tags": "5 hrs"}, []),  # mediainfo measures, tags tell
    ],
)
def test_runtimes(hours, fields, found):
    assert reasons(runtime, release(**fields), wanted(hours=hours)) == found
