"""The ledgers: downloads and their steps, runs, failures, answers, a person's words.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIVE = (
    "download_status in ('proposed', 'queued', 'submitted', 'downloading', 'stalled', 'completed', 'importing', "
    "'import_blocked')"
)


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", comment=comment)


def _count(name: str, comment: str, kind: type[sa.Integer] = sa.Integer) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default="0", comment=comment)


def _serial() -> sa.Column[int]:
    return sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="running number")


def _unique_while_active(name: str, column: str) -> None:
    """No two active downloads with the same value; a blank one does not count."""
    where = sa.text(f"{ACTIVE} and {column} <> ''")
    op.create_index(name, "downloads", [column], unique=True, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.create_table(
        "downloads",
        _serial(),
        _text("book_key", "missing book; blank for a title brought by hand"),
        _text("title", "title of the book"),
        _text("author", "its authors"),
        sa.Column("wanted", JSON, nullable=False, comment="the wanted book, for verification and naming"),
        sa.Column(
            "torrent_id", sa.BigInteger, nullable=True, comment="MAM torrent id; null for a torrent brought by hand"
        ),
        _text("release_title", "title of the release"),
        sa.Column("release", JSON, nullable=False, comment="the release"),
        _text("source", "search or manual"),
        _text("download_status", "state of the download (domain.model.DownloadState)"),
        _text("status_reason", "why it is in that state"),
        _text("qbittorrent_hash", "info-hash, lower-case hex; blank until known"),
        sa.Column("torrent_file", sa.LargeBinary, nullable=True, comment="the .torrent's bytes, until imported"),
        _text("tag", "tag that names this download in qBittorrent"),
        _count("size_bytes", "size of the release, bytes", sa.BigInteger),
        _count("attempt", "which try of this release, from 1"),
        _count("retry_count", "retries so far"),
        sa.Column("next_attempt_at", TIME, nullable=True, comment="not before"),
        sa.Column("last_progress", sa.Float, nullable=False, server_default="0", comment="progress 0 to 1"),
        sa.Column("last_progress_at", TIME, nullable=True, comment="when it last moved"),
        _text("tracker_message", "what the tracker last said"),
        _text("content_path", "where the files are, as qBittorrent sees it"),
        _text("abs_import_status", "blank, staged, placed, scanned, confirmed, blocked"),
        _text("abs_item_id", "Audiobookshelf item that it became"),
        _text("target_path", "folder in the library, as this program sees it"),
        sa.Column("created_at", TIME, nullable=False, comment="proposed"),
        sa.Column("approved_at", TIME, nullable=True, comment="approved by a person or by mode auto"),
        sa.Column("submitted_at", TIME, nullable=True, comment="handed to qBittorrent"),
        sa.Column("completed_at", TIME, nullable=True, comment="torrent complete"),
        sa.Column("imported_at", TIME, nullable=True, comment="confirmed by Audiobookshelf"),
        sa.Column("updated_at", TIME, nullable=False, comment="last change"),
        _text("failure_code", "stable code of why it failed or was abandoned"),
        sa.Column("missing_since", TIME, nullable=True, comment="since when qBittorrent does not list its torrent"),
        _text("magnet", "magnet link, where a person brought one instead of a .torrent"),
        sa.Column("import_options", JSON, nullable=True, comment="a person's word for the import: {accept, files}"),
        sa.PrimaryKeyConstraint("id", name="pk_downloads"),
        comment="one attempt to bring one release into the library",
    )
    op.create_index("ix_downloads_download_status", "downloads", ["download_status"])
    _unique_while_active("uq_downloads_active_book", "book_key")
    _unique_while_active("uq_downloads_active_hash", "qbittorrent_hash")
    op.create_table(
        "download_events",
        _serial(),
        sa.Column(
            "download_id",
            BIG_ID,
            sa.ForeignKey("downloads.id", name="fk_download_events_download_id"),
            nullable=False,
            comment="download",
        ),
        sa.Column("at", TIME, nullable=False, comment="when"),
        _text("from_status", "state before"),
        _text("to_status", "state after"),
        _text("reason", "why"),
        sa.PrimaryKeyConstraint("id", name="pk_download_events"),
        comment="every step of every download",
    )
    op.create_index("ix_download_events_download_id", "download_events", ["download_id"])
    op.create_table(
        "import_files",
        _serial(),
        sa.Column(
            "download_id",
            BIG_ID,
            sa.ForeignKey("downloads.id", name="fk_import_files_download_id"),
            nullable=False,
            comment="download",
        ),
        _text("source_path", "file of the torrent, as this program sees it"),
        _text("target_path", "file made in the library"),
        _text("method", "hardlink, copy, written or folder"),
        _count("size_bytes", "its size, bytes", sa.BigInteger),
        sa.Column("made_at", TIME, nullable=False, comment="when it was placed"),
        sa.Column("removed_at", TIME, nullable=True, comment="when an undo removed it"),
        _text("digest", "SHA-256 of a written file, hexadecimal"),
        sa.PrimaryKeyConstraint("id", name="pk_import_files"),
        comment="the files that an import made, for undo",
    )
    op.create_index("ix_import_files_download_id", "import_files", ["download_id"])
    op.create_table(
        "tasks",
        _serial(),
        _text("task_name", "stage"),
        _text("run_id", "Dagster run; blank from the command line"),
        _text("status", "running, succeeded, partial, failed"),
        sa.Column("started_at", TIME, nullable=False, comment="start"),
        sa.Column("ended_at", TIME, nullable=True, comment="end"),
        _count("items_processed", "items looked at"),
        _count("items_succeeded", "items that went well"),
        _count("items_failed", "items that failed or were skipped"),
        _text("error", "what ended it, if it failed"),
        sa.Column("details", JSON, nullable=False, comment="figures of the stage"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        comment="every run of every stage",
    )
    op.create_table(
        "failed_attempts",
        _serial(),
        sa.Column("at", TIME, nullable=False, comment="when"),
        _text("stage", "stage"),
        _text("subject", "what failed: an item, book, series or download"),
        _text("service", "outside system, if one was involved"),
        _text("code", "stable code of the failure"),
        _text("message", "what happened, without secrets"),
        sa.PrimaryKeyConstraint("id", name="pk_failed_attempts"),
        comment="every failure of an item, kept for ever",
    )
    op.create_table(
        "metadata_corrections",
        _serial(),
        sa.Column("at", TIME, nullable=False, comment="when"),
        sa.Column("abs_id", sa.Text, nullable=False, comment="library item"),
        _text("field", "field changed"),
        sa.Column("old", JSON, nullable=True, comment="value before"),
        sa.Column("new", JSON, nullable=True, comment="value after"),
        _text("source", "provider, or import, or undo"),
        _text("confidence", "HIGH, MEDIUM, LOW"),
        _text("run_id", "Dagster run"),
        sa.Column("undone_at", TIME, nullable=True, comment="when it was undone"),
        sa.PrimaryKeyConstraint("id", name="pk_metadata_corrections"),
        comment="every change of metadata in Audiobookshelf",
    )
    op.create_index("ix_metadata_corrections_abs_id", "metadata_corrections", ["abs_id"])
    op.create_table(
        "provider_answers",
        sa.Column("provider", sa.Text, nullable=False, comment="provider"),
        sa.Column(
            "question", sa.Text, nullable=False, comment="kind of question: series, series_search, author, book, …"
        ),
        sa.Column("subject", sa.Text, nullable=False, comment="what was asked: an id or a text"),
        sa.Column("answer", JSON, nullable=True, comment="normal form of the last good answer"),
        sa.Column("answered_at", TIME, nullable=True, comment="age of that answer"),
        sa.Column("asked_at", TIME, nullable=False, comment="last try"),
        _text("outcome", "of the last try: ok, not_found, or the code of the error"),
        _text("problem", "what the last failed try said"),
        _count("failures", "failed tries since the last good answer"),
        sa.PrimaryKeyConstraint("provider", "question", "subject", name="pk_provider_answers"),
        comment="what each provider last said, and when",
    )
    op.create_table(
        "provider_parking",
        sa.Column("provider", sa.Text, nullable=False, comment="service that asked us to stop"),
        sa.Column("parked_until", TIME, nullable=False, comment="not before"),
        sa.Column("since", TIME, nullable=False, comment="when it said so"),
        _text("reason", "what it said"),
        sa.PrimaryKeyConstraint("provider", name="pk_provider_parking"),
        comment="services left alone for a while after a block",
    )
    op.create_table(
        "preferences",
        sa.Column(
            "kind",
            sa.Text,
            nullable=False,
            comment="ignored_book, ignored_series, wanted, priority, manual_match, excluded_match, series_identity",
        ),
        sa.Column("subject", sa.Text, nullable=False, comment="book_key, series_key or abs_id"),
        sa.Column("value", JSON, nullable=True, comment="the person's word"),
        _text("note", "their note"),
        sa.Column("set_at", TIME, nullable=False, comment="when"),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_preferences"),
        comment="a person's word; it always wins",
    )
    op.create_table(
        "blocklist",
        _serial(),
        sa.Column("torrent_id", sa.BigInteger, nullable=True, comment="MAM torrent id"),
        _text("infohash", "info-hash"),
        _text("book_key", "for this book; blank for every book"),
        _text("code", "stable code of the reason"),
        _text("message", "what happened"),
        sa.Column("at", TIME, nullable=False, comment="when"),
        sa.PrimaryKeyConstraint("id", name="pk_blocklist"),
        comment="releases that are not taken again",
    )
    op.create_index("ix_blocklist_torrent_id", "blocklist", ["torrent_id"])
    op.create_table(
        "searches",
        sa.Column("book_key", sa.Text, nullable=False, comment="missing book"),
        sa.Column("last_search_at", TIME, nullable=True, comment="last asked"),
        sa.Column("next_search_at", TIME, nullable=True, comment="not before"),
        _count("fruitless", "searches in a row that found nothing acceptable"),
        _text("outcome", "found, nothing_acceptable, nothing_returned, or the code of an error"),
        _text("queries", "queries of the last search"),
        sa.PrimaryKeyConstraint("book_key", name="pk_searches"),
        comment="when each missing book was and will be searched",
    )
    op.create_table(
        "completion_history",
        sa.Column("taken_on", sa.Date, nullable=False, comment="day, UTC"),
        sa.Column("series_key", sa.Text, nullable=False, comment="series; blank for the whole library"),
        _count("books_owned", "owned"),
        _count("total_books", "total"),
        sa.Column("completion_percentage", sa.Float, nullable=True, comment="0 to 100"),
        sa.PrimaryKeyConstraint("taken_on", "series_key", name="pk_completion_history"),
        comment="completion day by day",
    )
    op.create_table(
        "notices",
        sa.Column("cause", sa.Text, nullable=False, comment="stable name of the cause"),
        sa.Column("first_at", TIME, nullable=False, comment="first seen"),
        sa.Column("last_at", TIME, nullable=False, comment="last seen"),
        sa.Column("sent_at", TIME, nullable=True, comment="last message about it"),
        _count("times", "times seen"),
        _text("message", "last message"),
        sa.PrimaryKeyConstraint("cause", name="pk_notices"),
        comment="one message per cause, not per tick",
    )


def downgrade() -> None:
    for table in (
        "notices",
        "completion_history",
        "searches",
        "blocklist",
        "preferences",
        "provider_parking",
        "provider_answers",
        "metadata_corrections",
        "failed_attempts",
        "tasks",
        "import_files",
        "download_events",
        "downloads",
    ):
        op.drop_table(table)
