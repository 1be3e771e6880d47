"""What a row of a derived table holds, as a hash, and how often each of these tables was changed.

Revision 0013, after 0012. The hashes are filled as the tables are next written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DERIVED = (
    "books",
    "series_entries",
    "ownership",
    "series",
    "authors",
    "author_works",
    "missing_books",
    "candidates",
    "top10_releases",
)


def upgrade() -> None:
    for table in DERIVED:
        op.add_column(
            table,
            sa.Column(
                "content_hash", sa.BigInteger, nullable=True, comment="hash of the other columns; null: not known"
            ),
        )
    op.create_table(
        "table_versions",
        sa.Column("table_name", sa.Text, nullable=False, comment="derived table"),
        sa.Column("version", sa.BigInteger, nullable=False, comment="how often it was changed"),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_table_versions")),
        comment="counts the changes of each derived table, so that whoever computed one against an older state notices",
    )


def downgrade() -> None:
    op.drop_table("table_versions")
    for table in DERIVED:
        op.drop_column(table, "content_hash")
