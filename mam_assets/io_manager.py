"""Frames between assets: each one is a derived table of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import dagster as dg
import pandas as pd
import sqlalchemy as sa

from mam_assets.store.frames import derived, schema

TABLES = {
    "library_snapshot": "books",
    "series_catalogue": "series_entries",
    "series_completion": "series",
    "search_candidates": "candidates",
    "author_catalogue": "author_works",
    "author_completion": "authors",
}
"""The tables of assets that are not called like their table."""


def table_of(key: dg.AssetKey, metadata: Mapping[str, Any] | None = None) -> str:
    """The table of an asset: its metadata ``table``, else by its name."""
    named = (metadata or {}).get("table")
    return str(getattr(named, "value", named)) if named else TABLES.get(key.path[-1], key.path[-1])


def column_schema(table: str) -> dg.TableSchema:
    """The columns of a derived table as the web UI shows them: type, unit, nullability, meaning."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=column.dtype,
                description=_described(column),
                constraints=dg.TableColumnConstraints(nullable=column.nullable),
                tags={"key": ""} if column.is_key else {},
            )
            for column in schema.columns(table)
        ]
    )


def _described(column: schema.FrameColumn) -> str:
    said = not column.unit or column.meaning.endswith(f", {column.unit}")
    return column.meaning if said else f"{column.meaning} [{column.unit}]"


class StoreIOManager(dg.ConfigurableIOManager):
    """Writes an asset's frame into its derived table, as a keyed upsert, and reads it back.

    Whoever uses it says which store (``engine``): the address may hold a password, and must not stand in Dagster's
    configuration, which the web UI shows.
    """

    def engine(self) -> sa.Engine:
        """The store, its tables up to date."""
        raise NotImplementedError

    def handle_output(self, context: dg.OutputContext, obj: pd.DataFrame) -> None:
        """Write the frame; the table then holds exactly its rows. Raises FrameError when it does not fit."""
        table = table_of(context.asset_key, context.definition_metadata)
        written = derived.write_frame(self.engine(), table, obj)
        context.add_output_metadata(
            {
                "dagster/row_count": len(obj),
                "dagster/relation_identifier": table,
                "dagster/column_schema": column_schema(table),
                **asdict(written),
            }
        )

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        """Read the whole table of the asset above."""
        upstream = context.upstream_output
        metadata = upstream.definition_metadata if upstream is not None else None
        return derived.read_frame(self.engine(), table_of(context.asset_key, metadata))
