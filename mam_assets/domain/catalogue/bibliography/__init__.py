"""What an author wrote, as books that a library may have or lack: each work once, no editions, sets or samplers."""

from .authors import TrackedAuthor, tracked_authors
from .exclusions import why_left_out
from .gaps import AuthorFigures, author_gaps, figures
from .merge import AuthorWork, Bibliography, put_together
from .series import SeriesBooks

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
