"""Words that a person never, or always, wants to see in a release."""

from __future__ import annotations

import re
from functools import lru_cache

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.POLICY_WORDS


def policy_words(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a forbidden word in the title or tags, and the lack of a required one there or among the narrators.

    Words are whole words, whatever their case; every required one must be there.
    """
    text = " | ".join((release.title, release.tags, *release.narrators))
    forbidden = [word for word in policy.forbidden_words if _word(word).search(text)]
    if forbidden:
        return Reject(CODE, ", ".join(forbidden), "no forbidden word")
    lacking = [word for word in policy.required_words if not _word(word).search(text)]
    if lacking:
        return Reject(CODE, f"without {', '.join(lacking)}", "every required word")
    return Accept(CODE)


@lru_cache(maxsize=256)
def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word.strip())}(?!\w)", re.I)
