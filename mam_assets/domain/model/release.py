"""What the tracker offers, what is wanted of it, and what the rules say of each release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic

from typing_extensions import TypeVar

from .library import SeriesRef


@dataclass(frozen=True, slots=True)
class ReleaseSeries:
    """A series as MAM states it for a release: ``number`` is its own text ("1", "01-03, 3.5", "1p2", "")."""

    name: str
    number: str = ""
    series_id: str = ""


class ReleaseCategory(StrEnum):
    """What a release is, by the tracker's main categories."""

    AUDIOBOOK = "audiobook"
    EBOOK = "ebook"
    MUSIC = "music"
    RADIO = "radio"
    UNKNOWN = "unknown"  # not stated, or a main category that is not known here


@dataclass(frozen=True, slots=True)
class Release:
    """One torrent on MAM, translated from the search row.

    ``genre`` is the tracker's own category ("Audiobooks - Fantasy") and ``genre_id`` its number. ``flags`` holds what
    uploaders warn of: "crude language", "violence", "some explicit", "explicit", "abridged", "lgbt".
    ``free_for_vip``: it is free at least for accounts that are VIP; ``free``: for everybody; ``personal_freeleech``:
    for this account. ``unreadable`` names the wire fields that could not be parsed (never silently empty).
    ``runtime_seconds`` and ``bitrate_kbps`` are those of the files, None where the tracker does not say.
    """

    torrent_id: int
    title: str
    authors: tuple[str, ...] = ()
    narrators: tuple[str, ...] = ()
    series: tuple[ReleaseSeries, ...] = ()
    category: ReleaseCategory = ReleaseCategory.AUDIOBOOK
    genre_id: int = 0
    genre: str = ""
    language: str = "english"
    filetypes: tuple[str, ...] = ()
    size_bytes: int = 0
    num_files: int = 1
    seeders: int = 0
    leechers: int = 0
    snatches: int = 0
    added_at: datetime | None = None
    flags: frozenset[str] = frozenset()
    tags: str = ""
    description: str = ""
    isbn: str = ""
    asin: str = ""
    runtime_seconds: int | None = None
    bitrate_kbps: int | None = None
    vip: bool = False
    vip_until: datetime | None = None
    free: bool = False
    free_for_vip: bool = False
    personal_freeleech: bool = False
    snatched_before: bool = False
    download_ref: str = ""
    infohash: str = ""
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A missing book as the search and the release rules need it.

    ``book_key`` is the stable natural key of the missing book. ``series`` may hold several places of the same work.
    ``series_titles`` are the titles of the other books of its series: a release named after one of them is not this.
    """

    book_key: str
    title: str
    authors: tuple[str, ...] = ()
    series: tuple[SeriesRef, ...] = ()
    year: int | None = None
    language: str = "english"
    expected_runtime_seconds: int | None = None
    asin: str = ""
    isbn: str = ""
    subtitle: str = ""
    alternative_titles: tuple[str, ...] = ()
    series_titles: tuple[str, ...] = ()
    preferred_narrators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleasePolicy:
    """What a person accepts and prefers. The defaults are those of ``mam-assets.toml`` when it says nothing."""

    languages: tuple[str, ...] = ("english",)
    formats: tuple[str, ...] = ("m4b", "m4a", "mp3", "flac", "opus", "ogg", "aac", "wma")  # in order of preference
    min_size_bytes: int = 8 * 1024**2
    max_size_bytes: int = 45 * 1024**3
    min_seeders: int = 1
    min_age_minutes: int = 0
    accept_abridged: bool = False
    accept_dramatised: bool = False
    accept_packs: bool = False
    skip_categories: tuple[str, ...] = ()  # names or numbers of genres
    skip_flags: tuple[str, ...] = ()  # words of ``Release.flags``, e.g. "explicit"
    forbidden_words: tuple[str, ...] = ()
    required_words: tuple[str, ...] = ()
    preferred_narrators: tuple[str, ...] = ()
    preferred_publishers: tuple[str, ...] = ()
    free_only: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """The tracker account, from jsonLoad.php. ``unsatisfied_limit`` None: not stated. Ratio None: infinite.

    ``counted_at`` (UTC) is when the tracker counted the torrents; its page may be older than the question. None: not
    stated.
    """

    username: str = ""
    user_id: int = 0
    classname: str = ""
    is_vip: bool = False
    vip_until: datetime | None = None
    uploaded_bytes: int = 0
    downloaded_bytes: int = 0
    ratio: float | None = None
    seedbonus: int = 0
    wedges: int = 0
    unsatisfied_count: int = 0
    unsatisfied_limit: int | None = None
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is already decided about releases, so that none is taken twice.

    All sets hold MAM torrent ids, but ``infohashes`` (lower-case hex) and ``owned_books`` (book keys).
    """

    blocklisted: frozenset[int] = frozenset()
    queued: frozenset[int] = frozenset()
    infohashes: frozenset[str] = frozenset()
    queued_books: frozenset[str] = frozenset()
    owned_books: frozenset[str] = frozenset()


