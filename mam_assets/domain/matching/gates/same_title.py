"""Same normal title and a shared author. A subtitle on one side only does not count, a series' name is no title."""

from __future__ import annotations

from decimal import Decimal

from rapidfuzz import fuzz

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Authors, Pair, Titles
from mam_assets.domain.model.completion import Match, MatchVerdict
from mam_assets.domain.model.confidence import Confidence


def same_title(pair: Pair) -> MatchVerdict | None:
    if pair.titles is Titles.OTHER:
        return None
    if pair.item.is_set != pair.work.is_set:
        return _same_title_of_set(pair)
    if pair.authors is Authors.UNKNOWN:
        if pair.titles >= Titles.MAIN:
            return verdicts.unsure("same_title", pair, "same title, but no author to compare", Match.SAME)
        return None
    author = "shared author" if pair.authors is Authors.SHARED else "nearly the same author"
    if pair.titles is Titles.SAME:
        return _same(pair, author)
    if pair.titles is Titles.MAIN:
        return _same_but_subtitle(pair, author)
    return _same_head(pair, author)


def _same_title_of_set(pair: Pair) -> MatchVerdict | None:
    """The catalogue's omnibus by its very title, of an item that does not say what it holds."""
    if pair.item.is_set or pair.titles is not Titles.SAME or pair.authors is not Authors.SHARED:
        return None
    if any(place.position.is_known for place in pair.item.places):
        return None
    if pair.title_is_series:
        return verdicts.unsure("same_title", pair, "same title: the omnibus, or its first book?", Match.SAME)
    return verdicts.same("same_title", pair, "same title, shared author", Confidence.MEDIUM)


def _same(pair: Pair, author: str) -> MatchVerdict:
    if pair.places.other and not pair.places.same:
        why = f"same title, {author}; positions differ: {pair.places.other}"
        return verdicts.same("same_title", pair, why, Confidence.MEDIUM)
    if pair.authors is Authors.NEAR:
        if len(pair.item.main.split()) == 1:
            return verdicts.unsure("same_title", pair, f"same one-word title, {author}", Match.SAME)
        return verdicts.same("same_title", pair, f"same title, {author}", Confidence.MEDIUM)
    return verdicts.same("same_title", pair, f"same title, {author}")


def _same_but_subtitle(pair: Pair, author: str) -> MatchVerdict | None:
    if pair.title_is_series and pair.item.main == pair.work.main:
        # "The Sandman" and "The Sandman: The Dream Hunters": what agrees may be no more than the series.
        if any(place.position.numbers == (Decimal(1),) for place in pair.work.places):
            return verdicts.unsure(
                "same_title", pair, "only the series' name agrees, and it is the first book", Match.SAME
            )
        return verdicts.different("title_is_series", pair, "only the series' name agrees", Confidence.MEDIUM)
    return verdicts.same("same_title", pair, f"same title but for a subtitle, {author}", Confidence.MEDIUM)


def _same_head(pair: Pair, author: str) -> MatchVerdict | None:
    """Both have subtitles and they differ: editions change theirs, but a series tells its books apart by them."""
    if pair.title_is_series or pair.authors is not Authors.SHARED:
        return None
    if pair.one_is_series_alone:
        if any(place.position.numbers == (Decimal(1),) for place in pair.work.places):
            return verdicts.unsure("same_title", pair, "one title is the series' name alone", Match.SAME)
        return verdicts.different("title_is_series", pair, "only the series' name agrees", Confidence.MEDIUM)
    rests = pair.behind_series
    if rests and fuzz.token_set_ratio(*rests) < 70:
        return verdicts.different("title_is_series", pair, "only the series' name agrees", Confidence.MEDIUM)
    if fuzz.token_set_ratio(pair.item.subtitle, pair.work.subtitle) >= 70:
        return verdicts.same("same_title", pair, f"same title, like subtitles, {author}", Confidence.MEDIUM)
    if pair.item.item.subtitle and len(pair.item.parsed.pieces) == 1 and not pair.item.places and not pair.work.places:
        return verdicts.same("same_title", pair, f"same title, subtitles of two editions, {author}", Confidence.MEDIUM)
    return None
