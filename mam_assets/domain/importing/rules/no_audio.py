"""There must be audio among what was selected."""

from __future__ import annotations

from ...model.release import Accept, Reject, Wanted
from ..context import ImportContext, ImportFacts, ImportPolicy, ImportRejectCode, ImportVerdict

ARCHIVES = frozenset(["rar", "zip", "7z", "tar", "gz", "r00", "r01"])


def no_audio(facts: ImportFacts, wanted: Wanted | None, policy: ImportPolicy, context: ImportContext) -> ImportVerdict:
    """Refuses a torrent without any; one with archives is told apart, for it may hold some."""
    if facts.selection.audio:
        return Accept(ImportRejectCode.NO_AUDIO)
    endings = {name.rpartition(".")[2].lower() for name, _ in facts.selection.skipped}
    if endings & ARCHIVES:
        return Reject(ImportRejectCode.ARCHIVE, "archives", "audio files")
    return Reject(ImportRejectCode.NO_AUDIO, "no audio that is selected", "audio files")
