"""Who may use the Audiobookshelf stand-in, and what it says of itself, of a user and of a library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..world.facts import stable_uuid
from .library import Library
from .shapes import SERVER_VERSION


@dataclass(frozen=True)
class User:
    """One account; ``token`` is its API key."""

    username: str
    password: str
    token: str
    admin: bool = False
    update: bool = False
    upload: bool = False


ADMIN = User("root", "root", "sandbox-admin-key", admin=True, update=True, upload=True)
EDITOR = User("editor", "editor", "sandbox-editor-key", update=True, upload=True)
READER = User("reader", "reader", "sandbox-reader-key")
USERS = (ADMIN, EDITOR, READER)

CREATED = 1_700_000_000_000


def library_row(library: Library) -> dict[str, Any]:
    book = library.media_type == "book"
    settings: dict[str, Any] = {"coverAspectRatio": 1, "disableWatcher": True, "autoScanCronExpression": None}
    if book:
        settings |= {
            "skipMatchingMediaWithAsin": False,
            "skipMatchingMediaWithIsbn": False,
            "audiobooksOnly": False,
            "epubsAllowScriptedContent": False,
            "hideSingleBookSeries": False,
            "onlyShowLaterBooksInContinueSeries": False,
            "metadataPrecedence": [
                "folderStructure", "audioMetatags", "nfoFile", "txtFiles", "opfFile", "absMetadata",
            ],
        }  # fmt: skip
    else:
        settings["podcastSearchRegion"] = "us"
    settings |= {"markAsFinishedPercentComplete": None, "markAsFinishedTimeRemaining": 10}
    folder = {"id": library.folder_id, "fullPath": library.root, "libraryId": library.id, "addedAt": library.created}
    return {
        "id": library.id,
        "name": library.name,
        "folders": [folder],
        "displayOrder": library.order,
        "icon": "audiobookshelf" if book else "podcast",
        "mediaType": library.media_type,
        "provider": "audible" if book else "itunes",
        "settings": settings,
        "lastScan": library.last_scan,
        "lastScanVersion": SERVER_VERSION if library.last_scan else None,
        "createdAt": library.created,
        "lastUpdate": library.last_scan or library.created,
    }


def login_payload(user: User, library_id: str) -> dict[str, Any]:
    """Answer of ``/api/authorize`` and, with tokens added, of ``/login``."""
    kind = "root" if user.admin else "user"
    permissions = {"download": True, "update": user.update, "delete": user.admin, "upload": user.upload}
    permissions |= {"createEreader": user.admin, "accessAllLibraries": True, "accessAllTags": True}
    permissions |= {"accessExplicitContent": user.admin, "selectedTagsNotAccessible": False}
    return {
        "user": {
            "id": stable_uuid("user", user.username),
            "username": user.username,
            "email": None,
            "type": kind,
            "token": user.token,
            "mediaProgress": [],
            "seriesHideFromContinueListening": [],
            "bookmarks": [],
            "isActive": True,
            "isLocked": False,
            "lastSeen": None,
            "createdAt": CREATED,
            "permissions": permissions,
            "librariesAccessible": [],
            "itemTagsSelected": [],
            "hasOpenIDLink": False,
        },
        "userDefaultLibraryId": library_id,
        "serverSettings": SERVER_SETTINGS,
        "ereaderDevices": [],
        "Source": "debian",
    }


SERVER_SETTINGS: dict[str, Any] = {
    "id": "server-settings",
    "scannerFindCovers": False,
    "scannerCoverProvider": "google",
    "scannerParseSubtitle": False,
    "scannerPreferMatchedMetadata": False,
    "scannerDisableWatcher": False,
    "storeCoverWithItem": False,
    "storeMetadataWithItem": False,
    "metadataFileFormat": "json",
    "rateLimitLoginRequests": 10,
    "rateLimitLoginWindow": 600_000,
    "allowIframe": False,
    "sortingIgnorePrefix": False,
    "sortingPrefixes": ["the", "a"],
    "dateFormat": "MM/dd/yyyy",
    "timeFormat": "HH:mm",
    "language": "en-us",
    "logLevel": 2,
    "version": SERVER_VERSION,
    "buildNumber": 1,
    "authActiveAuthMethods": ["local"],
    "timeZone": "UTC",
}
