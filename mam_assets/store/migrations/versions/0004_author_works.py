"""Works of authors keep what a search for them needs, and who lists them.

Revision 0004, after 0003.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", comment=comment)


def _added() -> list[sa.Column[Any]]:
    return [
        _text("isbn", "ISBN"),
        _text("asin", "Audible ASIN"),
        sa.Column(
            "release_date", sa.Date, nullable=True, comment="date of the audiobook where known, else of the book"
        ),
        sa.Column("runtime_seconds", sa.Integer, nullable=True, comment="length of the audiobook where known, s"),
        _text("providers", "providers that list it, joined with ', '"),
    ]


def upgrade() -> None:
    for column in _added():
        op.add_column("author_works", column)


def downgrade() -> None:
    for column in reversed(_added()):
        op.drop_column("author_works", column.name)
