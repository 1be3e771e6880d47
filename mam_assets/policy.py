"""The policy: what to accept, prefer and risk. One section of ``mam-assets.toml`` is one class here.

Every key has a default that is safe for a real account; an unknown key is an error. Sizes are written as "8 MiB",
and are bytes here.
"""

from __future__ import annotations

import difflib
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ByteSize, ConfigDict, Field, field_validator

from .domain.languages import WORDS, is_language, language_word
from .domain.model.release import ReleasePolicy
from .domain.purchases import PurchasePolicy
from .domain.purchases.limits import Thresholds

MIB = 1024**2
GIB = 1024**3
MAM_SEED_HOURS = 72  # MAM's rule: every torrent is seeded for 72 hours


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class LibrarySection(Section):
    """Which Audiobookshelf libraries are used, and where new books go."""

    include: tuple[str, ...] = Field(default=(), description="names of the book libraries to use; empty: all")
    import_into: str = Field(default="", description="library that new books go to; empty: the first of those")


class CatalogueSection(Section):
    """Which providers say what exists, and how old their answers may get."""

    providers: tuple[str, ...] = Field(
        default=("goodreads", "hardcover", "audible"), description="catalogue providers, most trusted first"
    )
    region: Literal["us", "ca", "uk", "au", "fr", "de", "jp", "it", "in", "es", "br"] = Field(
        default="us", description="Audible region"
    )
    refresh_days: int = Field(default=30, ge=1, description="ask a provider again when its answer is this old")
    retry_hours: int = Field(default=12, ge=1, description="wait this long after a failed request")
    max_requests_per_run: int = Field(default=600, ge=1, description="requests to one provider in one run")
    goodreads_per_minute: float = Field(default=12, gt=0, description="Goodreads requests per minute, at most 30")
    hardcover_per_minute: float = Field(default=30, gt=0, description="Hardcover requests per minute, at most 60")
    audible_per_minute: float = Field(default=30, gt=0, description="Audible requests per minute, at most 60")
    timeout_seconds: float = Field(default=30, gt=0, description="wait this long for a provider's answer")
    authors: bool = Field(default=True, description="also track authors")
    author_min_books: int = Field(default=3, ge=1, description="track authors of at least this many books")
    discover_per_run: int = Field(
        default=100, ge=0, description="books without a series to look up a series for, in one run; 0: none"
    )
    custom: dict[str, str] = Field(
        default_factory=dict, description="custom metadata providers of Audiobookshelf: name = address"
    )


