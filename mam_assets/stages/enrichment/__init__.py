"""Completing the metadata of books."""
