"""One torrent of the client, and how far it is."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, fields
from typing import Any

from .torrent_file import parse_magnet, parse_torrent

VIRTUAL_ROOT = "/downloads"
GLOBAL_LIMIT = -2


@dataclass
class Torrent:
    """One torrent of the client; ``active`` counts the seconds in which it was allowed to work, up to ``since``.

    ``content``: the .torrent in base64; blank for a ``magnet`` link, whose metadata nobody here ever sends.
    """

    content: str
    added_on: float
    since: float
    active: float = 0.0
    name: str = ""
    category: str = ""
    tags: list[str] = field(default_factory=list)
    save_path: str = VIRTUAL_ROOT
    auto_tmm: bool = False
    stopped: bool = False
    completed_on: float | None = None
    in_place: bool = False
    error: bool = False
    missing: bool = False
    seeded: float = 0.0
    ratio_limit: float = GLOBAL_LIMIT
    seeding_time_limit: int = GLOBAL_LIMIT
    inactive_seeding_time_limit: int = GLOBAL_LIMIT
    share_limit_action: str = "Default"
    share_limits_mode: str = "Default"
    layout: str = "Original"
    magnet: str = ""

    def __post_init__(self) -> None:
        self.file = parse_magnet(self.magnet) if self.magnet else parse_torrent(base64.b64decode(self.content))
        self.name = self.name or self.file.name
        self.paths = tuple(_laid_out(path, self.file.name, self.layout) for path, _ in self.file.files)

    @property
    def infohash(self) -> str:
        return self.file.infohash

    @property
    def subject(self) -> str:
        return f"{self.infohash} {self.name}"

    def row(self) -> dict[str, Any]:
        """What is remembered of it over a restart."""
        return {name: list(v) if isinstance(v := getattr(self, name), list) else v for name in REMEMBERED}

    @property
    def root(self) -> str:
        """The common first folder of the files, or "" when they have none."""
        roots = {path.split("/", 1)[0] for path in self.paths if "/" in path}
        return roots.pop() if len(roots) == 1 and all("/" in path for path in self.paths) else ""


REMEMBERED = tuple(one.name for one in fields(Torrent))
FLOWING = ("active", "since", "seeded")  # change all the time; what was saved with the last real change is enough


def document_of(infohash: str) -> str:
    return f"torrent-{infohash}"


def _laid_out(path: str, name: str, layout: str) -> str:
    if layout == "NoSubfolder" and "/" in path:
        return path.split("/", 1)[1]
    if layout == "Subfolder" and "/" not in path:
        return f"{name.rsplit('.', 1)[0]}/{path}"
    return path


@dataclass(frozen=True)
class Progress:
    """Where a torrent is now: ``state`` in the words of version 5, ``done`` between 0 and 1."""

    state: str
    done: float
    seeders: int
    tracker_message: str = ""
