"""What the command line prints: tables and JSON on stdout, errors as sentences on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mam_assets.settings import SettingsError

PIPE_WIDTH = 200  # in a file or a pipe nothing is gained by folding columns
# No markup: titles and reasons are other people's words, and "[m4b]" in them is no style.
out = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, markup=False)
err = Console(stderr=True, width=None if sys.stderr.isatty() else PIPE_WIDTH, markup=False)


def styled(*parts: str | tuple[str, str]) -> Text:
    """A line of plain parts and (text, style) pairs."""
    return Text.assemble(*parts)


def print_error(kind: str, message: object) -> None:
    """One line on stderr: what kind of error, in red, and the sentence."""
    err.print(styled((f"{kind}:", "red"), f" {message}"))


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the errors that a person can fix into one sentence each and an exit status."""
    from sqlalchemy.exc import OperationalError

    from mam_assets.store.errors import StoreError
    from resources.errors import ServiceError

    try:
        yield
    except SettingsError as error:
        for problem in error.problems:
            print_error("Setting", problem)
        raise typer.Exit(2) from None
    except (ServiceError, StoreError) as error:
        print_error("Error", error)
        raise typer.Exit(1) from None
    except OperationalError as error:
        print_error("Database", error.orig)
        raise typer.Exit(1) from None


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """The rows as JSON (whole) or as a table of these columns; ``empty`` is the sentence when there are none."""
    if as_json:
        print_json(list(rows))
        return
    if not rows:
        out.print(empty)
        return
    print_table([column.replace("_", " ") for column in columns], [[row[name] for name in columns] for row in rows])
    out.print(f"{len(rows)} rows", style="dim")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, header: bool = True) -> None:
    table = Table(show_header=header, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else _cell(cell) for cell in row))
    out.print(table)


def print_list(name: str, values: Sequence[str]) -> None:
    """``name: a, b``, or nothing when there are no values."""
    if values:
        out.print(f"{name}: {', '.join(values)}")


def rejection_reasons(row: Mapping[str, Any]) -> str:
    """Every reason against a release, in one line; blank when it is accepted."""
    from mam_assets.store.mappers import rejects_from_json

    return "; ".join(reject.describe() for reject in rejects_from_json(row["rejections"]))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
