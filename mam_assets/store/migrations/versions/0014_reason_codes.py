"""What code asks stands in columns of its own: why a download waits, how it was paid for, what ended a run, and figures
under keys instead of words. Filled from the sentences that were read before.

Revision 0014, after 0013.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

downloads = sa.table(
    "downloads",
    sa.column("id", sa.Integer),
    sa.column("download_status", sa.Text),
    sa.column("status_reason", sa.Text),
    sa.column("retry_count", sa.Integer),
    sa.column("reason_code", sa.Text),
    sa.column("cost_kind", sa.Text),
)
events = sa.table(
    "download_events",
    sa.column("id", sa.Integer),
    sa.column("download_id", sa.Integer),
    sa.column("to_status", sa.Text),
    sa.column("reason", sa.Text),
)
tasks = sa.table(
    "tasks",
    sa.column("id", sa.Integer),
    sa.column("error", sa.Text),
    sa.column("details", JSON),
    sa.column("error_code", sa.Text),
    sa.column("error_service", sa.Text),
)
works = sa.table(
    "author_works",
    sa.column("author_key", sa.Text),
    sa.column("book_key", sa.Text),
    sa.column("providers", sa.Text),
)


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", comment=comment)


ADDED = {
    "downloads": (
        _text("reason_code", "why it is in that state (domain.model.download.ReasonCode); blank when that says all"),
        _text("cost_kind", "how the grab was paid for (domain.model.download.CostKind); blank before it"),
    ),
    "tasks": (
        _text("error_code", "what ended it or cut it short (domain.model.task.ErrorCode); blank when nothing did"),
        _text("error_service", "outside system that did so; blank when none"),
    ),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    connection = op.get_bind()
    _fill_downloads(connection)
    _fill_tasks(connection)
    _retype_providers(connection, JSON, lambda text: json.dumps([name for name in text.split(", ") if name]))


def downgrade() -> None:
    connection = op.get_bind()
    _retype_providers(connection, sa.Text(), lambda text: ", ".join(json.loads(text)))
    _rename_figures(connection, {new: old for old, new in FIGURES.items()}, _limits_as_worries)
    for table, columns in ADDED.items():
        for column in reversed(columns):
            op.drop_column(table, column.name)


# ------------------------------------------------------------------------------------------------------ downloads

COST = "cost: "
COSTS = {
    "not known, brought by hand": "not_known",
    "its size in download": "ratio",
    "a wedge": "wedge",
    "nothing, freeleech for everybody": "freeleech",
    "nothing, personal freeleech": "personal_freeleech",
    "nothing, VIP": "vip",
    "nothing, free by the time it was added": "free",
}
SERVICES = ("mam", "qbittorrent", "audiobookshelf")
# State of the download → beginning of its reason → code; the first that fits.
QUEUED = (
    ("waits: grabs per run: ", "grabs_per_run"),
    ("waits: unsatisfied slots: ", "unsatisfied_slots"),
    ("waits: ratio: ", "ratio"),
    ("waits: disk space: ", "disk_space"),
    ("waits: wedge unsettled: ", "wedge_unsettled"),
    ("waits: mam: ", "tracker_backoff"),
    ("waits: ", "service"),
    ("is being added", "adding"),
    ("it may have been added before", "maybe_added"),
)
IN_QBITTORRENT = (
    ("stopped in qBittorrent: ", "stopped"),
    ("waiting in qBittorrent's own queue", "client_queue"),
    ("qBittorrent checks its files", "checking"),
    ("qBittorrent moves its files", "moving"),
    ("qBittorrent reports an error: ", "client_error"),
    ("qBittorrent misses the files: ", "missing_files"),
    ("no progress for ", "no_progress"),
    ("not listed by qBittorrent", "not_listed"),
)
FINISHED = (
    ("the disk is full: ", "library_full"),
    ("not listed by qBittorrent", "not_listed"),
    *((f"{service}: ", "service") for service in SERVICES),
)
REASONS = {
    "proposed": (("", "approval"),),
    "queued": QUEUED,
    "submitted": IN_QBITTORRENT,
    "downloading": IN_QBITTORRENT,
    "stalled": IN_QBITTORRENT,
    "completed": FINISHED,
    "importing": FINISHED,
}


def _fill_downloads(connection: sa.Connection) -> None:
    costs: dict[int, str] = {}
    submitted = sa.select(events.c.download_id, events.c.reason).where(events.c.to_status == "submitted")
    for event in connection.execute(submitted.order_by(events.c.id)):
        if cost := _cost(event.reason):
            costs[event.download_id] = cost
    changes = []
    for row in connection.execute(sa.select(downloads)):
        code = _reason(row.download_status, row.status_reason, row.retry_count)
        cost = _cost(row.status_reason) or costs.get(row.id, "")
        if code or cost:
            changes.append({"of": row.id, "code": code, "cost": cost})
    if changes:
        change = sa.update(downloads).where(downloads.c.id == sa.bindparam("of"))
        connection.execute(change.values(reason_code=sa.bindparam("code"), cost_kind=sa.bindparam("cost")), changes)


def _cost(reason: str) -> str:
    return COSTS.get(reason.partition(COST)[2], "")


def _reason(status: str, reason: str, retries: int) -> str:
    for beginning, code in REASONS.get(status, ()):
        if reason.startswith(beginning):
            return code
    # What is tried again keeps the words of what went wrong, which may be anything.
    return "retry" if retries and status in ("queued", "completed", "importing") else ""


# ---------------------------------------------------------------------------------------------------------- tasks

CODES = {
    "ServiceError": "service_error",
    "AuthError": "auth",
    "RateLimited": "rate_limited",
    "Blocked": "blocked",
    "Unavailable": "unavailable",
    "Unreachable": "unavailable",
    "NotFound": "not_found",
    "UnexpectedAnswer": "unexpected_answer",
    "Refused": "refused",
}
KILLED = "the process ended before it"
STOPPED_BY = "stopped by"

FIGURES = {
    # of the library
    "usable audiobooks": "usable_audiobooks",
    "without audio": "without_audio",
    "in a series": "in_a_series",
    "GiB": "gib",
    # of the catalogue
    "known to a provider": "known_to_a_provider",
    "of tracked series": "of_tracked_series",
    "listed by several providers": "listed_by_several_providers",
    "providers disagree": "providers_disagree",
    "to be looked at": "to_be_looked_at",
    "old because a provider failed": "old_because_a_provider_failed",
    "left out": "left_out",
    # of a search
    "books searched": "books_searched",
    "releases seen": "releases_seen",
    "rows that could not be read": "unreadable_rows",
    "books with an acceptable release": "books_with_an_acceptable_release",
    "books without": "books_without",
    "refused because": "refused_because",
    "by status": "by_status",
    STOPPED_BY: "stopped_by",
    # of the account
    "VIP": "vip",
    "VIP until": "vip_until",
    "uploaded GiB": "uploaded_gib",
    "downloaded GiB": "downloaded_gib",
    "unsatisfied limit": "unsatisfied_limit",
    "slots left": "slots_left",
    "GiB left to download": "gib_left_to_download",
    "buying vip": "buying_vip",
    "buying upload": "buying_upload",
    "settled vip": "settled_vip",
    "settled upload": "settled_upload",
    "settled wedge": "settled_wedge",
    "worries": "close_limits",
    # of the queue
    "on their way before": "on_their_way_before",
    "added to qBittorrent": "added_to_qbittorrent",
    "bytes added": "bytes_added",
    "already there": "already_there",
    "waiting for the budget": "waiting_for_the_budget",
    "given up": "given_up",
    # of an import
    "to be tried again": "to_be_tried_again",
    "bytes linked": "bytes_linked",
    "bytes copied": "bytes_copied",
    "second listings removed": "second_listings_removed",
    "staging folders cleared": "staging_folders_cleared",
    "left in staging folders": "left_in_staging_folders",
    # of enrichment
    "books looked at": "books_looked_at",
    "books with changes": "books_with_changes",
    "changes proposed": "changes_proposed",
    "changes written": "changes_written",
    "completeness before": "completeness_before",
    "completeness after": "completeness_after",
    "changes by field": "changes_by_field",
    "changes by source": "changes_by_source",
    "answers that were not surely the book": "answers_not_surely_the_book",
    "answers from memory": "answers_from_memory",
    "provider failures": "provider_failures",
    "providers at rest": "providers_at_rest",
    "providers off": "providers_off",
    "recovered changes": "recovered_changes",
    "left for the next run": "left_for_the_next_run",
}
LIMITS = (("unsatisfied slot", "slots"), ("bonus points", "points"), ("can be downloaded: ", "ratio"), ("VIP ", "vip"))


def _fill_tasks(connection: sa.Connection) -> None:
    changes = []
    for row in connection.execute(sa.select(tasks)):
        code, service = _error(row.error, str((row.details or {}).get(STOPPED_BY, "")))
        if code:
            changes.append({"of": row.id, "code": code, "service": service})
    if changes:
        change = sa.update(tasks).where(tasks.c.id == sa.bindparam("of"))
        change = change.values(error_code=sa.bindparam("code"), error_service=sa.bindparam("service"))
        connection.execute(change, changes)
    _rename_figures(connection, FIGURES, _worries_as_limits)


def _error(error: str, stopped_by: str) -> tuple[str, str]:
    """The code and the service of "AuthError: mam: …", or of "mam: …" where a run was cut short."""
    name, _, words = error.partition(": ")
    if name in CODES:
        return CODES[name], words.partition(": ")[0]
    if error:
        return ("killed" if error == KILLED else "error"), ""
    service, colon, _ = stopped_by.partition(": ")
    return ("service_error", service) if colon else ("", "")


def _rename_figures(
    connection: sa.Connection, names: Mapping[str, str], limits: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    changes = []
    for row in connection.execute(sa.select(tasks.c.id, tasks.c.details)):
        before = dict(row.details or {})
        after = limits({names.get(key, key): value for key, value in before.items()})
        if after != before:
            changes.append({"of": row.id, "figures": after})
    if changes:
        change = sa.update(tasks).where(tasks.c.id == sa.bindparam("of"))
        connection.execute(change.values(details=sa.bindparam("figures", type_=JSON)), changes)


def _worries_as_limits(figures: dict[str, Any]) -> dict[str, Any]:
    if isinstance(figures.get("close_limits"), list):
        figures["close_limits"] = [{"code": _limit(message), "message": message} for message in figures["close_limits"]]
    return figures


def _limits_as_worries(figures: dict[str, Any]) -> dict[str, Any]:
    if isinstance(figures.get("worries"), list):
        figures["worries"] = [limit["message"] for limit in figures["worries"]]
    return figures


def _limit(message: str) -> str:
    return next((code for words, code in LIMITS if words in message), "")


# --------------------------------------------------------------------------------------------------- author_works


def _retype_providers(connection: sa.Connection, kind: sa.types.TypeEngine[Any], form: Callable[[str], str]) -> None:
    """The same providers in a column of another type: first as that type's text, then the type itself."""
    is_json = not isinstance(kind, sa.Text)
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE author_works ALTER COLUMN providers DROP DEFAULT")
        if not is_json:
            op.execute("ALTER TABLE author_works ALTER COLUMN providers TYPE TEXT USING providers::text")
    rows = connection.execute(sa.select(works)).all()
    if rows:
        same = sa.and_(works.c.author_key == sa.bindparam("author"), works.c.book_key == sa.bindparam("book"))
        changed = [{"author": row.author_key, "book": row.book_key, "text": form(row.providers)} for row in rows]
        connection.execute(sa.update(works).where(same).values(providers=sa.bindparam("text")), changed)
    comment = "providers that list it, " + ("most trusted first" if is_json else "joined with ', '")
    if connection.dialect.name == "postgresql":
        if is_json:
            op.execute("ALTER TABLE author_works ALTER COLUMN providers TYPE JSONB USING providers::jsonb")
        else:
            op.execute("ALTER TABLE author_works ALTER COLUMN providers SET DEFAULT ''")
        op.alter_column("author_works", "providers", comment=comment)
        return
    with op.batch_alter_table("author_works") as batch:
        batch.alter_column("providers", type_=kind, server_default=None if is_json else "", comment=comment)
