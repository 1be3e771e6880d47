"""Asking the providers what exists."""
