"""One run of the import serves also what finishes while it runs.

A run takes seconds to start, and only one is open at a time: downloads that finish a moment later than the first would
otherwise wait for the end of that run, the next look of the sensor and the start of another.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from resources.errors import ServiceError

from ..protocols import LibraryServer, TorrentLister
from ..task_run import Tally
from .results import Imports
from .run import import_downloads
from .target import ImportSettings

Look = Callable[[], object]
"""A tick of the reconciler: marks what is complete by now. Raises ServiceError."""


def import_rounds(
    engine: sa.Engine,
    qbittorrent: TorrentLister,
    library: LibraryServer,
    settings: ImportSettings,
    look: Look,
    tally: Tally,
) -> Imports:
    """Look, import every finished download, and go on as long as a round brought something in.

    What failed in one round rests until its time. A qBittorrent that cannot be asked ends the run after what is known
    to be finished.
    """
    whole = Imports()
    more = True
    while more:
        more = _look(look, tally)
        done = import_downloads(engine, qbittorrent, library, settings, tally)
        whole.add(done)
        more = more and bool(done.imported)
    tally.figures.update(whole.figures())
    return whole


def _look(look: Look, tally: Tally) -> bool:
    try:
        look()
    except ServiceError as error:
        tally.fail_by("qBittorrent", error)
        return False
    return True
