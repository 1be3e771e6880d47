"""Telling a person: one message per cause."""
