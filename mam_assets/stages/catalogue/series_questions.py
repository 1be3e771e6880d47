"""The questions about series that every stage of the catalogue asks, through the ledger of answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from mam_assets.domain.model.catalogue import ProviderSeries
from mam_assets.store.mappers import provider_series_from_json, provider_series_to_json
from resources.providers import CatalogueProvider, NamesSeries

from ..providers.cached_provider import CachedProvider

CachedCatalogue: TypeAlias = CachedProvider[CatalogueProvider]


def subject_of(title: str, authors: Sequence[str]) -> str:
    """The key under which the answer for a book is kept."""
    return f"{title}|{authors[0] if authors else ''}"


def series_of(asker: CachedCatalogue, title: str, authors: tuple[str, ...]) -> list[str]:
    """Ids of the series that a book is in, by the last good answer or a new one."""
    subject = subject_of(title, authors)
    ids = asker.find("series_of", subject, lambda: list(asker.provider.series_of(title, authors)))
    return [str(series_id) for series_id in ids or []]


def series_named(asker: CachedCatalogue, name: str, authors: tuple[str, ...]) -> list[str]:
    """Ids of the series of that name by these authors; empty for a provider that cannot look up names."""
    provider = asker.provider
    if not isinstance(provider, NamesSeries):
        return []
    ids = asker.find("series_named", subject_of(name, authors), lambda: list(provider.series_named(name, authors)))
    return [str(series_id) for series_id in ids or []]


def series_answer(asker: CachedCatalogue, series_id: str) -> tuple[ProviderSeries | None, datetime | None, str]:
    """The series by the last good answer, that answer's time and, if the last try failed, why."""
    kept = asker.read("series", series_id, lambda: provider_series_to_json(asker.provider.series(series_id))).kept
    if kept is None or kept.answer is None:
        return None, None, kept.problem if kept else ""
    return provider_series_from_json(kept.answer), kept.answered_at, kept.problem
