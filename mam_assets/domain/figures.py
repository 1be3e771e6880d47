"""The figures of the stages: their keys, as ``tasks.details`` holds them, and the one table of what people read.

Stores hold these keys: one that was ever written stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class SnapshotFigure(StrEnum):
    """Of a look at the library."""

    LIBRARIES = "libraries"
    ITEMS = "items"
    USABLE_AUDIOBOOKS = "usable_audiobooks"
    WITHOUT_AUDIO = "without_audio"
    VANISHED = "vanished"
    AUTHORS = "authors"
    IN_A_SERIES = "in_a_series"
    HOURS = "hours"
    GIB = "gib"


class CatalogueFigure(StrEnum):
    """Of what exists, series by series and author by author."""

    SERIES = "series"
    AUTHORS = "authors"
    KNOWN_TO_A_PROVIDER = "known_to_a_provider"
    ENTRIES = "entries"
    WORKS = "works"
    OF_TRACKED_SERIES = "of_tracked_series"
    LISTED_BY_SEVERAL_PROVIDERS = "listed_by_several_providers"
    PROVIDERS_DISAGREE = "providers_disagree"
    TO_BE_LOOKED_AT = "to_be_looked_at"
    OLD_BECAUSE_A_PROVIDER_FAILED = "old_because_a_provider_failed"
    LEFT_OUT = "left_out"
    REQUESTS = "requests"


class SearchFigure(StrEnum):
    """Of a search on MAM, and of its lists of what is snatched most."""

    DUE = "due"
    BOOKS_SEARCHED = "books_searched"
    REQUESTS = "requests"
    RELEASES_SEEN = "releases_seen"
    UNREADABLE_ROWS = "unreadable_rows"
    BOOKS_WITH_AN_ACCEPTABLE_RELEASE = "books_with_an_acceptable_release"
    BOOKS_WITHOUT = "books_without"
    REFUSED_BECAUSE = "refused_because"
    LISTS = "lists"
    RELEASES = "releases"
    BY_STATUS = "by_status"
    ACCEPTABLE = "acceptable"
    FREE = "free"
    STOPPED_BY = "stopped_by"


class AccountFigure(StrEnum):
    """Of the account on MAM and of what was bought there."""

    CLASS = "class"
    VIP = "vip"
    VIP_UNTIL = "vip_until"
    RATIO = "ratio"
    UPLOADED_GIB = "uploaded_gib"
    DOWNLOADED_GIB = "downloaded_gib"
    SEEDBONUS = "seedbonus"
    WEDGES = "wedges"
    UNSATISFIED = "unsatisfied"
    UNSATISFIED_LIMIT = "unsatisfied_limit"
    SLOTS_LEFT = "slots_left"
    GIB_LEFT_TO_DOWNLOAD = "gib_left_to_download"
    BUYING_VIP = "buying_vip"
    BUYING_UPLOAD = "buying_upload"
    SETTLED_VIP = "settled_vip"
    SETTLED_UPLOAD = "settled_upload"
    SETTLED_WEDGE = "settled_wedge"
    CLOSE_LIMITS = "close_limits"  # [{code, message}]


class QueueFigure(StrEnum):
    """Of what is queued and handed to qBittorrent, and of a tick of the reconciler."""

    PROPOSED = "proposed"
    ON_THEIR_WAY_BEFORE = "on_their_way_before"
    ADDED_TO_QBITTORRENT = "added_to_qbittorrent"
    BYTES_ADDED = "bytes_added"
    ALREADY_THERE = "already_there"
    WAITING_FOR_THE_BUDGET = "waiting_for_the_budget"
    GIVEN_UP = "given_up"
    STOPPED_BY = "stopped_by"
    TO_IMPORT = "to_import"
    TO_SUBMIT = "to_submit"
    FAILED = "failed"


class ImportFigure(StrEnum):
    """Of an import."""

    IMPORTED = "imported"
    TO_BE_TRIED_AGAIN = "to_be_tried_again"
    BLOCKED = "blocked"
    BYTES_LINKED = "bytes_linked"
    BYTES_COPIED = "bytes_copied"
    SCAN = "scan"
    SECOND_LISTINGS_REMOVED = "second_listings_removed"
    STAGING_FOLDERS_CLEARED = "staging_folders_cleared"
    LEFT_IN_STAGING_FOLDERS = "left_in_staging_folders"


class EnrichmentFigure(StrEnum):
    """Of completing metadata."""

    BOOKS_LOOKED_AT = "books_looked_at"
    BOOKS_WITH_CHANGES = "books_with_changes"
    CHANGES_PROPOSED = "changes_proposed"
    CHANGES_WRITTEN = "changes_written"
    COMPLETENESS_BEFORE = "completeness_before"
    COMPLETENESS_AFTER = "completeness_after"
    CHANGES_BY_FIELD = "changes_by_field"
    CHANGES_BY_SOURCE = "changes_by_source"
    OUTCOMES = "outcomes"
    ANSWERS_NOT_SURELY_THE_BOOK = "answers_not_surely_the_book"
    QUESTIONS = "questions"
    ANSWERS_FROM_MEMORY = "answers_from_memory"
    PROVIDER_FAILURES = "provider_failures"
    PROVIDERS_AT_REST = "providers_at_rest"
    PROVIDERS_OFF = "providers_off"
    RECOVERED_CHANGES = "recovered_changes"
    LEFT_FOR_THE_NEXT_RUN = "left_for_the_next_run"


class SeedboxFigure(StrEnum):
    """Of the address that MAM is told."""

    DONE = "done"


SETS: tuple[type[StrEnum], ...] = (
    SnapshotFigure,
    CatalogueFigure,
    SearchFigure,
    AccountFigure,
    QueueFigure,
    ImportFigure,
    EnrichmentFigure,
    SeedboxFigure,
)
LABELS: Mapping[str, str] = {figure.value: figure.value.replace("_", " ") for figures in SETS for figure in figures} | {
    SnapshotFigure.GIB.value: "GiB",
    SearchFigure.UNREADABLE_ROWS.value: "rows that could not be read",
    AccountFigure.VIP.value: "VIP",
    AccountFigure.VIP_UNTIL.value: "VIP until",
    AccountFigure.UPLOADED_GIB.value: "uploaded GiB",
    AccountFigure.DOWNLOADED_GIB.value: "downloaded GiB",
    AccountFigure.GIB_LEFT_TO_DOWNLOAD.value: "GiB left to download",
    AccountFigure.CLOSE_LIMITS.value: "worries",
    QueueFigure.ADDED_TO_QBITTORRENT.value: "added to qBittorrent",
    EnrichmentFigure.ANSWERS_NOT_SURELY_THE_BOOK.value: "answers that were not surely the book",
}


def label(key: str) -> str:
    """What people read for the key of a figure; a key of no stage is its own label."""
    return LABELS.get(key, str(key))
