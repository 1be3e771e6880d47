"""Frames: what assets exchange, one per derived table."""
