"""`mam-assets retry`."""

import sqlalchemy as sa

from mam_assets.domain.model.download import DownloadState
from mam_assets.store.ledgers import downloads
from tests.support.command_line import NOW, run


def test_a_blocked_import_is_tried_again(filled: sa.Engine) -> None:
    downloads.step(filled, NOW, 1, expected=DownloadState.PROPOSED, to=DownloadState.IMPORT_BLOCKED, reason="two books")
    status, text = run("retry", "1")
    assert (status, "Light Bringer is completed again" in text) == (0, True)
    assert downloads.get(filled, 1).status is DownloadState.COMPLETED


def test_retry_of_what_cannot_be_retried_is_a_sentence(filled: sa.Engine) -> None:
    status, text = run("retry", "99")
    assert status == 1
    assert "there is no download 99" in text
    assert run("retry", "1")[0] == 1  # it waits for approval
