"""The services that are left alone are called backoffs, and say by which error.

Revision 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "backoffs",
        sa.Column("service", sa.Text, nullable=False, comment="service that is left alone"),
        sa.Column("until", TIME, nullable=False, comment="not asked before"),
        sa.Column("since", TIME, nullable=False, comment="when it began"),
        sa.Column("code", sa.Text, nullable=False, server_default="", comment="of the error that began it"),
        sa.Column("reason", sa.Text, nullable=False, server_default="", comment="what the service said"),
        sa.PrimaryKeyConstraint("service", name="pk_backoffs"),
        comment="services left alone for a while after trouble",
    )
    op.execute(
        "INSERT INTO backoffs (service, until, since, code, reason) "
        "SELECT provider, parked_until, since, '', reason FROM provider_parking"
    )
    op.drop_table("provider_parking")


def downgrade() -> None:
    op.create_table(
        "provider_parking",
        sa.Column("provider", sa.Text, nullable=False, comment="service that asked us to stop"),
        sa.Column("parked_until", TIME, nullable=False, comment="not before"),
        sa.Column("since", TIME, nullable=False, comment="when it said so"),
        sa.Column("reason", sa.Text, nullable=False, server_default="", comment="what it said"),
        sa.PrimaryKeyConstraint("provider", name="pk_provider_parking"),
        comment="services left alone for a while after a block",
    )
    op.execute(
        "INSERT INTO provider_parking (provider, parked_until, since, reason) "
        "SELECT service, until, since, reason FROM backoffs"
    )
    op.drop_table("backoffs")
