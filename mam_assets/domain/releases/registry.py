"""Every release rule, in groups, as data.

Groups are asked in this order. All rules of a group run, so that a person sees every reason; a group that refuses for
good ends the judgement, and one that refuses for a while does not.
"""

from __future__ import annotations

from dataclasses import dataclass

from mam_assets.domain.releases.context import Rule
from mam_assets.domain.releases.rules.abridged import abridged
from mam_assets.domain.releases.rules.adapted_text import adapted_text
from mam_assets.domain.releases.rules.age import age
from mam_assets.domain.releases.rules.already_owned import already_owned
from mam_assets.domain.releases.rules.already_queued import already_queued
from mam_assets.domain.releases.rules.already_snatched import already_snatched
from mam_assets.domain.releases.rules.blocklisted import blocklisted
from mam_assets.domain.releases.rules.companion_or_summary import companion_or_summary
from mam_assets.domain.releases.rules.dramatised import dramatised
from mam_assets.domain.releases.rules.file_format import file_format
from mam_assets.domain.releases.rules.language import language
from mam_assets.domain.releases.rules.not_audiobook import not_audiobook
from mam_assets.domain.releases.rules.not_free import not_free
from mam_assets.domain.releases.rules.pack_or_omnibus import pack_or_omnibus
from mam_assets.domain.releases.rules.part_or_excerpt import part_or_excerpt
from mam_assets.domain.releases.rules.policy_words import policy_words
from mam_assets.domain.releases.rules.runtime import runtime
from mam_assets.domain.releases.rules.seeders import seeders
from mam_assets.domain.releases.rules.size import size
from mam_assets.domain.releases.rules.skipped_category import skipped_category
from mam_assets.domain.releases.rules.skipped_flag import skipped_flag
from mam_assets.domain.releases.rules.wrong_author import wrong_author
from mam_assets.domain.releases.rules.wrong_title import wrong_title
from mam_assets.domain.releases.rules.wrong_volume import wrong_volume


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that answer one question; cheap groups stand before dear ones."""

    name: str
    rules: tuple[Rule, ...]


GROUPS = (
    RuleGroup("known", (blocklisted, already_owned, already_snatched, already_queued)),
    RuleGroup("kind", (not_audiobook, file_format, skipped_category, skipped_flag)),
    RuleGroup("availability", (seeders, age, not_free)),
    RuleGroup("book", (wrong_author, wrong_title, wrong_volume, pack_or_omnibus, companion_or_summary)),
    RuleGroup(
        "recording",
        (language, part_or_excerpt, dramatised, abridged, adapted_text, size, runtime, policy_words),
    ),
)
RULES: tuple[Rule, ...] = tuple(rule for group in GROUPS for rule in group.rules)
