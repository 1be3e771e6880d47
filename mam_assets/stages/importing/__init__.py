"""Finished downloads into the library, and back out of it."""
