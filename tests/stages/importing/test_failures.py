"""What is done about each error of an import."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mam_assets.domain.acquisition import AcquisitionPolicy, Download, DownloadBook
from mam_assets.domain.importing import ImportBlocked
from mam_assets.domain.naming import TemplateError
from mam_assets.files.linking import CannotLink, DiskFull
from mam_assets.stages.importing.failures import NotReady, Remedy, TryAgain, failure_of, next_try
from mam_assets.store.ledgers.downloads import StaleStep
from resources.errors import Unavailable

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DOWNLOAD = Download(1, (DownloadBook("b"),), "T")


@pytest.mark.parametrize(
    ("error", "remedy", "code", "service"),
    [
        (ImportBlocked("no_audio", "m", "a"), Remedy.PERSON, "no_audio", ""),
        (CannotLink("c"), Remedy.PERSON, "cannot_link", ""),
        (TemplateError("t"), Remedy.PERSON, "template", ""),
        (TryAgain("not_shown", "m", "a"), Remedy.RETRY, "not_shown", ""),
        (PermissionError(13, "Permission denied", "/x"), Remedy.RETRY, "file_system", ""),
        (DiskFull("no room"), Remedy.WAIT, "disk_full", ""),
        (Unavailable("audiobookshelf", "down"), Remedy.WAIT, Unavailable("audiobookshelf", "down").code,
         "audiobookshelf"),
    ],
)  # fmt: skip
def test_each_error_has_its_remedy(error: Exception, remedy: Remedy, code: str, service: str) -> None:
    failure = failure_of(error)
    assert failure is not None
    assert (failure.remedy, failure.code, failure.service) == (remedy, code, service)


def test_what_the_next_tick_decides_is_no_failure() -> None:
    assert failure_of(NotReady("checking")) is None
    assert failure_of(StaleStep(1, "importing", "failed")) is None


def test_an_error_of_the_program_itself_is_not_swallowed() -> None:
    with pytest.raises(KeyError):
        failure_of(KeyError("x"))


def test_a_retry_waits_longer_each_time_and_an_outage_as_long_as_the_book_has_waited() -> None:
    policy = AcquisitionPolicy(retry_pause=timedelta(minutes=15))
    retry, outage = failure_of(TryAgain("not_shown", "m", "a")), failure_of(DiskFull("full"))
    assert retry is not None
    assert outage is not None
    pauses = [next_try(retry, replace(DOWNLOAD, retry_count=n), NOW, policy, 0.0) - NOW for n in range(3)]
    assert pauses == [timedelta(minutes=minutes) for minutes in (15, 30, 60)]
    waited = [timedelta(0), timedelta(minutes=4), timedelta(days=1)]
    rests = [next_try(outage, replace(DOWNLOAD, completed_at=NOW - span), NOW, policy, 0.0) - NOW for span in waited]
    assert rests == [timedelta(minutes=minutes) for minutes in (1, 4, 15)]
    assert next_try(outage, DOWNLOAD, NOW, policy, 0.0) - NOW == timedelta(minutes=15), "nobody knows since when"
