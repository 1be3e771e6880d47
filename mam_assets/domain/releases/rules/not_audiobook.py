"""Audiobooks only."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.NOT_AUDIOBOOK

KINDS = {13: "audiobook", 14: "ebook", 15: "music", 16: "radio"}
RADIO = 16
# fmt: off
_EBOOK_TYPES = frozenset((
    "epub", "mobi", "azw", "azw3", "kfx", "pdf", "cbz", "cbr", "cb7", "djvu", "doc", "docx", "fb2", "htm", "html",
    "lit", "pdb", "prc", "rtf", "txt",
))
# fmt: on


def not_audiobook(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses ebooks, music and the like by ``main_cat``, and what holds nothing but ebook files.

    ``mediatype`` is not asked: uploaders set it wrongly. Radio is left to the rule ``dramatised``.
    """
    if release.main_cat not in (13, RADIO):
        return Reject(CODE, KINDS.get(release.main_cat, f"main category {release.main_cat}"), KINDS[13])
    types = {name.casefold().lstrip(".") for name in release.filetypes}
    if types and types <= _EBOOK_TYPES:
        return Reject(CODE, " ".join(release.filetypes), "audio files")
    return Accept(CODE)
