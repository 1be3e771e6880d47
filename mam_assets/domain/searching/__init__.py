"""What to ask the tracker so that the fewest queries answer a set of missing books."""

from .plan import Query, QueryGroup, next_query, next_search_at, plan
from .wanted import SEARCHED, wanted_books, wanted_of

__all__ = [
    "SEARCHED",
    "Query",
    "QueryGroup",
    "next_query",
    "next_search_at",
    "plan",
    "wanted_books",
    "wanted_of",
]
