"""The world of the package's catalogue, and worlds out of files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mam_assets.sandbox.world.facts import author_id, invented_isbn, stable_uuid
from mam_assets.sandbox.world.load import load_catalogue, load_world
from tests.support.paths import ROOT

WORLD = load_catalogue()
BOOKS = list(WORLD.books())


def item(number: int, **metadata: Any) -> dict[str, Any]:
    facts = {"title": f"Book {number}", "authors": [{"id": "a", "name": "Mira Tal"}], "series": [], "narrators": []}
    media = {"metadata": facts | metadata, "duration": 30_000.5, "size": 1, "numAudioFiles": 1, "ebookFormat": None}
    return {"id": stable_uuid("test", number), "relPath": f"Mira Tal/Book {number}", "isMissing": False, "media": media}


def world_file(folder: Path, **changes: Any) -> Path:
    books = [
        {
            "position": "1",
            "title": "Brine",
            "authors": ["Mira Tal"],
            "goodreads_id": "4711",
            "year": 1991,
            "isbn13": None,
        },
        {"position": "0.5", "title": "A Cup of Dust", "kind": "fractional"},
        {"position": "1-3", "title": "All of it", "kind": "omnibus"},
    ]
    document = {
        "library": {"id": "11111111-2222-4333-8444-555555555555", "name": "Books", "mediaType": "book"},
        "expanded": [item(1, series=[{"id": "s", "name": "The Salt Road", "sequence": "1"}]), item(2, title=None)],
        "provider_series": [{"name": "The Salt Road", "author": "Mira Tal", "books": books}],
        "truth": {"ignored": True},
    }
    path = folder / "world.json"
    path.write_text(json.dumps(document | changes), "utf-8")
    return path


# ------------------------------------------------------------------------------------------------------ the catalogue


def test_the_catalogue_is_a_small_library_of_many_kinds() -> None:
    assert 40 <= len(WORLD.series) <= 50
    assert len({series.genre for series in WORLD.series}) >= 8
    assert 200 <= len(WORLD.owned) <= 350
    assert len(WORLD.libraries) == 2


def test_every_id_is_given_once() -> None:
    for ids in (
        [book.book_id for book in BOOKS],
        [book.work_id for book in BOOKS],
        [book.asin for book in BOOKS],
        [book.isbn for book in BOOKS],
        [series.series_id for series in WORLD.series],
        [owned.abs_id for owned in WORLD.owned],
        [owned.rel_path for owned in WORLD.owned],
        [author_id(name) for name in {name for book in BOOKS for name in (*book.authors, *book.narrators)}],
    ):
        assert Counter(ids).most_common(1)[0][1] == 1


def test_invented_numbers_have_the_right_form() -> None:
    for book in BOOKS:
        assert len(book.asin) == 10
        assert book.asin.startswith("B0")
        digits = [int(digit) for digit in book.isbn]
        assert len(digits) == 13
        assert sum(d * (3 if n % 2 else 1) for n, d in enumerate(digits)) % 10 == 0
    assert invented_isbn("a") != invented_isbn("b")


def test_the_catalogue_holds_the_known_difficulties() -> None:
    positions = {position for series in WORLD.series for position, _ in series.entries}
    assert {"0", "0.5", "2.5", "1-3", ""} <= positions
    titles = Counter(book.title for book in BOOKS)
    by_two = {title for title, count in titles.items() if count > 1}
    assert {"Storm Front", "The Gathering Storm", "Legend"} <= by_two
    memberships = Counter(book.book_id for series in WORLD.series for book in series.books)
    assert memberships.most_common(1)[0][1] == 2
    assert any(book.to_be_published for book in BOOKS)
    assert any(not book.has_audiobook and not book.to_be_published for book in BOOKS)
    assert any(book.year is not None and book.year < 0 for book in BOOKS)
    assert any(book.original_title for book in BOOKS)


def test_the_library_is_a_mess_as_libraries_are() -> None:
    owned = WORLD.owned
    assert any(one.title is None for one in owned)
    assert any(not one.authors for one in owned)
    assert any(one.is_missing for one in owned)
    assert any(one.abridged for one in owned)
    assert any(one.ebook_format and not one.num_audio_files and not one.duration_seconds for one in owned)
    assert any(sequence is None for one in owned for _, sequence in one.series)
    assert any(sequence == "1-3" for one in owned for _, sequence in one.series)
    assert any(len(one.series) > 1 for one in owned)
    assert any(name == "" for one in owned for name, _ in one.series)
    names = {series.name for series in WORLD.series}
    assert any(name not in names for one in owned for name, _ in one.series)


def test_another_process_makes_the_same_world() -> None:
    code = "from mam_assets.sandbox.world.load import load_catalogue as load; print(load())"
    root = ROOT
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert other.stdout.strip() == str(WORLD)


# ------------------------------------------------------------------------------------------------------------- files


def test_a_file_is_served_as_it_is(tmp_path: Path) -> None:
    path = world_file(tmp_path)
    world = load_world(path)
    assert world.libraries == {"Books": "11111111-2222-4333-8444-555555555555"}
    assert [one.verbatim for one in world.owned] == json.loads(path.read_text("utf-8"))["expanded"]
    assert world.owned[0].series == (("The Salt Road", "1"),)
    assert world.owned[1].title is None
    (series,) = world.series
    assert [(position, book.title, book.kind) for position, book in series.entries] == [
        ("1", "Brine", "primary"), ("0.5", "A Cup of Dust", "secondary"), ("1-3", "All of it", "omnibus"),
    ]  # fmt: skip
    first, novella, _ = series.books
    assert (first.book_id, first.year, first.authors) == (4711, 1991, ("Mira Tal",))
    assert novella.authors == ("Mira Tal",)
    assert all(book.has_audiobook for book in series.books)
    assert load_world(path) == world


def test_a_file_of_another_form_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("[]", "utf-8")
    with pytest.raises(ValueError, match=r"other\.json is not a world"):
        load_world(path)
