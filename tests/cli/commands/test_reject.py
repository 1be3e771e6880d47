"""`mam-assets reject`."""

import sqlalchemy as sa

from mam_assets.domain.model.download import DownloadState
from mam_assets.store.ledgers import blocklist, downloads
from tests.support.command_line import NOW, run


def test_a_rejected_release_is_not_tried_again(filled: sa.Engine) -> None:
    downloads.step(filled, NOW, 1, expected=DownloadState.PROPOSED, to=DownloadState.IMPORT_BLOCKED, reason="two books")
    status, text = run("reject", "1")
    assert (status, "will not be tried again" in text) == (0, True)
    assert downloads.get(filled, 1).status is DownloadState.FAILED
    assert [blocked.torrent_id for blocked in blocklist.everything(filled)] == [7]


def test_what_is_unknown_cannot_be_rejected(filled: sa.Engine) -> None:
    status, text = run("reject", "99")
    assert status == 1
    assert "there is no download 99" in text
