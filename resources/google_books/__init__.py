"""Google Books: what is printed on books."""

from resources.google_books.client import GoogleBooksClient

__all__ = ["GoogleBooksClient"]
