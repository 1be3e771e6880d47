"""A size that one book can have."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.audio import implied_kbps
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import read

CODE = RejectCode.SIZE
TOO_SMALL = RejectCode.SIZE_TOO_SMALL
TOO_BIG = RejectCode.SIZE_TOO_BIG

# kbit/s that no recording of a voice is below, and that one book is not above. The expected runtime may be that of
# another edition, hence the wide margins.
_LEAST_KBPS = 10
_MOST_KBPS = 800
_MOST_KBPS_LOSSLESS = 5000
_LOSSLESS = frozenset(("flac", "wav", "aiff", "alac", "ape"))


def size(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses sizes outside the policy, and those that the stated or else the expected runtime makes impossible."""
    if release.size_bytes < policy.min_size_bytes:
        return Reject(TOO_SMALL, shown(release.size_bytes), f"at least {shown(policy.min_size_bytes)}")
    if release.size_bytes > policy.max_size_bytes:
        return Reject(TOO_BIG, shown(release.size_bytes), f"at most {shown(policy.max_size_bytes)}")
    # A sample may state its own short runtime, so the small end is held against the longer of the two.
    stated, expected = read(release).runtime_seconds, wanted.expected_runtime_seconds
    longest = max(stated or 0, expected or 0)
    if longest and (kbps := implied_kbps(release.size_bytes, longest)) < _LEAST_KBPS:
        return Reject(TOO_SMALL, _bitrate(release, kbps, longest), f"at least {_LEAST_KBPS} kbps")
    lossless = _LOSSLESS & {name.casefold() for name in release.filetypes}
    most = _MOST_KBPS_LOSSLESS if lossless else _MOST_KBPS
    if longest and (kbps := implied_kbps(release.size_bytes, longest)) > most:
        return Reject(TOO_BIG, _bitrate(release, kbps, longest), f"at most {most} kbps")
    return Accept(CODE)


def shown(size_bytes: int) -> str:
    """A size for people: "302.8 MiB"."""
    amount = float(size_bytes)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.1f} {unit}" if unit != "B" else f"{size_bytes} B"
        amount /= 1024
    return f"{amount:.1f} GiB"


def _bitrate(release: Release, kbps: float, seconds: int) -> str:
    return f"{shown(release.size_bytes)} for {seconds / 3600:.1f} h: {kbps:.0f} kbps"
