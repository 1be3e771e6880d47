"""Assets exchange frames and lists of dataclasses through the derived tables."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd
import pytest
import sqlalchemy as sa

from mam_assets.definitions import MODULES
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem
from mam_assets.io_manager import TABLES, StoreIOManager, column_schema, mapper_for, table_of
from mam_assets.store.engine import open_engine
from mam_assets.store.frames import schema as frames
from mam_assets.store.frames.derived import read_frame
from mam_assets.store.tables import metadata
from mam_assets.store.upgrade import upgrade

ASSETS = [
    "library_snapshot",
    "series_catalogue",
    "ownership",
    "series_completion",
    "missing_books",
    "search_candidates",
    "author_catalogue",
    "author_completion",
    "top10_releases",
]


class FramesAt(StoreIOManager):
    """The I/O manager over the store at an address."""

    url: str

    def engine(self) -> sa.Engine:
        engine = open_engine(self.url)
        upgrade(engine)
        return engine


def verdicts(*statuses: str) -> pd.DataFrame:
    blank = {column.name: "" for column in frames.columns("ownership")}
    rows = [blank | {"entry_key": str(number), "status": status} for number, status in enumerate(statuses)]
    return frames.from_records("ownership", rows)


@dg.asset
def ownership(context: dg.AssetExecutionContext) -> pd.DataFrame:
    return verdicts(*context.run.tags["statuses"].split())


@dg.asset(metadata={"table": "ownership"})
def verdicts_by_another_name() -> pd.DataFrame:
    return verdicts("owned", "ignored")


@dg.asset(io_manager_key="memory")
def owned(ownership: pd.DataFrame) -> list[str]:
    return [key for key, status in zip(ownership["entry_key"], ownership["status"], strict=True) if status == "owned"]


@dg.asset(io_manager_key="memory")
def owned_as_verdicts(ownership: list[EntryVerdict]) -> list[str]:
    return [verdict.entry_key for verdict in ownership if verdict.status is EntryStatus.OWNED]


@dg.asset(name="ownership")
def ownership_as_verdicts(context: dg.AssetExecutionContext) -> dg.MaterializeResult[list[EntryVerdict]]:
    statuses = enumerate(context.run.tags["statuses"].split())
    value = [
        EntryVerdict("", str(number), "", EntryStatus(status), "", "", "", Confidence.HIGH)
        for number, status in statuses
    ]
    return dg.MaterializeResult(value=value)


@dg.asset(name="ownership")
def ownership_without_value() -> None:
    return None


@dg.asset(io_manager_key="memory")
def renamed(verdicts_by_another_name: pd.DataFrame) -> list[str]:
    return list(verdicts_by_another_name["status"])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def run(url: str, instance: dg.DagsterInstance, assets: list[Any], statuses: str = "") -> dg.ExecuteInProcessResult:
    return dg.materialize(
        assets,
        instance=instance,
        resources={"io_manager": FramesAt(url=url), "memory": dg.mem_io_manager},
        tags={"statuses": statuses} if statuses else None,
        raise_on_error=False,
    )


def figures(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (event,) = result.asset_materializations_for_node("ownership")
    return {name: value.value for name, value in event.metadata.items()}


def test_a_frame_goes_through_its_table(empty_url: str, instance: dg.DagsterInstance) -> None:
    first = run(empty_url, instance, [ownership, owned], "owned missing owned")
    assert first.success
    assert first.output_for_node("owned") == ["0", "2"]
    shown = figures(first)
    assert (shown["dagster/row_count"], shown["dagster/relation_identifier"]) == (3, "ownership")
    assert (shown["inserted"], shown["updated"], shown["unchanged"], shown["deleted"]) == (3, 0, 0, 0)
    second = figures(run(empty_url, instance, [ownership, owned], "owned owned"))
    assert (second["inserted"], second["updated"], second["unchanged"], second["deleted"]) == (0, 1, 1, 1)
    engine = open_engine(empty_url)
    pd.testing.assert_frame_equal(read_frame(engine, "ownership"), verdicts("owned", "owned"))
    engine.dispose()


def test_an_asset_says_by_its_annotation_what_it_gets_and_gives(empty_url: str, instance: dg.DagsterInstance) -> None:
    first = run(empty_url, instance, [ownership_as_verdicts, owned, owned_as_verdicts], "owned missing owned")
    assert first.success
    assert first.output_for_node("owned") == first.output_for_node("owned_as_verdicts") == ["0", "2"]
    assert (figures(first)["inserted"], figures(first)["dagster/row_count"]) == (3, 3)
    second = figures(run(empty_url, instance, [ownership_as_verdicts], "owned owned"))
    assert (second["inserted"], second["updated"], second["unchanged"], second["deleted"]) == (0, 1, 1, 1)


def test_an_asset_without_a_value_writes_nothing(empty_url: str, instance: dg.DagsterInstance) -> None:
    assert run(empty_url, instance, [ownership_as_verdicts], "owned").success
    assert run(empty_url, instance, [ownership_without_value]).success
    engine = open_engine(empty_url)
    assert len(read_frame(engine, "ownership")) == 1
    engine.dispose()


def test_a_form_that_the_table_is_not_kept_in_fails_the_step(empty_url: str, instance: dg.DagsterInstance) -> None:
    @dg.asset(name="ownership")
    def wrong() -> list[LibraryItem]:
        return []

    result = run(empty_url, instance, [wrong])
    assert not result.success
    (failed,) = [event for event in result.all_node_events if event.is_step_failure]
    assert "ownership is not kept as" in str(failed.step_failure_data)


def test_every_form_that_the_graph_asks_for_can_be_had() -> None:
    """Of every asset and check: an annotation that no mapper knows would only show in a run."""
    asked = 0
    for definition in [*dg.load_assets_from_modules(MODULES), *dg.load_asset_checks_from_modules(MODULES)]:
        keys = definition.keys_by_input_name
        for name, input_def in definition.op.ins.items():
            if name in keys and (form := input_def.dagster_type.typing_type) is not type(None):
                assert mapper_for(form, table_of(keys[name])) or form is pd.DataFrame
                asked += 1
        if isinstance(definition, dg.AssetChecksDefinition):
            continue
        for name, key in definition.keys_by_output_name.items():
            if (form := definition.op.outs[name].dagster_type.typing_type) is not type(None):
                assert mapper_for(form, table_of(key)) or form is pd.DataFrame
                asked += 1
    assert asked > 20


def test_metadata_may_name_the_table(empty_url: str, instance: dg.DagsterInstance) -> None:
    result = run(empty_url, instance, [verdicts_by_another_name, renamed])
    assert result.output_for_node("renamed") == ["owned", "ignored"]
    engine = open_engine(empty_url)
    assert len(read_frame(engine, "ownership")) == 2
    engine.dispose()


def test_a_frame_that_does_not_fit_fails_the_asset_and_keeps_the_table(
    empty_url: str, instance: dg.DagsterInstance
) -> None:
    @dg.asset(name="ownership")
    def broken() -> pd.DataFrame:
        return verdicts("owned").drop(columns=["gate"])

    assert run(empty_url, instance, [ownership], "missing").success
    result = run(empty_url, instance, [broken])
    assert not result.success
    (failed,) = [event for event in result.all_node_events if event.is_step_failure]
    assert "missing columns: gate" in str(failed.step_failure_data)
    engine = open_engine(empty_url)
    pd.testing.assert_frame_equal(read_frame(engine, "ownership"), verdicts("missing"))
    engine.dispose()


@pytest.mark.parametrize("asset", ASSETS)
def test_every_asset_of_the_graph_has_a_derived_table(asset: str) -> None:
    table = table_of(dg.AssetKey([asset]))
    assert frames.columns(table)
    schema = column_schema(table)
    assert [column.name for column in schema.columns] == [column.name for column in frames.columns(table)]


def test_no_two_assets_share_a_table() -> None:
    tables = [table_of(dg.AssetKey([asset])) for asset in ASSETS]
    assert sorted(tables) == sorted(name for name, table in metadata.tables.items() if table.info["kind"] == "derived")
    assert set(TABLES) <= set(ASSETS)


def test_the_web_ui_shows_units_and_nullability() -> None:
    columns = {column.name: column for column in column_schema("books").columns}
    assert columns["duration_seconds"].description == "length of the audio, s"
    assert columns["added_at"].description == "when Audiobookshelf added it [UTC]"
    assert columns["published_year"].constraints.nullable
    assert not columns["title"].constraints.nullable
    assert "key" in columns["abs_id"].tags
