"""The book's own text, neither retold for the young nor drawn."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import read, read_wanted

CODE = RejectCode.ADAPTED_TEXT


def adapted_text(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses young readers' editions and graphic novels; where one of these is wanted, everything else."""
    got, book = read(release).parsed, read_wanted(wanted).parsed
    for name, mine, theirs in (
        ("young readers' edition", got.young_readers, book.young_readers),
        ("graphic novel", got.graphic, book.graphic),
    ):
        if mine != theirs:
            return Reject(CODE, *((name, "the original text") if mine else ("the original text", name)))
    return Accept(CODE)
