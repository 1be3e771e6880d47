"""What can go wrong with the store. No message ever holds the database password."""

from __future__ import annotations

from collections.abc import Sequence


class StoreError(Exception):
    """The store cannot do what was asked; the message says what a person can do about it."""


class FrameError(StoreError):
    """A frame does not fit its table. ``problems`` has one sentence for each column or key that is wrong."""

    def __init__(self, table: str, problems: Sequence[str]) -> None:
        super().__init__(f"{table}: " + "; ".join(problems))
        self.table = table
        self.problems = tuple(problems)
