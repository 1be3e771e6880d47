"""The ledger of downloads: each download, its steps and the files that its import made."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import BigId, Json, count, flag, json_value, metadata, serial, size, text, time

ACTIVE_STATES = (
    "proposed",
    "queued",
    "submitted",
    "downloading",
    "stalled",
    "completed",
    "importing",
    "import_blocked",
)
_active = sa.text("download_status in ({})".format(", ".join(f"'{state}'" for state in ACTIVE_STATES)))

downloads = sa.Table(
    "downloads",
    metadata,
    serial(),
    text("title", "title of the book"),
    text("author", "its authors"),
    sa.Column("torrent_id", sa.BigInteger, nullable=True, comment="MAM torrent id; null for a torrent brought by hand"),
    text("release_title", "title of the release"),
    json_value("release", "the release"),
    text("source", "search or manual"),
    text("download_status", "state of the download (domain.model.DownloadState)"),
    text("status_reason", "why it is in that state"),
    text("qbittorrent_hash", "info-hash, lower-case hex; blank until known"),
    sa.Column("torrent_file", sa.LargeBinary, nullable=True, comment="the .torrent's bytes, until imported"),
    text("tag", "tag that names this download in qBittorrent"),
    size("size_bytes", "size of the release, bytes"),
    count("attempt", "which try of this release, from 1"),
    count("retry_count", "retries so far"),
    time("next_attempt_at", "not before"),
    sa.Column("last_progress", sa.Float, nullable=False, server_default="0", comment="progress 0 to 1"),
    time("last_progress_at", "when it last moved"),
    text("tracker_message", "what the tracker last said"),
    text("content_path", "where the files are, as qBittorrent sees it"),
    time("created_at", "proposed", nullable=False),
    time("approved_at", "approved by a person or by mode auto"),
    time("submitted_at", "handed to qBittorrent"),
    time("completed_at", "torrent complete"),
    time("imported_at", "confirmed by Audiobookshelf"),
    time("updated_at", "last change", nullable=False),
    text("failure_code", "stable code of why it failed or was abandoned"),
    time("add_sent_at", "when an add of its torrent was last sent to qBittorrent, by this download or another"),
    time("missing_since", "since when qBittorrent does not list its torrent"),
    time("missing_seen_at", "when that was last seen"),
    text("magnet", "magnet link, where a person brought one instead of a .torrent"),
    text("reason_code", "why it is in that state (domain.model.download.ReasonCode); blank when that says all"),
    text("cost_kind", "how the grab was paid for (domain.model.download.CostKind); blank before it"),
    sa.Column("import_options", Json, nullable=True, comment="a person's word for the import: {accept, files}"),
    sa.Index(
        "uq_downloads_active_hash",
        "qbittorrent_hash",
        unique=True,
        sqlite_where=sa.and_(_active, sa.text("qbittorrent_hash <> ''")),
        postgresql_where=sa.and_(_active, sa.text("qbittorrent_hash <> ''")),
    ),
    sa.Index("ix_downloads_download_status", "download_status"),
    comment="one attempt to bring one release into the library",
    info={"kind": "ledger"},
)

# Whether a download is active is repeated here, for the index: the ledger changes both in one transaction.
_active_book = sa.text("active and book_key <> ''")

download_books = sa.Table(
    "download_books",
    metadata,
    sa.Column("download_id", BigId, sa.ForeignKey("downloads.id"), primary_key=True, comment="download"),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False, comment="place among its books, from 0"),
    text("book_key", "missing book; blank for a title brought by hand"),
    json_value("wanted", "the wanted book, for verification and naming"),
    flag("active", "whether its download is active"),
    text("abs_import_status", "blank, staged, placed, scanned, confirmed, blocked"),
    text("abs_item_id", "Audiobookshelf item that it became"),
    text("target_path", "folder in the library, as this program sees it"),
    sa.Index("ix_download_books_book_key", "book_key"),
    sa.Index(
        "uq_download_books_active_book",
        "book_key",
        unique=True,
        sqlite_where=_active_book,
        postgresql_where=_active_book,
    ),
    comment="the books that each download brings",
    info={"kind": "ledger"},
)

download_events = sa.Table(
    "download_events",
    metadata,
    serial(),
    sa.Column("download_id", BigId, sa.ForeignKey("downloads.id"), nullable=False, index=True, comment="download"),
    time("at", "when", nullable=False),
    text("from_status", "state before"),
    text("to_status", "state after"),
    text("reason", "why"),
    comment="every step of every download",
    info={"kind": "ledger"},
)

import_files = sa.Table(
    "import_files",
    metadata,
    serial(),
    sa.Column("download_id", BigId, sa.ForeignKey("downloads.id"), nullable=False, index=True, comment="download"),
    text("source_path", "file of the torrent, as this program sees it"),
    text("target_path", "file made in the library"),
    text("method", "hardlink, copy, written or folder"),
    size("size_bytes", "its size, bytes"),
    time("made_at", "when it was placed", nullable=False),
    time("removed_at", "when an undo removed it"),
    text("digest", "SHA-256 of a written file, hexadecimal"),
    comment="the files that an import made, for undo",
    info={"kind": "ledger"},
)
