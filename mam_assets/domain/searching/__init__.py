"""What to ask the tracker so that the fewest queries answer a set of missing books."""

from .plan import Query, QueryGroup, next_query, next_search_at, plan

__all__ = ["Query", "QueryGroup", "next_query", "next_search_at", "plan"]
