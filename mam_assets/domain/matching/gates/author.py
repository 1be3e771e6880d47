"""The same title by somebody else is another book."""

from __future__ import annotations

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Authors, Pair, Titles
from mam_assets.domain.model.completion import MatchVerdict
from mam_assets.domain.model.confidence import Confidence


def other_author(pair: Pair) -> MatchVerdict | None:
    if pair.authors is not Authors.OTHER:
        return None
    item, work = ", ".join(pair.item.item.authors), ", ".join(pair.work.work.authors)
    if pair.titles is Titles.SAME and pair.places.same and not pair.title_is_series:
        # Series, number and title all agree: a pen name, or one side names the illustrator or reader.
        return verdicts.same(
            "same_place_and_title", pair, f"{pair.places.same}; authors {item} and {work} differ", Confidence.MEDIUM
        )
    return verdicts.different("other_author", pair, f"by {item}, catalogue says {work}")
