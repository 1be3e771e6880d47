"""Audiobookshelf's server, users and libraries as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from resources.audiobookshelf.items import SERVICE
from resources.errors import UnexpectedAnswer
from resources.http.fields import epoch_ms, mapping, mappings, text, texts

_HIDING = {
    "accessAllLibraries": "libraries",
    "accessAllTags": "books with or without certain tags",
    "accessExplicitContent": "explicit books",
}


@dataclass(frozen=True, slots=True)
class AbsStatus:
    """What an Audiobookshelf server says of itself to anyone. Not initialised means that it has no user yet."""

    version: str
    is_initialised: bool


@dataclass(frozen=True, slots=True)
class AbsUser:
    """The user of a token. ``libraries`` is empty if the user sees all of them."""

    id: str
    username: str
    type: str
    is_active: bool = True
    may_update: bool = False
    may_upload: bool = False
    may_delete: bool = False
    libraries: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    """What the server leaves out of every answer to this user, in words."""

    @property
    def is_admin(self) -> bool:
        """May start scans and read the whole server (the types "root" and "admin")."""
        return self.type in ("root", "admin")


@dataclass(frozen=True, slots=True)
class AbsFolder:
    """A folder of a library: ``path`` is absolute, as the server sees it."""

    id: str
    path: str


@dataclass(frozen=True, slots=True)
class AbsLibrary:
    """One library. ``media_type`` is "book" or "podcast"; ``settings`` are the server's own names."""

    id: str
    name: str
    media_type: str
    folders: tuple[AbsFolder, ...] = ()
    provider: str = ""
    audiobooks_only: bool = False
    last_scan: datetime | None = None
    settings: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


def abs_status(answer: object) -> AbsStatus:
    """The answer to ``GET /status``. Raises UnexpectedAnswer if something else answers at this address."""
    told = mapping(answer)
    if text(told.get("app")) != "audiobookshelf" or not text(told.get("serverVersion")):
        raise UnexpectedAnswer(SERVICE, "what answers at this address is not Audiobookshelf")
    return AbsStatus(version=text(told["serverVersion"]), is_initialised=told.get("isInit") is True)


def abs_user(answer: object) -> AbsUser:
    """The answer to ``POST /api/authorize``; the tokens in it are left behind."""
    user = mapping(mapping(answer).get("user"))
    if not text(user.get("id")):
        raise UnexpectedAnswer(SERVICE, "the answer to POST /api/authorize holds no user")
    may = mapping(user.get("permissions"))
    return AbsUser(
        id=text(user["id"]),
        username=text(user.get("username")),
        type=text(user.get("type")),
        is_active=user.get("isActive") is not False,
        may_update=may.get("update") is True,
        may_upload=may.get("upload") is True,
        may_delete=may.get("delete") is True,
        libraries=() if may.get("accessAllLibraries") is True else texts(user.get("librariesAccessible")),
        hidden=tuple(words for key, words in _HIDING.items() if may.get(key) is False),
    )


def abs_library(row: object) -> AbsLibrary:
    """A row of ``GET /api/libraries``. Raises UnexpectedAnswer if it has no id."""
    library = mapping(row)
    if not text(library.get("id")):
        raise UnexpectedAnswer(SERVICE, "a library without an id")
    settings = mapping(library.get("settings"))
    folders = (
        AbsFolder(text(folder.get("id")), text(folder.get("fullPath"))) for folder in mappings(library.get("folders"))
    )
    return AbsLibrary(
        id=text(library["id"]),
        name=text(library.get("name")),
        media_type=text(library.get("mediaType")),
        folders=tuple(folder for folder in folders if folder.path),
        provider=text(library.get("provider")),
        audiobooks_only=settings.get("audiobooksOnly") is True,
        last_scan=epoch_ms(library.get("lastScan")),
        settings=dict(settings),
    )
