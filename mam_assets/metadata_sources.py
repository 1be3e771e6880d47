"""The metadata providers that the settings and the policy name, for what runs outside Dagster."""

from __future__ import annotations

from mam_assets.policy import Policy
from mam_assets.settings import Settings
from resources.metadata import Addresses, metadata_providers
from resources.providers import MetadataProvider


def open_providers(settings: Settings, policy: Policy) -> tuple[list[MetadataProvider], dict[str, str]]:
    """The providers in the policy's order, and those that are off with why."""
    addresses = Addresses(
        audible=settings.audible_url,
        audnexus=settings.audnexus_url,
        google_books=settings.google_books_url,
        google_books_key=settings.google_books_api_key.get_secret_value(),
        custom=policy.catalogue.custom,
        region=policy.catalogue.region,
    )
    return metadata_providers(
        policy.enrichment.providers,
        addresses,
        state_dir=settings.state_dir.absolute(),
        per_minute=policy.enrichment.requests_per_minute,
    )
