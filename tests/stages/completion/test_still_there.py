"""Which imports still count: those whose item is in the library and that no person denies."""

from __future__ import annotations

from mam_assets.domain.model.library import LibraryItem
from mam_assets.domain.model.overrides import Overrides
from mam_assets.stages.completion.judgement import still_there


def test_an_import_counts_while_its_item_is_there_and_nobody_says_otherwise() -> None:
    items = [LibraryItem("li_1", "One"), LibraryItem("li_2", "Two")]
    imported = {"one": "li_1", "two": "li_2", "gone": "li_3"}
    assert still_there(items, imported, Overrides()) == {"one", "two"}
    denied = Overrides(excluded_matches=frozenset([("li_2", "two")]))
    assert still_there(items, imported, denied) == {"one"}
