"""The registry of rules: groups, codes, and how much of a judgement a person sees."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.model.release import Accept, Known, Reject, ReleaseCategory, ReleasePolicy
from mam_assets.domain.releases import rules
from mam_assets.domain.releases.registry import GROUPS, RULES
from tests.support.release_samples import CONTEXT, POLICY, codes, release, wanted

BOOK = wanted("The Final Empire", ("Mistborn", "1"))


def test_every_rule_file_is_in_the_registry_once():
    files = {path.stem for path in Path(rules.__path__[0]).glob("*.py")} - {"__init__"}
    registered = [rule.__module__.rpartition(".")[2] for rule in RULES]
    assert sorted(registered) == sorted(files)
    assert [rule.__name__ for rule in RULES] == registered


def test_rules_of_one_group_all_speak():
    found = release("The Well of Ascension", ("Mistborn", "2"), authors=("Somebody Else",), tags="companion")
    assert codes(found, BOOK) == ["wrong_author", "wrong_title", "wrong_volume", "companion_or_summary"]


def test_a_reason_for_good_ends_the_judgement_and_one_for_a_while_does_not():
    other = {"seeders": 0, "tags": "abridged"}
    assert codes(release("Another Book", **other), BOOK) == ["seeders", "wrong_title"]
    assert codes(release(**other), BOOK) == ["seeders", "abridged"]
    assert codes(release(category=ReleaseCategory.EBOOK, **other), BOOK) == ["not_audiobook"]


def test_codes_are_stable_words():
    seen = {rule(release(), BOOK, POLICY, CONTEXT).code for rule in RULES}
    assert len(seen) == len(RULES)
    assert all(re.fullmatch(r"[a-z_]+", code) for code in seen)
    assert [group.name for group in GROUPS] == ["known", "kind", "availability", "book", "recording"]


TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "Mistborn 1",
        "Fall, Book 3",
        "1p2",
        "01-03, 3.5",
        "(1 of 2)",
        "[]",
        " - ",
        ": :",
        "by ",
        "Hörbuch",
        "&#039;",
        "#",
        "-1",
    ]
)
RELEASES = st.builds(
    release,
    TEXTS,
    st.tuples(TEXTS, TEXTS),
    authors=st.lists(TEXTS, max_size=2).map(tuple),
    tags=TEXTS,
    description=TEXTS,
    size_bytes=st.integers(min_value=0, max_value=2**45),
    seeders=st.integers(min_value=0, max_value=3),
    filetypes=st.lists(TEXTS, max_size=2).map(tuple),
)
BOOKS = st.builds(
    wanted,
    TEXTS,
    st.tuples(TEXTS, TEXTS),
    authors=st.lists(TEXTS, max_size=2).map(tuple),
    series_titles=st.lists(TEXTS, max_size=2).map(tuple),
    subtitle=TEXTS,
    hours=st.none() | st.floats(min_value=0.1, max_value=100),
)


@given(RELEASES, BOOKS)
def test_no_text_breaks_a_rule(found, book):
    for rule in RULES:
        assert isinstance(rule(found, book, POLICY, CONTEXT), Accept | Reject)


@given(RELEASES, BOOKS)
def test_a_laxer_policy_never_refuses_more(found, book):
    lax = ReleasePolicy(
        accept_abridged=True, accept_dramatised=True, accept_packs=True, min_seeders=0, min_size_bytes=0
    )
    if not codes(found, book):
        assert codes(found, book, lax) == []


@given(BOOKS)
def test_what_is_known_to_be_owned_is_never_taken(book):
    assert "already_owned" in codes(release(book.title), book, known=Known(owned_books=frozenset({"key"})))
