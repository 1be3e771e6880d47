"""Changes of metadata are noted before they are made, and each item remembers when it was looked at.

Revision 0003, after 0002.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _added() -> list[sa.Column[Any]]:
    return [
        sa.Column(
            "state", sa.Text, nullable=False, server_default="made", comment="intended, made, not_made or not_kept"
        ),
        sa.Column(
            "reason",
            sa.Text,
            nullable=False,
            server_default="",
            comment="the rule behind it, and how the provider's book was known to be this one",
        ),
        sa.Column("undoes", BIG_ID, nullable=True, comment="the change that this one takes back"),
    ]


def _percentage(name: str, comment: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=False, server_default="0", comment=comment)


def upgrade() -> None:
    for column in _added():
        op.add_column("metadata_corrections", column)
    op.create_table(
        "enrichments",
        sa.Column("abs_id", sa.Text, nullable=False, comment="library item"),
        sa.Column(
            "looked_at", sa.DateTime(timezone=True), nullable=False, comment="when providers were last asked for it"
        ),
        sa.Column(
            "outcome",
            sa.Text,
            nullable=False,
            server_default="",
            comment="complete, filled, unmatched, nothing_new, failed or provider_trouble",
        ),
        sa.Column(
            "written",
            sa.Boolean,
            nullable=False,
            server_default=sa.false(),
            comment="changes were written to Audiobookshelf, not only shown",
        ),
        _percentage("before_percentage", "completeness before, 0-100"),
        _percentage("after_percentage", "completeness after, 0-100"),
        sa.PrimaryKeyConstraint("abs_id", name="pk_enrichments"),
        comment="when the metadata of each item was last looked at, and what came of it",
    )


def downgrade() -> None:
    op.drop_table("enrichments")
    for column in reversed(_added()):
        op.drop_column("metadata_corrections", column.name)
