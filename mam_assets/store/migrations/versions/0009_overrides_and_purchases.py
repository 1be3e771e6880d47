"""The tables of overrides and of purchases are called so.

Revision 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OVERRIDES = "a person's overrides; they win over every rule"
VALUE = "what was decided"
OLD_OVERRIDES = "a person's word; it always wins"
OLD_VALUE = "the person's word"


def upgrade() -> None:
    _rename("preferences", "overrides")
    _comment("overrides", OVERRIDES, VALUE)
    op.drop_index("uq_spendings_intended", "spendings")
    _rename("spendings", "purchases")
    _index_intended("uq_purchases_intended", "purchases")
    if _is_postgresql():
        op.execute("ALTER SEQUENCE spendings_id_seq RENAME TO purchases_id_seq")


def downgrade() -> None:
    _rename("overrides", "preferences")
    _comment("preferences", OLD_OVERRIDES, OLD_VALUE)
    op.drop_index("uq_purchases_intended", "purchases")
    _rename("purchases", "spendings")
    _index_intended("uq_spendings_intended", "spendings")
    if _is_postgresql():
        op.execute("ALTER SEQUENCE purchases_id_seq RENAME TO spendings_id_seq")


def _rename(old: str, new: str) -> None:
    op.rename_table(old, new)
    if _is_postgresql():  # SQLite cannot rename a constraint, and nothing there asks for its name
        op.execute(f"ALTER TABLE {new} RENAME CONSTRAINT pk_{old} TO pk_{new}")


def _comment(table: str, text: str, value: str) -> None:
    if _is_postgresql():  # SQLite keeps no comments
        op.create_table_comment(table, text)
        op.alter_column(table, "value", comment=value)


def _index_intended(name: str, table: str) -> None:
    intended = sa.text("outcome = 'intended'")
    op.create_index(name, table, ["kind", "torrent_id"], unique=True, sqlite_where=intended, postgresql_where=intended)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
