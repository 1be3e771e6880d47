"""The settings and the store, opened for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mam_assets.settings import Settings, load_settings

from .output import plain_errors

if TYPE_CHECKING:
    import sqlalchemy as sa


@contextmanager
def open_store() -> Iterator[tuple[Settings, sa.Engine]]:
    """The settings and the store, migrated to this version. Errors end the program as in ``plain_errors``."""
    from mam_assets.store.engine import open_engine
    from mam_assets.store.upgrade import upgrade

    with plain_errors():
        settings = load_settings()
        engine = open_engine(settings.store_url)
        upgrade(engine)
        try:
            yield settings, engine
        finally:
            engine.dispose()
