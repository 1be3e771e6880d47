"""The words of an import: what came with the torrent, what its tags say, and what stops it."""

from __future__ import annotations

from dataclasses import dataclass, field


class ImportBlocked(Exception):
    """The import cannot go on without a person. ``code`` is stable, ``advice`` says what to do."""

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(f"{message}. {advice}")
        self.code = code
        self.message = message
        self.advice = advice


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the torrent: ``name`` relative with "/", beginning with the root folder if there is one."""

    name: str
    size_bytes: int

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.split("/"))

    @property
    def ending(self) -> str:
        """Lower-case, without the dot; blank when there is none."""
        stem, dot, ending = self.parts[-1].rpartition(".")
        return ending.lower() if dot and stem else ""


@dataclass(frozen=True, slots=True)
class AudioTags:
    """What an audio file says of itself. ``people`` are its artist and album artist as written, ``composer`` often the
    narrator. ``duration_seconds`` None: it could not be read."""

    title: str = ""
    album: str = ""
    people: tuple[str, ...] = ()
    composer: str = ""
    duration_seconds: float | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The files of a torrent, sorted out. ``skipped`` pairs a name with why it stays behind."""

    audio: tuple[SourceFile, ...]
    extras: tuple[SourceFile, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def taken(self) -> tuple[SourceFile, ...]:
        return self.audio + self.extras


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one file goes: ``target`` is relative to the book's folder."""

    source: SourceFile
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything that is to lie in the book's folder. ``folder`` is relative to the library's."""

    folder: tuple[str, ...]
    placements: tuple[Placement, ...]
    metadata: dict[str, object] = field(default_factory=dict)
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def size_bytes(self) -> int:
        return sum(placement.source.size_bytes for placement in self.placements)
