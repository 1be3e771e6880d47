"""Books that Audiobookshelf lists twice.

Its scan and its own watcher do not know of each other: the watcher looks some ten seconds after the last new file, and
where a scan takes longer than that (many files, a slow disk, a large library), both take the same new folder for a book
that is not there yet. The next scan finds but one of the two again and calls the other missing. So after a slow scan
the watcher is waited for, and a second listing of the folder that we have just filled is taken off the list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from mam_assets.domain.figures import ImportFigure
from resources.errors import AuthError, NotFound, Refused

from ..protocols import LibraryServer
from ..task_run import Tally
from .results import Listing, Placement
from .target import LibraryTarget

SLOW = 5.0  # seconds of waiting from which on the watcher may have come in between
PATIENCE = 60.0
PAUSE = 2.0
BORN_TOGETHER = timedelta(minutes=5)  # what was listed longer before is not of this import


def remove_duplicates(
    library: LibraryServer,
    target: LibraryTarget,
    placements: Sequence[Placement],
    listing: Listing,
    sleep: Callable[[float], None],
    tally: Tally,
) -> None:
    """Wait until nobody looks through the library any more, then take second listings off. Raises ServiceError.

    The items of ``listing`` stay. No file is touched. A user who may not do it is told. It comes before the books count
    as imported: killed here, the next run does it again.
    """
    waited = 0.0
    try:
        while not library.is_quiet(target.library_id) and waited < PATIENCE:
            sleep(PAUSE)
            waited += PAUSE
    except (AuthError, Refused) as error:
        tally.fail_by("Audiobookshelf", error)
        return
    for book in placements:
        if not (ours := listing.items.get(book.download.id)):
            continue
        items = library.listed_at(target.library_id, book.rel_path, folder_id=target.folder_id)
        born = next((item.added_at for item in items if item.abs_id == ours), None)
        for item in items:
            if item.abs_id == ours or not born or not item.added_at or abs(item.added_at - born) > BORN_TOGETHER:
                continue
            try:
                library.forget(item.abs_id)
            except NotFound:
                continue
            except (AuthError, Refused) as error:
                tally.fail(book.download.title, "listed_twice", f"Audiobookshelf lists it twice: {error.message}")
                continue
            removed = int(tally.figures.get(ImportFigure.SECOND_LISTINGS_REMOVED, 0))
            tally.figures[ImportFigure.SECOND_LISTINGS_REMOVED] = removed + 1
