"""The whole plan of an import, from the torrent's files to the book's folder. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from .. import naming
from ..model.release import Release, Wanted
from . import layout, verification
from .facts import BookFacts, metadata_json
from .model import AudioTags, Chosen, ImportPlan


def plan(
    chosen: Chosen,
    tags: Mapping[str, AudioTags],
    facts: BookFacts,
    *,
    wanted: Wanted | None,
    release: Release | None,
    template: str,
    verify_runtime: bool = True,
    accepted: bool = False,
) -> ImportPlan:
    """Check that the files are one book and the wanted one, and say where everything goes.

    ``tags`` by file name. ``accepted``: a person took it as it is, so nothing is checked. Raises ImportBlocked,
    TemplateError.
    """
    if not accepted:
        layout.one_book(chosen, tags)
        mine = [tags[file.name] for file in chosen.audio if file.name in tags]
        verification.verify(mine, wanted, release, runtime=verify_runtime)
    return ImportPlan(
        folder=naming.folder(template, facts.names()),
        placements=layout.placements_of(chosen),
        metadata=metadata_json(facts),
        skipped=chosen.skipped,
    )
