"""What audio files say of themselves: tags and length, read with tinytag. Only the needed parts of a file are read."""

from __future__ import annotations

import logging
from pathlib import Path

from tinytag import TinyTag, TinyTagException

from mam_assets.domain.importing import AudioTags

log = logging.getLogger(__name__)


def read_tags(path: Path) -> AudioTags:
    """The tags of one file. What cannot be read is ``problem``, not an error: a file without tags may be a fine book.

    Raises OSError when the file cannot be opened at all.
    """
    if not TinyTag.is_supported(path):
        return AudioTags(problem=f"the tags of {path.suffix} files cannot be read")
    try:
        tags = TinyTag.get(path)
    except TinyTagException as error:
        return AudioTags(problem=f"not readable as audio: {error}")
    except (ValueError, KeyError, IndexError, OverflowError, ArithmeticError, UnicodeError) as error:
        # A damaged file can take the parser anywhere; that is a fact about the file, not about us.
        log.warning("the tags of %s are damaged: %s", path.name, type(error).__name__)
        return AudioTags(problem=f"damaged tags ({type(error).__name__})")
    return AudioTags(
        title=_text(tags.title),
        album=_text(tags.album),
        people=tuple(dict.fromkeys(text for text in (_text(tags.albumartist), _text(tags.artist)) if text)),
        composer=_text(tags.composer),
        duration_seconds=float(tags.duration) if tags.duration else None,
    )


def _text(value: object) -> str:
    return value.replace("\0", " ").strip() if isinstance(value, str) else ""
