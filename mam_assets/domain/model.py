"""The words of the project as frozen dataclasses: what the clients return, what the decisions take and give.

Units everywhere: sizes in bytes (int), durations in seconds (int), times as aware UTC ``datetime``, positions as text
(see ``positions``: "1", "0.5", "1-3", "" for unknown), languages as lower-case English words ("english").
Nothing here knows a wire format; the clients in ``resources`` translate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Confidence(StrEnum):
    """How sure a match or a gap is."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    UNMATCHED = "UNMATCHED"


# --------------------------------------------------------------------------------------------- what a person has


@dataclass(frozen=True, slots=True)
class SeriesRef:
    """A book's place in a series, as somebody wrote it: ``position`` is free text ("1", "Book Two", "1-3", "")."""

    name: str
    position: str = ""
    series_id: str = ""


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """One item of Audiobookshelf: somebody's copy of a book.

    ``abs_id`` is the item id; ``rel_path`` the folder below the library folder (last hint for series and number).
    ``num_audio_files`` 0 means that it holds no audio (an ebook); ``is_missing`` that its files have vanished.
    """

    abs_id: str
    title: str
    authors: tuple[str, ...] = ()
    subtitle: str = ""
    series: tuple[SeriesRef, ...] = ()
    narrators: tuple[str, ...] = ()
    asin: str = ""
    isbn: str = ""
    language: str = ""
    published_year: int | None = None
    publisher: str = ""
    description: str = ""
    genres: tuple[str, ...] = ()
    duration_seconds: int = 0
    size_bytes: int = 0
    num_audio_files: int = 1
    ebook_format: str = ""
    abridged: bool = False
    is_missing: bool = False
    is_invalid: bool = False
    has_cover: bool = False
    library_id: str = ""
    path: str = ""
    rel_path: str = ""
    added_at: datetime | None = None
    updated_at: datetime | None = None


# ----------------------------------------------------------------------------------------------- what exists


class EntryKind(StrEnum):
    """What sort of entry a provider lists in a series."""

    PRIMARY = "primary"  # a book at a whole number
    SECONDARY = "secondary"  # a novella or story between the books ("0.5", "2.5")
    OMNIBUS = "omnibus"  # several books in one ("1-3", box set)
    COMPANION = "companion"  # study guides, colouring books, unnumbered extras
    PART = "part"  # one part of a split book, or of a dramatisation
    TRANSLATION = "translation"


@dataclass(frozen=True, slots=True)
class Work:
    """A book as providers know it, whatever its edition.

    ``work_id`` is "<provider>:<id of the work>" ("goodreads:222222"). ``title`` is bare (no series decoration);
    ``title_raw`` as the provider prints it. ``series`` holds every series the provider puts it in.
    ``audio_release_date`` is the audiobook's date where a provider knows it; ``release_date`` the book's.
    """

    work_id: str
    title: str
    authors: tuple[str, ...] = ()
    title_raw: str = ""
    subtitle: str = ""
    original_title: str = ""
    series: tuple[SeriesRef, ...] = ()
    year: int | None = None
    release_date: date | None = None
    audio_release_date: date | None = None
    language: str = ""
    kind: EntryKind = EntryKind.PRIMARY
    isbn: str = ""
    asin: str = ""
    provider_ids: tuple[tuple[str, str], ...] = ()  # (("goodreads", "123"), ("audible", "B0…"))
    to_be_published: bool = False
    has_audiobook: bool | None = None  # None: not known
    runtime_seconds: int | None = None
    narrators: tuple[str, ...] = ()
    ratings_count: int = 0
    alternative_titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderSeries:
    """One series as one provider lists it. ``entries`` keeps the provider's order; ``position`` is in the pair."""

    provider: str
    series_id: str
    title: str
    entries: tuple[tuple[str, Work], ...] = ()  # (position text, work)
    primary_count: int | None = None
    total_count: int | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookMetadata:
    """What a metadata provider says of one book; blank means that it did not say. ``runtime_seconds`` of the audio."""

    provider: str
    provider_id: str
    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    narrators: tuple[str, ...] = ()
    series: tuple[SeriesRef, ...] = ()
    publisher: str = ""
    published_year: int | None = None
    release_date: date | None = None
    description: str = ""
    genres: tuple[str, ...] = ()
    language: str = ""
    isbn: str = ""
    asin: str = ""
    cover_url: str = ""
    runtime_seconds: int | None = None
    abridged: bool | None = None
    is_audiobook: bool | None = None


