"""The books of a download in a table of their own: a download may bring several.

What a download had of its only book moves there: its key, what was wanted and how far its import has come. "One active
download per book" is kept there too, by a flag that follows the download's state.

Revision 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIVE = (
    "download_status in ('proposed', 'queued', 'submitted', 'downloading', 'stalled', 'completed', 'importing', "
    "'import_blocked')"
)
MOVED = ("book_key", "wanted", "abs_import_status", "abs_item_id", "target_path")
COMMENTS = {
    "book_key": "missing book; blank for a title brought by hand",
    "abs_import_status": "blank, staged, placed, scanned, confirmed, blocked",
    "abs_item_id": "Audiobookshelf item that it became",
    "target_path": "folder in the library, as this program sees it",
}
WANTED = "the wanted book, for verification and naming"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", comment=COMMENTS[name])


def upgrade() -> None:
    op.create_table(
        "download_books",
        sa.Column("download_id", BIG_ID, nullable=False, comment="download"),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False, comment="place among its books, from 0"),
        _text("book_key"),
        sa.Column("wanted", JSON, nullable=False, comment=WANTED),
        sa.Column(
            "active", sa.Boolean, nullable=False, server_default=sa.false(), comment="whether its download is active"
        ),
        _text("abs_import_status"),
        _text("abs_item_id"),
        _text("target_path"),
        sa.PrimaryKeyConstraint("download_id", "position", name="pk_download_books"),
        sa.ForeignKeyConstraint(["download_id"], ["downloads.id"], name="fk_download_books_download_id"),
        comment="the books that each download brings",
    )
    op.create_index("ix_download_books_book_key", "download_books", ["book_key"])
    columns = ", ".join(MOVED)
    op.execute(
        f"INSERT INTO download_books (download_id, position, active, {columns}) "
        f"SELECT id, 0, {ACTIVE}, {columns} FROM downloads"
    )
    only = sa.text("active and book_key <> ''")
    op.create_index(
        "uq_download_books_active_book",
        "download_books",
        ["book_key"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )
    op.drop_index("uq_downloads_active_book", "downloads")
    for name in MOVED:
        op.drop_column("downloads", name)


def downgrade() -> None:
    """Of a download with several books only the first stays."""
    for name in MOVED:
        column = sa.Column("wanted", JSON, nullable=False, server_default="{}", comment=WANTED)
        op.add_column("downloads", column if name == "wanted" else _text(name))
    first = "SELECT {} FROM download_books WHERE download_id = downloads.id AND position = 0"
    sets = ", ".join(f"{name} = ({first.format(name)})" for name in MOVED)
    op.execute(f"UPDATE downloads SET {sets} WHERE EXISTS ({first.format('1')})")
    op.drop_table("download_books")
    only = sa.text(f"{ACTIVE} and book_key <> ''")
    op.create_index(
        "uq_downloads_active_book", "downloads", ["book_key"], unique=True, sqlite_where=only, postgresql_where=only
    )
