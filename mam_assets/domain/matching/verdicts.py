"""Short ways to write a verdict."""

from __future__ import annotations

from mam_assets.domain.matching.pair import Pair

from ..model.completion import Match, MatchVerdict
from ..model.confidence import Confidence


def same(gate: str, pair: Pair, why: str, confidence: Confidence = Confidence.HIGH) -> MatchVerdict:
    return MatchVerdict(Match.SAME, gate, _evidence(gate, pair, why), confidence)


def covered(gate: str, pair: Pair, why: str, confidence: Confidence = Confidence.HIGH) -> MatchVerdict:
    return MatchVerdict(Match.COVERS, gate, _evidence(gate, pair, why), confidence)


def different(gate: str, pair: Pair, why: str, confidence: Confidence = Confidence.HIGH) -> MatchVerdict:
    return MatchVerdict(Match.DIFFERENT, gate, _evidence(gate, pair, why), confidence)


def unsure(gate: str, pair: Pair, why: str, guess: Match = Match.DIFFERENT) -> MatchVerdict:
    return MatchVerdict(Match.REVIEW, gate, _evidence(gate, pair, why), Confidence.LOW, guess)


def _evidence(gate: str, pair: Pair, why: str) -> str:
    return f"gate {gate}: library item «{pair.item.item.title}» and «{pair.work.work.title}»: {why}"
