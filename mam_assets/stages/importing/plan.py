"""Step 5: whether the files are the wanted book, what is said of it and where it goes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mam_assets.domain import importing, paths
from mam_assets.domain.acquisition import Download
from mam_assets.domain.importing import AudioTags, BookFacts, ImportContext, ImportFacts, ImportPolicy
from mam_assets.domain.importing.registry import BOOK
from mam_assets.domain.importing.spelling import Spelling
from mam_assets.domain.model.download import ImportStatus
from mam_assets.domain.naming import folded

from .results import BookPlan, Sources
from .staging import staging_folder
from .target import ImportSettings


def plan_book(download: Download, sources: Sources, spelling: Spelling, settings: ImportSettings) -> BookPlan:
    """What is to lie in the book's folder, and where that is. Raises ImportBlocked, TemplateError.

    A person who accepted it as it is overrules what the tags say, and nothing else.
    """
    facts = facts_of(download, spelling, list(sources.tags.values()))
    evidence = ImportFacts(sources.files, sources.selection, sources.tags)
    if not download.import_options.accept:
        policy, context = ImportPolicy(settings.verify_runtime), ImportContext(download.release)
        importing.demand(BOOK, evidence, download.wanted, policy, context)
    layout = importing.plan(sources.selection, facts, settings.template)
    library = settings.target.folder
    return BookPlan(
        facts=facts,
        evidence=evidence,
        layout=layout,
        base=sources.base,
        folder=staging_folder(library, download.id, download.infohash),
        target=_target_of(download, library, layout.folder),
    )


def facts_of(download: Download, spelling: Spelling, tags: Sequence[AudioTags] = ()) -> BookFacts:
    """What is known of the book, in the library's spelling."""
    known = importing.facts_of(download.wanted, download.release, tags, title=download.title, author=download.author)
    return spelling.applied(known)


def _target_of(download: Download, library: Path, parts: tuple[str, ...]) -> Path:
    """Where the book goes; once that is written down, it stays, whatever the template says meanwhile."""
    is_staged = download.abs_import_status is ImportStatus.STAGED and bool(download.target_path)
    if is_staged and paths.below(download.target_path, str(library)):
        return Path(download.target_path)
    return target_folder(library, parts)


def target_folder(library: Path, parts: tuple[str, ...]) -> Path:
    """The book's folder, its parents in the spelling that the library already has (case and accents aside)."""
    folder = library
    for part in parts[:-1]:
        folder = _existing_spelling(folder, part)
    return folder / parts[-1]


def _existing_spelling(parent: Path, part: str) -> Path:
    exact = parent / part
    if exact.is_dir() or not parent.is_dir():
        return exact
    same = sorted(entry.name for entry in os.scandir(parent) if entry.is_dir() and folded(entry.name) == folded(part))
    return parent / same[0] if same else exact
