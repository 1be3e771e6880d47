"""`mam-assets demo`: the whole loop once, in the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..arguments import AsJson
from ..output import err, print_error, print_json
from .run import run_loop, sandbox_dir

SETTLED = ("imported", "abandoned", "import_blocked", "failed")


def demo(
    world: Annotated[Path | None, typer.Option(help="Serve the library in this file, not the small one.")] = None,
    qbittorrent: Annotated[str, typer.Option(help="Act as this qBittorrent version: 4.5.2, 5.1.0, 5.3.0.")] = "5.1.0",
    settle: Annotated[float, typer.Option(help="Seconds to wait for downloads and imports to finish.")] = 150.0,
    as_json: AsJson = False,
) -> None:
    """Run the whole loop once in the sandbox, without the web UI; exit status 0 when it has closed."""
    from mam_assets.runner.loop import Options

    report = run_loop(
        Options(
            root=Path.cwd(),
            sandbox_dir=sandbox_dir() if world is None else sandbox_dir() / world.stem,
            world=world,
            qbittorrent=qbittorrent,
            webserver=False,
            serve=False,
            settle_seconds=settle,
        )
    )
    if as_json:
        print_json(report.as_json())
    if not report.downloads.get("imported") or any(state not in SETTLED for state in report.downloads):
        print_error("The loop has not closed", f"downloads {report.downloads}")
        raise typer.Exit(1)
    err.print("The loop has closed.", style="green")
