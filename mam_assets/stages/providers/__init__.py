"""Asking providers: answers are kept with their age, and a failing provider is given a rest."""
