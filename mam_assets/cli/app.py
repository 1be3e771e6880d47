"""The command line: `mam-assets`, registered here and nothing else; each verb is a module of `commands`.

Tables for people, ``--json`` for programs; wrong settings are sentences, not tracebacks. Exit status 0: done; 1: it
could not be done; 2: wrong use or wrong settings; 130: interrupted.
"""

from __future__ import annotations

import typer

from .commands import (
    accept,
    account,
    add,
    approve,
    candidates,
    check,
    demo,
    explain,
    gaps,
    ignore,
    imports,
    metadata,
    override,
    queue,
    reject,
    retry,
    run,
    series,
    top10,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Finds the missing books of your audiobook series, downloads them and imports them into Audiobookshelf.",
)
for command in (
    run.run,
    demo.demo,
    check.check,
    series.series,
    gaps.gaps,
    candidates.candidates,
    explain.explain,
    queue.queue,
    approve.approve,
    add.add,
    ignore.ignore,
    retry.retry,
    accept.accept,
    reject.reject,
    top10.top10,
    account.account,
):
    app.command()(command)
app.add_typer(imports.app, name="imports")
app.add_typer(metadata.app, name="metadata")
app.add_typer(override.app, name="override")
app.add_typer(override.app, name="say", hidden=True)  # its name in earlier versions


def main() -> None:
    """Entry point of the console script."""
    app()
