"""What an author wrote, as books that a library may have or lack: each work once, no editions, sets or samplers."""

from mam_assets.domain.cataloguing.bibliography.authors import TrackedAuthor, tracked_authors
from mam_assets.domain.cataloguing.bibliography.gaps import AuthorFigures, author_gaps, figures
from mam_assets.domain.cataloguing.bibliography.leaving_out import why_left_out
from mam_assets.domain.cataloguing.bibliography.putting_together import AuthorWork, Bibliography, put_together
from mam_assets.domain.cataloguing.bibliography.series import SeriesBooks

__all__ = [
    "AuthorFigures",
    "AuthorWork",
    "Bibliography",
    "SeriesBooks",
    "TrackedAuthor",
    "author_gaps",
    "figures",
    "put_together",
    "tracked_authors",
    "why_left_out",
]
