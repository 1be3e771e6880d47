"""`mam-assets top10`: what is snatched most on MAM, as last listed, and how to take one. Asks MAM nothing."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from rich.table import Table

from mam_assets.settings import load_policy

from ..output import AsJson, opened, out, print_json, styled

TAKEN = ("owned", "owned_abridged", "on_its_way")  # nothing is left to take


def top10(as_json: AsJson = False) -> None:
    """Show what is snatched most on MAM, as last listed: owned, on its way, a gap or new. Grabs nothing."""
    from mam_assets.stages.search.top10 import trouble_of_the_last_look
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.reports.top10 import last_list

    with opened() as (settings, engine):
        rows, trouble = last_list(engine), trouble_of_the_last_look(engine)
        is_on = load_policy(settings).top10.count > 0
    for row in rows:
        row["take"] = "" if row["status"] in TAKEN else command(row)
    if as_json:
        print_json({"lists": rows, "trouble": trouble, "is_on": is_on})
        return
    if not is_on:
        out.print("top10.count is 0 in the policy, so MAM is not asked for a list.")
    elif not rows:
        out.print("No list yet: the schedule `top10` takes one a week; the job `top10` in the web UI does at once.")
    for name, found in groupby(rows, lambda row: str(row["list_name"])):
        _print(name, list(found), utc_now())
    if trouble:
        out.print(styled(("The last look brought trouble", "yellow"), f": {'; '.join(trouble)}"), soft_wrap=True)
    takeable = sorted((row for row in rows if row["take"]), key=lambda row: bool(row["rejections"]))
    if takeable:
        out.print("Nothing is grabbed by itself. To take one, by its MAM id (with --book for a gap):")
        out.print(f"  {takeable[0]['take']}", soft_wrap=True)


def command(row: dict[str, Any]) -> str:
    """What to type to take a release: for its gap, or as a book of its own."""
    if row["book_key"]:
        of = ["--book", row["book_key"]]
    else:
        of = ["--title", row["title"], *(["--author", row["author"]] if row["author"] else [])]
    return shlex.join(["mam-assets", "add", str(row["torrent_id"]), *of])


def verdict(row: dict[str, Any]) -> str:
    """Whether the policy would take the release, and what it costs."""
    from mam_assets.store.mappers import rejects_from_json

    if row["rejections"]:
        return "refused: " + "; ".join(reject.describe() for reject in rejects_from_json(row["rejections"]))
    return f"acceptable, {'free: ' + row['free_by'] if row['free_by'] else 'costs ratio'}"


def _print(name: str, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    at = rows[0]["listed_at"]
    out.print(styled((name, "bold"), f", listed {at:%Y-%m-%d %H:%M} UTC, {_age(now - at)} ago"))
    table = Table(show_header=True, header_style="bold")
    for column in ("", "id", "title", "author", "type", "snatched", "status", "release"):
        table.add_column(column, overflow="fold")
    for row in rows:
        status = row["status"].replace("_", " ") + (f": {row['book_key']}" if row["book_key"] else "")
        names = ("rank", "torrent_id", "title", "author", "filetype", "snatches")
        table.add_row(*(str(row[name]) for name in names), status, verdict(row))
    out.print(table)


def _age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} h" if hours else f"{int(age.total_seconds() // 60)} min"