class RejectCode(StrEnum):
    """Why a release is not taken: the rules of ``releases.rules``, then the guards of ``budget``. Stores hold these
    words: one that was ever written stays."""

    BLOCKLISTED = "blocklisted"
    ALREADY_OWNED = "already_owned"
    ALREADY_SNATCHED = "already_snatched"
    ALREADY_QUEUED = "already_queued"
    NOT_AUDIOBOOK = "not_audiobook"
    FORMAT = "format"
    SKIPPED_CATEGORY = "skipped_category"
    SKIPPED_FLAG = "skipped_flag"
    SEEDERS = "seeders"
    AGE = "age"
    NOT_FREE = "not_free"
    WRONG_AUTHOR = "wrong_author"
    UNREADABLE_AUTHOR = "unreadable_author"
    WRONG_TITLE = "wrong_title"
    OTHER_TITLE = "other_title"
    WRONG_VOLUME = "wrong_volume"
    PACK_OR_OMNIBUS = "pack_or_omnibus"
    COMPANION_OR_SUMMARY = "companion_or_summary"
    LANGUAGE = "language"
    PART_OR_EXCERPT = "part_or_excerpt"
    DRAMATISED = "dramatised"
    ABRIDGED = "abridged"
    ADAPTED_TEXT = "adapted_text"
    SIZE = "size"  # the rule's name: it refuses as one of the next two
    SIZE_TOO_SMALL = "size_too_small"
    SIZE_TOO_BIG = "size_too_big"
    RUNTIME = "runtime"
    POLICY_WORDS = "policy_words"

    GRABS_PER_RUN = "grabs_per_run"
    UNSATISFIED_SLOTS = "unsatisfied_slots"
    RATIO = "ratio"
    DISK_SPACE = "disk_space"
    WEDGES_NOT_ALLOWED = "wedges_not_allowed"
    ALREADY_FREE = "already_free"
    WEDGES_PER_RUN = "wedges_per_run"
    NO_WEDGES = "no_wedges"
    WEDGE_UNSETTLED = "wedge_unsettled"

    UNKNOWN = "unknown"  # read from a store that a newer version has written


Code = TypeVar("Code", bound=StrEnum, default=RejectCode)
"""The codes of a set of rules: those of releases, unless another is named (imports have their own)."""


@dataclass(frozen=True, slots=True)
class Accept(Generic[Code]):
    """A rule has nothing against it. ``code`` names the rule."""

    code: Code


@dataclass(frozen=True, slots=True)
class Reject(Generic[Code]):
    """A rule refuses it: ``got`` against ``wanted``. A permanent one will not change by waiting."""

    code: Code
    got: str
    wanted: str
    permanent: bool = True

    def describe(self) -> str:
        """The reason as a person reads it, wherever it is shown: "wrong volume: 2 (wanted 1)"."""
        return f"{self.code.replace('_', ' ')}: {self.got} (wanted {self.wanted})"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A release judged for a missing book. ``rank`` is 1 for the best accepted one, 0 for rejected ones.

    ``decided_by`` is the first comparison in which it differs from the next better one (for rank 1, the next worse).
    """

    book_key: str
    release: Release
    accepted: bool
    rejections: tuple[Reject, ...] = ()
    rank: int = 0
    decided_by: str = ""
    searched_at: datetime | None = None  # when MAM was asked; None: not noted yet
