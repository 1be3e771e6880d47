"""A search that was stopped half-way loses nothing: what was found is written before it is noted as searched."""

from collections.abc import Callable
from typing import Any

import pytest

from mam_assets.stages.search import search
from mam_assets.store.frames import derived

COMPLETION = ("library_snapshot", "series_catalogue", "ownership", "series_completion", "missing_books")


def test_candidates_are_kept_before_their_searches_are_noted(
    product_with: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    product = product_with()
    assert product.run(*COMPLETION).success
    real = search.record

    def died(*_: object) -> None:
        raise RuntimeError("the program ends here")

    monkeypatch.setattr(search, "record", died)
    assert not product.run("search_candidates").success
    found = derived.read_frame(product.engine, "candidates")
    assert found["accepted"].any()
    monkeypatch.setattr(search, "record", real)
    again = product.run("search_candidates")
    assert again.success
    figures = again.asset_materializations_for_node("search_candidates")[0].metadata
    assert figures["due"].value > 0  # not one of them counts as searched
    assert derived.read_frame(product.engine, "candidates")["torrent_id"].tolist() == found["torrent_id"].tolist()
