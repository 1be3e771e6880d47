"""Every table of the store, declared once: type, unit, nullability and meaning of each column.

Two kinds, never mixed in one table. *Derived* tables are a function of their inputs and are rewritten by their asset as
a keyed upsert; *ledgers* are appended to or stepped forward and never rebuilt. The column comments are the description
of the frames that the assets exchange (see ``frames``). Column names of the system this one replaces are kept.

Conventions: sizes in bytes, durations in seconds, times in UTC, positions as text, lists and objects as JSON.
"""

from __future__ import annotations

import sqlalchemy as sa

from .types import CleanJson, CleanText, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)

Json = CleanJson()
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, CleanText, primary_key=True, nullable=False, comment=comment)


def _text(name: str, comment: str) -> sa.Column[str]:
    """Text that is never null: blank when unknown."""
    return sa.Column(name, CleanText, nullable=False, server_default="", comment=comment)


def _count(name: str, comment: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0", comment=comment)


def _bytes(name: str, comment: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0", comment=comment)


def _flag(name: str, comment: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false(), comment=comment)


def _maybe_int(name: str, comment: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=True, comment=comment)


def _time(name: str, comment: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, UtcDateTime(), nullable=nullable, comment=comment)


def _list(name: str, comment: str) -> sa.Column:
    return sa.Column(name, Json, nullable=False, comment=comment)


def _serial() -> sa.Column[int]:
    return sa.Column("id", BigId, primary_key=True, autoincrement=True, comment="running number")


# ----------------------------------------------------------------------------------------------------- derived

books = sa.Table(
    "books",
    metadata,
    _key("abs_id", "Audiobookshelf item id"),
    _text("library_id", "Audiobookshelf library id"),
    _text("library_name", "name of that library"),
    _text("title", "title as Audiobookshelf has it"),
    _text("subtitle", "subtitle"),
    _text("author", "all authors, joined with ', '"),
    _list("authors", "author names, in Audiobookshelf's order"),
    _list("narrators", "narrator names"),
    _list("series", "[{name, sequence, id}] of the expanded item"),
    _text("series_name", "first series' name"),
    _text("series_number", "first series' sequence, free text"),
    _text("asin", "Audible ASIN"),
    _text("isbn", "ISBN"),
    _text("language", "language as Audiobookshelf has it"),
    _maybe_int("published_year", "year of publication"),
    _text("publisher", "publisher"),
    _text("description", "description"),
    _list("genres", "genres"),
    _count("duration_seconds", "length of the audio, s"),
    _bytes("size_bytes", "size of all files, bytes"),
    _count("num_audio_files", "audio files; 0 means an ebook or nothing"),
    _text("ebook_format", "format of the ebook, if it has one"),
    _flag("abridged", "Audiobookshelf says that it is abridged"),
    _flag("is_missing", "its files have vanished"),
    _flag("is_invalid", "Audiobookshelf cannot read it"),
    _flag("has_cover", "it has a cover"),
    _text("path", "folder on the Audiobookshelf server"),
    _text("rel_path", "folder below the library folder"),
    _text("problem", "why it takes no part in matching; blank when it does"),
    _time("added_at", "when Audiobookshelf added it"),
    _time("updated_at", "when Audiobookshelf last changed it"),
    comment="library items, as of the last snapshot",
    info={"kind": "derived"},
)

series_entries = sa.Table(
    "series_entries",
    metadata,
    _key("series_key", "natural key of the series: normal name|normal author"),
    _key("entry_key", "natural key of the entry in its series: position|normal title"),
    _text("series_name", "name of the series"),
    _text("position", "position as text: '1', '0.5', '1-3', ''"),
    _text("book_key", "natural key of the work: normal author|normal title"),
    _text("work_id", "provider's work id, '<provider>:<id>'"),
    _text("title", "bare title"),
    _text("title_raw", "title as the provider prints it"),
    _text("subtitle", "subtitle"),
    _text("original_title", "title in the original language or first edition"),
    _list("alternative_titles", "other titles of the same work"),
    _list("authors", "author names"),
    _text("kind", "primary, secondary, omnibus, companion, part, translation"),
    _maybe_int("year", "year of first publication"),
    sa.Column("release_date", sa.Date, nullable=True, comment="date of the book"),
    sa.Column("audio_release_date", sa.Date, nullable=True, comment="date of the audiobook, where known"),
    _flag("to_be_published", "the provider says that it is not out yet"),
    _text("language", "language of the work"),
    _text("isbn", "ISBN"),
    _text("asin", "Audible ASIN"),
    sa.Column("has_audiobook", sa.Boolean, nullable=True, comment="whether an audiobook exists; null: not known"),
    _maybe_int("runtime_seconds", "length of the audiobook where known, s"),
    _list("narrators", "narrators of the audiobook where known"),
    _list("places", "[{name, position, series_id}] of every series the work is in"),
    _list("provider_ids", "{provider: id}"),
    _list("providers", "providers that list it, most trusted first"),
    _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
    _text("disagreement", "what the providers disagree on; blank when nothing"),
    _text("provider_series_id", "'<provider>:<id>' of the series this entry comes from"),
    _time("fetched_at", "age of the answer behind it"),
    _list("series_aliases", "other names of the series, in the library or at providers"),
    _count("ratings_count", "ratings at the provider: how well known the work is"),
    comment="what exists: the works of each tracked series",
    info={"kind": "derived"},
)

ownership = sa.Table(
    "ownership",
    metadata,
    _key("series_key", "series"),
    _key("entry_key", "entry in that series"),
    _text("book_key", "work"),
    _text("status", "owned, owned_abridged, missing, unreleased, no_audiobook, ignored, review, on_its_way"),
    _text("abs_id", "library item that is or covers it; blank when none"),
    _text("gate", "the rule that decided"),
    _text("evidence", "what that rule saw"),
    _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
    comment="the verdict on each series entry, with its reason",
    info={"kind": "derived"},
)

series = sa.Table(
    "series",
    metadata,
    _key("series_key", "natural key of the series: normal name|normal author"),
    _text("name", "name of the series"),
    _text("author", "its main author"),
    _list("aliases", "other names it has in the library or at providers"),
    _text("provider", "provider of its catalogue; blank when none knows it"),
    _text("provider_series_id", "that provider's series id"),
    _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
    _count("library_items", "library items in it"),
    _count("total_books_in_series", "released books at whole-number positions that can be had"),
    _count("books_owned", "of these, owned"),
    _count("books_missing", "of these, missing, on their way or in review"),
    _count("books_in_review", "of the missing, waiting for a person's word"),
    _count("books_on_their_way", "of the missing, being acquired"),
    _count("books_unreleased", "announced, not out yet"),
    _count("books_without_audiobook", "no audiobook known"),
    _count("books_ignored", "ignored by a person"),
    _count("extras_total", "novellas, omnibuses and companions"),
    _count("extras_owned", "of these, owned"),
    sa.Column("completion_percentage", sa.Float, nullable=True, comment="owned / total, 0 to 100; null when not known"),
    _text("catalogue_problem", "why the catalogue is old or absent; blank when it is well"),
    _time("catalogue_fetched_at", "age of the catalogue"),
    comment="completion of each series",
    info={"kind": "derived"},
)

authors = sa.Table(
    "authors",
    metadata,
    _key("author_key", "normal name"),
    _text("name", "name"),
    _text("provider_author_id", "'<provider>:<id>'"),
    _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
    _count("library_items", "library items by this author"),
    _count("total_books", "released works that can be had"),
    _count("books_owned", "of these, owned"),
    _count("books_missing", "of these, missing"),
    sa.Column("completion_percentage", sa.Float, nullable=True, comment="owned / total, 0 to 100; null when not known"),
    _text("catalogue_problem", "why the bibliography is old or absent"),
    _time("catalogue_fetched_at", "age of the bibliography"),
    comment="completion of each author",
    info={"kind": "derived"},
)

author_works = sa.Table(
    "author_works",
    metadata,
    _key("author_key", "author"),
    _key("book_key", "natural key of the work"),
    _text("work_id", "provider's work id"),
    _text("title", "bare title"),
    _text("title_raw", "title as the provider prints it"),
    _list("authors", "author names"),
    _list("places", "[{name, position, series_id}] of every series the work is in"),
    _text("kind", "primary, omnibus, companion, …"),
    _maybe_int("year", "year of first publication"),
    _text("language", "language of the work"),
    sa.Column("has_audiobook", sa.Boolean, nullable=True, comment="whether an audiobook exists; null: not known"),
    _flag("in_tracked_series", "counted with its series, not here"),
    _text("status", "as in ownership.status"),
    _text("abs_id", "library item that is or covers it"),
    _text("gate", "the rule that decided"),
    _text("evidence", "what that rule saw"),
    _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
    _time("fetched_at", "age of the answer behind it"),
    _text("isbn", "ISBN"),
    _text("asin", "Audible ASIN"),
    sa.Column("release_date", sa.Date, nullable=True, comment="date of the audiobook where known, else of the book"),
    _maybe_int("runtime_seconds", "length of the audiobook where known, s"),
    _text("providers", "providers that list it, joined with ', '"),
    comment="bibliographies of the tracked authors",
    info={"kind": "derived"},
)

missing_books = sa.Table(
    "missing_books",
    metadata,
    _key("book_key", "natural key of the work: normal author|normal title"),
    _text("title", "title"),
    _text("subtitle", "subtitle"),
    _text("author", "authors, joined with ', '"),
    _list("authors", "author names"),
    _text("series_key", "series it is missing from first; blank for an author's single book"),
    _text("series_name", "name of that series"),
    _text("series_number", "its position there"),
    _list("places", "[{name, position, series_id}] of every series it is missing from"),
    _list("series_titles", "titles of the other books of its series"),
    _list("alternative_titles", "other titles of the same work"),
    _text("work_id", "provider's work id"),
    _maybe_int("year", "year of first publication"),
    sa.Column("release_date", sa.Date, nullable=True, comment="date of the audiobook where known, else of the book"),
    _text("language", "language wanted"),
    _text("isbn", "ISBN"),
    _text("asin", "Audible ASIN"),
    _maybe_int("expected_runtime_seconds", "length of the audiobook where known, s"),
    _text("reason_missing", "missing, unreleased, no_audiobook, ignored, review, on_its_way"),
    _text("evidence", "what says so"),
    _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
    _count("priority", "lower is sooner: 100 series gap, 300 novella, 500 author gap; a person's word overrides"),
    _time("identified_date", "when the gap was first seen"),
    comment="books that tracked series and authors have and the library lacks",
    info={"kind": "derived"},
)

candidates = sa.Table(
    "candidates",
    metadata,
    _key("book_key", "missing book"),
    sa.Column("torrent_id", sa.BigInteger, primary_key=True, autoincrement=False, comment="MAM torrent id"),
    _flag("accepted", "no rule refuses it"),
    _count("rank", "1 is the best accepted one; 0 for rejected ones"),
    _text("decided_by", "the comparison that decided its rank"),
    _list("rejections", "[{code, got, wanted, permanent}]"),
    _text("title", "title of the release"),
    _text("author", "its authors"),
    _text("narrator", "its narrators"),
    _text("series", "its series and numbers"),
    _text("filetype", "its formats"),
    _text("language_code", "its language"),
    _bytes("size_bytes", "its size, bytes"),
    _count("seeders", "seeders when it was searched"),
    _flag("is_free", "free for this account"),
    _list("release", "the whole release, for the grab"),
    _time("searched_at", "when MAM was asked"),
    comment="releases judged for missing books, with every reason",
    info={"kind": "derived"},
)

top10_releases = sa.Table(
    "top10_releases",
    metadata,
    _key("list_name", "the list: a MAM category, or 'Audiobooks' for all of them"),
    sa.Column("torrent_id", sa.BigInteger, primary_key=True, autoincrement=False, comment="MAM torrent id"),
    _count("rank", "1 is the most snatched of the list"),
    _text("title", "title of the release"),
    _text("author", "its authors"),
    _text("narrator", "its narrators"),
    _text("series", "its series and numbers"),
    _text("category", "its MAM category"),
    _text("filetype", "its formats"),
    _text("language_code", "its language"),
    _bytes("size_bytes", "its size, bytes"),
    _count("seeders", "seeders when it was listed"),
    _count("snatches", "times it was snatched when it was listed"),
    _time("added_at", "when it was uploaded"),
    _text("status", "owned, owned_abridged, on_its_way, missing, review, ignored, new"),
    _text("evidence", "what says so"),
    _text("abs_id", "library item that is or covers it; blank when none"),
    _text("book_key", "missing book that it is; blank when none"),
    _flag("accepted", "no release rule refuses it"),
    _list("rejections", "[{code, got, wanted, permanent}]"),
    _text("free_by", "what makes it free for this account; blank when it costs ratio"),
    _time("listed_at", "when MAM was asked"),
    comment="what is snatched most on MAM, for people to look at",
    info={"kind": "derived"},
)

# ----------------------------------------------------------------------------------------------------- ledgers

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
    _serial(),
    _text("book_key", "missing book; blank for a title brought by hand"),
    _text("title", "title of the book"),
    _text("author", "its authors"),
    _list("wanted", "the wanted book, for verification and naming"),
    sa.Column("torrent_id", sa.BigInteger, nullable=True, comment="MAM torrent id; null for a torrent brought by hand"),
    _text("release_title", "title of the release"),
    _list("release", "the release"),
    _text("source", "search or manual"),
    _text("download_status", "state of the download (domain.model.DownloadState)"),
    _text("status_reason", "why it is in that state"),
    _text("qbittorrent_hash", "info-hash, lower-case hex; blank until known"),
    sa.Column("torrent_file", sa.LargeBinary, nullable=True, comment="the .torrent's bytes, until imported"),
    _text("tag", "tag that names this download in qBittorrent"),
    _bytes("size_bytes", "size of the release, bytes"),
    _count("attempt", "which try of this release, from 1"),
    _count("retry_count", "retries so far"),
    _time("next_attempt_at", "not before"),
    sa.Column("last_progress", sa.Float, nullable=False, server_default="0", comment="progress 0 to 1"),
    _time("last_progress_at", "when it last moved"),
    _text("tracker_message", "what the tracker last said"),
    _text("content_path", "where the files are, as qBittorrent sees it"),
    _text("abs_import_status", "blank, staged, placed, scanned, confirmed, blocked"),
    _text("abs_item_id", "Audiobookshelf item that it became"),
    _text("target_path", "folder in the library, as this program sees it"),
    _time("created_at", "proposed", nullable=False),
    _time("approved_at", "approved by a person or by mode auto"),
    _time("submitted_at", "handed to qBittorrent"),
    _time("completed_at", "torrent complete"),
    _time("imported_at", "confirmed by Audiobookshelf"),
    _time("updated_at", "last change", nullable=False),
    _text("failure_code", "stable code of why it failed or was abandoned"),
    _time("add_sent_at", "when an add of its torrent was last sent to qBittorrent, by this download or another"),
    _time("missing_since", "since when qBittorrent does not list its torrent"),
    _time("missing_seen_at", "when that was last seen"),
    _text("magnet", "magnet link, where a person brought one instead of a .torrent"),
    sa.Column("import_options", Json, nullable=True, comment="a person's word for the import: {accept, files}"),
    sa.Index(
        "uq_downloads_active_book",
        "book_key",
        unique=True,
        sqlite_where=sa.and_(_active, sa.text("book_key <> ''")),
        postgresql_where=sa.and_(_active, sa.text("book_key <> ''")),
    ),
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

download_events = sa.Table(
    "download_events",
    metadata,
    _serial(),
    sa.Column("download_id", BigId, sa.ForeignKey("downloads.id"), nullable=False, index=True, comment="download"),
    _time("at", "when", nullable=False),
    _text("from_status", "state before"),
    _text("to_status", "state after"),
    _text("reason", "why"),
    comment="every step of every download",
    info={"kind": "ledger"},
)

import_files = sa.Table(
    "import_files",
    metadata,
    _serial(),
    sa.Column("download_id", BigId, sa.ForeignKey("downloads.id"), nullable=False, index=True, comment="download"),
    _text("source_path", "file of the torrent, as this program sees it"),
    _text("target_path", "file made in the library"),
    _text("method", "hardlink, copy, written or folder"),
    _bytes("size_bytes", "its size, bytes"),
    _time("made_at", "when it was placed", nullable=False),
    _time("removed_at", "when an undo removed it"),
    _text("digest", "SHA-256 of a written file, hexadecimal"),
    comment="the files that an import made, for undo",
    info={"kind": "ledger"},
)

tasks = sa.Table(
    "tasks",
    metadata,
    _serial(),
    _text("task_name", "stage"),
    _text("run_id", "Dagster run; blank from the command line"),
    _text("status", "running, succeeded, partial, failed"),
    _time("started_at", "start", nullable=False),
    _time("ended_at", "end"),
    _count("items_processed", "items looked at"),
    _count("items_succeeded", "items that went well"),
    _count("items_failed", "items that failed or were skipped"),
    _text("error", "what ended it, if it failed"),
    _list("details", "figures of the stage"),
    comment="every run of every stage",
    info={"kind": "ledger"},
)

failed_attempts = sa.Table(
    "failed_attempts",
    metadata,
    _serial(),
    _time("at", "when", nullable=False),
    _text("stage", "stage"),
    _text("subject", "what failed: an item, book, series or download"),
    _text("service", "outside system, if one was involved"),
    _text("code", "stable code of the failure"),
    _text("message", "what happened, without secrets"),
    comment="every failure of an item, kept for ever",
    info={"kind": "ledger"},
)

metadata_corrections = sa.Table(
    "metadata_corrections",
    metadata,
    _serial(),
    _time("at", "when", nullable=False),
    sa.Column("abs_id", CleanText, nullable=False, index=True, comment="library item"),
    _text("field", "field changed"),
    sa.Column("old", Json, nullable=True, comment="value before"),
    sa.Column("new", Json, nullable=True, comment="value after"),
    _text("source", "provider, or import, or undo"),
    _text("confidence", "HIGH, MEDIUM, LOW"),
    _text("run_id", "Dagster run"),
    _time("undone_at", "when it was undone"),
    sa.Column(
        "state", CleanText, nullable=False, server_default="made", comment="intended, made, not_made or not_kept"
    ),
    _text("reason", "the rule behind it, and how the provider's book was known to be this one"),
    sa.Column("undoes", BigId, nullable=True, comment="the change that this one takes back"),
    comment="every change of metadata in Audiobookshelf",
    info={"kind": "ledger"},
)

enrichments = sa.Table(
    "enrichments",
    metadata,
    _key("abs_id", "library item"),
    _time("looked_at", "when providers were last asked for it", nullable=False),
    _text("outcome", "complete, filled, unmatched, nothing_new, failed or provider_trouble"),
    _flag("written", "changes were written to Audiobookshelf, not only shown"),
    sa.Column("before_percentage", sa.Float, nullable=False, server_default="0", comment="completeness before, 0-100"),
    sa.Column("after_percentage", sa.Float, nullable=False, server_default="0", comment="completeness after, 0-100"),
    comment="when the metadata of each item was last looked at, and what came of it",
    info={"kind": "ledger"},
)

provider_answers = sa.Table(
    "provider_answers",
    metadata,
    _key("provider", "provider"),
    _key("question", "kind of question: series, series_search, author, book, …"),
    _key("subject", "what was asked: an id or a text"),
    sa.Column("answer", Json, nullable=True, comment="normal form of the last good answer"),
    _time("answered_at", "age of that answer"),
    _time("asked_at", "last try", nullable=False),
    _text("outcome", "of the last try: ok, not_found, or the code of the error"),
    _text("problem", "what the last failed try said"),
    _count("failures", "failed tries since the last good answer"),
    comment="what each provider last said, and when",
    info={"kind": "ledger"},
)

provider_parking = sa.Table(
    "provider_parking",
    metadata,
    _key("provider", "service that asked us to stop"),
    _time("parked_until", "not before", nullable=False),
    _time("since", "when it said so", nullable=False),
    _text("reason", "what it said"),
    comment="services left alone for a while after a block",
    info={"kind": "ledger"},
)

preferences = sa.Table(
    "preferences",
    metadata,
    _key("kind", "ignored_book, ignored_series, wanted, priority, manual_match, excluded_match, series_identity"),
    _key("subject", "book_key, series_key or abs_id"),
    sa.Column("value", Json, nullable=True, comment="the person's word"),
    _text("note", "their note"),
    _time("set_at", "when", nullable=False),
    comment="a person's word; it always wins",
    info={"kind": "ledger"},
)

blocklist = sa.Table(
    "blocklist",
    metadata,
    _serial(),
    sa.Column("torrent_id", sa.BigInteger, nullable=True, index=True, comment="MAM torrent id"),
    _text("infohash", "info-hash"),
    _text("book_key", "for this book; blank for every book"),
    _text("code", "stable code of the reason"),
    _text("message", "what happened"),
    _time("at", "when", nullable=False),
    comment="releases that are not taken again",
    info={"kind": "ledger"},
)

searches = sa.Table(
    "searches",
    metadata,
    _key("book_key", "missing book"),
    _time("last_search_at", "last asked"),
    _time("next_search_at", "not before"),
    _count("fruitless", "searches in a row that found nothing acceptable"),
    _text("outcome", "found, nothing_acceptable, nothing_returned, or the code of an error"),
    _text("queries", "queries of the last search"),
    comment="when each missing book was and will be searched",
    info={"kind": "ledger"},
)

completion_history = sa.Table(
    "completion_history",
    metadata,
    sa.Column("taken_on", sa.Date, primary_key=True, comment="day, UTC"),
    _key("series_key", "series; blank for the whole library"),
    _count("books_owned", "owned"),
    _count("total_books", "total"),
    sa.Column("completion_percentage", sa.Float, nullable=True, comment="0 to 100"),
    comment="completion day by day",
    info={"kind": "ledger"},
)

notices = sa.Table(
    "notices",
    metadata,
    _key("cause", "stable name of the cause"),
    _time("first_at", "first seen", nullable=False),
    _time("last_at", "last seen", nullable=False),
    _time("sent_at", "last message about it"),
    _count("times", "times seen"),
    _text("message", "last message"),
    _time("told_at", "last message about it that got through"),
    _time("over_at", "since when it is over, while a person is still to be told so"),
    comment="one message per cause, not per tick",
    info={"kind": "ledger"},
)

spendings = sa.Table(
    "spendings",
    metadata,
    _serial(),
    _time("at", "when it was intended, before MAM was asked", nullable=False),
    _text("kind", "vip, upload or wedge"),
    _count("amount", "weeks of VIP, GB of upload credit, or wedges"),
    _count("points", "seedbonus that it costs; 0 for a wedge"),
    sa.Column(
        "torrent_id", sa.BigInteger, nullable=False, server_default="0", comment="MAM torrent of a wedge; 0: of none"
    ),
    _text("outcome", "intended (not known yet), made, refused or not_made"),
    _text("reason", "why it was bought"),
    _text("message", "what MAM said, or what the account showed afterwards"),
    _list("before", "the account's figures right before: seedbonus, wedges, uploaded_bytes, vip_until"),
    _time("settled_at", "when the outcome was known"),
    _text("run_id", "Dagster run; blank from the command line"),
    # Of one thing only one purchase at a time: as long as it is not known whether it was made, none follows it.
    sa.Index(
        "uq_spendings_intended",
        "kind",
        "torrent_id",
        unique=True,
        sqlite_where=sa.text("outcome = 'intended'"),
        postgresql_where=sa.text("outcome = 'intended'"),
    ),
    comment="bonus points and wedges spent, each noted before MAM is asked",
    info={"kind": "ledger"},
)
