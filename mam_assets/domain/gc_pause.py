"""No search for garbage while very many small objects are made that all live to the end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause Python's cycle collector: over a library of 100,000 items it takes a third of the time and finds nothing.

    Nothing that runs inside may leave cycles behind. Nested uses are fine; the collector is on again after the last.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
