"""The ordered gates of the matching; the first that decides wins and is recorded by name."""

from __future__ import annotations

from collections.abc import Callable

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.forms import item_forms, work_forms
from mam_assets.domain.matching.gates.audio import no_audio
from mam_assets.domain.matching.gates.author import other_author
from mam_assets.domain.matching.gates.identifiers import same_id
from mam_assets.domain.matching.gates.kinds import other_kind
from mam_assets.domain.matching.gates.languages import other_language
from mam_assets.domain.matching.gates.manual import manual
from mam_assets.domain.matching.gates.near import near_match
from mam_assets.domain.matching.gates.omnibus import omnibus
from mam_assets.domain.matching.gates.originals import foreign_original
from mam_assets.domain.matching.gates.parts import other_part
from mam_assets.domain.matching.gates.same_place import same_series_position
from mam_assets.domain.matching.gates.same_title import same_title
from mam_assets.domain.matching.gates.volume import other_volume
from mam_assets.domain.matching.pair import Pair

from ..model.catalogue import Work
from ..model.completion import MatchVerdict
from ..model.confidence import Confidence
from ..model.library import LibraryItem
from ..model.overrides import Overrides

Gate = Callable[[Pair], MatchVerdict | None]

GATES: tuple[Gate, ...] = (
    manual,
    no_audio,
    same_id,
    other_part,
    other_kind,
    other_language,
    foreign_original,
    other_author,
    other_volume,
    same_series_position,
    same_title,
    omnibus,
    near_match,
)


def compare(
    item: LibraryItem,
    work: Work,
    overrides: Overrides = Overrides(),
    book_key: str = "",
    *,
    languages: tuple[str, ...] = ("english",),
) -> MatchVerdict:
    """Is this library item that work? Ordered gates decide; the verdict names the gate and what it saw.

    ``book_key`` is needed for a person's manual match or exclusion. ``languages`` are those whose translations count
    as the book itself (lower-case English words).
    """
    return judge_pair(Pair(item_forms(item), work_forms(work), overrides, book_key, languages))


def judge_pair(pair: Pair) -> MatchVerdict:
    """As ``compare``, for forms that were computed before."""
    for gate in GATES:
        if (verdict := gate(pair)) is not None:
            return verdict
    return verdicts.different("no_match", pair, "neither title, nor series and position agree", Confidence.HIGH)
