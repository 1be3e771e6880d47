"""What files leave behind a title without any brackets: "Sourcery MP3", "Pyramids 64kbps", "Mort 27h14m"."""

from __future__ import annotations

import re

_FORMAT = r"mp3|m4b|m4a|aac|flac|ogg|opus|audiobook|unabridged|retail"
_RATE = r"\d{2,3}\s?k(?:bps|b/s|bit/s)|vbr"
_LENGTH = r"\d{1,3}\s?h(?:rs?)?\s?\d{1,2}\s?m(?:ins?)?|\d{1,3}\s?hrs|\d{1,3}h"
_TAIL = re.compile(rf"(?<=\S)\s+(?:{_FORMAT}|{_RATE}|{_LENGTH})\s*$", re.I)
WORDS = frozenset(["mp3", "m4b", "m4a", "aac", "flac", "ogg", "opus", "audiobook", "unabridged", "retail", "vbr"])
_LAST = WORDS | {"kbps", "kb/s", "kbit/s", "min", "mins", "m", "hrs"}


def without_junk(title: str) -> str:
    """The title without formats, bitrates and running times at its end; one that is such a word alone stays."""
    last = title.rpartition(" ")[2].lower()
    if last not in _LAST and not any(map(str.isdigit, last)):
        return title
    while (shorter := _TAIL.sub("", title)) != title and shorter.strip(" -–:,"):
        title = shorter
    return title
