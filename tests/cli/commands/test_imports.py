"""`mam-assets imports`."""

import sqlalchemy as sa

from mam_assets.domain.model.download import DownloadState
from mam_assets.store.ledgers import downloads
from tests.support.command_line import KEY, NOW, run


def test_files_of_a_torrent_with_several_books_are_mapped(filled: sa.Engine) -> None:
    assert run("imports", "map", "1", "no pair")[0] == 2
    downloads.step(filled, NOW, 1, expected=DownloadState.PROPOSED, to=DownloadState.IMPORT_BLOCKED, reason="two books")
    status, text = run("imports", "map", "1", f"{KEY}=Red Rising 6")
    assert (status, "1 book will be imported" in text) == (0, True)
    row = downloads.get(filled, 1)
    assert (row.status, row.import_options.files) == (DownloadState.COMPLETED, ("Red Rising 6",))


def test_the_undo_of_what_was_never_imported_is_a_sentence(filled: sa.Engine) -> None:
    status, text = run("imports", "undo", "99")
    assert status == 1
    assert "there is no download 99" in text
