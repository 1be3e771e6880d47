"""Authors in the whole graph: their books outside the tracked series are counted, listed last, searched if wanted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mam_assets.assets.search import searched
from mam_assets.domain.model.overrides import Overrides
from mam_assets.domain.searching import wanted_books
from mam_assets.policy import SearchSection
from mam_assets.runner.loop import SANDBOX_POLICY
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.store import mappers
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import overrides
from mam_assets.store.ledgers.overrides import OverrideKind

SPINE = ("library_snapshot", "series_catalogue", "author_catalogue", "ownership", "series_completion",
         "author_completion", "missing_books")  # fmt: skip
AUTHOR = "Brandon Sanderson"


@pytest.fixture
def open_product(product_with: Callable[..., Any]) -> Callable[[str], Any]:
    """A library that has Mistborn and nothing else of its author's series."""
    world = load_catalogue()
    small = replace(
        world,
        name="sanderson",
        series=tuple(series for series in world.series if series.author == AUTHOR),
        owned=tuple(
            item for item in world.owned
            if item.authors == (AUTHOR,) and any("Mistborn" in name for name, _ in item.series)
        ),
    )  # fmt: skip
    return lambda policy: product_with(policy, world=small)


def test_books_of_untracked_series_are_the_authors_gaps(open_product: Callable[[str], Any]) -> None:
    product = open_product(SANDBOX_POLICY)
    assert product.run(*SPINE).success
    (author,) = derived.read_frame(product.engine, "authors").to_dict("records")
    assert author["name"] == AUTHOR
    assert author["total_books"] == author["books_missing"] > 5
    assert author["completion_percentage"] == 0, "all that is owned is of a tracked series, and counted there"
    works = derived.read_frame(product.engine, "author_works")
    mistborn = works[works["title"].isin(["The Final Empire", "The Hero of Ages", "The Lost Metal"])]
    assert len(mistborn) == 3
    assert mistborn["in_tracked_series"].all()
    missing = derived.read_frame(product.engine, "missing_books")
    of_author = missing[missing["series_key"] == ""]
    assert {"Oathbringer", "Rhythm of War"} <= set(of_author["title"])
    assert set(of_author["priority"]) == {500}
    assert not set(of_author["confidence"]) & {"HIGH"}
    assert missing[missing["series_key"] != ""]["priority"].max() < 500

    books = derived.read(product.engine, mappers.MISSING_BOOKS)
    assert all(book.series_key for book in searched(books, SearchSection(), Overrides()))
    assert searched(books, SearchSection(author_gaps=True), Overrides()) == books
    key = of_author.iloc[0]["book_key"]
    overrides.put(product.engine, datetime.now(UTC), OverrideKind.WANTED, key)
    wanted = wanted_books(searched(books, SearchSection(), overrides.load(product.engine)))
    assert key in wanted, "a person's word wins over the policy"


def test_switched_off_nothing_is_asked_or_listed(open_product: Callable[[str], Any]) -> None:
    product = open_product(SANDBOX_POLICY.replace("[catalogue]\n", "[catalogue]\nauthors = false\n"))
    assert product.run(*SPINE).success
    assert derived.read_frame(product.engine, "authors").empty
    assert derived.read_frame(product.engine, "author_works").empty
    assert (derived.read_frame(product.engine, "missing_books")["series_key"] != "").all()
