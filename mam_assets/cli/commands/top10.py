"""`mam-assets top10`: the most snatched releases on MAM, as last listed, and how to download one. Asks MAM nothing."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from mam_assets.settings import load_policy

from ..arguments import AsJson
from ..output import out, print_json, print_table, rejection_reasons, styled
from ..store import open_store

TAKEN = ("owned", "owned_abridged", "on_its_way")  # nothing is left to take
SHOWN = ("rank", "torrent_id", "title", "author", "filetype", "snatches")


def top10(as_json: AsJson = False) -> None:
    """Show the most snatched releases on MAM and which of them you own or miss. Downloads nothing."""
    from mam_assets.stages.search.top10 import trouble_of_the_last_look
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.reports.top10 import last_list

    with open_store() as (settings, engine):
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
        out.print("No list yet: the schedule `top10` makes one every week; to have it now, run the job `top10`.")
    for name, releases in groupby(rows, lambda row: str(row["list_name"])):
        _print_list(name, list(releases), utc_now())
    if trouble:
        out.print(styled(("The last update had problems", "yellow"), f": {'; '.join(trouble)}"), soft_wrap=True)
    takeable = sorted((row for row in rows if row["take"]), key=lambda row: bool(row["rejections"]))
    if takeable:
        out.print("None of these is downloaded automatically. To download one by its MAM id:")
        out.print(f"  {takeable[0]['take']}", soft_wrap=True)


def command(row: dict[str, Any]) -> str:
    """The command line that downloads a release: for its missing book, or as a book of its own."""
    if row["book_key"]:
        of = ["--book", row["book_key"]]
    else:
        of = ["--title", row["title"], *(["--author", row["author"]] if row["author"] else [])]
    return shlex.join(["mam-assets", "add", str(row["torrent_id"]), *of])


def verdict(row: dict[str, Any]) -> str:
    """Whether the policy accepts the release, and what it costs."""
    if row["rejections"]:
        return f"rejected: {rejection_reasons(row)}"
    return f"acceptable, {'free: ' + row['free_by'] if row['free_by'] else 'costs ratio'}"


def _print_list(name: str, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    at = rows[0]["listed_at"]
    out.print(styled((name, "bold"), f", listed {at:%Y-%m-%d %H:%M} UTC, {_age(now - at)} ago"))
    print_table(
        ("", "id", "title", "author", "type", "snatched", "status", "release"),
        [[*(row[name] for name in SHOWN), _status(row), verdict(row)] for row in rows],
    )


def _status(row: dict[str, Any]) -> str:
    return str(row["status"]).replace("_", " ") + (f": {row['book_key']}" if row["book_key"] else "")


def _age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} h" if hours else f"{int(age.total_seconds() // 60)} min"
