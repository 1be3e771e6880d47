"""The book's own text, neither retold for the young nor drawn."""

from __future__ import annotations

from mam_assets.domain.model import Accept, Reject, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import read, read_wanted

CODE = "adapted_text"


def adapted_text(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses young readers' editions and graphic novels, unless the wanted title says the same of itself."""
    got, book = read(release).parsed, read_wanted(wanted).parsed
    if got.young_readers and not book.young_readers:
        return Reject(CODE, "young readers' edition", "the original text")
    if got.graphic and not book.graphic:
        return Reject(CODE, "graphic novel", "the original text")
    return Accept(CODE)
