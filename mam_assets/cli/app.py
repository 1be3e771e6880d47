"""The command line: `mam-assets`. Tables for people, ``--json`` for programs; wrong settings are sentences, not
tracebacks. Exit status 0: done; 1: it could not be done; 2: wrong use or wrong settings; 130: interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from mam_assets.settings import load_policy, load_settings

from .commands import account, add, metadata, override, top10
from .output import AsJson, err, one_book, opened, out, plain_errors, print_json, show, styled, why_mam_rests

ROOT = Path(__file__).resolve().parents[2]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Finds the missing books of your audiobook series, fetches them and files them into Audiobookshelf.",
)
imports = typer.Typer(no_args_is_help=True, help="What was imported.")
app.add_typer(imports, name="imports")
app.add_typer(metadata.app, name="metadata")
app.add_typer(override.app, name="say")
app.command()(add.add)
app.command()(account.account)
app.command()(top10.top10)
Book = Annotated[str, typer.Argument(help="A book's key, or a part of its title.")]


def sandbox_dir() -> Path:
    """The sandbox keeps its state apart from that of the real services."""
    return Path(".mam-assets").absolute() / "sandbox"


def _run(options: Any) -> Any:
    from mam_assets.runner import loop

    try:
        with plain_errors():
            return loop.run(options, err if not options.serve else out)
    except KeyboardInterrupt:
        err.print("Stopped: everything that was started has ended.")
        raise typer.Exit(0 if options.serve else 130) from None
    except (loop.AlreadyRunning, loop.ChildFailed, loop.LoopFailed) as error:
        err.print(styled(("Error:", "red"), f" {error}"))
        raise typer.Exit(1) from None


@app.command()
def run(
    world: Annotated[Path | None, typer.Option(help="In the sandbox: serve the library of this file.")] = None,
    qbittorrent: Annotated[str, typer.Option(help="In the sandbox: act as this qBittorrent.")] = "5.1.0",
) -> None:
    """Run the main job and serve the web UI: real services with a .env, else the sandbox."""
    from mam_assets.runner.loop import Options, has_real_settings

    real = has_real_settings(Path.cwd())
    _run(
        Options(
            root=Path.cwd(),
            sandbox_dir=None if real else sandbox_dir(),
            world=world,
            qbittorrent=qbittorrent,
        )
    )


@app.command()
def demo(
    world: Annotated[Path | None, typer.Option(help="Serve the library of this file instead of the small one.")] = None,
    qbittorrent: Annotated[str, typer.Option(help="Act as this qBittorrent: 4.5.2, 5.1.0 or 5.3.0.")] = "5.1.0",
    settle: Annotated[float, typer.Option(help="Seconds to wait for downloads to come to rest.")] = 150.0,
    as_json: AsJson = False,
) -> None:
    """Close the whole loop once in the sandbox, without the web UI; exit 0 when it has closed."""
    from mam_assets.runner.loop import Options

    state = sandbox_dir() if world is None else sandbox_dir() / world.stem
    made = _run(
        Options(
            root=Path.cwd(),
            sandbox_dir=state,
            world=world,
            qbittorrent=qbittorrent,
            webserver=False,
            serve=False,
            settle_seconds=settle,
        )
    )
    if as_json:
        print_json(made.as_json())
    unfinished = {
        state: count
        for state, count in made.downloads.items()
        if state not in ("imported", "abandoned", "import_blocked", "failed")
    }
    if unfinished or not made.downloads.get("imported"):
        err.print(styled(("The loop has not closed:", "red"), f" downloads {made.downloads}"))
        raise typer.Exit(1)
    err.print("The loop has closed.", style="green")


@app.command()
def gaps(
    reason: Annotated[str, typer.Option(help="Only this reason: missing, unreleased, review, …")] = "",
    limit: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the missing books, most wanted first."""
    from mam_assets.store.reports import overview

    with opened() as (_, engine):
        rows = overview.gaps(engine, reason, limit)
    show(
        rows,
        [
            "author",
            "series_name",
            "series_number",
            "title",
            "reason_missing",
            "download_status",
            "next_search_at",
            "book_key",
        ],
        as_json,
        "Nothing is missing, or nothing was looked at yet: run `mam-assets run` first.",
    )


@app.command()
def series(as_json: AsJson = False) -> None:
    """List the series, the least complete first."""
    from mam_assets.store.reports import overview

    with opened() as (_, engine):
        rows = overview.series_rows(engine)
    show(
        rows,
        [
            "name",
            "author",
            "completion_percentage",
            "books_owned",
            "total_books_in_series",
            "confidence",
            "catalogue_problem",
        ],
        as_json,
        "No series yet: run `mam-assets run` first.",
    )


