"""Rows of the ledger of downloads, written as they are: for what the ledger's own steps would not let happen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mam_assets.store.tables import ACTIVE_STATES, download_books, downloads


def insert_download(engine: sa.Engine, now: datetime, status: str, book_key: str, **values: Any) -> int:
    """A download in that state, with one book. ``values``: other columns of ``downloads`` or ``download_books``."""
    of_book = {name: values.pop(name) for name in list(values) if name in download_books.c}
    row = {"release": {}, "created_at": now, "updated_at": now, "download_status": status, **values}
    book = {"position": 0, "wanted": {}, "book_key": book_key, "active": status in ACTIVE_STATES, **of_book}
    with engine.begin() as connection:
        made = connection.execute(sa.insert(downloads).values(row).returning(downloads.c.id)).scalar_one()
        connection.execute(sa.insert(download_books).values(download_id=made, **book))
    return int(made)
