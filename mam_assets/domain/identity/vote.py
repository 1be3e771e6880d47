"""Which of the series that providers offer is the tracked one? The owned members vote; the name only breaks a tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mam_assets.domain.matching import ItemForms, Pair

from .. import matching, positions, titles
from ..model.catalogue import ProviderSeries
from ..model.confidence import Confidence
from ..model.library import LibraryItem, TrackedSeries


@dataclass(frozen=True, slots=True)
class _Vote:
    """How an offered series fares: members found in it, at the position they state, and how its name compares."""

    series: ProviderSeries
    listed: int
    placed: int
    misplaced: int
    same_name: bool

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        return (self.listed, self.same_name, self.placed - self.misplaced, -len(self.series.entries), 0)


def choose(
    tracked: TrackedSeries, members: Sequence[LibraryItem], offered: Sequence[ProviderSeries]
) -> tuple[ProviderSeries | None, Confidence, str]:
    """The offered series that holds the owned members, how sure that is, and why in words.

    None and UNMATCHED if no member is found in any: a name alone decides nothing. HIGH asks for the same name and most
    members, or for several members at the positions they state; a provider that lists other books at the same positions
    lowers it by one step.
    """
    if not offered:
        return None, Confidence.UNMATCHED, "no provider offers a series"
    forms = [matching.item_forms(member) for member in members]
    stated = dict(tracked.members)
    votes = [_vote(tracked, forms, stated, series) for series in offered]
    best = max(votes, key=lambda vote: (vote.rank, vote.series.provider, vote.series.series_id))
    if best.listed == 0:
        names = ", ".join(sorted({f"'{series.title}'" for series in offered}))
        return None, Confidence.UNMATCHED, f"none of {len(members)} owned books is listed in {names}"
    confidence = _confidence(best, len(members))
    evidence = f"{best.listed} of {len(members)} owned books are in '{best.series.title}' ({best.series.provider})"
    if best.placed:
        evidence += f", {best.placed} at the same position"
    if not best.same_name:
        evidence += f"; the library calls it '{tracked.name}'"
    if clash := _disagreement(best, votes):
        confidence = Confidence.MEDIUM if confidence is Confidence.HIGH else Confidence.LOW
        evidence += f"; {clash}"
    return best.series, confidence, evidence


def _vote(
    tracked: TrackedSeries, members: Sequence[ItemForms], stated: dict[str, str], series: ProviderSeries
) -> _Vote:
    works = [(position, matching.work_forms(work)) for position, work in series.entries]
    listed = placed = misplaced = 0
    for member in members:
        hits = []
        for position, work in works:
            verdict = matching.judge_pair(Pair(member, work))
            if verdict.match.owns:
                hits.append(position)
        if not hits:
            continue
        listed += 1
        mine = positions.parse(stated.get(member.item.abs_id, ""))
        if mine.is_known:
            agree = any(set(positions.parse(hit).numbers) & set(mine.numbers) for hit in hits)
            placed, misplaced = placed + agree, misplaced + (not agree)
    mine_named = {titles.series_name(name, loose=True) for name in (tracked.name, *tracked.aliases)}
    theirs = {titles.series_name(name, loose=True) for name in (series.title, *series.aliases)}
    return _Vote(series, listed, placed, misplaced, bool(mine_named & theirs))


def _confidence(vote: _Vote, members: int) -> Confidence:
    most = vote.listed * 2 > members
    if most and (vote.same_name or (vote.placed > 1 and vote.placed > vote.misplaced)):
        return Confidence.HIGH
    if vote.same_name or (most and (vote.placed > vote.misplaced or vote.listed > 1)):
        return Confidence.MEDIUM
    return Confidence.LOW


def _disagreement(best: _Vote, votes: Sequence[_Vote]) -> str:
    """Another provider that knows as many of the members, and lists another book at one of the positions."""
    mine = _titles(best.series)
    for vote in votes:
        if vote.series.provider == best.series.provider or vote.listed < best.listed or not vote.same_name:
            continue
        theirs = _titles(vote.series)
        for place in sorted(mine.keys() & theirs.keys(), key=positions.sort_key):
            if not mine[place] & theirs[place]:
                return f"{vote.series.provider} lists another book as number {place}"
    return ""


def _titles(series: ProviderSeries) -> dict[str, set[str]]:
    titles_at: dict[str, set[str]] = {}
    for text, work in series.entries:
        position = positions.parse(text)
        if positions.is_whole(position):
            names = titles_at.setdefault(positions.show(position), set())
            names |= {
                titles.compact(name) for name in (work.title, titles.parse(work.title).title, work.original_title)
            }
            names.discard("")
    return titles_at
