"""`mam-assets accept`."""

import sqlalchemy as sa

from mam_assets.domain.model.download import DownloadState
from mam_assets.store.ledgers import downloads
from tests.support.command_line import NOW, run


def test_a_blocked_import_goes_ahead_with_the_named_files(filled: sa.Engine) -> None:
    downloads.step(filled, NOW, 1, expected=DownloadState.PROPOSED, to=DownloadState.IMPORT_BLOCKED, reason="two books")
    status, text = run("accept", "1", "--file", "Book 6", "--file", "Extra.m4b")
    assert (status, "will be imported as it is" in text) == (0, True)
    row = downloads.get(filled, 1)
    assert row.status is DownloadState.COMPLETED
    assert (row.import_options.accept, row.import_options.files) == (True, ("Book 6", "Extra.m4b"))


def test_what_is_not_blocked_cannot_be_accepted(filled: sa.Engine) -> None:
    assert run("accept", "1")[0] == 1
    assert downloads.get(filled, 1).status is DownloadState.PROPOSED
