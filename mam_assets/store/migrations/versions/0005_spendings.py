"""What is bought on the tracker with bonus points and wedges.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", comment=comment)


def _count(name: str, comment: str, kind: type[sa.Integer] = sa.Integer) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default="0", comment=comment)


def upgrade() -> None:
    op.create_table(
        "spendings",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="running number"),
        sa.Column("at", TIME, nullable=False, comment="when it was intended, before MAM was asked"),
        _text("kind", "vip, upload or wedge"),
        _count("amount", "weeks of VIP, GB of upload credit, or wedges"),
        _count("points", "seedbonus that it costs; 0 for a wedge"),
        _count("torrent_id", "MAM torrent of a wedge; 0: of none", sa.BigInteger),
        _text("outcome", "intended (not known yet), made, refused or not_made"),
        _text("reason", "why it was bought"),
        _text("message", "what MAM said, or what the account showed afterwards"),
        sa.Column(
            "before",
            JSON,
            nullable=False,
            comment="the account's figures right before: seedbonus, wedges, uploaded_bytes, vip_until",
        ),
        sa.Column("settled_at", TIME, nullable=True, comment="when the outcome was known"),
        _text("run_id", "Dagster run; blank from the command line"),
        sa.PrimaryKeyConstraint("id", name="pk_spendings"),
        comment="bonus points and wedges spent, each noted before MAM is asked",
    )
    open_ones = sa.text("outcome = 'intended'")
    op.create_index(
        "uq_spendings_intended",
        "spendings",
        ["kind", "torrent_id"],
        unique=True,
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )


def downgrade() -> None:
    op.drop_table("spendings")