@app.command()
def candidates(book: Book, as_json: AsJson = False) -> None:
    """Show what MAM offers for a missing book, and why each release was taken or not."""
    from mam_assets.store.reports import overview

    with opened() as (_, engine):
        found = one_book(overview.find_books(engine, book), book)
        rows = overview.candidates_of(engine, found["book_key"])
    for row in rows:
        row["why"] = reasons_of(row) or row["decided_by"]
        row["verdict"] = f"accepted, rank {row['rank']}" if row["accepted"] else "refused"
    show(
        rows,
        ["torrent_id", "title", "author", "filetype", "seeders", "verdict", "why"],
        as_json,
        f"No candidates for {found['title']}: it was not searched yet, or MAM has nothing.",
    )


@app.command()
def explain(book: Book, as_json: AsJson = False) -> None:
    """Print the chain of reasons: why a book is owned, missing or in review, and why its candidates were not taken."""
    from mam_assets.store.reports import overview

    with opened() as (_, engine):
        verdicts = overview.verdicts_of(engine, book)
        keys = list(dict.fromkeys(row["book_key"] for row in verdicts))
        offers = {key: overview.candidates_of(engine, key) for key in keys}
        tries = {key: overview.downloads_of(engine, key) for key in keys}
    if as_json:
        print_json(
            [
                {
                    "book_key": key,
                    "verdicts": [v for v in verdicts if v["book_key"] == key],
                    "candidates": offers[key],
                    "downloads": tries[key],
                }
                for key in keys
            ]
        )
        return
    if not verdicts:
        err.print(f"No book of a tracked series matches {book!r}.")
        raise typer.Exit(1)
    for key in keys:
        out.print(key, style="bold")
        for row in verdicts:
            if row["book_key"] == key:
                _explain_verdict(row)
        for row in offers[key]:
            _explain_candidate(row)
        for row in tries[key]:
            _explain_download(row)


def _explain_verdict(row: dict[str, Any]) -> None:
    item = f" → «{row['item_title']}» ({row['item_path']})" if row["item_title"] else ""
    verdict = f" by gate {row['gate']}, confidence {row['confidence']}{item}\n    {row['evidence']}"
    out.print(styled(f"  {row['series_key']}: ", (row["status"], "bold"), verdict))


def _explain_candidate(row: dict[str, Any]) -> None:
    name = f"release {row['torrent_id']} «{row['title']}»"
    if row["accepted"]:
        out.print(styled("  ", (name, "green"), f": rank {row['rank']}, {row['decided_by']}"))
    else:
        out.print(styled("  ", (name, "red"), f": not taken: {reasons_of(row)}"))


def _explain_download(row: dict[str, Any]) -> None:
    what = f"download {row['id']} «{row['release_title'] or row['title']}»: {row['download_status']}"
    cost = f"; it cost {row['cost']}" if row["cost"] else ""
    reason = f": {row['status_reason']}" if row["status_reason"] else ""
    out.print(styled("  ", (what, "cyan"), f"{reason}{cost}"))


def reasons_of(row: dict[str, Any]) -> str:
    """Every reason against a candidate, in one line."""
    from mam_assets.store.mappers import rejects_from_json

    return "; ".join(reject.describe() for reject in rejects_from_json(row["rejections"]))


