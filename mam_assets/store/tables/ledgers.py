"""The other ledgers: appended to or stepped forward, never rebuilt."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import BigId, Json, count, flag, json_value, key, metadata, serial, text, time
from .types import CleanText

tasks = sa.Table(
    "tasks",
    metadata,
    serial(),
    text("task_name", "stage"),
    text("run_id", "Dagster run; blank from the command line"),
    text("status", "running, succeeded, partial, failed"),
    time("started_at", "start", nullable=False),
    time("ended_at", "end"),
    count("items_processed", "items looked at"),
    count("items_succeeded", "items that went well"),
    count("items_failed", "items that failed or were skipped"),
    text("error", "what ended it, if it failed"),
    json_value("details", "figures of the stage"),
    text("error_code", "what ended it or cut it short (domain.model.task.ErrorCode); blank when nothing did"),
    text("error_service", "outside system that did so; blank when none"),
    comment="every run of every stage",
    info={"kind": "ledger"},
)

failed_attempts = sa.Table(
    "failed_attempts",
    metadata,
    serial(),
    time("at", "when", nullable=False),
    text("stage", "stage"),
    text("subject", "what failed: an item, book, series or download"),
    text("service", "outside system, if one was involved"),
    text("code", "stable code of the failure"),
    text("message", "what happened, without secrets"),
    comment="every failure of an item, kept for ever",
    info={"kind": "ledger"},
)

metadata_corrections = sa.Table(
    "metadata_corrections",
    metadata,
    serial(),
    time("at", "when", nullable=False),
    sa.Column("abs_id", CleanText, nullable=False, index=True, comment="library item"),
    text("field", "field changed"),
    sa.Column("old", Json, nullable=True, comment="value before"),
    sa.Column("new", Json, nullable=True, comment="value after"),
    text("source", "provider, or import, or undo"),
    text("confidence", "HIGH, MEDIUM, LOW"),
    text("run_id", "Dagster run"),
    time("undone_at", "when it was undone"),
    sa.Column(
        "state", CleanText, nullable=False, server_default="made", comment="intended, made, not_made or not_kept"
    ),
    text("reason", "the rule behind it, and how the provider's book was known to be this one"),
    sa.Column("undoes", BigId, nullable=True, comment="the change that this one takes back"),
    comment="every change of metadata in Audiobookshelf",
    info={"kind": "ledger"},
)

enrichments = sa.Table(
    "enrichments",
    metadata,
    key("abs_id", "library item"),
    time("looked_at", "when providers were last asked for it", nullable=False),
    text("outcome", "complete, filled, unmatched, nothing_new, failed or provider_trouble"),
    flag("written", "changes were written to Audiobookshelf, not only shown"),
    sa.Column("before_percentage", sa.Float, nullable=False, server_default="0", comment="completeness before, 0-100"),
    sa.Column("after_percentage", sa.Float, nullable=False, server_default="0", comment="completeness after, 0-100"),
    comment="when the metadata of each item was last looked at, and what came of it",
    info={"kind": "ledger"},
)

provider_answers = sa.Table(
    "provider_answers",
    metadata,
    key("provider", "provider"),
    key("question", "kind of question: series, series_search, author, book, …"),
    key("subject", "what was asked: an id or a text"),
    sa.Column("answer", Json, nullable=True, comment="normal form of the last good answer"),
    time("answered_at", "age of that answer"),
    time("asked_at", "last try", nullable=False),
    text("outcome", "of the last try: ok, not_found, or the code of the error"),
    text("problem", "what the last failed try said"),
    count("failures", "failed tries since the last good answer"),
    comment="what each provider last said, and when",
    info={"kind": "ledger"},
)

backoffs = sa.Table(
    "backoffs",
    metadata,
    key("service", "service that is left alone"),
    time("until", "not asked before", nullable=False),
    time("since", "when it began", nullable=False),
    text("code", "of the error that began it"),
    text("reason", "what the service said"),
    comment="services left alone for a while after trouble",
    info={"kind": "ledger"},
)

overrides = sa.Table(
    "overrides",
    metadata,
    key("kind", "ignored_book, ignored_series, wanted, priority, manual_match, excluded_match, series_identity"),
    key("subject", "book_key, series_key or abs_id"),
    sa.Column("value", Json, nullable=True, comment="what was decided"),
    text("note", "their note"),
    time("set_at", "when", nullable=False),
    comment="a person's overrides; they win over every rule",
    info={"kind": "ledger"},
)

blocklist = sa.Table(
    "blocklist",
    metadata,
    serial(),
    sa.Column("torrent_id", sa.BigInteger, nullable=True, index=True, comment="MAM torrent id"),
    text("infohash", "info-hash"),
    text("book_key", "for this book; blank for every book"),
    text("code", "stable code of the reason"),
    text("message", "what happened"),
    time("at", "when", nullable=False),
    comment="releases that are not taken again",
    info={"kind": "ledger"},
)

searches = sa.Table(
    "searches",
    metadata,
    key("book_key", "missing book"),
    time("last_search_at", "last asked"),
    time("next_search_at", "not before"),
    count("fruitless", "searches in a row that found nothing acceptable"),
    text("outcome", "found, nothing_acceptable, nothing_returned, or the code of an error"),
    text("queries", "queries of the last search"),
    comment="when each missing book was and will be searched",
    info={"kind": "ledger"},
)

completion_history = sa.Table(
    "completion_history",
    metadata,
    sa.Column("taken_on", sa.Date, primary_key=True, comment="day, UTC"),
    key("series_key", "series; blank for the whole library"),
    count("books_owned", "owned"),
    count("total_books", "total"),
    sa.Column("completion_percentage", sa.Float, nullable=True, comment="0 to 100"),
    comment="completion day by day",
    info={"kind": "ledger"},
)

notices = sa.Table(
    "notices",
    metadata,
    key("cause", "stable name of the cause"),
    time("first_at", "first seen", nullable=False),
    time("last_at", "last seen", nullable=False),
    time("sent_at", "last message about it"),
    count("times", "times seen"),
    text("message", "last message"),
    time("told_at", "last message about it that got through"),
    time("over_at", "since when it is over, while a person is still to be told so"),
    comment="one message per cause, not per tick",
    info={"kind": "ledger"},
)

purchases = sa.Table(
    "purchases",
    metadata,
    serial(),
    time("at", "when it was intended, before MAM was asked", nullable=False),
    text("kind", "vip, upload or wedge"),
    count("amount", "weeks of VIP, GB of upload credit, or wedges"),
    count("points", "seedbonus that it costs; 0 for a wedge"),
    sa.Column(
        "torrent_id", sa.BigInteger, nullable=False, server_default="0", comment="MAM torrent of a wedge; 0: of none"
    ),
    text("outcome", "intended (not known yet), made, refused or not_made"),
    text("reason", "why it was bought"),
    text("message", "what MAM said, or what the account showed afterwards"),
    json_value("before", "the account's figures right before: seedbonus, wedges, uploaded_bytes, vip_until"),
    time("settled_at", "when the outcome was known"),
    text("run_id", "Dagster run; blank from the command line"),
    # Of one thing only one purchase at a time: as long as it is not known whether it was made, none follows it.
    sa.Index(
        "uq_purchases_intended",
        "kind",
        "torrent_id",
        unique=True,
        sqlite_where=sa.text("outcome = 'intended'"),
        postgresql_where=sa.text("outcome = 'intended'"),
    ),
    comment="bonus points and wedges spent, each noted before MAM is asked",
    info={"kind": "ledger"},
)

table_versions = sa.Table(
    "table_versions",
    metadata,
    key("table_name", "derived table"),
    sa.Column("version", sa.BigInteger, nullable=False, comment="how often it was changed"),
    comment="counts the changes of each derived table, so that whoever computed one against an older state notices",
    info={"kind": "ledger"},
)
