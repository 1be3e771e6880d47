"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Book = Annotated[str, typer.Argument(help="A missing book: its key, or part of its title.")]
DownloadNumber = Annotated[int, typer.Argument(help="A number from `mam-assets queue`.")]