@app.command()
def queue(
    everything: Annotated[bool, typer.Option("--all", help="Also what is finished or abandoned.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the downloads: waiting for approval, under way, blocked, and why."""
    from mam_assets.store.reports import overview
    from mam_assets.store.tables import ACTIVE_STATES

    with opened() as (settings, engine):
        rows = overview.download_rows(engine, () if everything else (*ACTIVE_STATES, "failed"))
        rest = why_mam_rests(settings, engine)
    show(
        rows,
        ["id", "title", "author", "release_title", "download_status", "last_progress", "cost", "status_reason"],
        as_json,
        "The queue is empty.",
    )
    if rest and any(row["download_status"] == "queued" for row in rows):
        err.print(rest, style="yellow")


@app.command()
def approve(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers from `mam-assets queue`.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that waits.")] = False,
) -> None:
    """Let proposed downloads go ahead (mode review)."""
    from mam_assets.domain.model.download import DownloadState
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import downloads

    with opened() as (_, engine):
        waiting = [row.id for row in downloads.with_states(engine, DownloadState.PROPOSED)]
        chosen = waiting if everything else list(ids or [])
        if not chosen:
            err.print("Nothing to approve: name numbers from `mam-assets queue`, or --all.")
            raise typer.Exit(2 if not everything else 0)
        for number in chosen:
            if number not in waiting:
                err.print(f"{number} does not wait for approval.")
                continue
            row = downloads.approve(engine, utc_now(), number, "approved by hand")
            out.print(f"{row.id}: {row.title} is queued; the next run of download_queue submits it.")


@app.command()
def ignore(
    book: Book,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    undo: Annotated[bool, typer.Option(help="Want it again.")] = False,
) -> None:
    """Never look for a missing book again (or, with --undo, do)."""
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import overrides
    from mam_assets.store.reports import overview

    with opened() as (_, engine):
        found = one_book(overview.find_books(engine, book), book)
        if undo:
            overrides.clear(engine, "ignored_book", found["book_key"])
        else:
            overrides.set(engine, utc_now(), "ignored_book", found["book_key"], True, note)
        out.print(f"{found['title']} is {'wanted again' if undo else 'ignored'} from the next run on.")


@app.command()
def retry(number: Annotated[int, typer.Argument(help="A number from `mam-assets queue`.")]) -> None:
    """Try a blocked or failed download again."""
    from mam_assets.stages.manual import actions
    from mam_assets.stages.task_run import utc_now

    with opened() as (_, engine):
        row = actions.retry(engine, number, utc_now())
        out.print(f"{row.id}: {row.title} is {row.status.value} again.")


@app.command()
def accept(
    number: Annotated[int, typer.Argument(help="A number from `mam-assets queue`.")],
    file: Annotated[list[str] | None, typer.Option(help="Only these audio files or folders of the torrent.")] = None,
) -> None:
    """Import a blocked download as it is, or only the named files of a torrent that holds several books."""
    from mam_assets.stages.manual import actions
    from mam_assets.stages.task_run import utc_now

    with opened() as (_, engine):
        row = actions.accept(engine, number, utc_now(), files=file or ())
        out.print(f"{row.id}: {row.title} will be imported as it is.")


@app.command()
def reject(number: Annotated[int, typer.Argument(help="A number from `mam-assets queue`.")]) -> None:
    """Never take this release for its book; the next candidate is tried. The torrent goes on seeding."""
    from mam_assets.stages.manual import actions
    from mam_assets.stages.task_run import utc_now

    with opened() as (_, engine):
        row = actions.reject(engine, number, utc_now())
        out.print(f"{row.id}: {row.release_title} is {row.status.value} and will not be taken again.")


@imports.command("map")
def map_files(
    number: Annotated[int, typer.Argument(help="A number from `mam-assets queue`.")],
    pairs: Annotated[list[str], typer.Argument(help="BOOK=FILE: a missing book's key, a file or folder of it.")],
) -> None:
    """Say which files of a torrent with several books are which; each book is then imported for itself."""
    from mam_assets.domain.acquisition import MappedBook
    from mam_assets.stages.manual import actions
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import downloads
    from mam_assets.store.mappers import wanted_from_missing
    from mam_assets.store.reports import overview

    files: dict[str, list[str]] = {}
    for pair in pairs:
        book, equals, file = pair.rpartition("=")
        if not equals or not book or not file:
            err.print(f"{pair!r} is no pair BOOK=FILE.")
            raise typer.Exit(2)
        files.setdefault(book, []).append(file)
    with opened() as (_, engine):
        row = downloads.get(engine, number)
        books = []
        for key, names in files.items():
            own = row.wanted if key == row.book_key else None
            wanted = own or wanted_from_missing(one_book(overview.find_books(engine, key), key))
            books.append(MappedBook(wanted, tuple(names)))
        done = actions.map_books(engine, number, utc_now(), books)
        out.print(f"{done.id}: {len(books)} books will be imported, {done.title} first.")


@imports.command()
def undo(number: Annotated[int, typer.Argument(help="A number from `mam-assets queue --all`.")]) -> None:
    """Remove exactly the files that an import made in the library, and nothing else."""
    from mam_assets.stages.importing.undo import undo_import

    with opened() as (_, engine):
        done = undo_import(engine, number)
        for path in done.removed:
            out.print(f"removed {path}")
        for path, reason in done.left:
            out.print(f"left {path}: {reason}")


@app.command()
def check(as_json: AsJson = False) -> None:
    """Reach every configured service and say what is wrong and what to do."""
    from mam_assets import health

    with plain_errors():
        settings = load_settings()
        policy = load_policy(settings)
        findings = health.check(settings, policy)
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        table = Table(show_header=True, header_style="bold")
        for name in ("", "what", "found", "what to do"):
            table.add_column(name, overflow="fold")
        for finding in findings:
            colour = {"ok": "green", "off": "dim", "warning": "yellow"}.get(finding.state, "red")
            table.add_row(styled((finding.state, colour)), finding.subject, finding.found, finding.advice)
        out.print(table)
    raise typer.Exit(1 if any(finding.state == "wrong" for finding in findings) else 0)


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
