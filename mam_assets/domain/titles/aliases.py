"""A second title that a title names: "Running Blind (aka The Visitor)", "Holidays - previously published as Trips"."""

from __future__ import annotations

import re

_MARK = (
    r"(?:aka|a\.k\.a\.|(?:also|previously|formerly|originally|first) (?:published|known|titled|released|issued) as|"
    r"previously titled|alternat(?:e|ive) title:?|(?:uk|us|american|british) title:?)"
)
_WHOLE = re.compile(rf"^\W*{_MARK}\s+(?P<also>\S.*?)\W*$", re.I)
_BEHIND = re.compile(rf"^(?P<title>.*?\w)\W*\s+{_MARK}\s+(?P<also>[^()\[\]{{}}]+)$", re.I)
_HINTS = ("aka ", "a.k.a.", "ed as ", "known as ", "title")


def may_hold(text: str) -> bool:
    """A quick look that spares the rest for most titles."""
    low = text.lower()
    return any(mark in low for mark in _HINTS)


def named_alias(inner: str) -> str:
    """The title in "aka The Visitor"; "" if the words name none."""
    match = _WHOLE.match(inner)
    return match["also"] if match else ""


def split_alias(title: str) -> tuple[str, str]:
    """Title and second title of "Running Blind, aka The Visitor"; the latter is "" if there is none."""
    match = _BEHIND.match(title)
    return (match["title"], match["also"].strip()) if match else (title, "")
