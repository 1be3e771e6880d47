"""The very volume of the series."""

from __future__ import annotations

from mam_assets.domain import positions
from mam_assets.domain.model import Accept, Position, Reject, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.identity import Identity, TitleMatch, VolumeMatch, identify
from mam_assets.domain.releases.packs import covering_pack
from mam_assets.domain.releases.reading import read, read_wanted

CODE = "wrong_volume"

_FIRST = positions.parse("1")


def wrong_volume(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses another number in the same series, by ``series_info`` first, else by the title's text.

    A book with a title of its own is allowed another whole number: orders of publication and of reading differ, titles
    do not. A book that is titled as its series is known by its number alone; without a number it is the first.
    A pack that covers the book passes if the policy takes packs.
    """
    identity = identify(release, wanted)
    mine = [place for _, place in read(release).places if place.is_known]
    theirs = [place for _, place in read_wanted(wanted).places if place.is_known]
    if _fits(identity, mine, theirs) or (policy.accept_packs and covering_pack(release, wanted)):
        return Accept(CODE)
    got = identity.number or ", ".join(map(positions.show, mine))
    return Reject(CODE, got or "no volume", ", ".join(map(positions.show, theirs)) or "no volume")


def _fits(identity: Identity, mine: list[Position], theirs: list[Position]) -> bool:
    if identity.volume is VolumeMatch.SAME:
        return True
    if identity.title is TitleMatch.SERIES:
        same = any(positions.same(one, other) for one in mine or [_FIRST] for other in theirs or [_FIRST])
        return identity.volume is VolumeMatch.UNKNOWN and same
    if identity.volume is VolumeMatch.UNKNOWN:
        return True
    return identity.title is TitleMatch.OWN and all(positions.is_whole(place) for place in (*mine, *theirs))
