"""What is snatched most on MAM, as last listed.

Revision 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", comment=comment)


def _count(name: str, comment: str, kind: type[sa.Integer] = sa.Integer) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default="0", comment=comment)


def upgrade() -> None:
    op.create_table(
        "top10_releases",
        sa.Column(
            "list_name", sa.Text, nullable=False, comment="the list: a MAM category, or 'Audiobooks' for all of them"
        ),
        sa.Column("torrent_id", sa.BigInteger, nullable=False, autoincrement=False, comment="MAM torrent id"),
        _count("rank", "1 is the most snatched of the list"),
        _text("title", "title of the release"),
        _text("author", "its authors"),
        _text("narrator", "its narrators"),
        _text("series", "its series and numbers"),
        _text("category", "its MAM category"),
        _text("filetype", "its formats"),
        _text("language_code", "its language"),
        _count("size_bytes", "its size, bytes", sa.BigInteger),
        _count("seeders", "seeders when it was listed"),
        _count("snatches", "times it was snatched when it was listed"),
        sa.Column("added_at", TIME, nullable=True, comment="when it was uploaded"),
        _text("status", "owned, owned_abridged, on_its_way, missing, review, ignored, new"),
        _text("evidence", "what says so"),
        _text("abs_id", "library item that is or covers it; blank when none"),
        _text("book_key", "missing book that it is; blank when none"),
        sa.Column(
            "accepted", sa.Boolean, nullable=False, server_default=sa.false(), comment="no release rule refuses it"
        ),
        sa.Column("rejections", JSON, nullable=False, comment="[{code, got, wanted, permanent}]"),
        _text("free_by", "what makes it free for this account; blank when it costs ratio"),
        sa.Column("listed_at", TIME, nullable=True, comment="when MAM was asked"),
        sa.PrimaryKeyConstraint("list_name", "torrent_id", name=op.f("pk_top10_releases")),
        comment="what is snatched most on MAM, for people to look at",
    )


def downgrade() -> None:
    op.drop_table("top10_releases")
