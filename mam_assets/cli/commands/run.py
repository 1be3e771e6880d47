"""`mam-assets run`: the main job, then the web UI, schedules and sensors until it is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..output import err, out, plain_errors, print_error

if TYPE_CHECKING:
    from mam_assets.runner.loop import Options
    from mam_assets.runner.report import Report


def run(
    world: Annotated[Path | None, typer.Option(help="Sandbox only: serve the library in this file.")] = None,
    qbittorrent: Annotated[str, typer.Option(help="Sandbox only: act as this qBittorrent version.")] = "5.1.0",
) -> None:
    """Run the main job and serve the web UI: with your services if there is a .env file, else in the sandbox."""
    from mam_assets.runner.loop import Options, has_real_settings

    real = has_real_settings(Path.cwd())
    run_loop(
        Options(
            root=Path.cwd(),
            sandbox_dir=None if real else sandbox_dir(),
            world=world,
            qbittorrent=qbittorrent,
        )
    )


def sandbox_dir() -> Path:
    """The sandbox keeps its state apart from that of the real services."""
    return Path(".mam-assets").absolute() / "sandbox"


def run_loop(options: Options) -> Report:
    """Run the loop to its end; Ctrl-C and its errors end the program with a sentence and an exit status."""
    from mam_assets.runner import loop

    try:
        with plain_errors():
            return loop.run(options, err if not options.serve else out)
    except KeyboardInterrupt:
        err.print("Stopped: everything that was started has ended.")
        raise typer.Exit(0 if options.serve else 130) from None
    except (loop.AlreadyRunning, loop.ChildFailed, loop.LoopFailed) as error:
        print_error("Error", error)
        raise typer.Exit(1) from None
