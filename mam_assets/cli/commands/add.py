"""`mam-assets add`: queue a torrent of a person's own choice; it then goes the same way as a search result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mam_assets.settings import Settings, load_policy

from ..choices import choose_book
from ..output import err, out
from ..store import open_store

if TYPE_CHECKING:
    import sqlalchemy as sa


def add(
    what: Annotated[str, typer.Argument(help="A MAM torrent id or address, a .torrent file, or a magnet link.")],
    book: Annotated[str, typer.Option(help="The missing book it holds: its key, or part of its title.")] = "",
    title: Annotated[str, typer.Option(help="The title, if it holds none of the missing books.")] = "",
    author: Annotated[str, typer.Option(help="The author, with --title.")] = "",
    size: Annotated[str, typer.Option(help='For a magnet link that names no size, such as "1.2 GiB".')] = "",
) -> None:
    """Queue a torrent of your own choice. It needs no approval; the guards of ratio, slots and disk still apply."""
    from mam_assets.stages.manual import add as manual_add
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.mappers.missing import wanted_from_missing
    from mam_assets.store.reports import lookups

    if bool(book) == bool(title):
        err.print("Say which book it holds: --book for a missing book, or --title (and --author) for any other.")
        raise typer.Exit(2)
    size_bytes = _bytes(size)
    with open_store() as (settings, engine):
        missing = choose_book(lookups.find_books(engine, book), book) if book else None
        tracker = _tracker(settings)
        added = manual_add.add(
            engine,
            utc_now(),
            what,
            tracker=tracker,
            wanted=wanted_from_missing(missing) if missing else None,
            title=title,
            author=author,
            size_bytes=size_bytes,
        )
        row = added.download
        if not added.created:
            err.print(
                f"{row.title} is already on its way: download {row.id} is {row.status.value} "
                f"({row.release_title or 'added by hand'}). To use yours instead: `mam-assets reject {row.id}`, "
                "then add it again.",
            )
            raise typer.Exit(1)
        out.print(f"{row.id}: {row.title} is queued; see `mam-assets queue`.")
        if row.magnet and not row.size_bytes:
            out.print("Its size is not known yet, so the guards cannot count it; give it with --size.")
        if tracker is not None:
            _report_guards(engine, settings, tracker, row)


def _bytes(size: str) -> int:
    from pydantic import ByteSize, TypeAdapter, ValidationError

    try:
        return int(TypeAdapter(ByteSize).validate_python(size)) if size else 0
    except ValidationError:
        err.print(f'{size!r} is not a size; "1.2 GiB" is.')
        raise typer.Exit(2) from None


def _tracker(settings: Settings) -> Any:
    """MAM, or None when no session cookie is set: a file or a magnet link can do without."""
    from mam_assets.clients import open_mam

    return None if "MAM_ID" in settings.missing() else open_mam(settings, load_policy(settings))


def _report_guards(engine: sa.Engine, settings: Settings, tracker: Any, row: Any) -> None:
    """Say now what the budget guards would say when the download is submitted. It is queued in any case."""
    from mam_assets.domain.budget import spend
    from mam_assets.domain.model.release import Reject, Release
    from mam_assets.domain.releases.cost import is_free
    from mam_assets.stages.acquisition import propose
    from mam_assets.stages.task_run import utc_now
    from resources.errors import ServiceError

    try:
        budget = propose.budget_of(engine, tracker.account(), load_policy(settings).budget, None)
    except ServiceError as error:
        err.print(f"It is not known whether the account can afford it now: {error}")
        return
    release = row.release or Release(0, row.title, size_bytes=row.size_bytes)
    free = row.release is not None and is_free(release, budget.account, utc_now())
    verdict = spend(budget, release, free)
    if isinstance(verdict, Reject):
        out.print(f"It waits for now: {verdict.describe()}.")
