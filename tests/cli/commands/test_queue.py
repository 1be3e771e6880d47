"""`mam-assets queue`."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from mam_assets.clients import open_mam
from mam_assets.domain.model.download import DownloadState
from mam_assets.settings import load_policy, load_settings
from mam_assets.store.ledgers import downloads
from resources.errors import AuthError
from tests.support.command_line import NOW, run


def test_what_is_abandoned_is_listed_with_all_only(filled: sa.Engine) -> None:
    assert "proposed" in run("queue")[1]
    downloads.step(filled, NOW, 1, expected=DownloadState.PROPOSED, to=DownloadState.ABANDONED)
    assert "The queue is empty." in run("queue")[1]
    assert "abandoned" in run("queue", "--all")[1]


def test_the_queue_says_that_mam_is_paused(filled: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAM_ID", "s3cr3t")
    assert "paused" not in run("queue")[1]
    run("approve", "1")
    settings = load_settings()
    client = open_mam(settings, load_policy(settings))
    client.backoff.start(AuthError("mam", "refuses the session"), timedelta(minutes=30))
    text = run("queue")[1]
    assert "MAM requests are paused until" in text
    assert "refuses the session" in text
    client.backoff.end()
    assert "paused" not in run("queue")[1]
