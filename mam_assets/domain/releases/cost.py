"""What a release costs the account: nothing, or its size in download."""

from __future__ import annotations

from datetime import datetime

from ..model.download import CostKind
from ..model.release import Account, Release


def is_vip(account: Account | None, now: datetime | None) -> bool:
    """Is the account VIP, now? Its VIP must last: a ``vip_until`` that has passed is none. ``now`` aware UTC."""
    if account is None or not account.is_vip:
        return False
    return account.vip_until is None or now is None or account.vip_until > now


def is_free(release: Release, account: Account | None, now: datetime | None) -> bool:
    """Would downloading this release leave the account's download count alone?"""
    return free_by(release, account, now) is not CostKind.NONE


def free_by(release: Release, account: Account | None, now: datetime | None) -> CostKind:
    """What makes this release free for the account; ``NONE`` when it costs its size in download.

    ``free`` is freeleech for everybody, ``personal_freeleech`` a wedge already spent by this account. ``vip`` (until
    ``vip_until``, if that is set) and ``free_for_vip`` count only for an account that is VIP itself. ``now`` is aware
    UTC; None leaves every end date out of the question.
    """
    if release.free:
        return CostKind.FREELEECH
    if release.personal_freeleech:
        return CostKind.PERSONAL_FREELEECH
    vip_lasts = release.vip and (release.vip_until is None or now is None or release.vip_until > now)
    # ``free_for_vip`` means "free or VIP"; when the VIP that it stands for has ended, it says nothing any more.
    vip_ended = release.vip and not vip_lasts
    as_vip = (vip_lasts or (release.free_for_vip and not vip_ended)) and is_vip(account, now)
    return CostKind.VIP if as_vip else CostKind.NONE
