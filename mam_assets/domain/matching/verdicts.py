"""Short ways to write a verdict."""

from __future__ import annotations

from mam_assets.domain.matching.pair import Pair

from ..model.completion import MatchVerdict
from ..model.confidence import Confidence


def same(gate: str, pair: Pair, why: str, confidence: Confidence = Confidence.HIGH) -> MatchVerdict:
    return MatchVerdict(True, True, False, gate, _evidence(gate, pair, why), confidence)


def covered(gate: str, pair: Pair, why: str, confidence: Confidence = Confidence.HIGH) -> MatchVerdict:
    return MatchVerdict(False, True, False, gate, _evidence(gate, pair, why), confidence)


def different(gate: str, pair: Pair, why: str, confidence: Confidence = Confidence.HIGH) -> MatchVerdict:
    return MatchVerdict(False, False, False, gate, _evidence(gate, pair, why), confidence)


def unsure(gate: str, pair: Pair, why: str, *, same_work: bool = False, covers: bool = False) -> MatchVerdict:
    return MatchVerdict(same_work, covers or same_work, True, gate, _evidence(gate, pair, why), Confidence.LOW)


def _evidence(gate: str, pair: Pair, why: str) -> str:
    return f"gate {gate}: library item «{pair.item.item.title}» and «{pair.work.work.title}»: {why}"
