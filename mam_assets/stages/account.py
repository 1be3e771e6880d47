"""The tracker account as figures for people, and what is worth worrying about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mam_assets.domain.budget import Budget
from mam_assets.domain.model import Account

GIB = 1024**3
LOW_SLOTS = 3
LOW_DOWNLOAD_GIB = 5.0


def figures(account: Account, budget: Budget) -> dict[str, Any]:
    """What the account is, and what the guards still allow. No user name: figures are kept and shown."""
    left = budget.download_left
    return {
        "class": account.classname,
        "VIP": account.is_vip,
        "VIP until": account.vip_until.date().isoformat() if account.vip_until else None,
        "ratio": account.ratio if account.ratio is not None else "infinite",
        "uploaded GiB": round(account.uploaded_bytes / GIB, 1),
        "downloaded GiB": round(account.downloaded_bytes / GIB, 1),
        "seedbonus": account.seedbonus,
        "wedges": account.wedges,
        "unsatisfied": account.unsatisfied_count,
        "unsatisfied limit": budget.slot_limit,
        "slots left": budget.slots_left,
        "GiB left to download": round(left / GIB, 1) if left is not None else "no limit",
    }


def worries(found: Mapping[str, Any]) -> list[str]:
    """What will soon stop every grab, in sentences; empty when all is well or nothing is known."""
    said = []
    slots = found.get("slots left")
    if isinstance(slots, int) and slots < LOW_SLOTS:
        said.append(f"only {slots} unsatisfied slots are left of {found.get('unsatisfied limit')}")
    left = found.get("GiB left to download")
    if isinstance(left, int | float) and left < LOW_DOWNLOAD_GIB:
        said.append(f"only {left} GiB can be downloaded before the ratio falls below the minimum")
    return said
