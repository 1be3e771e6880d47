"""The shape of an import rule, and what it judges by: the facts of the files, the policy, the release behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..model.download import TorrentFile
from ..model.release import Accept, Reject, Release, Wanted
from .model import AudioTags, Selection


class ImportRejectCode(StrEnum):
    """Why an import is refused. Stores hold these words: one that was ever written stays."""

    HOSTILE_NAME = "hostile_name"
    ARCHIVE = "archive"
    NO_AUDIO = "no_audio"
    SEVERAL_BOOKS = "several_books"
    WRONG_RUNTIME = "wrong_runtime"
    WRONG_VOLUME = "wrong_volume"
    WRONG_TITLE = "wrong_title"
    WRONG_AUTHOR = "wrong_author"
    TARGET_EXISTS = "target_exists"


@dataclass(frozen=True, slots=True)
class OccupiedTarget:
    """A target folder that holds something else than this book."""

    path: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """What is known of the files when a group of rules is asked.

    ``files`` is the torrent's list, ``selection`` what of it is this book. ``tags`` (by file name) are empty until the
    files were read. ``occupied``: the target holds something else; it is None until it was looked at.
    """

    files: tuple[TorrentFile, ...]
    selection: Selection
    tags: Mapping[str, AudioTags] = field(default_factory=dict)
    occupied: OccupiedTarget | None = None

    @property
    def audio_tags(self) -> list[AudioTags]:
        """The tags of the audio that was selected, in its order."""
        return [self.tags[file.name] for file in self.selection.audio if file.name in self.tags]


@dataclass(frozen=True, slots=True)
class ImportPolicy:
    """What of an import is judged."""

    verify_runtime: bool = True


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What a rule may know beside the files, the wanted book and the policy."""

    release: Release | None = None


ImportReject = Reject[ImportRejectCode]
ImportVerdict = Accept[ImportRejectCode] | Reject[ImportRejectCode]
ImportRule = Callable[[ImportFacts, Wanted | None, ImportPolicy, ImportContext], ImportVerdict]
