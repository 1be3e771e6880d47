"""No file may have a name that leads out of its folder."""

from __future__ import annotations

from ... import paths
from ...model.release import Accept, Reject, Wanted
from ..context import ImportContext, ImportFacts, ImportPolicy, ImportRejectCode, ImportVerdict

CODE = ImportRejectCode.HOSTILE_NAME


def hostile_name(
    facts: ImportFacts, wanted: Wanted | None, policy: ImportPolicy, context: ImportContext
) -> ImportVerdict:
    """Refuses a torrent with any name that is absolute, steps upwards or cannot be a file's."""
    problems = [f"{problem} in {file.name[:80]!r}" for file in facts.files if (problem := paths.problem_of(file.name))]
    return Reject(CODE, problems[0], "plain names of files") if problems else Accept(CODE)
