"""What kind of thing a title's words say it is. Most titles hold none of the words that any marker wants: one look
at their words spares the markers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mam_assets.domain import positions

from . import languages, markers, spoken_language


@dataclass(frozen=True, slots=True)
class TitleKinds:
    """The markers of one title; see ``ParsedTitle`` for their meaning."""

    abridged: bool = False
    unabridged: bool = False
    dramatised: bool = False
    full_cast: bool = False
    part: int | None = None
    parts: int | None = None
    omnibus: bool = False
    complete: bool = False
    derivative: str = ""
    young_readers: bool = False
    graphic: bool = False
    language: str = ""


NONE = TitleKinds()

# Each marker needs one of these words. A test feeds the markers' wordings through ``read`` to keep them in step.
_ABRIDGED = ["unabridged", "abridged", "abridgement", "abridgment", "condensed"]
_GEKUERZT = [f"{start}gekürzt{end}" for start in ("", "un") for end in ("", "e", "er", "es", "en")]
_DRAMA = ["dramatized", "dramatised", "dramatization", "dramatisation", "dramatizations", "dramatisations", "graphic"]
_DRAMA += ["graphicaudio", "audio", "audiodrama", "audiodramas", "audioplay", "audioplays", "radio", "cast", "drama"]
_DRAMA += ["hörspiel", "hörspiele", "hörspielserie", "słuchowisko", "bbc", "adaptation", "play", "movie"]
_GUIDES = ["guide", "guides", "summary", "summarized", "summarised", "workbook", "insights", "takeaways", "ideas"]
_GUIDES += ["starters", "prompts", "questions", "plans", "trivia", "quiz", "quizzes", "spark", "sparknotes", "cliff"]
_GUIDES += [
    "cliffs",
    "cliffsnotes",
    "cliffnotes",
    "sidekick",
    "analysis",
    "review",
    "club",
    "zusammenfassung",
    "résumé",
]
_GUIDES += ["resumen", "companion", "handbook", "encyclopedia", "encyclopaedia", "cookbook", "coloring", "colouring"]
_GUIDES += ["activity", "sticker", "poster", "diary", "storybook", "scrapbook", "scenes", "excerpt", "excerpts"]
_GUIDES += ["sample", "sampler", "preview", "sneak", "chapter", "chapters", "selection", "selections", "selected"]
_GUIDES += [
    "leseprobe",
    "extrait",
    "bonus",
    "scriptbook",
    "deleted",
    "screenplay",
    "script",
    "playscript",
    "scene",
    "epilogue",
]
_YOUNG = ["young", "younger", "junior", "retold", "reader", "readers", "simplified", "kid", "kids", "student"]
_YOUNG += ["students", "child", "children", "adapted"]
_SETS = ["omnibus", "box", "boxed", "boxset", "boxsets", "set", "sets", "bundle", "complete", "entire", "all", "book"]
_SETS += ["books", "volume", "volumes", "vol", "vols", "part", "parts", "novels", "novel", "series", "trilogy", "in"]
_SETS += ["collection", "gesamtausgabe", "sammelband", "intégrale"]
_PARTS = ["part", "parts", "pt", "disc", "disk", "cd", "teil", "volume", "vol"]
_EDITIONS = ["edition", "version", "translation", "édition", "edición", "edizione", "edição", "wydanie"]
_NEEDS = {
    "abridged": frozenset([*_ABRIDGED, *_GEKUERZT]),
    "dramatised": frozenset(_DRAMA),
    "full_cast": frozenset(["cast", "multicast"]),
    "part": frozenset(_PARTS),
    "omnibus": frozenset(_SETS),
    "derivative": frozenset(_GUIDES),
    "young": frozenset(_YOUNG),
    "graphic": frozenset(["graphic", "adaptation", "manga", "comic", "comics", "bande", "webtoon"]),
    "language": frozenset(_EDITIONS) | spoken_language.WORDS,
}
WORDS = frozenset().union(*_NEEDS.values())
WORD = re.compile(r"[^\W\d_]+")
_OF = re.compile(r"\d\s*(?:of|/)\s*\d")


def read(everything: str, title: str) -> TitleKinds:
    """The markers in a title with its subtitle (``everything``); ``title`` alone says whether it is a companion."""
    words = WORD.findall(everything.lower())
    numbered = ("of" in words or "/" in everything) and _OF.search(everything) is not None
    if not numbered and WORDS.isdisjoint(words):
        return NONE
    needs = {marker for marker, wanted in _NEEDS.items() if not wanted.isdisjoint(words)}
    part, parts = _part(everything) if numbered or "part" in needs else (None, None)
    return TitleKinds(
        abridged="abridged" in needs and bool(markers.ABRIDGED.search(everything)),
        unabridged="abridged" in needs and bool(markers.UNABRIDGED.search(everything)),
        dramatised="dramatised" in needs and bool(markers.DRAMATISED.search(everything)),
        full_cast="full_cast" in needs and bool(markers.FULL_CAST.search(everything)),
        part=part,
        parts=parts,
        omnibus="omnibus" in needs and bool(markers.OMNIBUS.search(everything)),
        complete="omnibus" in needs and bool(markers.COMPLETE.search(everything)),
        derivative=_derivative(everything, title) if "derivative" in needs else "",
        young_readers="young" in needs and bool(markers.YOUNG_READERS.search(everything)),
        graphic="graphic" in needs and bool(markers.GRAPHIC.search(everything)),
        language=_edition_language(everything) if "language" in needs else "",
    )


def _part(text: str) -> tuple[int | None, int | None]:
    if match := markers.PART_OF.search(text):
        pair = [match["n"] or match["n2"] or match["n3"], match["m"] or match["m2"] or match["m3"]]
        first, second = (positions.number(number) for number in pair)
        if first is not None and second is not None and 0 < first <= second and second > 1:
            return first, second
    if match := markers.PART.search(text):
        return positions.number(match["n"]), None
    return None, None


def _derivative(everything: str, text: str) -> str:
    if markers.STUDY_GUIDE.search(everything):
        return "study guide"
    if markers.EXCERPT.search(everything):
        return "excerpt"
    if markers.SCREENPLAY.search(everything):
        return "screenplay"
    if markers.COMPANION.search(text):
        return "companion"
    return ""


def _edition_language(text: str) -> str:
    for match in markers.LANGUAGE_EDITION.finditer(text):
        if language := languages.NAMES.get((match["language"] or match["other"] or "").lower()):
            return language
    return spoken_language.spoken_language(text)
