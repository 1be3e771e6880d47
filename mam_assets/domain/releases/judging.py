"""Judge releases for a wanted book: every reason against each, and the order of those that have none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mam_assets.domain.releases.context import Context
from mam_assets.domain.releases.ranking import rank
from mam_assets.domain.releases.registry import GROUPS

from ..model.release import Account, Candidate, Known, Reject, Release, ReleasePolicy, Wanted


def judge(
    release: Release,
    wanted: Wanted,
    policy: ReleasePolicy,
    known: Known,
    account: Account | None,
    now: datetime | None = None,
) -> tuple[Reject, ...]:
    """Every reason to refuse the release; empty when it is accepted.

    ``account`` None: not known, so nothing is free to it but freeleech. ``now`` (aware UTC) None leaves ages and end
    dates out of the question.
    """
    return _judge(release, wanted, policy, Context(known, account, now))


def candidates(
    releases: Sequence[Release],
    wanted: Wanted,
    policy: ReleasePolicy,
    known: Known,
    account: Account | None,
    now: datetime,
) -> list[Candidate]:
    """The releases judged and ranked: accepted ones first, best first, then the refused in the order given.

    A torrent that is given twice (it was on two pages of an answer) counts once. ``now`` is aware UTC.
    """
    context = Context(known, account, now)
    once = {release.torrent_id: release for release in releases}
    reasons = {release.torrent_id: _judge(release, wanted, policy, context) for release in once.values()}
    accepted = rank([release for release in once.values() if not reasons[release.torrent_id]], wanted, policy, context)
    return [
        Candidate(wanted.book_key, place.release, True, (), number, place.decided_by)
        for number, place in enumerate(accepted, 1)
    ] + [
        Candidate(wanted.book_key, release, False, reasons[release.torrent_id])
        for release in once.values()
        if reasons[release.torrent_id]
    ]


def _judge(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> tuple[Reject, ...]:
    reasons: list[Reject] = []
    for group in GROUPS:
        verdicts = [rule(release, wanted, policy, context) for rule in group.rules]
        reasons += [verdict for verdict in verdicts if isinstance(verdict, Reject)]
        if any(reason.permanent for reason in reasons):
            break
    return tuple(reasons)
