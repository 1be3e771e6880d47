"""The derived tables: what the library holds, what exists, what is missing and what is offered.

Revision 0001, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", comment=comment)


def _count(name: str, comment: str, kind: type[sa.Integer] = sa.Integer) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default="0", comment=comment)


def _flag(name: str, comment: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false(), comment=comment)


def upgrade() -> None:
    op.create_table(
        "books",
        sa.Column("abs_id", sa.Text, nullable=False, comment="Audiobookshelf item id"),
        _text("library_id", "Audiobookshelf library id"),
        _text("library_name", "name of that library"),
        _text("title", "title as Audiobookshelf has it"),
        _text("subtitle", "subtitle"),
        _text("author", "all authors, joined with ', '"),
        sa.Column("authors", JSON, nullable=False, comment="author names, in Audiobookshelf's order"),
        sa.Column("narrators", JSON, nullable=False, comment="narrator names"),
        sa.Column("series", JSON, nullable=False, comment="[{name, sequence, id}] of the expanded item"),
        _text("series_name", "first series' name"),
        _text("series_number", "first series' sequence, free text"),
        _text("asin", "Audible ASIN"),
        _text("isbn", "ISBN"),
        _text("language", "language as Audiobookshelf has it"),
        sa.Column("published_year", sa.Integer, nullable=True, comment="year of publication"),
        _text("publisher", "publisher"),
        _text("description", "description"),
        sa.Column("genres", JSON, nullable=False, comment="genres"),
        _count("duration_seconds", "length of the audio, s"),
        _count("size_bytes", "size of all files, bytes", sa.BigInteger),
        _count("num_audio_files", "audio files; 0 means an ebook or nothing"),
        _text("ebook_format", "format of the ebook, if it has one"),
        _flag("abridged", "Audiobookshelf says that it is abridged"),
        _flag("is_missing", "its files have vanished"),
        _flag("is_invalid", "Audiobookshelf cannot read it"),
        _flag("has_cover", "it has a cover"),
        _text("path", "folder on the Audiobookshelf server"),
        _text("rel_path", "folder below the library folder"),
        _text("problem", "why it takes no part in matching; blank when it does"),
        sa.Column("added_at", TIME, nullable=True, comment="when Audiobookshelf added it"),
        sa.Column("updated_at", TIME, nullable=True, comment="when Audiobookshelf last changed it"),
        sa.PrimaryKeyConstraint("abs_id", name="pk_books"),
        comment="library items, as of the last snapshot",
    )
    op.create_table(
        "series_entries",
        sa.Column(
            "series_key", sa.Text, nullable=False, comment="natural key of the series: normal name|normal author"
        ),
        sa.Column(
            "entry_key",
            sa.Text,
            nullable=False,
            comment="natural key of the entry in its series: position|normal title",
        ),
        _text("series_name", "name of the series"),
        _text("position", "position as text: '1', '0.5', '1-3', ''"),
        _text("book_key", "natural key of the work: normal author|normal title"),
        _text("work_id", "provider's work id, '<provider>:<id>'"),
        _text("title", "bare title"),
        _text("title_raw", "title as the provider prints it"),
        _text("subtitle", "subtitle"),
        _text("original_title", "title in the original language or first edition"),
        sa.Column("alternative_titles", JSON, nullable=False, comment="other titles of the same work"),
        sa.Column("authors", JSON, nullable=False, comment="author names"),
        _text("kind", "primary, secondary, omnibus, companion, part, translation"),
        sa.Column("year", sa.Integer, nullable=True, comment="year of first publication"),
        sa.Column("release_date", sa.Date, nullable=True, comment="date of the book"),
        sa.Column("audio_release_date", sa.Date, nullable=True, comment="date of the audiobook, where known"),
        _flag("to_be_published", "the provider says that it is not out yet"),
        _text("language", "language of the work"),
        _text("isbn", "ISBN"),
        _text("asin", "Audible ASIN"),
        sa.Column("has_audiobook", sa.Boolean, nullable=True, comment="whether an audiobook exists; null: not known"),
        sa.Column("runtime_seconds", sa.Integer, nullable=True, comment="length of the audiobook where known, s"),
        sa.Column("narrators", JSON, nullable=False, comment="narrators of the audiobook where known"),
        sa.Column(
            "places", JSON, nullable=False, comment="[{name, position, series_id}] of every series the work is in"
        ),
        sa.Column("provider_ids", JSON, nullable=False, comment="{provider: id}"),
        sa.Column("providers", JSON, nullable=False, comment="providers that list it, most trusted first"),
        _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
        _text("disagreement", "what the providers disagree on; blank when nothing"),
        _text("provider_series_id", "'<provider>:<id>' of the series this entry comes from"),
        sa.Column("fetched_at", TIME, nullable=True, comment="age of the answer behind it"),
        sa.Column(
            "series_aliases", JSON, nullable=False, comment="other names of the series, in the library or at providers"
        ),
        _count("ratings_count", "ratings at the provider: how well known the work is"),
        sa.PrimaryKeyConstraint("series_key", "entry_key", name="pk_series_entries"),
        comment="what exists: the works of each tracked series",
    )
    op.create_table(
        "ownership",
        sa.Column("series_key", sa.Text, nullable=False, comment="series"),
        sa.Column("entry_key", sa.Text, nullable=False, comment="entry in that series"),
        _text("book_key", "work"),
        _text("status", "owned, owned_abridged, missing, unreleased, no_audiobook, ignored, review, on_its_way"),
        _text("abs_id", "library item that is or covers it; blank when none"),
        _text("gate", "the rule that decided"),
        _text("evidence", "what that rule saw"),
        _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
        sa.PrimaryKeyConstraint("series_key", "entry_key", name="pk_ownership"),
        comment="the verdict on each series entry, with its reason",
    )
    op.create_table(
        "series",
        sa.Column(
            "series_key", sa.Text, nullable=False, comment="natural key of the series: normal name|normal author"
        ),
        _text("name", "name of the series"),
        _text("author", "its main author"),
        sa.Column("aliases", JSON, nullable=False, comment="other names it has in the library or at providers"),
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
        sa.Column(
            "completion_percentage", sa.Float, nullable=True, comment="owned / total, 0 to 100; null when not known"
        ),
        _text("catalogue_problem", "why the catalogue is old or absent; blank when it is well"),
        sa.Column("catalogue_fetched_at", TIME, nullable=True, comment="age of the catalogue"),
        sa.PrimaryKeyConstraint("series_key", name="pk_series"),
        comment="completion of each series",
    )
    op.create_table(
        "authors",
        sa.Column("author_key", sa.Text, nullable=False, comment="normal name"),
        _text("name", "name"),
        _text("provider_author_id", "'<provider>:<id>'"),
        _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
        _count("library_items", "library items by this author"),
        _count("total_books", "released works that can be had"),
        _count("books_owned", "of these, owned"),
        _count("books_missing", "of these, missing"),
        sa.Column(
            "completion_percentage", sa.Float, nullable=True, comment="owned / total, 0 to 100; null when not known"
        ),
        _text("catalogue_problem", "why the bibliography is old or absent"),
        sa.Column("catalogue_fetched_at", TIME, nullable=True, comment="age of the bibliography"),
        sa.PrimaryKeyConstraint("author_key", name="pk_authors"),
        comment="completion of each author",
    )
    op.create_table(
        "author_works",
        sa.Column("author_key", sa.Text, nullable=False, comment="author"),
        sa.Column("book_key", sa.Text, nullable=False, comment="natural key of the work"),
        _text("work_id", "provider's work id"),
        _text("title", "bare title"),
        _text("title_raw", "title as the provider prints it"),
        sa.Column("authors", JSON, nullable=False, comment="author names"),
        sa.Column(
            "places", JSON, nullable=False, comment="[{name, position, series_id}] of every series the work is in"
        ),
        _text("kind", "primary, omnibus, companion, …"),
        sa.Column("year", sa.Integer, nullable=True, comment="year of first publication"),
        _text("language", "language of the work"),
        sa.Column("has_audiobook", sa.Boolean, nullable=True, comment="whether an audiobook exists; null: not known"),
        _flag("in_tracked_series", "counted with its series, not here"),
        _text("status", "as in ownership.status"),
        _text("abs_id", "library item that is or covers it"),
        _text("gate", "the rule that decided"),
        _text("evidence", "what that rule saw"),
        _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
        sa.Column("fetched_at", TIME, nullable=True, comment="age of the answer behind it"),
        sa.PrimaryKeyConstraint("author_key", "book_key", name="pk_author_works"),
        comment="bibliographies of the tracked authors",
    )
    op.create_table(
        "missing_books",
        sa.Column("book_key", sa.Text, nullable=False, comment="natural key of the work: normal author|normal title"),
        _text("title", "title"),
        _text("subtitle", "subtitle"),
        _text("author", "authors, joined with ', '"),
        sa.Column("authors", JSON, nullable=False, comment="author names"),
        _text("series_key", "series it is missing from first; blank for an author's single book"),
        _text("series_name", "name of that series"),
        _text("series_number", "its position there"),
        sa.Column(
            "places", JSON, nullable=False, comment="[{name, position, series_id}] of every series it is missing from"
        ),
        sa.Column("series_titles", JSON, nullable=False, comment="titles of the other books of its series"),
        sa.Column("alternative_titles", JSON, nullable=False, comment="other titles of the same work"),
        _text("work_id", "provider's work id"),
        sa.Column("year", sa.Integer, nullable=True, comment="year of first publication"),
        sa.Column(
            "release_date", sa.Date, nullable=True, comment="date of the audiobook where known, else of the book"
        ),
        _text("language", "language wanted"),
        _text("isbn", "ISBN"),
        _text("asin", "Audible ASIN"),
        sa.Column(
            "expected_runtime_seconds", sa.Integer, nullable=True, comment="length of the audiobook where known, s"
        ),
        _text("reason_missing", "missing, unreleased, no_audiobook, ignored, review, on_its_way"),
        _text("evidence", "what says so"),
        _text("confidence", "HIGH, MEDIUM, LOW, UNMATCHED"),
        _count("priority", "lower is sooner: 100 series gap, 300 novella, 500 author gap; a person's word overrides"),
        sa.Column("identified_date", TIME, nullable=True, comment="when the gap was first seen"),
        sa.PrimaryKeyConstraint("book_key", name="pk_missing_books"),
        comment="books that tracked series and authors have and the library lacks",
    )
    op.create_table(
        "candidates",
        sa.Column("book_key", sa.Text, nullable=False, comment="missing book"),
        sa.Column("torrent_id", sa.BigInteger, autoincrement=False, nullable=False, comment="MAM torrent id"),
        _flag("accepted", "no rule refuses it"),
        _count("rank", "1 is the best accepted one; 0 for rejected ones"),
        _text("decided_by", "the comparison that decided its rank"),
        sa.Column("rejections", JSON, nullable=False, comment="[{code, got, wanted, permanent}]"),
        _text("title", "title of the release"),
        _text("author", "its authors"),
        _text("narrator", "its narrators"),
        _text("series", "its series and numbers"),
        _text("filetype", "its formats"),
        _text("language_code", "its language"),
        _count("size_bytes", "its size, bytes", sa.BigInteger),
        _count("seeders", "seeders when it was searched"),
        _flag("is_free", "free for this account"),
        sa.Column("release", JSON, nullable=False, comment="the whole release, for the grab"),
        sa.Column("searched_at", TIME, nullable=True, comment="when MAM was asked"),
        sa.PrimaryKeyConstraint("book_key", "torrent_id", name="pk_candidates"),
        comment="releases judged for missing books, with every reason",
    )


def downgrade() -> None:
    for table in (
        "candidates",
        "missing_books",
        "author_works",
        "authors",
        "series",
        "ownership",
        "series_entries",
        "books",
    ):
        op.drop_table(table)
