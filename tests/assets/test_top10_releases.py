"""The weekly list, materialized whole against the sandbox: what MAM is asked, what is shown, what stands in trouble."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from mam_assets.cli.app import app
from mam_assets.runner.loop import SANDBOX_POLICY
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import downloads, failures, tasks

COMPLETION = ("library_snapshot", "series_catalogue", "ownership", "series_completion", "missing_books")


def metadata_of(result: Any) -> dict[str, Any]:
    (event,) = result.asset_materializations_for_node("top10_releases")
    return {name: value.value for name, value in event.metadata.items()}


def check_of(result: Any) -> Any:
    return next(one for one in result.get_asset_check_evaluations() if one.check_name == "top10_is_of_today")


def paths(product: Any) -> list[str]:
    return [request["path"] for request in product.mam_log()["requests"]]


def questions(product: Any) -> list[dict[str, Any]]:
    return [json.loads(one["body"])["tor"] for one in product.mam_log()["requests"] if "Search" in one["path"]]


def with_policy(**values: Any) -> str:
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
    return f"{SANDBOX_POLICY}[top10]\n{lines}"


def shown(*words: str) -> str:
    done = CliRunner().invoke(app, ["top10", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_list_tells_what_is_owned_and_what_is_a_gap(
    product_with: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    product = product_with(with_policy(count=25, days=21))
    assert product.run(*COMPLETION).success
    result = product.run("top10_releases")
    assert result.success
    assert check_of(result).passed
    assert paths(product) == ["/tor/js/loadSearchJSONbasic.php", "/jsonLoad.php"]
    (asked,) = questions(product)
    since = (datetime.now(UTC) - timedelta(days=21)).date().isoformat()
    assert (asked["sortType"], asked["startDate"], asked["main_cat"]) == ("snatchedDesc", since, [13])

    frame = derived.read_frame(product.engine, "top10_releases").sort_values("rank")
    assert frame["rank"].tolist() == list(range(1, 26))
    assert frame["snatches"].is_monotonic_decreasing
    assert (frame["language"] == "english").all()
    assert {"owned", "missing"} <= set(frame["status"])
    items = set(derived.read_frame(product.engine, "books")["abs_id"])
    assert set(frame[frame["status"] == "owned"]["abs_id"]) <= items
    gaps = derived.read_frame(product.engine, "missing_books").set_index("book_key")
    named = frame[frame["status"] == "missing"]
    assert all(row.author.startswith(gaps.loc[row.book_key, "author"]) for row in named.itertuples())
    assert set(frame["accepted"]) == {True, False}
    assert "VIP" in set(frame["free_by"])
    found = metadata_of(result)
    assert (found["lists"], found["requests"], found["releases"]) == (1, 2, 25)
    assert "| Audiobooks | 1 |" in found["most snatched"]

    assert downloads.with_states(product.engine, *downloads.DownloadState) == []
    assert product.adds() == []
    first = named[named["accepted"]].iloc[0]
    said = shown()
    assert f"mam-assets add {first.torrent_id} --book '{first.book_key}'" in said
    done = CliRunner().invoke(app, ["add", str(first.torrent_id), "--book", first.book_key])
    assert done.exit_code == 0, done.output
    rows = {row["torrent_id"]: row for row in json.loads(shown("--json"))["lists"]}
    assert (rows[first.torrent_id]["status"], rows[first.torrent_id]["take"]) == ("on_its_way", "")
    product.run("top10_releases")
    again = derived.read_frame(product.engine, "top10_releases").set_index("torrent_id")
    assert again.loc[first.torrent_id, "status"] == "on_its_way"


def test_a_list_for_each_category(product_with: Callable[..., Any]) -> None:
    product = product_with(with_policy(count=2, days=30, categories=["fantasy", "Audiobooks - Science Fiction"]))
    assert product.run("top10_releases").success
    assert [one["cat"] for one in questions(product)] == [[41], [47]]
    frame = derived.read_frame(product.engine, "top10_releases")
    assert frame.groupby("list_name")["category"].agg(set).to_dict() == {
        "Fantasy": {"Audiobooks - Fantasy"},
        "Science Fiction": {"Audiobooks - Science Fiction"},
    }
    assert frame.groupby("list_name")["rank"].agg(sorted).tolist() == [[1, 2], [1, 2]]
    assert set(frame["status"]) == {"new"}  # the library was not looked at yet
    (product.folder / "policy.toml").write_text(with_policy(count=2, days=30, categories=["Fantasy"]), "utf-8")
    product.box.faults["mam"].set("error")
    product.run("top10_releases")
    assert set(derived.read_frame(product.engine, "top10_releases")["list_name"]) == {"Fantasy"}


def test_nothing_is_asked_when_it_is_off(product_with: Callable[..., Any]) -> None:
    product = product_with(with_policy(count=0))
    result = product.run("top10_releases")
    assert result.success
    assert check_of(result).passed
    assert paths(product) == []
    assert "top10.count is 0" in shown()


@pytest.mark.parametrize("fault", ["forbidden", "rate_limited", "challenge", "unavailable", "html", "empty"])
def test_in_trouble_the_last_list_stands_with_its_age(
    product_with: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    product = product_with()
    assert product.run("top10_releases").success
    before = derived.read_frame(product.engine, "top10_releases")
    assert len(before) == 10
    product.box.faults["mam"].set(fault)
    result = product.run("top10_releases")
    assert result.success
    assert not check_of(result).passed
    after = derived.read_frame(product.engine, "top10_releases")
    assert after.equals(before)
    (failure,) = failures.recent(product.engine, 5, "top10_releases")
    assert (failure.service, failure.message[:4]) == ("mam", "mam:")
    (task,) = [one for one in tasks.latest(product.engine) if one.task_name == "top10_releases"]
    assert (task.items_failed, task.items_succeeded) == (1, 0)
    said = shown()
    assert "Audiobooks, listed" in said
    assert failure.message in said
    assert json.loads(shown("--json"))["trouble"] == [failure.message]


def test_during_mams_backoff_nothing_is_asked(product_with: Callable[..., Any]) -> None:
    product = product_with()
    product.box.faults["mam"].set("rate_limited", seconds=600, times=1)
    assert product.run("top10_releases").success
    assert "No list yet" in shown()
    before = paths(product)
    result = product.run("top10_releases")
    assert result.success
    assert not check_of(result).passed
    assert paths(product) == before
    assert len(derived.read_frame(product.engine, "top10_releases")) == 0
