"""The book is in the library by now."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.ALREADY_OWNED


def already_owned(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses every release of a book that the library holds."""
    if wanted.book_key in context.known.owned_books:
        return Reject(CODE, "the library has this book", "a missing book")
    return Accept(CODE)
