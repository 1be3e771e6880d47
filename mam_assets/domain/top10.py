"""What the most snatched releases are to a person: owned, on their way, a gap, or new.

No rule of its own. The gates of ``ownership`` say what the library holds, the release rules which gap a release is and
whether it is acceptable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mam_assets.domain import ownership, people, positions
from mam_assets.domain.gaps import OWNED
from mam_assets.domain.identity import book_key
from mam_assets.domain.releases.context import Context, Rule
from mam_assets.domain.releases.cost import free_by
from mam_assets.domain.releases.judging import judge
from mam_assets.domain.releases.reading import Reading, read
from mam_assets.domain.releases.registry import GROUPS
from mam_assets.domain.releases.rules.file_format import file_format
from mam_assets.domain.releases.rules.language import language
from mam_assets.domain.releases.rules.not_audiobook import not_audiobook
from mam_assets.domain.releases.volumes import is_name, tail_number

from .model.catalogue import EntryKind, SeriesEntry, Work
from .model.completion import EntryStatus, EntryVerdict
from .model.download import CostKind
from .model.library import LibraryItem, SeriesRef
from .model.overrides import Overrides
from .model.release import Account, Known, Reject, Release, ReleasePolicy, Wanted

_IS_THE_BOOK = next(group.rules for group in GROUPS if group.name == "book")
_ACCEPTABLE: tuple[Rule, ...] = (not_audiobook, file_format, language)


class Standing(StrEnum):
    """What a listed release is to the person."""

    OWNED = "owned"
    OWNED_ABRIDGED = "owned_abridged"
    ON_ITS_WAY = "on_its_way"
    MISSING = "missing"  # it is a gap
    REVIEW = "review"  # it may be in the library: a person's word is wanted
    IGNORED = "ignored"
    NEW = "new"  # neither in the library nor a gap


@dataclass(frozen=True, slots=True)
class Gap:
    """A missing book: what is wanted, why it is missing, and what says so."""

    wanted: Wanted
    reason: EntryStatus
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known beside the releases. ``gaps`` stand in the order in which they are wanted; ``now`` is aware UTC.

    ``entries`` are those of the tracked series: what a person said of them holds for the same book on the list.
    """

    policy: ReleasePolicy
    now: datetime
    items: Sequence[LibraryItem] = ()
    entries: Sequence[SeriesEntry] = ()
    gaps: Sequence[Gap] = ()
    overrides: Overrides = field(default_factory=Overrides)
    known: Known = field(default_factory=Known)
    account: Account | None = None

    @property
    def context(self) -> Context:
        return Context(self.known, self.account, self.now)


@dataclass(frozen=True, slots=True)
class Top10Entry:
    """A release on a list. ``abs_id`` is the library item that it is, ``book_key`` the gap; blank when none."""

    list_name: str
    rank: int
    release: Release
    status: Standing
    evidence: str
    abs_id: str = ""
    book_key: str = ""
    rejections: tuple[Reject, ...] = ()
    free_by: CostKind = CostKind.NONE


def acceptable(releases: Sequence[Release], policy: ReleasePolicy, count: int) -> list[Release]:
    """The first ``count`` audiobooks in a language and a format that the person takes, each torrent once."""
    once = {release.torrent_id: release for release in releases}.values()
    return [
        offered for offered in once if _passes(offered, as_wanted(offered, policy), policy, Context(), _ACCEPTABLE)
    ][:count]


def judge_lists(lists: Mapping[str, Sequence[Release]], knowledge: Knowledge) -> list[Top10Entry]:
    """Every release of the lists (by name, the most snatched first) with what it is to the person."""
    releases = {release.torrent_id: release for ranked in lists.values() for release in ranked}
    if not releases:
        return []
    verdicts = _verdicts(releases, knowledge)
    return [
        _judged(name, rank, release, verdicts[release.torrent_id], knowledge)
        for name, ranked in lists.items()
        for rank, release in enumerate(ranked, 1)
    ]


def as_wanted(release: Release, policy: ReleasePolicy) -> Wanted:
    """The book that a release says it is, for the rules that ask of a recording and not which book it is of."""
    work = _work(release)
    # A range is no place of one book: with it, a pack would be just what is wanted, and it is so only by the policy.
    places = tuple(ref for ref in work.series if policy.accept_packs or not positions.parse(ref.position).is_range)
    return Wanted(
        book_key=book_key(work),
        title=work.title,
        authors=work.authors,
        series=places,
        asin=work.asin,
        isbn=work.isbn,
    )


