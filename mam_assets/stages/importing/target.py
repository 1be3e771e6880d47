"""Where imports go, and how: the library's folder as this program sees it, and the policy of the import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from mam_assets.domain.acquisition import AcquisitionPolicy
from mam_assets.domain.naming import parse
from mam_assets.domain.paths import mapped
from mam_assets.files.linking import Modes
from mam_assets.policy import BudgetSection, ImportSection, LibrarySection
from resources.errors import NotFound


class LibraryLister(Protocol):
    """The part of the Audiobookshelf client that knows the libraries."""

    def libraries(self) -> Sequence[Any]:
        """Book libraries with ``id``, ``name`` and ``folders`` (each with its ``path``)."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryTarget:
    """The library that new books go to. ``folder`` is as this program sees it, ``folder_id`` is Audiobookshelf's: two
    folders of one library may hold the same path."""

    library_id: str
    name: str
    folder: Path
    folder_id: str = ""


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """How books are imported. ``download_paths`` are pairs (qBittorrent's prefix, our prefix)."""

    target: LibraryTarget
    template: str
    download_paths: tuple[tuple[str, str], ...] = ()
    may_copy: bool = True
    extras: bool = True
    verify_runtime: bool = True
    min_free_bytes: int = 0
    modes: Modes = field(default_factory=Modes)
    visible_within: timedelta = timedelta(seconds=120)
    retries: AcquisitionPolicy = field(default_factory=AcquisitionPolicy)
    lock_file: Path | None = None

    @classmethod
    def of(
        cls,
        target: LibraryTarget,
        section: ImportSection,
        budget: BudgetSection,
        retries: AcquisitionPolicy,
        download_paths: Sequence[tuple[str, str]],
        lock_file: Path | None = None,
    ) -> ImportSettings:
        """From the policy. Raises TemplateError when the folder template cannot work."""
        parse(section.folder)
        return cls(
            target=target,
            template=section.folder,
            download_paths=tuple(download_paths),
            may_copy=section.copy_across_devices,
            extras=section.extras,
            verify_runtime=section.verify_runtime,
            min_free_bytes=int(budget.min_free_disk),
            modes=Modes.of(section.file_mode, section.folder_mode, section.owner),
            visible_within=timedelta(seconds=section.visible_within_seconds),
            retries=retries,
            lock_file=lock_file,
        )


def library_target(
    client: LibraryLister, section: LibrarySection, library_paths: Sequence[tuple[str, str]]
) -> LibraryTarget:
    """The library that the policy names for new books, else the first that counts; its first folder.

    Raises NotFound when there is no such library, or when its folder is not visible to this program.
    """
    libraries = list(client.libraries())
    counted = [library for library in libraries if not section.include or library.name in section.include]
    wanted = section.import_into.casefold()
    named = [library for library in libraries if library.name.casefold() == wanted]
    chosen = next(iter(named if wanted else counted), None)
    if chosen is None:
        names = ", ".join(library.name for library in libraries) or "none"
        raise NotFound(
            "audiobookshelf", f"no library for new books; wanted {section.import_into!r}, there are: {names}"
        )
    if not chosen.folders:
        raise NotFound("audiobookshelf", f"library {chosen.name} has no folder")
    theirs = chosen.folders[0].path
    folder = Path(mapped(theirs, library_paths))
    if not folder.is_dir():
        raise NotFound(
            "audiobookshelf",
            f"the folder of library {chosen.name} is {theirs}; that would be {folder} here, and there is none. "
            "Set LIBRARY_PATH_MAP",
        )
    return LibraryTarget(chosen.id, chosen.name, folder, chosen.folders[0].id)
