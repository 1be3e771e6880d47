"""Whether a message got through, and which end of a cause is still to be told.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
COLUMNS = {
    "told_at": "last message about it that got through",
    "over_at": "since when it is over, while a person is still to be told so",
}


def upgrade() -> None:
    for name, comment in COLUMNS.items():
        op.add_column("notices", sa.Column(name, TIME, nullable=True, comment=comment))
    op.execute("UPDATE notices SET told_at = sent_at")


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("notices", name)
