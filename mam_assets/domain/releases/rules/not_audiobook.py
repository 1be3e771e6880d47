"""Audiobooks only."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleaseCategory, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.NOT_AUDIOBOOK

_AUDIO = (ReleaseCategory.AUDIOBOOK, ReleaseCategory.RADIO)
# fmt: off
_EBOOK_TYPES = frozenset((
    "epub", "mobi", "azw", "azw3", "kfx", "pdf", "cbz", "cbr", "cb7", "djvu", "doc", "docx", "fb2", "htm", "html",
    "lit", "pdb", "prc", "rtf", "txt",
))
# fmt: on


def not_audiobook(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses ebooks, music and the like by the tracker's category, and what holds nothing but ebook files.

    Radio is left to the rule ``dramatised``.
    """
    if release.category not in _AUDIO:
        return Reject(CODE, release.category.value, ReleaseCategory.AUDIOBOOK.value)
    types = {name.casefold().lstrip(".") for name in release.filetypes}
    if types and types <= _EBOOK_TYPES:
        return Reject(CODE, " ".join(release.filetypes), "audio files")
    return Accept(CODE)
