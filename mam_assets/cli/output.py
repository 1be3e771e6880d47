"""What the modules of the command line share: consoles, the opened store, errors as sentences, tables and JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mam_assets.settings import Settings, SettingsError, load_settings

PIPE_WIDTH = 200  # in a file or a pipe nothing is gained by folding columns
# No markup: titles and reasons are other people's words, and "[m4b]" in them is no style.
out = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, markup=False)
err = Console(stderr=True, width=None if sys.stderr.isatty() else PIPE_WIDTH, markup=False)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def styled(*parts: str | tuple[str, str]) -> Text:
    """A line of plain parts and (text, style) pairs."""
    return Text.assemble(*parts)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the errors that a person can mend into one sentence each and an exit status."""
    from mam_assets.store.errors import StoreError
    from resources.errors import ServiceError

    try:
        yield
    except SettingsError as error:
        for problem in error.problems:
            err.print(styled(("Setting:", "red"), f" {problem}"))
        raise typer.Exit(2) from None
    except (ServiceError, StoreError) as error:
        err.print(styled(("Error:", "red"), f" {error}"))
        raise typer.Exit(1) from None
    except sa.exc.OperationalError as error:
        err.print(styled(("Database:", "red"), f" {error.orig}"))
        raise typer.Exit(1) from None


@contextmanager
def opened() -> Iterator[tuple[Settings, sa.Engine]]:
    """The settings and the store, brought up to date."""
    from mam_assets.store.engine import open_engine
    from mam_assets.store.upgrade import upgrade

    with plain_errors():
        settings = load_settings()
        engine = open_engine(settings.store_url)
        upgrade(engine)
        try:
            yield settings, engine
        finally:
            engine.dispose()


def why_mam_rests(settings: Settings, engine: sa.Engine) -> str:
    """Why MAM is not asked at the moment, as a sentence; blank when it may be."""
    from mam_assets.stages.acquisition.tracker_backoff import mam_rests
    from mam_assets.stages.task_run import utc_now
    from resources.myanonamouse import open_mam

    mam_id = settings.mam_id.get_secret_value()
    parked = open_mam(settings.mam_url, mam_id, settings.state_dir.absolute()).parking.parked() if mam_id else None
    if parked is not None:
        return f"MAM is left alone until {parked.until:%Y-%m-%d %H:%M} UTC: it {parked.reason}"
    return mam_rests(engine, utc_now())


def one_book(found: Sequence[dict[str, Any]], text: str) -> dict[str, Any]:
    """The one book that a person's text means; otherwise says so and ends with status 1."""
    if len(found) == 1:
        return found[0]
    if not found:
        err.print(f"No missing book matches {text!r}; see `mam-assets gaps`.")
    else:
        err.print(f"{text!r} may be any of these; give its key:")
        for row in found[:20]:
            err.print(f"  {row['book_key']}")
    raise typer.Exit(1)


def show(rows: Sequence[dict[str, Any]], columns: Sequence[str], as_json: bool, empty: str) -> None:
    if as_json:
        print_json(list(rows))
        return
    if not rows:
        out.print(empty)
        return
    table = Table(show_header=True, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    out.print(table)
    out.print(f"{len(rows)} rows", style="dim")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def one_of(text: str, found: Sequence[str], what: str) -> str:
    """The only one that is meant; else the choice is shown and the program ends with status 1."""
    if len(found) == 1:
        return found[0]
    if text in found:
        return text
    if not found:
        err.print(f"No {what} matches {text!r}.")
    else:
        err.print(f"{text!r} may be any of these; name one whole:")
        for one in found[:20]:
            err.print(f"  {one}")
    raise typer.Exit(1)
