"""Every import rule, in groups, as data: a group is asked when the facts that it needs are known.

All rules of a group run, so that a person sees every reason at once. ``accept`` by a person leaves the group "book" out
and no other.
"""

from __future__ import annotations

from .context import ImportRule
from .rules.hostile_name import hostile_name
from .rules.no_audio import no_audio
from .rules.several_books import several_books
from .rules.target_exists import target_exists
from .rules.wrong_author import wrong_author
from .rules.wrong_runtime import wrong_runtime
from .rules.wrong_title import wrong_title
from .rules.wrong_volume import wrong_volume

FILES: tuple[ImportRule, ...] = (hostile_name, no_audio)
"""Asked of the torrent's list of files, before anything on disk is touched."""

BOOK: tuple[ImportRule, ...] = (several_books, wrong_runtime, wrong_volume, wrong_title, wrong_author)
"""Asked of the tags: is it one book, and the wanted one?"""

TARGET: tuple[ImportRule, ...] = (target_exists,)
"""Asked of the place in the library, before anything is put there."""

RULES: tuple[ImportRule, ...] = (*FILES, *BOOK, *TARGET)
