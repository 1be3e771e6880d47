"""`mam-assets approve`."""

import sqlalchemy as sa

from mam_assets.store.ledgers import downloads
from tests.support.command_line import run


def test_approve_lets_a_proposed_download_go_ahead(filled: sa.Engine) -> None:
    assert run("approve")[0] == 2
    status, text = run("approve", "1")
    assert status == 0
    assert "is queued" in text
    assert [row.status.value for row in downloads.active(filled)] == ["queued"]
    assert "does not wait for approval" in run("approve", "1")[1]


def test_everything_that_waits_is_approved_at_once(filled: sa.Engine) -> None:
    assert run("approve", "--all")[0] == 0
    assert [row.status.value for row in downloads.active(filled)] == ["queued"]
    assert run("approve", "--all")[0] == 0  # nothing is left, and that is no error
