"""The ledger of looks at metadata, and corrections that are noted before they are made."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from mam_assets.store.ledgers import corrections, enrichments
from mam_assets.store.ledgers.corrections import Intent
from mam_assets.store.ledgers.enrichments import Enrichment
from tests.support.download_rows import insert_download

HOUR = timedelta(hours=1)


def imported(engine: sa.Engine, abs_id: str, at: datetime, status: str = "imported") -> None:
    insert_download(engine, at, status, f"{abs_id} {status}", abs_item_id=abs_id, imported_at=at)


def test_an_intended_change_becomes_what_was_seen(engine: sa.Engine, now: datetime) -> None:
    changes = [Intent("asin", None, "B0", "audible", "HIGH", "blank"), Intent("genres", [], ["Fantasy"], "audible")]
    first, second = corrections.intend(engine, now, "li", changes, "run-1")
    assert {row.id for row in corrections.intended(engine)} == {first, second}
    corrections.settle(engine, now, {first: "made", second: "not_made"})
    assert corrections.intended(engine) == []
    row = corrections.get(engine, first)
    assert row is not None
    assert (row.state, row.reason, row.old, row.new, row.run_id) == ("made", "blank", None, "B0", "run-1")
    corrections.settle(engine, now, {first: "not_made"})  # what was settled stays so
    assert corrections.get(engine, first).state == "made"  # type: ignore[union-attr]


def test_an_undo_that_was_made_marks_what_it_took_back(engine: sa.Engine, now: datetime) -> None:
    first = corrections.record(engine, now, "li", "asin", None, "B0", "audible", run_id="abcdef-1")
    back = Intent("asin", "B0", None, "undo", undoes=first)
    for state, undone in (("not_kept", False), ("made", True)):
        (number,) = corrections.intend(engine, now, "li", [back])
        corrections.settle(engine, now, {number: state})
        assert (corrections.get(engine, first).undone_at is not None) is undone  # type: ignore[union-attr]
    assert corrections.undone_fields(engine, ["li", "other"]) == {"li": frozenset({"asin"})}


def test_a_run_is_found_by_the_beginning_of_its_id(engine: sa.Engine, now: datetime) -> None:
    for run in ("abc-1", "abd-2"):
        corrections.record(engine, now, "li", "asin", None, "B0", "audible", run_id=run)
    assert corrections.run_named(engine, "abc") == "abc-1"
    assert corrections.run_named(engine, "ab") == "ab"
    assert corrections.run_named(engine, "%") == "%"


def test_new_imports_wait_until_they_were_looked_at_in_earnest(engine: sa.Engine, now: datetime) -> None:
    imported(engine, "old", now - 40 * 24 * HOUR)
    imported(engine, "a", now - 3 * HOUR)
    imported(engine, "b", now - 2 * HOUR)
    imported(engine, "c", now, "import_blocked")
    asked = {"retry_before": now - 12 * HOUR, "since": now - 30 * 24 * HOUR}
    assert enrichments.new_imports(engine, **asked) == ["b", "a"]
    assert enrichments.waiting(engine) == 3
    assert enrichments.imported_items(engine) == ["b", "a", "old"]

    enrichments.remember(engine, Enrichment("a", now, enrichments.FILLED, True, 40, 90))
    enrichments.remember(engine, Enrichment("b", now, enrichments.FILLED, False, 40, 40))
    assert enrichments.new_imports(engine, **asked) == ["b"]

    enrichments.remember(engine, Enrichment("b", now - HOUR, enrichments.PROVIDER_TROUBLE, True, 40, 50))
    assert enrichments.new_imports(engine, **asked) == []
    enrichments.remember(engine, Enrichment("b", now - 13 * HOUR, enrichments.PROVIDER_TROUBLE, True, 40, 50))
    assert enrichments.new_imports(engine, **asked) == ["b"]
    assert enrichments.totals(engine) == enrichments.Totals(2, 0, 40.0, 70.0)
