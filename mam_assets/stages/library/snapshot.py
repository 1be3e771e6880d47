"""Read the library: every audiobook of every book library that counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mam_assets.domain.model.library import LibraryItem
from mam_assets.policy import LibrarySection
from resources.audiobookshelf import AbsClient, AbsLibrary
from resources.errors import NotFound

from ..task_run import Tally


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole library at one moment. ``problems`` maps an item's id to why it takes no part in matching."""

    items: tuple[LibraryItem, ...]
    library_names: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def counted_libraries(client: AbsClient, section: LibrarySection) -> list[AbsLibrary]:
    """The book libraries that take part. Raises NotFound when a named one does not exist: a typing error in the
    policy must not look like an empty library."""
    libraries = client.libraries()
    if not section.include:
        if not libraries:
            raise NotFound("audiobookshelf", "it has no book library that this user can see")
        return libraries
    by_name = {library.name.casefold(): library for library in libraries}
    absent = [name for name in section.include if name.casefold() not in by_name]
    if absent:
        raise NotFound(
            "audiobookshelf",
            f"no book library is called {', '.join(absent)}; there are {', '.join(lib.name for lib in libraries)}",
        )
    return [by_name[name.casefold()] for name in section.include]


def problem_of(item: LibraryItem) -> str:
    """Why an item takes no part in matching; blank when it does."""
    if item.is_missing:
        return "its files have vanished"
    if item.is_invalid:
        return "Audiobookshelf cannot read it"
    if not item.title.strip():
        return "it has no title"
    if not item.has_audio:
        return "it holds no audio"
    if not item.authors and not item.series:
        return "it has no author"
    return ""


def take_snapshot(client: AbsClient, section: LibrarySection, tally: Tally) -> Snapshot:
    """Read every item of every library that counts.

    Raises ServiceError when a library cannot be read whole: half a library would make owned books look missing.
    """
    libraries = counted_libraries(client, section)
    items: list[LibraryItem] = []
    for library in libraries:
        items.extend(client.items(library.id, on_skip=lambda error: tally.fail_by("unreadable item", error)))
    problems = {item.abs_id: text for item in items if (text := problem_of(item))}
    tally.succeed(len(items) - len(problems))
    for item in items:
        if item.abs_id in problems and problems[item.abs_id] in ("it has no title", "it has no author"):
            tally.fail(item.abs_id, "unusable_item", f"{problems[item.abs_id]} ({item.rel_path or item.abs_id})")
    tally.figures.update(figures(items, libraries, problems))
    return Snapshot(tuple(items), {lib.id: lib.name for lib in libraries}, problems)


def figures(
    items: Sequence[LibraryItem], libraries: Sequence[AbsLibrary], problems: dict[str, str]
) -> dict[str, int | float]:
    """The figures of a snapshot, for people."""
    return {
        "libraries": len(libraries),
        "items": len(items),
        "usable audiobooks": len(items) - len(problems),
        "without audio": sum(not item.has_audio for item in items),
        "vanished": sum(item.is_missing for item in items),
        "authors": len({name for item in items for name in item.authors}),
        "in a series": sum(bool(item.series) for item in items),
        "hours": round(sum(item.duration_seconds for item in items) / 3600, 1),
        "GiB": round(sum(item.size_bytes for item in items) / 1024**3, 1),
    }


def library_state(client: AbsClient, section: LibrarySection) -> str:
    """A short text that changes when books come, go or are changed; one light request per library."""
    parts = []
    for library in counted_libraries(client, section):
        rows = client.listed(library.id)
        newest = max((row.updated_at for row in rows if row.updated_at), default=None)
        parts.append(f"{library.id}:{len(rows)}:{newest.isoformat() if newest else ''}")
    return ";".join(parts)
