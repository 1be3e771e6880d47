"""The whole graph over the sandbox: from a library with gaps to imported books."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mam_assets.runner.loop import SANDBOX_POLICY
from mam_assets.sandbox.world.releases import acceptable_truth
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import failures
from mam_assets.store.reports import download_list, loop_totals

COMPLETION = ("library_snapshot", "series_catalogue", "ownership", "series_completion", "missing_books")
THE_LOOP = (*COMPLETION, "tracker_account", "search_candidates", "download_queue")
AUDIO = {".m4b", ".mp3", ".m4a"}


def test_percentages_move_by_what_was_imported(closed: Any) -> None:
    counts, after = loop_totals.download_counts(closed.engine), loop_totals.totals(closed.engine)
    assert counts["imported"] >= 50
    assert after.items == closed.before.items + counts["imported"]
    assert after.books_total == closed.before.books_total
    assert after.completion_percentage > closed.before.completion_percentage + 10


def test_every_missing_book_with_an_acceptable_release_was_taken(closed: Any) -> None:
    truth = acceptable_truth(closed.box.world)
    taken = {row["torrent_id"] for row in download_list.download_rows(closed.engine)}
    left = derived.read_frame(closed.engine, "missing_books")
    left = left[left["reason_missing"] == "missing"]
    could_be_had = [
        (row["series_name"], row["series_number"])
        for row in left.to_dict("records")
        if truth.get((row["series_name"], row["series_number"])) not in (None, *taken)
    ]
    assert could_be_had == []


def test_no_torrent_is_added_twice_and_no_wedge_is_spent(closed: Any) -> None:
    hashes = Counter(row["hash"] for row in closed.adds())
    assert hashes
    assert max(hashes.values()) == 1
    assert closed.mam_log()["fl_requests"] == 0


def test_mam_is_asked_one_question_at_a_time(closed: Any) -> None:
    assert closed.mam_log()["max_concurrent"] == 1


def test_every_imported_book_is_hardlinked_described_and_shown(closed: Any) -> None:
    rows = download_list.download_rows(closed.engine, ["imported"])
    for row in rows:
        folder = Path(row["target_path"])
        audio = [path for path in folder.rglob("*") if path.suffix in AUDIO]
        assert audio, folder
        assert all(path.stat().st_nlink == 2 for path in audio), folder
        assert not (folder / "metadata.json").exists()  # Audiobookshelf has read it
        assert row["abs_item_id"]
    owned = derived.read_frame(closed.engine, "ownership")
    owned = set(owned[owned["status"] == "owned"]["book_key"])
    assert {row["book_key"] for row in rows} <= owned


def test_a_second_run_finds_nothing_to_do(closed: Any) -> None:
    totals, counts, added = (
        loop_totals.totals(closed.engine),
        loop_totals.download_counts(closed.engine),
        len(closed.adds()),
    )
    assert closed.run(*THE_LOOP).success
    closed.settle(20)
    assert loop_totals.totals(closed.engine) == totals
    assert loop_totals.download_counts(closed.engine) == counts
    assert len(closed.adds()) == added


def test_materializing_again_rewrites_no_row(closed: Any) -> None:
    result = closed.run(*COMPLETION)
    for name in COMPLETION:
        metadata = result.asset_materializations_for_node(name)[0].metadata
        assert metadata["inserted"].value == metadata["deleted"].value == 0, name


def test_items_that_cannot_be_used_are_counted_and_named(closed: Any) -> None:
    said = {failure.message for failure in failures.recent(closed.engine, 200, "library_snapshot")}
    assert any(message.startswith("it has no title") for message in said)
    assert any(message.startswith("it has no author") for message in said)


def test_in_review_mode_nothing_is_downloaded_until_a_person_says_so(product_with: Callable[..., Any]) -> None:
    product = product_with(SANDBOX_POLICY.replace('mode = "auto"', 'mode = "review"'))
    assert product.run(*THE_LOOP).success
    assert set(loop_totals.download_counts(product.engine)) == {"proposed"}
    assert product.adds() == []


def test_a_dead_cookie_is_an_error_and_not_an_empty_search(product_with: Callable[..., Any]) -> None:
    product = product_with()
    assert product.run(*COMPLETION).success
    product.box.faults["mam"].set("dead_cookie")
    result = product.run("tracker_account", "search_candidates")
    assert not result.success
    assert derived.read_frame(product.engine, "candidates").empty
    with product.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from searches").scalar_one() == 0


def test_audiobookshelf_down_keeps_the_last_snapshot(product_with: Callable[..., Any]) -> None:
    product = product_with()
    assert product.run(*COMPLETION).success
    before = loop_totals.totals(product.engine)
    product.box.faults["audiobookshelf"].set("unavailable")
    assert not product.run(*COMPLETION).success
    assert loop_totals.totals(product.engine) == before


def test_a_library_that_lost_most_of_its_books_stops_the_loop(product_with: Callable[..., Any]) -> None:
    product = product_with()
    assert product.run(*COMPLETION).success
    before = loop_totals.totals(product.engine)
    policy = product.folder / "policy.toml"
    policy.write_text(policy.read_text("utf-8") + '[library]\ninclude = ["Children"]\n', "utf-8")
    result = product.run(*COMPLETION)
    assert not result.success
    assert loop_totals.totals(product.engine).missing == before.missing


def test_what_was_imported_after_the_library_was_read_is_not_fetched_again(product_with: Callable[..., Any]) -> None:
    product = product_with()
    assert product.run(*THE_LOOP).success
    product.settle()
    counts, added = loop_totals.download_counts(product.engine), len(product.adds())
    assert counts["imported"] > 0
    # A loop that had read the library before those imports goes on with what it read.
    assert product.run(*THE_LOOP[1:]).success
    product.settle(20)
    assert loop_totals.download_counts(product.engine) == counts
    assert len(product.adds()) == added
