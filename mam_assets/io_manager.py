"""What assets give and take: each one's value is a derived table of the store.

An asset says by its annotation in which form it wants it: ``pd.DataFrame``, or a list of a dataclass that has a mapper
for the table. One asset may be read in several forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args, get_origin

import dagster as dg
import pandas as pd
import sqlalchemy as sa
from pydantic import PrivateAttr

from mam_assets.store.frames import derived, schema
from mam_assets.store.frames.derived import Written
from mam_assets.store.frames.mapper import Mapper
from mam_assets.store.frames.memory import Memory
from mam_assets.store.mappers import mapper_of

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


def mapper_for(form: Any, table: str) -> Mapper[Any] | None:
    """The mapper of an annotation; None for a frame. Raises LookupError when the table cannot be had in that form."""
    if form is pd.DataFrame:
        return None
    if get_origin(form) is list:
        (kind,) = get_args(form)
        return mapper_of(kind, table)
    raise LookupError(f"{table} is given as a pandas.DataFrame or a list of dataclasses, not as {form}")


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
    told = not column.unit or column.meaning.split()[-1:] == [column.unit]
    return column.meaning if told else f"{column.meaning} [{column.unit}]"


def table_metadata(table: str, written: Written) -> dict[str, Any]:
    """What the web UI shows of a table that was written."""
    return {
        "dagster/row_count": written.rows,
        "dagster/relation_identifier": table,
        "dagster/column_schema": column_schema(table),
        **asdict(written),
    }


class StoreIOManager(dg.ConfigurableIOManager):
    """Writes what differs of an asset's value into its derived table, and reads it for the assets below.

    Whoever uses it says which store (``engine``): the address may hold a password, and must not stand in Dagster's
    configuration, which the web UI shows. What a run has written or read once its later steps do not read again, as
    long as the table has not changed.
    """

    _memory: Memory = PrivateAttr(default_factory=Memory)

    def engine(self) -> sa.Engine:
        """The store, its tables up to date."""
        raise NotImplementedError

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Make the table hold exactly the rows of the frame or list. An asset without a value writes nothing.

        Raises FrameError when a row does not fit, and LookupError when the table does not take that form.
        """
        if obj is None:
            return
        table = table_of(context.asset_key, context.definition_metadata)
        mapper = mapper_for(context.dagster_type.typing_type, table)
        if mapper is None:
            written = derived.write_frame(self.engine(), table, obj)
        else:
            written = derived.write(self.engine(), mapper, obj, memory=self._memory)
        context.add_output_metadata(table_metadata(table, written))

    def load_input(self, context: dg.InputContext) -> Any:
        """The whole table of the asset above, in the form that the asset below asks for."""
        upstream = context.upstream_output
        table = table_of(context.asset_key, upstream.definition_metadata if upstream is not None else None)
        mapper = mapper_for(context.dagster_type.typing_type, table)
        if mapper is None:
            return derived.read_frame(self.engine(), table)
        return derived.read(self.engine(), mapper, memory=self._memory)
