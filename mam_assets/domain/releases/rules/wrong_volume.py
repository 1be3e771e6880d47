"""The very volume of the series."""

from __future__ import annotations

from mam_assets.domain import positions
from mam_assets.domain.model.catalogue import Position
from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.identity import Identity, TitleMatch, identify
from mam_assets.domain.releases.packs import covering_pack
from mam_assets.domain.releases.volumes import VolumeMatch

CODE = RejectCode.WRONG_VOLUME

_FIRST = positions.parse("1")


def wrong_volume(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses another number in the same series, by ``series_info`` first, else by the title's text.

    A book with a title of its own is allowed another number: orders of publication and of reading differ, titles do
    not. The titles must be equal as a whole then: "Aftermath" and "Aftermath: Life Debt" are two books.
    A book that is titled as its series is known by its number alone; without a number it is the first.
    A pack that covers the book passes if the policy takes packs.
    """
    identity = identify(release, wanted)
    if _fits(identity) or (policy.accept_packs and covering_pack(release, wanted)):
        return Accept(CODE)
    return Reject(CODE, _shown(identity.volume.stated), _shown(identity.volume.asked))


def _fits(identity: Identity) -> bool:
    match, stated, asked = identity.volume.match, identity.volume.stated, identity.volume.asked
    if identity.title is TitleMatch.SERIES and identity.volume.denied:
        return False
    if match is VolumeMatch.SAME:
        return True
    if identity.title is TitleMatch.SERIES:
        # Numbers of series that are not shared say nothing of each other; without one it is the first.
        return match is VolumeMatch.UNKNOWN and _may_be_first(stated) and _may_be_first(asked)
    if match is VolumeMatch.UNKNOWN:
        return True
    return identity.title is TitleMatch.OWN and all(_other_order(mine, theirs) for mine in stated for theirs in asked)


def _may_be_first(places: tuple[Position, ...]) -> bool:
    return not places or any(positions.same(place, _FIRST) for place in places)


def _other_order(left: Position, right: Position) -> bool:
    """Single places far enough apart: 2 and 2.5, or 2 and 2.1, are a book and a novella or a part beside it."""
    single = len(left.numbers) == len(right.numbers) == 1 and left.part is None
    return single and int(left.numbers[0]) != int(right.numbers[0])


def _shown(places: tuple[Position, ...]) -> str:
    return ", ".join(map(positions.show, places)) or "no volume"
