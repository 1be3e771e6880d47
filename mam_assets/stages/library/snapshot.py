"""Read the library: every audiobook of every book library that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mam_assets.domain.figures import SnapshotFigure
from mam_assets.domain.model.library import LibraryItem
from mam_assets.policy import LibrarySection
from resources.audiobookshelf import AbsClient, AbsLibrary
from resources.errors import NotFound

from ..task_run import Tally


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole library at one moment. ``problems``: an item's id → why it takes no part in matching, in words."""

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


class ItemProblem(StrEnum):
    """Why an item takes no part in matching."""

    VANISHED = "vanished"
    UNREADABLE = "unreadable"
    NO_TITLE = "no_title"
    NO_AUDIO = "no_audio"
    NO_AUTHOR = "no_author"

    def describe(self) -> str:
        """The problem as a person reads it, in ``books.problem`` too."""
        return _PROBLEMS[self]


_PROBLEMS = {
    ItemProblem.VANISHED: "its files have vanished",
    ItemProblem.UNREADABLE: "Audiobookshelf cannot read it",
    ItemProblem.NO_TITLE: "it has no title",
    ItemProblem.NO_AUDIO: "it holds no audio",
    ItemProblem.NO_AUTHOR: "it has no author",
}
UNUSABLE = (ItemProblem.NO_TITLE, ItemProblem.NO_AUTHOR)
"""What a person would mend in Audiobookshelf: such an item is counted as failed."""


def problem_of(item: LibraryItem) -> ItemProblem | None:
    """Why an item takes no part in matching; None when it does."""
    if item.is_missing:
        return ItemProblem.VANISHED
    if item.is_invalid:
        return ItemProblem.UNREADABLE
    if not item.title.strip():
        return ItemProblem.NO_TITLE
    if not item.has_audio:
        return ItemProblem.NO_AUDIO
    if not item.authors and not item.series:
        return ItemProblem.NO_AUTHOR
    return None


def take_snapshot(client: AbsClient, section: LibrarySection, tally: Tally) -> Snapshot:
    """Read every item of every library that counts.

    Raises ServiceError when a library cannot be read whole: half a library would make owned books look missing.
    """
    libraries = counted_libraries(client, section)
    items: list[LibraryItem] = []
    for library in libraries:
        items.extend(client.items(library.id, on_skip=lambda error: tally.fail_by("unreadable item", error)))
    problems = {item.abs_id: problem for item in items if (problem := problem_of(item))}
    tally.succeed(len(items) - len(problems))
    for item in items:
        problem = problems.get(item.abs_id)
        if problem in UNUSABLE:
            tally.fail(item.abs_id, "unusable_item", f"{problem.describe()} ({item.rel_path or item.abs_id})")
    tally.figures.update(figures(items, libraries, problems))
    sentences = {abs_id: problem.describe() for abs_id, problem in problems.items()}
    return Snapshot(tuple(items), {lib.id: lib.name for lib in libraries}, sentences)


def figures(
    items: Sequence[LibraryItem], libraries: Sequence[AbsLibrary], problems: Mapping[str, ItemProblem]
) -> dict[str, int | float]:
    """The figures of a snapshot, for people."""
    return {
        SnapshotFigure.LIBRARIES: len(libraries),
        SnapshotFigure.ITEMS: len(items),
        SnapshotFigure.USABLE_AUDIOBOOKS: len(items) - len(problems),
        SnapshotFigure.WITHOUT_AUDIO: sum(not item.has_audio for item in items),
        SnapshotFigure.VANISHED: sum(item.is_missing for item in items),
        SnapshotFigure.AUTHORS: len({name for item in items for name in item.authors}),
        SnapshotFigure.IN_A_SERIES: sum(bool(item.series) for item in items),
        SnapshotFigure.HOURS: round(sum(item.duration_seconds for item in items) / 3600, 1),
        SnapshotFigure.GIB: round(sum(item.size_bytes for item in items) / 1024**3, 1),
    }


def library_state(client: AbsClient, section: LibrarySection) -> str:
    """A short text that changes when books come, go or are changed; one light request per library."""
    parts = []
    for library in counted_libraries(client, section):
        rows = client.listed(library.id)
        newest = max((row.updated_at for row in rows if row.updated_at), default=None)
        parts.append(f"{library.id}:{len(rows)}:{newest.isoformat() if newest else ''}")
    return ";".join(parts)
