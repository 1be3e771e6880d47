"""Which of a provider's answers are this very book? What is not sure is left out: a wrong description is worse than
none.

The gates of ``domain.matching`` decide, with three vetoes of their own before it: another language, a number that the
titles contradict, and two recordings between which nothing decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mam_assets.domain.enrichment.model import Recognition, Rules
from mam_assets.domain.enrichment.recordings import lengths_agree, same_recording
from mam_assets.domain.matching.pair import Authors, Pair, Titles

from .. import matching, people
from ..model.catalogue import BookMetadata, Work
from ..model.completion import Match
from ..model.confidence import Confidence
from ..model.library import LibraryItem


def recognise(
    item: LibraryItem, answers: Sequence[BookMetadata], rules: Rules
) -> tuple[list[Recognition], list[tuple[BookMetadata, str]]]:
    """The answers that are the item's book, surest first; and the others, each with why it is not (surely) it."""
    forms = matching.item_forms(item)
    recognised: list[Recognition] = []
    refused: list[tuple[BookMetadata, str]] = []
    for book in answers:
        pair = Pair(forms, matching.work_forms(_work(book)), languages=rules.languages)
        verdict = matching.judge_pair(pair)
        if why := _veto(item, book, pair, verdict.gate, rules):
            refused.append((book, why))
        elif verdict.match is not Match.SAME:
            refused.append((book, verdict.evidence))
        else:
            recording, about = same_recording(item, book)
            sure = verdict.confidence is Confidence.HIGH
            recognised.append(
                Recognition(
                    book,
                    Confidence.HIGH if sure and (recording or verdict.gate == "same_id") else Confidence.MEDIUM,
                    recording,
                    sure,
                    verdict.gate,
                    f"{verdict.evidence}; {about}",
                )
            )
    recognised = _undecided(item, recognised)
    recognised.sort(key=lambda recognition: (not recognition.recording, recognition.confidence is not Confidence.HIGH))
    return recognised, refused


def _veto(item: LibraryItem, book: BookMetadata, pair: Pair, gate: str, rules: Rules) -> str:
    if book.language and item.language and book.language != item.language.lower():
        return f"it is in {book.language}, the item in {item.language.lower()}"
    if book.language and not item.language and gate != "same_id" and book.language not in rules.languages:
        return f"it is in {book.language}, and the item does not say its language"
    if gate != "same_id":
        return ""
    if pair.titles is Titles.OTHER and pair.authors is Authors.OTHER:
        return "the same number, but another title and author: the item's number may be wrong"
    if pair.titles is Titles.OTHER and not lengths_agree(item, book):
        return "the same number, but another title, and the length does not decide"
    if pair.places.other and not pair.places.same and pair.titles is not Titles.SAME:
        return f"the same number, but another volume: {pair.places.other}"
    return ""


def _undecided(item: LibraryItem, recognised: list[Recognition]) -> list[Recognition]:
    """Two recordings by different readers that both fit: it may be either, so it is neither."""
    fitting = [match for match in recognised if match.recording]
    if item.asin and any(match.book.asin == item.asin for match in fitting):
        return [match if match.book.asin == item.asin else replace(match, recording=False) for match in recognised]
    readers = [match.book.narrators for match in fitting if match.book.narrators]
    if all(people.shared_author(readers[0], other) for other in readers[1:]):
        return recognised
    why = "two recordings fit, by different readers"
    return [
        replace(match, recording=False, confidence=Confidence.MEDIUM, evidence=f"{match.evidence}; {why}")
        if match.recording
        else match
        for match in recognised
    ]


def _work(book: BookMetadata) -> Work:
    return Work(
        work_id=f"{book.provider}:{book.provider_id}",
        title=book.title,
        title_raw=book.title,
        subtitle=book.subtitle,
        authors=book.authors,
        series=book.series,
        year=book.published_year,
        language=book.language,
        isbn=book.isbn,
        asin=book.asin,
        has_audiobook=book.is_audiobook,
        runtime_seconds=book.runtime_seconds,
        narrators=book.narrators,
    )