def _verdicts(releases: Mapping[int, Release], knowledge: Knowledge) -> dict[int, EntryVerdict]:
    """What the library says of each release, judged together with the tracked books by the same people."""
    entries = [_entry(release) for release in releases.values()]
    writers = {name for entry in entries for name in people.writers(entry.work.authors)}
    near = [entry for entry in knowledge.entries if not writers.isdisjoint(people.writers(entry.work.authors))]
    verdicts = ownership.judge(
        knowledge.items,
        [*near, *entries],
        overrides=knowledge.overrides,
        on_its_way=knowledge.known.queued_books,
        today=knowledge.now.date(),
        languages=knowledge.policy.languages,
    )
    return dict(zip(releases, verdicts[len(near) :], strict=True))


def _entry(release: Release) -> SeriesEntry:
    """The release as a book in a listing of its own, for the gates that judge ownership."""
    work = _work(release)
    place = work.series[0] if work.series else SeriesRef("")
    own = f"mam:{release.torrent_id}"
    return SeriesEntry(own, own, book_key(work), place.name, place.position, work)


def _work(release: Release) -> Work:
    got = read(release)
    series = tuple(SeriesRef(name, positions.show(place)) for name, place in got.places)
    several = got.parsed.omnibus or any(place.is_range for _, place in got.places)
    return Work(
        work_id=f"mam:{release.torrent_id}",
        title=_title(got),
        title_raw=got.title,
        authors=release.authors,
        series=series,
        kind=EntryKind.OMNIBUS if several else EntryKind.PRIMARY,
        asin=release.asin,
        isbn=release.isbn,
        has_audiobook=True,
        runtime_seconds=got.runtime_seconds,
        narrators=release.narrators,
        alternative_titles=tuple(other.title for other in got.others),
    )


def _title(got: Reading) -> str:
    """The book's title: "Lords and Ladies" of "Discworld 14 - Lords and Ladies"."""
    named, number = tail_number(got.parsed.title)
    if number and got.parsed.tails and any(is_name(named, name) for name, _ in got.places):
        return got.parsed.tails[0]
    return got.parsed.full or got.title


def _judged(name: str, rank: int, release: Release, verdict: EntryVerdict, knowledge: Knowledge) -> Top10Entry:
    policy, context = knowledge.policy, knowledge.context
    gap = next(
        (
            candidate
            for candidate in knowledge.gaps
            if _passes(release, candidate.wanted, policy, context, _IS_THE_BOOK)
        ),
        None,
    )
    status, evidence = _standing(release, gap, verdict, knowledge.known)
    wanted = gap.wanted if gap else as_wanted(release, policy)
    return Top10Entry(
        list_name=name,
        rank=rank,
        release=release,
        status=status,
        evidence=evidence,
        abs_id=verdict.abs_id if gap is None else "",
        book_key=wanted.book_key if gap else "",
        rejections=judge(release, wanted, policy, knowledge.known, knowledge.account, knowledge.now),
        free_by=free_by(release, knowledge.account, knowledge.now),
    )


def _standing(release: Release, gap: Gap | None, verdict: EntryVerdict, known: Known) -> tuple[Standing, str]:
    """A gap is surer than a look at the library with nothing but the release's own words: it goes first."""
    key = gap.wanted.book_key if gap else verdict.book_key
    if release.torrent_id in known.queued:
        return Standing.ON_ITS_WAY, "a download of it is under way"
    if key in known.queued_books:
        return Standing.ON_ITS_WAY, "a download of this book is under way"
    if gap is not None:
        place = next((f"{ref.name} {ref.position}".strip() for ref in gap.wanted.series if ref.name), "")
        said = ": ".join(part for part in (place, gap.evidence) if part)
        kept = (EntryStatus.REVIEW, EntryStatus.IGNORED)
        return (Standing(gap.reason.value) if gap.reason in kept else Standing.MISSING), said
    if verdict.status in OWNED or verdict.status in (EntryStatus.REVIEW, EntryStatus.IGNORED):
        return Standing(verdict.status.value), verdict.evidence
    return Standing.NEW, "neither in the library nor missing from what is tracked"


def _passes(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context, rules: Sequence[Rule]) -> bool:
    return not any(isinstance(rule(release, wanted, policy, context), Reject) for rule in rules)