# -------------------------------------------------------------------------------------- judging what is owned


class EntryStatus(StrEnum):
    """What the library and the world say of one series entry (DESIGN: "Missing is one of …")."""

    OWNED = "owned"
    OWNED_ABRIDGED = "owned_abridged"
    MISSING = "missing"
    UNRELEASED = "unreleased"
    NO_AUDIOBOOK = "no_audiobook"
    IGNORED = "ignored"
    REVIEW = "review"
    ON_ITS_WAY = "on_its_way"


@dataclass(frozen=True, slots=True)
class MatchVerdict:
    """Is this library item that work? ``gate`` names the rule that decided, ``evidence`` what it saw.

    ``covers`` is also true for an omnibus that contains the work. ``review`` asks a person; then the rest is a guess.
    """

    same_work: bool
    covers: bool
    review: bool
    gate: str
    evidence: str
    confidence: Confidence


# -------------------------------------------------------------------------------------- what the tracker offers


@dataclass(frozen=True, slots=True)
class ReleaseSeries:
    """A series as MAM states it for a release: ``number`` is its own text ("1", "01-03, 3.5", "1p2", "")."""

    name: str
    number: str = ""
    series_id: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """One torrent on MAM, translated from the search row.

    ``main_cat`` 13 audiobook, 14 ebook, 15 musicology, 16 radio. ``language_code`` is MAM's upper-case code ("ENG").
    ``flags`` holds words of browseflags: "crude language", "violence", "some explicit", "explicit", "abridged",
    "lgbt". ``unreadable`` names the wire fields that could not be parsed (never silently empty).
    ``runtime_seconds`` and ``bitrate_kbps`` come from mediainfo, else None.
    """

    torrent_id: int
    title: str
    authors: tuple[str, ...] = ()
    narrators: tuple[str, ...] = ()
    series: tuple[ReleaseSeries, ...] = ()
    main_cat: int = 13
    category: int = 0
    category_name: str = ""
    language_code: str = "ENG"
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
    fl_vip: bool = False
    personal_freeleech: bool = False
    my_snatched: bool = False
    mediatype: int = 1
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
    skip_categories: tuple[str, ...] = ()  # names or ids of MAM categories
    skip_flags: tuple[str, ...] = ()  # words of browseflags, e.g. "explicit"
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


@dataclass(frozen=True, slots=True)
class Accept:
    """A rule has nothing against the release."""

    code: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A rule refuses the release: ``got`` against ``wanted``. A permanent one will not change by waiting."""

    code: str
    got: str
    wanted: str
    permanent: bool = True


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


# ------------------------------------------------------------------------------------------------ downloads


class DownloadState(StrEnum):
    """The states of a download (DESIGN section 6), kept in ``downloads.download_status``."""

    PROPOSED = "proposed"
    QUEUED = "queued"
    SUBMITTED = "submitted"
    DOWNLOADING = "downloading"
    STALLED = "stalled"
    COMPLETED = "completed"
    IMPORTING = "importing"
    IMPORTED = "imported"
    IMPORT_BLOCKED = "import_blocked"
    FAILED = "failed"
    ABANDONED = "abandoned"

    @property
    def is_active(self) -> bool:
        """The book is on its way: nothing else is fetched for it."""
        return self not in (DownloadState.IMPORTED, DownloadState.ABANDONED, DownloadState.FAILED)


class TorrentPhase(StrEnum):
    """qBittorrent's states of all versions, folded to what matters here (wire-facts of the Web API, 4.5 to 5.3)."""

    METADATA = "metadata"
    DOWNLOADING = "downloading"
    STALLED = "stalled"  # stalledDL: lags and may hide real progress
    QUEUED = "queued"
    STOPPED = "stopped"  # stopped or paused before it was complete
    CHECKING = "checking"
    MOVING = "moving"
    SEEDING = "seeding"  # every upload state, also stopped after completion
    MISSING_FILES = "missing_files"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Torrent:
    """What qBittorrent reports of one torrent. ``state`` is its own word, ``phase`` ours; progress 0..1."""

    infohash: str
    name: str
    state: str
    phase: TorrentPhase
    progress: float = 0.0
    amount_left: int = 0
    size_bytes: int = 0
    category: str = ""
    tags: tuple[str, ...] = ()
    save_path: str = ""
    content_path: str = ""
    added_at: datetime | None = None
    completed_at: datetime | None = None
    last_activity_at: datetime | None = None
    seeding_seconds: int = 0
    num_seeds: int = 0
    ratio: float = 0.0
    tracker_message: str = ""

    @property
    def is_done(self) -> bool:
        """Whole and at rest: progress 1, an upload state, neither checking nor moving."""
        return self.phase is TorrentPhase.SEEDING and self.progress >= 1 and self.amount_left == 0


