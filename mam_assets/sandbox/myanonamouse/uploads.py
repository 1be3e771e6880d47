"""New uploads: some of the tracker's releases were uploaded within the last weeks, whatever day it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ..world.facts import stable_number
from ..world.release import Release

ONE_OF = 12  # so many releases, one is new
WEEKS = 3


def with_new_uploads(releases: Mapping[int, Release], now: datetime) -> dict[int, Release]:
    """The releases, one of twelve with an upload time in the three weeks before ``now`` (UTC); always the same ones."""
    return {number: _new(release, now) if _is_new(number) else release for number, release in releases.items()}


def _is_new(number: int) -> bool:
    return stable_number("is new", number, low=0, high=ONE_OF) == 0


def _new(release: Release, now: datetime) -> Release:
    minutes = stable_number("uploaded", release.release_id, low=60, high=WEEKS * 7 * 24 * 60)
    return replace(release, added=f"{now - timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}")
