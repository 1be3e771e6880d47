"""Audiobookshelf (server API 2.36): what a person owns, and how imports reach it."""
