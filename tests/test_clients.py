"""Clients are built in one place: as the settings and the policy say, whoever asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mam_assets.clients import (
    open_audiobookshelf,
    open_catalogue_providers,
    open_mam,
    open_metadata_providers,
    open_notifier,
    open_qbittorrent,
)
from mam_assets.policy import CatalogueSection, EnrichmentSection, Policy, SearchSection
from mam_assets.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings are those that a test gives, whatever a longer-lived fixture has put into the environment."""
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)


def settings(folder: Path, **variables: str) -> Settings:
    return Settings.model_validate({"MAM_STATE_DIR": folder, **variables})


def pace(session: Any) -> float:
    """Requests a minute that a session allows."""
    (rate,) = session.limiter.bucket_factory.rates
    return float(rate.limit * 60_000 / rate.interval)


@pytest.mark.parametrize(
    ("opened", "given", "missing"),
    [
        (open_audiobookshelf, {"ABS_URL": "http://127.0.0.1:9"}, ["ABS_TOKEN"]),
        (open_audiobookshelf, {}, ["ABS_URL", "ABS_TOKEN"]),
        (open_qbittorrent, {"MAM_ID": "x"}, ["QB_HOST"]),
        (open_qbittorrent, {"QB_HOST": "127.0.0.1", "QB_USERNAME": "admin"}, ["QB_PASSWORD"]),
        (lambda made: open_mam(made, Policy()), {"QB_HOST": "127.0.0.1"}, ["MAM_ID"]),
    ],
)
def test_what_is_not_set_is_an_error_that_names_it(
    tmp_path: Path, opened: Any, given: dict[str, str], missing: list[str]
) -> None:
    with pytest.raises(SettingsError) as failed:
        opened(settings(tmp_path, **given))
    assert [problem.split()[0] for problem in failed.value.problems] == missing


def test_mam_is_asked_at_the_policys_pace(tmp_path: Path) -> None:
    policy = Policy(search=SearchSection(seconds_between_requests=1.2))
    session: Any = open_mam(settings(tmp_path, MAM_ID="x"), policy)._wire._session
    assert (session.jitter, pace(session)) == (0.6, pytest.approx(50))


def test_catalogue_providers_stand_in_the_policys_order_and_say_why_they_are_off(tmp_path: Path) -> None:
    names = ("audible", "hardcover", "libex", "goodreads", "audible")
    policy = Policy(catalogue=CatalogueSection(providers=names, timeout_seconds=3))
    without = open_catalogue_providers(settings(tmp_path), policy)
    assert [provider.name for provider in without.on] == ["audible", "goodreads"]
    assert without.off == {"hardcover": "HARDCOVER_TOKEN is not set", "libex": "there is no such provider"}
    on = open_catalogue_providers(settings(tmp_path, HARDCOVER_TOKEN="t"), policy).on
    assert [provider.name for provider in on] == ["audible", "hardcover", "goodreads"]
    session: Any = on[0]._session  # type: ignore[attr-defined]
    assert (session.timeout, session.jitter, pace(session)) == ((3, 3), 0.5, pytest.approx(30))


def test_metadata_providers_stand_in_the_policys_order_and_custom_ones_at_the_end(tmp_path: Path) -> None:
    catalogue = CatalogueSection(custom={"audioteka": "http://127.0.0.1:9"}, region="de")
    policy = Policy(catalogue=catalogue, enrichment=EnrichmentSection(providers=("google_books", "audnexus", "nobody")))
    on, off = open_metadata_providers(settings(tmp_path), policy)
    assert [provider.name for provider in on] == ["audnexus", "audioteka"]
    assert off == {"google_books": "GOOGLE_BOOKS_API_KEY is not set", "nobody": "there is no such provider"}
    on, off = open_metadata_providers(settings(tmp_path, GOOGLE_BOOKS_API_KEY="k"), policy)
    assert [provider.name for provider in on] == ["google_books", "audnexus", "audioteka"]


@pytest.mark.parametrize(("catalogue", "enrichment", "expected"), [(10, 20, 10), (30, 20, 20)])
def test_for_metadata_audible_is_asked_no_faster_than_for_the_catalogue(
    tmp_path: Path, catalogue: float, enrichment: float, expected: float
) -> None:
    policy = Policy(
        catalogue=CatalogueSection(audible_per_minute=catalogue),
        enrichment=EnrichmentSection(providers=("audible",), requests_per_minute=enrichment),
    )
    (audible,) = open_metadata_providers(settings(tmp_path), policy).on
    assert pace(audible._session) == pytest.approx(expected)  # type: ignore[attr-defined]


def test_without_addresses_nobody_is_told(tmp_path: Path) -> None:
    assert open_notifier(settings(tmp_path)).send("title", "body") is False
    assert "secret" not in repr(open_notifier(settings(tmp_path, NOTIFY_URLS="json://127.0.0.1:9/secret")))