@dataclass(frozen=True, slots=True)
class TorrentFile:
    """One file of a torrent: ``name`` is relative with "/", ``selected`` false when it was skipped (priority 0)."""

    index: int
    name: str
    size_bytes: int
    progress: float = 0.0
    selected: bool = True


@dataclass(frozen=True, slots=True)
class Position:
    """A parsed series position: every whole or broken number it covers, in order; empty when unknown.

    ``part`` is set for one part of a split book ("1 of 2", "1p2": part 1 of book 1 …).
    """

    numbers: tuple[Decimal, ...] = ()
    part: int | None = None
    text: str = field(default="", compare=False)

    @property
    def is_known(self) -> bool:
        return bool(self.numbers)

    @property
    def is_range(self) -> bool:
        return len(self.numbers) > 1


# --------------------------------------------------------------------------------- series, gaps and their verdicts


@dataclass(frozen=True, slots=True)
class TrackedSeries:
    """A series that the library has books of, under whatever names its items give it.

    ``series_key`` is "<normal name>|<normal author>" and stays the same between runs. ``members`` pairs the item with
    the position text that the item (or its title, subtitle or folder) gives it.
    """

    series_key: str
    name: str
    author: str
    aliases: tuple[str, ...] = ()
    members: tuple[tuple[str, str], ...] = ()  # (abs_id, position text)
    abs_series_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesEntry:
    """A work at a position of a tracked series. ``book_key`` is the work's natural key over all series and providers.

    ``places`` are all series that the work is in: two entries with one ``book_key`` are one book.
    """

    series_key: str
    entry_key: str
    book_key: str
    series_name: str
    position: str
    work: Work
    series_aliases: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    confidence: Confidence = Confidence.HIGH
    disagreement: str = ""
    fetched_at: datetime | None = None
    provider_series_id: str = ""  # "<provider>:<id>" of the series that the entry comes from


@dataclass(frozen=True, slots=True)
class PersonsWord:
    """What a person said; it always wins over every rule."""

    manual_matches: frozenset[tuple[str, str]] = frozenset()  # (abs_id, book_key): this item is that book
    excluded_matches: frozenset[tuple[str, str]] = frozenset()  # (abs_id, book_key): it is not
    ignored_books: frozenset[str] = frozenset()
    ignored_series: frozenset[str] = frozenset()
    wanted_books: frozenset[str] = frozenset()
    priorities: tuple[tuple[str, int], ...] = ()  # (book_key, priority), lower is sooner


@dataclass(frozen=True, slots=True)
class EntryVerdict:
    """What the library says of one series entry, by which gate and on what evidence."""

    series_key: str
    entry_key: str
    book_key: str
    status: EntryStatus
    abs_id: str
    gate: str
    evidence: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class SeriesCompletion:
    """The figures of one series. Counts are of released books at whole-number positions unless they say otherwise.

    ``books_missing`` includes those in review and on their way. ``completion_percentage`` is None when the catalogue
    is unknown.
    """

    series_key: str
    total_books: int
    books_owned: int
    books_missing: int
    books_in_review: int
    books_on_their_way: int
    books_unreleased: int
    books_without_audiobook: int
    books_ignored: int
    extras_total: int
    extras_owned: int
    completion_percentage: float | None


@dataclass(frozen=True, slots=True)
class MissingBook:
    """A work that tracked series have and the library lacks, once for all series it is missing from."""

    book_key: str
    series_key: str
    series_name: str
    series_number: str
    places: tuple[SeriesRef, ...]
    series_titles: tuple[str, ...]
    work: Work
    reason: EntryStatus
    evidence: str
    confidence: Confidence
    priority: int
