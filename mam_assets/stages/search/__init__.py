"""Asking MAM what it offers."""
