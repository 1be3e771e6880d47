"""Series positions in every form that people write."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain import positions
from mam_assets.domain.model.catalogue import Position


def numbers(*values: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


@pytest.mark.parametrize(
    ("text", "expected", "shown"),
    [
        ("1", numbers("1"), "1"),
        ("09", numbers("9"), "9"),
        ("15.0", numbers("15"), "15"),
        ("10", numbers("10"), "10"),
        ("#3", numbers("3"), "3"),
        ("Book 3", numbers("3"), "3"),
        ("Book Two", numbers("2"), "2"),
        ("Second", numbers("2"), "2"),
        ("Vol. III", numbers("3"), "3"),
        ("Volume XIV", numbers("14"), "14"),
        ("iv", numbers("4"), "4"),
        ("tome 2", numbers("2"), "2"),
        ("Band 5", numbers("5"), "5"),
        ("2.5", numbers("2.5"), "2.5"),
        (".5", numbers("0.5"), "0.5"),
        ("½", numbers("0.5"), "0.5"),
        ("0", numbers("0"), "0"),
        ("1-3", numbers("1", "2", "3"), "1-3"),
        ("1 – 3", numbers("1", "2", "3"), "1-3"),
        ("Books 1 to 3", numbers("1", "2", "3"), "1-3"),
        ("Volumes One to Three", numbers("1", "2", "3"), "1-3"),
        ("1 & 2", numbers("1", "2"), "1-2"),
        ("1, 3", numbers("1", "3"), "1, 3"),
        ("01-03, 3.5", numbers("1", "2", "3", "3.5"), "1-3, 3.5"),
        ("0.5-2", numbers("0.5", "1", "2"), "0.5, 1-2"),
        ("Book 1 of 3", numbers("1"), "1"),
        ("2, Dramatized Adaptation", numbers("2"), "2"),
        ("Two", numbers("2"), "2"),
        ("Ten", numbers("10"), "10"),
        ("", (), ""),
        (None, (), ""),
        ("Prequel", (), ""),
        ("Mix", (), ""),
        ("3-1", (), ""),
        ("1-9999", (), ""),
    ],
)
def test_parse_and_show(text: str | None, expected: tuple[Decimal, ...], shown: str) -> None:
    position = positions.parse(text)
    assert position.numbers == expected
    assert position.part is None
    assert positions.show(position) == shown


@pytest.mark.parametrize(
    ("text", "expected", "part", "shown"),
    [
        ("1p2", numbers("1"), 2, "1p2"),
        ("3 part 1", numbers("3"), 1, "3p1"),
        ("2a", numbers("2"), 1, "2p1"),
        ("1 of 2", (), 1, "p1"),
        ("Part 2 of 3", (), 2, "p2"),
        ("p4", (), 4, "p4"),
    ],
)
def test_parts_of_a_split_book(text: str, expected: tuple[Decimal, ...], part: int, shown: str) -> None:
    position = positions.parse(text)
    assert (position.numbers, position.part) == (expected, part)
    assert positions.show(position) == shown


@pytest.mark.parametrize(
    ("whole", "single", "covered"),
    [
        ("1-3", "2", True),
        ("1-3", "4", False),
        ("1-3", "2.5", False),
        ("1-3, 2.5", "2.5", True),
        ("1-4", "2-3", True),
        ("2", "1-3", False),
        ("2", "02", True),
        ("1p2", "1", False),
        ("", "1", False),
        ("1-3", "", False),
    ],
)
def test_covers(whole: str, single: str, covered: bool) -> None:
    assert positions.covers(positions.parse(whole), positions.parse(single)) is covered


@pytest.mark.parametrize(
    ("text", "whole"), [("1", True), ("0", True), ("2.5", False), ("1-3", False), ("1p1", False), ("", False)]
)
def test_is_whole(text: str, whole: bool) -> None:
    assert positions.is_whole(positions.parse(text)) is whole


def test_sort_key_orders_a_listing_as_it_is_read() -> None:
    listing = ["", "10", "2", "1-3", "0.5", "1", "1p2", "1p1", "2.5", "Companion"]
    assert sorted(listing, key=positions.sort_key) == [
        "0.5",
        "1",
        "1p1",
        "1p2",
        "1-3",
        "2",
        "2.5",
        "10",
        "",
        "Companion",
    ]


DECIMALS = st.decimals(min_value=0, max_value=150, places=1)


@st.composite
def some_positions(draw: st.DrawFn) -> Position:
    values = tuple(sorted({value.normalize() + 0 for value in draw(st.lists(DECIMALS, max_size=5))}))
    part = draw(st.none() | st.integers(1, 20)) if len(values) < 2 else None
    return Position(values, part)


@given(some_positions())
def test_what_is_shown_is_read_back(position: Position) -> None:
    assert positions.parse(positions.show(position)) == position


@given(st.text(max_size=25))
def test_any_text_is_read_without_error_and_shown_stably(text: str) -> None:
    once = positions.show(positions.parse(text))
    assert positions.show(positions.parse(once)) == once


@given(st.lists(DECIMALS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_a_list_does_not_matter(values: list[Decimal], random) -> None:
    shuffled = random.sample(values, len(values))
    assert positions.parse(", ".join(map(str, values))) == positions.parse(", ".join(map(str, shuffled)))


@given(some_positions())
def test_a_position_covers_each_of_its_numbers_and_itself(position: Position) -> None:
    if position.part is None:
        assert all(positions.covers(position, Position((value,))) for value in position.numbers)
        assert positions.covers(position, position) == position.is_known
