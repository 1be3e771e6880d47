"""From what the library holds and what exists to verdicts, percentages and missing books. Everything here is derived:
the same inputs give the same frames, whenever it runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from mam_assets.domain import gaps, identity, ownership
from mam_assets.domain.model.catalogue import SeriesEntry
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict, MissingBook, SeriesCompletion
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, TrackedSeries
from mam_assets.domain.model.overrides import Overrides
from mam_assets.store.mappers import SeriesRow


def judge(
    items: Sequence[LibraryItem],
    entries: Sequence[SeriesEntry],
    overrides: Overrides,
    on_its_way: frozenset[str],
    today: date,
    languages: tuple[str, ...] = ("english",),
    imported: Mapping[str, str] = MappingProxyType({}),
) -> list[EntryVerdict]:
    """The verdict on every series entry, from the items that can take part.

    ``imported``: book key → the item that its import became.
    """
    usable = [item for item in items if item.is_there]
    return ownership.judge(
        usable,
        entries,
        overrides=overrides,
        on_its_way=on_its_way,
        imported=still_there(usable, imported, overrides),
        today=today,
        languages=languages,
    )


def still_there(items: Sequence[LibraryItem], imported: Mapping[str, str], overrides: Overrides) -> frozenset[str]:
    """The imported books whose items are still in the library, unless a person said that an item is not its book."""
    there = {item.abs_id for item in items}
    return frozenset(
        key for key, abs_id in imported.items() if abs_id in there and (abs_id, key) not in overrides.excluded_matches
    )


def status_figures(verdicts: Sequence[EntryVerdict]) -> dict[str, int]:
    """How many entries have which status, for people."""
    counts = Counter(verdict.status.value for verdict in verdicts)
    return {status.value: counts.get(status.value, 0) for status in EntryStatus}


def completion_rows(
    items: Sequence[LibraryItem],
    entries: Sequence[SeriesEntry],
    verdicts: Sequence[EntryVerdict],
    problems: Mapping[str, str],
    paused: str = "",
) -> list[SeriesRow]:
    """One row for each tracked series, also for those that no provider knows (their percentage is None).

    ``problems`` maps a provider's series ("<provider>:<id>") to why its last answer is old; ``paused`` says which
    providers are paused at the moment, and stands for the series that none knows.
    """
    by_key = {row.series_key: row for row in gaps.completion(entries, verdicts)}
    of_series: dict[str, list[SeriesEntry]] = defaultdict(list)
    for entry in entries:
        of_series[entry.series_key].append(entry)
    rows = []
    named = identity.tracked_series(items)
    for tracked in [*named, *_discovered(named, of_series, verdicts)]:
        key = tracked.series_key
        listed = of_series.get(key, [])
        leading = _leading(listed)
        problem = _problem(listed, problems) if leading else paused or "no provider knows this series"
        provider, _, provider_series_id = (leading.provider_series_id if leading else "").partition(":")
        rows.append(
            SeriesRow(
                series_key=key,
                name=tracked.name,
                author=tracked.author,
                completion=by_key.get(key) or _unknown(key),
                aliases=tracked.aliases,
                library_items=len({abs_id for abs_id, _ in tracked.members}),
                provider=provider,
                provider_series_id=provider_series_id,
                confidence=leading.confidence if leading else Confidence.UNMATCHED,
                catalogue_problem=problem,
                catalogue_fetched_at=leading.fetched_at if leading else None,
            )
        )
    return rows


def _discovered(
    named: Sequence[TrackedSeries], of_series: Mapping[str, Sequence[SeriesEntry]], verdicts: Sequence[EntryVerdict]
) -> list[TrackedSeries]:
    """Series of the catalogue that no item names: a provider put an owned book into them."""
    members: dict[str, dict[str, str]] = defaultdict(dict)
    for verdict in verdicts:
        if verdict.abs_id:
            members[verdict.series_key].setdefault(verdict.abs_id, "")
    keys = of_series.keys() - {series.series_key for series in named}
    return [
        TrackedSeries(
            series_key=key,
            name=of_series[key][0].series_name,
            author=next(iter(of_series[key][0].work.authors), ""),
            members=tuple(sorted(members[key].items())),
        )
        for key in sorted(keys)
    ]


def _problem(entries: Sequence[SeriesEntry], problems: Mapping[str, str]) -> str:
    """Why what is known of a series is old: trouble with the series that its entries come from, or with a provider
    that only adds to them (of which entries keep the name, not the series)."""
    sources = dict.fromkeys(entry.provider_series_id for entry in entries)
    reasons = [problems[source] for source in sources if source in problems]
    leading = {source.partition(":")[0] for source in sources}
    troubled = {source.partition(":")[0]: problem for source, problem in problems.items()}
    others = dict.fromkeys(name for entry in entries for name in entry.providers if name not in leading)
    reasons += [troubled[name] for name in others if name in troubled]
    return "; ".join(dict.fromkeys(reasons))


def _leading(entries: Sequence[SeriesEntry]) -> SeriesEntry | None:
    """An entry of the provider that leads the series' catalogue, as sure as any: the others only add to it."""
    if not entries:
        return None
    sources = Counter(entry.provider_series_id for entry in entries)
    most = max(sources.values())
    return max(
        (entry for entry in entries if sources[entry.provider_series_id] == most),
        key=lambda entry: entry.confidence,
    )


def _unknown(series_key: str) -> SeriesCompletion:
    return SeriesCompletion(series_key, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None)


def overall(rows: Sequence[SeriesCompletion]) -> tuple[int, int, float | None]:
    """Books owned, books there are, and the percentage over all series."""
    owned = sum(row.books_owned for row in rows)
    total = sum(row.total_books for row in rows)
    return owned, total, round(100 * owned / total, 1) if total else None


def missing(
    entries: Sequence[SeriesEntry], verdicts: Sequence[EntryVerdict], overrides: Overrides
) -> list[MissingBook]:
    """Every gap once, most wanted first."""
    missing_books = gaps.missing_books(entries, verdicts, overrides)
    return sorted(missing_books, key=lambda book: (book.priority, book.series_key, book.book_key))


def identified(missing: Sequence[MissingBook], known: Mapping[str, datetime], now: datetime) -> list[MissingBook]:
    """The missing books with when each gap was first seen: as ``known`` by book key, else ``now``."""
    return [replace(book, identified_date=known.get(book.book_key, now)) for book in missing]


def history_points(rows: Sequence[SeriesRow]) -> list[tuple[str, int, int, float | None]]:
    """(series key, owned, total, percentage) of each series, and of the whole library under the blank key."""
    points = [
        (
            row.series_key,
            row.completion.books_owned,
            row.completion.total_books,
            row.completion.completion_percentage,
        )
        for row in rows
    ]
    return [*points, ("", *overall([row.completion for row in rows]))]
