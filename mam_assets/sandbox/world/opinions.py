"""What each provider believes of a book, where it differs from the world: planted disagreements.

The world is the truth (and what the stand-in of Goodreads prints). Every other provider errs about some books in its
own ways: another year, a shifted position, another recording's length, or it does not know the book. Which books those
are depends on provider and book alone; ``Opinions.planted`` lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from .facts import World, WorldBook, stable_number

PROVIDERS = ("hardcover", "audible", "google_books", "custom")
TODAY_IS_AFTER = date(2026, 10, 1)  # what is announced comes out later than this
OTHER_NARRATOR = "Gwendolyn Hartcourt"


@dataclass(frozen=True, slots=True)
class Opinion:
    """``provider`` says ``said`` where the world has ``truth``. ``field`` "known": it has never heard of the book."""

    provider: str
    book_id: int
    field: str
    truth: str
    said: str


class Opinions:
    def __init__(self, world: World) -> None:
        self.world = world

    def book(self, provider: str, book: WorldBook) -> WorldBook | None:
        """The book as the provider has it; None: it does not."""
        changes = self._changes(provider, book)
        return None if changes is None else replace(book, **changes)  # type: ignore[arg-type]

    def planted(self) -> list[Opinion]:
        """All disagreements of this world."""
        opinions = []
        for book in self.world.books():
            for provider in PROVIDERS:
                changes = self._changes(provider, book)
                if changes is None:
                    opinions.append(Opinion(provider, book.book_id, "known", "yes", "no"))
                for name, said in (changes or {}).items():
                    opinions.append(Opinion(provider, book.book_id, name, str(getattr(book, name)), str(said)))
        return opinions

    def _changes(self, provider: str, book: WorldBook) -> dict[str, object] | None:
        """The fields that it has differently; None if it lacks the book."""
        throw = stable_number("opinion", provider, book.book_id, low=0, high=40)
        year = book.year
        match provider, throw:
            case ("hardcover", 0 | 1) if year:
                return {"year": year + 1}
            case ("hardcover", 2) if book.position.isdigit() and int(book.position) > 1:
                return {"position": f"{int(book.position) - 1}.5"}
            case ("hardcover", 3):
                return {"title": f"{book.title}: A Novel"}
            case ("hardcover", 4) if book.kind == "primary":
                return None
            case ("audible", 0 | 1) if book.runtime_seconds:
                return {"runtime_seconds": int(book.runtime_seconds * 1.25), "narrators": (OTHER_NARRATOR,)}
            case ("audible", 2 | 3 | 4):
                return None
            case ("google_books", number) if number < 14 and year:
                return {"year": min(2025, max(year, 1950) + 4 + number)}
            case ("google_books", 14 | 15 | 16):
                return None
            case ("custom", 0 | 1) if year:
                return {"year": year + 2}
            case ("custom", 2 | 3 | 4 | 5 | 6 | 7):
                return None
        return {}


def audio_release(book: WorldBook) -> date | None:
    """The day its audiobook came out, or is announced for; None if there is none."""
    if book.to_be_published:
        # Half of the announced books can be ordered already.
        days = stable_number("pre-order", book.book_id, low=100, high=900)
        return TODAY_IS_AFTER + timedelta(days=days) if days % 2 else None
    if not book.has_audiobook:
        return None
    year = (
        book.year if book.year and book.year >= 2010 else stable_number("recorded", book.book_id, low=2006, high=2016)
    )
    return date(year, 1, 1) + timedelta(days=stable_number("day", book.book_id, low=0, high=270))
