"""Audiobookshelf (server API 2.36): what a person owns, and how imports reach it."""

from resources.audiobookshelf.accounts import AbsFolder, AbsLibrary, AbsStatus, AbsUser
from resources.audiobookshelf.client import AbsClient
from resources.audiobookshelf.items import SERVICE, ListedItem, library_item, listed_item

__all__ = [
    "SERVICE",
    "AbsClient",
    "AbsFolder",
    "AbsLibrary",
    "AbsStatus",
    "AbsUser",
    "ListedItem",
    "library_item",
    "listed_item",
]
