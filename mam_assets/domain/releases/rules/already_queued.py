"""The torrent, or another one for the same book, is on its way."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.ALREADY_QUEUED


def already_queued(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a torrent that is queued, and every torrent for a book that has one queued.

    Temporary: if the download fails, the next candidate has its turn.
    """
    known = context.known
    if release.torrent_id in known.queued:
        return Reject(CODE, f"torrent {release.torrent_id} is queued", "not queued", permanent=False)
    if release.infohash and release.infohash.lower() in known.infohashes:
        return Reject(CODE, f"infohash {release.infohash.lower()} is known", "not queued", permanent=False)
    if wanted.book_key in known.queued_books:
        return Reject(CODE, "another release of this book is queued", "no download of this book", permanent=False)
    return Accept(CODE)
