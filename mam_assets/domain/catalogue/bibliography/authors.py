"""Which authors are tracked: those of whom the library has several books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mam_assets.domain import people
from mam_assets.domain.model.library import LibraryItem

_NOBODY = frozenset(["various", "various authors", "unknown", "unknown author", "anonymous", "full cast"])


@dataclass(frozen=True, slots=True)
class TrackedAuthor:
    """An author of the library. ``author_key`` is the normal name, ``name`` the spelling that most items have."""

    author_key: str
    name: str
    library_items: int


def tracked_authors(items: Iterable[LibraryItem], least: int) -> list[TrackedAuthor]:
    """The people who wrote at least ``least`` of the audiobooks, by key. Translators, readers and nobodies are none."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        if not item.takes_part:
            continue
        for name in dict.fromkeys(item.authors):
            key = people.normal(name)
            if key and key not in _NOBODY and people.is_writer(name):
                spellings[key][people.without_role(name)] += 1
    return [
        TrackedAuthor(key, min(names, key=lambda name: (-names[name], name)), names.total())
        for key, names in sorted(spellings.items())
        if names.total() >= least
    ]