class ReleaseSection(Section):
    """Which releases are accepted, and which are preferred."""

    languages: tuple[str, ...] = Field(default=("english",), description="languages, as English words or ISO codes")
    formats: tuple[str, ...] = Field(default=("m4b", "m4a", "mp3"), description="file types, in order of preference")
    min_size: ByteSize = Field(default=ByteSize(8 * MIB), description="reject smaller releases")
    max_size: ByteSize = Field(default=ByteSize(45 * GIB), description="reject larger releases")
    min_seeders: int = Field(default=1, ge=0, description="required seeders")
    min_age_minutes: int = Field(default=0, ge=0, description="ignore uploads newer than this")
    accept_abridged: bool = False
    accept_dramatised: bool = False
    accept_packs: bool = Field(default=False, description="accept torrents with several books")
    free_only: bool = Field(default=False, description="accept only releases that cost no ratio")
    skip_categories: tuple[str, ...] = Field(default=(), description="MAM categories (genres) to reject")
    skip_flags: tuple[str, ...] = Field(default=(), description="MAM flags to reject, such as 'explicit'")
    forbidden_words: tuple[str, ...] = ()
    required_words: tuple[str, ...] = ()
    preferred_narrators: tuple[str, ...] = ()
    preferred_publishers: tuple[str, ...] = ()

    @field_validator("languages")
    @classmethod
    def _known(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        """The languages as English words, each once."""
        for name in given:
            if not is_language(language_word(name)):
                near = difflib.get_close_matches(name.casefold(), WORDS, 1)
                hint = f"did you mean {near[0]}?" if near else "write it in English or as its ISO code"
                raise ValueError(f"{name!r} is no known language ({hint})")
        return tuple(dict.fromkeys(map(language_word, given)))


class SearchSection(Section):
    """How much MAM is searched."""

    max_books_per_run: int = Field(default=100, ge=1, description="missing books to search for in one run")
    max_requests_per_run: int = Field(default=200, ge=1, description="MAM requests in one run")
    seconds_between_requests: float = Field(default=2.0, gt=0, description="pause between MAM requests")
    author_gaps: bool = Field(default=False, description="also search for books of tracked authors outside series")


class Top10Section(Section):
    """The weekly list of the most snatched releases on MAM. Nothing on it is downloaded automatically."""

    count: int = Field(default=10, ge=0, le=100, description="releases on each list; 0: no list and no request to MAM")
    days: int = Field(default=7, ge=1, le=366, description="uploads of this many days")
    categories: tuple[str, ...] = Field(
        default=(), description="MAM's audiobook categories, one list for each; empty: one list of everything"
    )

    @field_validator("categories")
    @classmethod
    def _known(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        """The categories as MAM writes them, each once."""
        from resources.myanonamouse.catalogue import AUDIOBOOK_CATEGORIES, audiobook_category

        for name in given:
            if not audiobook_category(name):
                near = difflib.get_close_matches(name, AUDIOBOOK_CATEGORIES, 1, 0.5)
                hint = f"(did you mean {near[0]}?)" if near else f"(they are {', '.join(AUDIOBOOK_CATEGORIES)})"
                raise ValueError(f"{name!r} is not an audiobook category of MAM {hint}")
        return tuple(dict.fromkeys(map(audiobook_category, given)))


class BudgetSection(Section):
    """What may be risked: guards that are checked before every grab."""

    min_ratio: float = Field(default=1.5, ge=1.0, description="never let the account's ratio fall below this")
    unsatisfied_buffer: int = Field(default=5, ge=0, description="unsatisfied slots to leave for you")
    max_grabs_per_run: int = Field(default=10, ge=1, description="torrents added in one run")
    min_free_disk: ByteSize = Field(default=ByteSize(10 * GIB), description="disk space to leave free")
    spend_wedges: bool = Field(default=False, description="spend freeleech wedges")
    max_wedges_per_run: int = Field(default=1, ge=0)


class SpendingSection(Section):
    """What may be bought on MAM with bonus points, and which wedges may be spent. All of it is off by default."""

    keep_points: int = Field(default=10_000, ge=0, description="bonus points to keep")
    vip: bool = Field(default=False, description="renew VIP before it ends")
    vip_within_days: int = Field(default=7, ge=1, le=30, description="renew VIP when it ends within this many days")
    vip_weeks: Literal[4, 8, 12] = Field(default=4, description="weeks of VIP to buy at a time")
    max_vip_weeks_per_month: int = Field(default=4, ge=0, description="weeks of VIP to buy in 30 days at most")
    upload: bool = Field(default=False, description="buy upload credit when the ratio allows few downloads")
    upload_below: ByteSize = Field(
        default=ByteSize(10 * GIB), description="buy upload credit when less than this can be downloaded"
    )
    upload_gb: int = Field(default=50, ge=50, description="GB of upload credit to buy at a time; MAM's minimum is 50")
    max_upload_gb_per_week: int = Field(default=50, ge=0, description="GB of upload credit to buy in 7 days at most")
    max_wedges_per_week: int = Field(default=3, ge=0, description="wedges to spend in 7 days, with budget.spend_wedges")
    keep_wedges: int = Field(default=0, ge=0, description="wedges to keep")
    wedge_min_size: ByteSize = Field(default=ByteSize(0), description="spend no wedge on smaller releases")


class AccountSection(Section):
    """When the tracker account is close to a limit. A threshold of 0 switches its warning off."""

    warn_vip_days: int = Field(default=7, ge=0, description="warn when VIP ends within this many days")
    warn_slots: int = Field(default=3, ge=0, description="warn when fewer unsatisfied slots are left")
    warn_download: ByteSize = Field(default=ByteSize(5 * GIB), description="warn when less than this can be downloaded")
    warn_points: int = Field(default=95_000, ge=0, description="warn above this many bonus points; MAM stops at 99,999")


class MessagesSection(Section):
    """When notifications are sent: one per cause, to the addresses in NOTIFY_URLS."""

    trouble_minutes: int = Field(default=10, ge=0, description="notify after this many minutes of failure")
    remind_hours: float = Field(default=24, gt=0, description="remind after this many hours while a cause lasts")
    tell_when_over: bool = Field(default=True, description="notify when a cause has ended")


class DownloadSection(Section):
    """How torrents are added, and when a download is given up."""

    category: str = Field(default="mam-audiobooks", min_length=1, description="qBittorrent category")
    save_path: str = Field(default="", description="folder, as qBittorrent sees it; empty: qBittorrent's default")
    seed_hours: int = Field(default=MAM_SEED_HOURS * 2, ge=MAM_SEED_HOURS, description="seeding limit of each torrent")
    stalled_after_hours: float = Field(default=24, gt=0, description="give up after this long without progress")
    max_retries: int = Field(default=3, ge=0)
    retry_minutes: float = Field(default=15, gt=0, description="wait before the first retry; doubles each time")

    @property
    def stalled_after(self) -> timedelta:
        return timedelta(hours=self.stalled_after_hours)

    @property
    def seeding_minutes(self) -> int:
        return self.seed_hours * 60


class ImportSection(Section):
    """How finished books are imported into the library."""

    folder: str = Field(
        default="{author}/{series/}{Vol position - }{title}{ {narrator}}",
        description="folder below the library folder; parts in braces vanish when empty",
    )
    copy_across_devices: bool = Field(default=True, description="copy if a hardlink is not possible")
    extras: bool = Field(default=True, description="also import covers, cue sheets, PDFs and the like")
    verify_runtime: bool = Field(default=True, description="the length of the audio must fit the wanted book")
    file_mode: str = Field(default="", pattern=r"^([0-7]{3,4})?$", description="octal mode of new files")
    folder_mode: str = Field(default="", pattern=r"^([0-7]{3,4})?$", description="octal mode of new folders")
    owner: str = Field(default="", pattern=r"^(\d+:\d+)?$", description="uid:gid of new files and folders")
    visible_within_seconds: int = Field(default=120, ge=1, description="wait this long for Audiobookshelf to list it")


class EnrichmentSection(Section):
    """What may be written into the metadata of books, and from which providers."""

    providers: tuple[str, ...] = Field(
        default=("audible", "audnexus", "google_books"),
        description="metadata providers, in this order until nothing is blank; then those of catalogue.custom",
    )
    write_library: bool = Field(default=False, description="also fill in books that were there before")
    overwrite: bool = Field(default=False, description="replace values that a named rule recognises as broken")
    refresh_days: int = Field(default=30, ge=1, description="check a book again after this many days")
    retry_hours: int = Field(default=12, ge=1, description="wait this long after a failed request")
    max_books_per_run: int = Field(default=1000, ge=1, description="books to check in one run")
    max_requests_per_run: int = Field(default=2000, ge=1, description="requests to one provider in one run")
    requests_per_minute: float = Field(default=20, gt=0, le=6000, description="requests to one provider per minute")


class Policy(Section):
    """The whole of ``mam-assets.toml``."""

    mode: Literal["review", "auto"] = Field(
        default="review", description="review: candidates wait for `mam-assets approve`; auto: they are queued at once"
    )
    library: LibrarySection = LibrarySection()
    catalogue: CatalogueSection = CatalogueSection()
    release: ReleaseSection = ReleaseSection()
    search: SearchSection = SearchSection()
    top10: Top10Section = Top10Section()
    budget: BudgetSection = BudgetSection()
    spending: SpendingSection = SpendingSection()
    account: AccountSection = AccountSection()
    messages: MessagesSection = MessagesSection()
    download: DownloadSection = DownloadSection()
    imports: ImportSection = Field(default=ImportSection(), alias="import")
    enrichment: EnrichmentSection = EnrichmentSection()

    def purchase_policy(self) -> PurchasePolicy:
        """The part that the rules of purchases decide by."""
        part, budget = self.spending, self.budget
        return PurchasePolicy(
            keep_points=part.keep_points,
            vip=part.vip,
            vip_within_days=part.vip_within_days,
            vip_weeks=part.vip_weeks,
            max_vip_weeks_per_30_days=part.max_vip_weeks_per_month,
            upload=part.upload,
            upload_below_bytes=int(part.upload_below),
            upload_gb=part.upload_gb,
            max_upload_gb_per_7_days=part.max_upload_gb_per_week,
            wedges=budget.spend_wedges,
            max_wedges_per_run=budget.max_wedges_per_run,
            max_wedges_per_7_days=part.max_wedges_per_week,
            keep_wedges=part.keep_wedges,
            wedge_min_bytes=int(part.wedge_min_size),
        )

    def account_thresholds(self) -> Thresholds:
        """When the account is close to a limit."""
        part = self.account
        return Thresholds(part.warn_vip_days, part.warn_slots, int(part.warn_download), part.warn_points)

    def release_policy(self) -> ReleasePolicy:
        """The part that the release rules judge by."""
        part = self.release
        return ReleasePolicy(
            languages=part.languages,
            formats=part.formats,
            min_size_bytes=int(part.min_size),
            max_size_bytes=int(part.max_size),
            min_seeders=part.min_seeders,
            min_age_minutes=part.min_age_minutes,
            accept_abridged=part.accept_abridged,
            accept_dramatised=part.accept_dramatised,
            accept_packs=part.accept_packs,
            skip_categories=part.skip_categories,
            skip_flags=part.skip_flags,
            forbidden_words=part.forbidden_words,
            required_words=part.required_words,
            preferred_narrators=part.preferred_narrators,
            preferred_publishers=part.preferred_publishers,
            free_only=part.free_only,
        )
