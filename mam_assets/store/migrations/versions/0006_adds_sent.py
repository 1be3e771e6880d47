"""When an add was sent to qBittorrent, and when an absence was last seen.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
COLUMNS = {
    "add_sent_at": "when an add of its torrent was last sent to qBittorrent, by this download or another",
    "missing_seen_at": "when that was last seen",
}


def upgrade() -> None:
    for name, comment in COLUMNS.items():
        op.add_column("downloads", sa.Column(name, TIME, nullable=True, comment=comment))
    op.execute("UPDATE downloads SET add_sent_at = submitted_at")


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("downloads", name)
