"""The catalogue providers over stand-ins of a world, for what is measured or compared here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mam_assets.clients import open_catalogue_providers
from mam_assets.policy import CatalogueSection, Policy
from mam_assets.sandbox import audible, goodreads, hardcover
from mam_assets.sandbox.hardcover.app import TOKEN
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.world.facts import World
from mam_assets.settings import Settings
from resources.providers import CatalogueProvider

FAST = 600_000.0  # requests a minute: the stand-ins need no politeness


@contextmanager
def catalogue_providers(world: World, names: Sequence[str], state_dir: Path) -> Iterator[list[CatalogueProvider]]:
    """The named providers of the world, in that order, while their stand-ins run."""
    with (
        Serving(goodreads.create_app(world)) as gr,
        Serving(hardcover.create_app(world, per_minute=10**9)) as hc,
        Serving(audible.create_app(world)) as au,
    ):
        settings = Settings.model_validate(
            {
                "GOODREADS_URL": gr.url,
                "HARDCOVER_URL": f"{hc.url}/v1/graphql",
                "HARDCOVER_TOKEN": TOKEN,
                "AUDIBLE_URL": au.url,
                "MAM_STATE_DIR": state_dir,
            }
        )
        section = CatalogueSection(
            providers=tuple(names), goodreads_per_minute=FAST, hardcover_per_minute=FAST, audible_per_minute=FAST
        )
        yield open_catalogue_providers(settings, Policy(catalogue=section)).on
