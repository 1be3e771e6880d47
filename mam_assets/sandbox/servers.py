"""All stand-ins together: one small world, served on loopback by threads of this process."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from . import audible, audnexus, custom_provider, goodreads, google_books, hardcover, qbittorrent
from .audiobookshelf.app import Audiobookshelf
from .audiobookshelf.server import ADMIN
from .hardcover.app import TOKEN as HARDCOVER_TOKEN
from .myanonamouse import app
from .myanonamouse.account import SEED
from .qbittorrent.app import PASSWORD as QBITTORRENT_PASSWORD
from .qbittorrent.app import USERNAME as QBITTORRENT_USERNAME
from .qbittorrent.torrent_record import VIRTUAL_ROOT
from .qbittorrent.versions import VERSIONS
from .serving.faults import App, FaultMiddleware, Faults
from .serving.serve import HOST, Serving
from .serving.state import State
from .world.facts import World
from .world.load import load_catalogue
from .world.releases import releases_of_world
from .world.torrents import Torrents

PROVIDERS: Mapping[str, Callable[..., App]] = {
    "goodreads": goodreads.create_app,
    "audible": audible.create_app,
    "audnexus": audnexus.create_app,
    "hardcover": hardcover.create_app,
    "google_books": google_books.create_app,
    "custom_provider": custom_provider.create_app,
}
SERVICES = ("audiobookshelf", "qbittorrent", "mam", *PROVIDERS)
DOCUMENT = "sandbox"


class SandboxBusy(Exception):
    """Another process serves from this folder."""


class Sandbox:
    """The running stand-ins. ``urls``: service → base address; ``faults``: service → its switches."""

    def __init__(
        self,
        folder: Path,
        world: World,
        version: str,
        ports: Mapping[str, int],
        speed: float,
        *,
        strict_ports: bool,
    ) -> None:
        self.world = world
        self.folder = folder
        self.state = State(folder / "state")
        self.library_dir = folder / "library"
        self.download_dir = folder / "downloads"
        self.faults = {name: Faults() for name in SERVICES}
        self.torrents = Torrents(releases_of_world(world))
        self._servings: dict[str, Serving] = {}
        self.audiobookshelf = Audiobookshelf(world, self.state, self.library_dir, self.faults["audiobookshelf"], speed)
        makers: dict[str, Callable[[], App]] = {
            "audiobookshelf": lambda: FaultMiddleware(self.audiobookshelf.app(), self.faults["audiobookshelf"]),
            "qbittorrent": lambda: qbittorrent.create_app(
                version,
                state=self.state,
                download_dir=self.download_dir,
                faults=self.faults["qbittorrent"],
                payload=self.torrents.payload,
                seeders=self.torrents.seeders,
                speed=speed,
            ),
            "mam": lambda: app.create_app(world, state=self.state, faults=self.faults["mam"], torrents=self.torrents),
            **{name: partial(create, world, faults=self.faults[name]) for name, create in PROVIDERS.items()},
        }
        try:
            for name, make in makers.items():
                self._servings[name] = Serving(make(), ports.get(name, 0), strict=strict_ports and name in ports)
        except BaseException:
            self.stop()
            raise
        self.urls = {name: serving.url for name, serving in self._servings.items()}

    @property
    def ports(self) -> dict[str, int]:
        return {name: serving.port for name, serving in self._servings.items()}

    def environment(self, *, optional_providers: bool = False) -> dict[str, str]:
        """The settings that point a program at this sandbox, under the names of its environment variables.

        Every provider's address is in it, so that nothing ever asks a real one; with ``optional_providers`` also the
        keys that switch on those which are off without one.
        """
        roots = ((library.root, library.folder) for library in self.audiobookshelf.shelves.libraries)
        env = {
            "ABS_URL": self.urls["audiobookshelf"],
            "ABS_TOKEN": ADMIN.token,
            "QB_HOST": HOST,
            "QB_PORT": str(self.ports["qbittorrent"]),
            "QB_USERNAME": QBITTORRENT_USERNAME,
            "QB_PASSWORD": QBITTORRENT_PASSWORD,
            "MAM_ID": SEED,
            "MAM_URL": self.urls["mam"],
            "GOODREADS_URL": self.urls["goodreads"],
            "AUDIBLE_URL": self.urls["audible"],
            "AUDNEXUS_URL": self.urls["audnexus"],
            "HARDCOVER_URL": f"{self.urls['hardcover']}/v1/graphql",
            "GOOGLE_BOOKS_URL": f"{self.urls['google_books']}/books/v1",
            "LIBRARY_PATH_MAP": ";".join(f"{root}={folder}" for root, folder in roots),
            "DOWNLOAD_PATH_MAP": f"{VIRTUAL_ROOT}={self.download_dir}",
            "MAM_ASSETS_MODE": "auto",
        }
        if optional_providers:
            env |= {"HARDCOVER_TOKEN": HARDCOVER_TOKEN, "GOOGLE_BOOKS_API_KEY": "sandbox-google-key"}
        return env

    def stop(self) -> None:
        """Stop all servers; the state is on disk already. Safe to call twice."""
        for serving in self._servings.values():
            serving.stop(wait=False)
        for serving in self._servings.values():
            serving.stop()


@contextmanager
def open_sandbox(
    state_dir: Path,
    *,
    world: World | None = None,
    qbittorrent_version: str = "5.1.0",
    ports: Mapping[str, int] | None = None,
    port_base: int = 0,
    speed: float = 1.0,
) -> Iterator[Sandbox]:
    """Run the stand-ins over a world until the block ends, or until ``stop`` of the sandbox that it yields.

    state_dir: where all of it lives, in a folder of its own for each world: libraries, downloads and what the servers
        remember. A second start continues there, on the same ports if they are free.
    world: the catalogue of this package, if none is given.
    ports: service → port that must be had (OSError if it cannot); others are any free ones.
    port_base: where to begin looking for free ports at the first start.
    speed: how many times faster than in life things go (downloads, scans).

    Raises SandboxBusy, ValueError for an unknown version of qBittorrent or service, OSError for ports.
    """
    if qbittorrent_version not in VERSIONS:
        raise ValueError(f"qBittorrent {qbittorrent_version} is not known, only {', '.join(VERSIONS)}")
    if unknown := set(ports or {}) - set(SERVICES):
        raise ValueError(f"no such service: {', '.join(sorted(unknown))}")
    world = world if world is not None else load_catalogue()
    folder = Path(state_dir).absolute() / (re.sub(r"[^\w.-]+", "-", world.name).strip(".-") or "world")
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        raise SandboxBusy(f"another process serves the sandbox in {folder}") from None
    with held:
        wanted = ports if ports is not None else _wanted_ports(folder, port_base)
        sandbox = Sandbox(folder, world, qbittorrent_version, wanted, speed, strict_ports=ports is not None)
        try:
            with sandbox.state.editing(DOCUMENT) as document:
                document["ports"] = sandbox.ports
            yield sandbox
        finally:
            sandbox.stop()


def _wanted_ports(folder: Path, port_base: int) -> Mapping[str, int]:
    remembered: dict[str, int] = State(folder / "state").read(DOCUMENT).get("ports", {})
    if remembered or not port_base:
        return remembered
    return {name: port_base + offset for offset, name in enumerate(SERVICES)}
