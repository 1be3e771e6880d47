"""The providers of metadata of single books, made from their addresses: which are on, and why others are off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resources.audible import AudibleClient
from resources.audnexus.client import AudnexusClient
from resources.custom_provider.client import CustomProviderClient
from resources.google_books.client import GoogleBooksClient
from resources.providers import MetadataProvider

BUILT_IN = ("audible", "audnexus", "google_books")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the providers are. ``audible`` blank: by region. ``custom``: name → address of the custom contract."""

    audible: str = ""
    audnexus: str = "https://api.audnex.us"
    google_books: str = "https://www.googleapis.com/books/v1"
    google_books_key: str = field(default="", repr=False)
    custom: Mapping[str, str] = field(default_factory=dict)
    region: str = "us"


def metadata_providers(
    names: Sequence[str], addresses: Addresses, *, state_dir: Path | None, per_minute: float
) -> tuple[list[MetadataProvider], dict[str, str]]:
    """The providers in that order, then the custom ones that are not named; and those that are off, with why.

    ``per_minute`` is the most requests that each of them gets in a minute. Raises ValueError for a region that Audible
    does not have.
    """
    made: list[MetadataProvider] = []
    off: dict[str, str] = {}
    for name in dict.fromkeys([*names, *addresses.custom]):
        if name in addresses.custom:
            made.append(CustomProviderClient(name, addresses.custom[name], state_dir=state_dir, per_minute=per_minute))
        elif name == "audible":
            made.append(
                AudibleClient(addresses.region, base_url=addresses.audible, state_dir=state_dir, per_minute=per_minute)
            )
        elif name == "audnexus":
            made.append(
                AudnexusClient(addresses.audnexus, region=addresses.region, state_dir=state_dir, per_minute=per_minute)
            )
        elif name == "google_books" and addresses.google_books_key:
            made.append(
                GoogleBooksClient(
                    addresses.google_books, addresses.google_books_key, state_dir=state_dir, per_minute=per_minute
                )
            )
        elif name == "google_books":
            off[name] = "GOOGLE_BOOKS_API_KEY is not set"
        else:
            off[name] = "there is no such provider"
    return made, off
