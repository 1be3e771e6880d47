"""Alembic's entry: runs the migrations on the connection that ``store.upgrade`` gives, in its transaction."""

from __future__ import annotations

from alembic import context

from mam_assets.store.tables import metadata
from mam_assets.store.upgrade import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
