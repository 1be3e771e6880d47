"""Which language is a title in? A guess from small words, made only where they are plain."""

from __future__ import annotations

import re
from functools import lru_cache

# Function words that belong to one of these languages and are no English words.
_WORDS: dict[str, frozenset[str]] = {
    "english": frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "with",
            "from",
            "for",
            "at",
            "by",
            "are",
            "who",
            "how",
            "what",
            "when",
            "where",
            "my",
            "your",
            "his",
            "her",
            "its",
            "not",
            "book",
            "novel",
            "story",
            "into",
            "this",
        ]
    ),
    "german": frozenset(
        [
            "der",
            "das",
            "und",
            "ein",
            "eine",
            "einer",
            "eines",
            "von",
            "vom",
            "zum",
            "zur",
            "im",
            "dem",
            "des",
            "den",
            "ist",
            "für",
            "mit",
            "aus",
            "über",
            "auf",
            "ich",
            "nicht",
            "kein",
            "buch",
            "teil",
            "hörbuch",
            "roman",
        ]
    ),
    "french": frozenset(
        ["le", "les", "des", "du", "et", "une", "au", "aux", "est", "sur", "dans", "livre", "qui", "pour"]
    ),
    "spanish": frozenset(["el", "los", "las", "del", "y", "una", "libro", "por", "con", "para", "su", "crónica"]),
    "italian": frozenset(
        ["il", "gli", "della", "delle", "degli", "dei", "nel", "di", "una", "libro", "che", "e", "per"]
    ),
    "portuguese": frozenset(["o", "os", "dos", "uma", "livro", "não", "em", "e", "da", "do", "no", "na"]),
    "dutch": frozenset(["het", "een", "van", "boek", "deel", "voor", "en", "niet"]),
    "swedish": frozenset(["och", "ett", "som", "med", "bok", "för", "av", "inte"]),
    "norwegian": frozenset(["og", "som", "med", "bok", "ikke", "av"]),
    "danish": frozenset(["og", "som", "med", "bog", "ikke", "af"]),
    "polish": frozenset(["i", "w", "z", "tom", "księga", "część", "nie", "się"]),
}
# Too weak to speak alone: also words or names in English titles ("Le Mans", "Du Maurier", "E", "On y va").
_WEAK = frozenset(["do", "no", "o", "e", "i", "y", "w", "z", "en", "na", "em", "da", "per", "con", "no", "su", "di"])

# The names by which editions call themselves: "(German Edition)", "[French Version]", "édition française".
NAMES = {
    "english": "english",
    "german": "german",
    "deutsch": "german",
    "deutsche": "german",
    "french": "french",
    "français": "french",
    "française": "french",
    "francaise": "french",
    "spanish": "spanish",
    "español": "spanish",
    "española": "spanish",
    "castilian": "spanish",
    "italian": "italian",
    "italiana": "italian",
    "italiano": "italian",
    "portuguese": "portuguese",
    "brazilian": "portuguese",
    "dutch": "dutch",
    "swedish": "swedish",
    "norwegian": "norwegian",
    "danish": "danish",
    "finnish": "finnish",
    "polish": "polish",
    "russian": "russian",
    "czech": "czech",
    "hungarian": "hungarian",
    "turkish": "turkish",
    "greek": "greek",
    "japanese": "japanese",
    "chinese": "chinese",
    "korean": "korean",
    "hindi": "hindi",
    "arabic": "arabic",
    "hebrew": "hebrew",
    "catalan": "catalan",
}
_LETTERS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=131072)
def language_hint(text: str) -> str:
    """The language that the small words of the text belong to ("german"), or "" when they do not tell.

    English wins over any other as soon as one English word is there; two other languages with equal claims give "".
    """
    words = _LETTERS.findall((text or "").lower())
    if not words:
        return ""
    if any(word in _WORDS["english"] for word in words):
        return "english"
    strong = [word for word in words if word not in _WEAK]
    scores = {
        language: sum(word in known for word in words)
        for language, known in _WORDS.items()
        if any(word in known for word in strong)
    }
    if not scores:
        return ""
    best = max(scores.values())
    leaders = [language for language, score in scores.items() if score == best]
    return leaders[0] if len(leaders) == 1 else ""


# Letters that English does not borrow ("café", "château", "naïve"), and who writes them.
_ALPHABETS = {
    "german": "äöüß",
    "swedish": "åäö",
    "finnish": "åäö",
    "norwegian": "åæø",
    "danish": "åæø",
    "polish": "ąćęłńóśźż",
    "czech": "áčďéěíňóřšťúůýž",
    "hungarian": "áéíóöőúüű",
    "turkish": "çğıöşü",
    "spanish": "áíñóú",
    "portuguese": "ãáíõóú",
    "french": "œùû",
    "italian": "ìòù",
}
_BORROWED = frozenset("éèêëàâçïîôñ")


def reads_foreign(text: str, wanted: tuple[str, ...]) -> bool:
    """Do the letters or small words of a title say that it is in none of the wanted languages (lower-case words)?

    False where they say nothing: "Inferno" may be anything.
    """
    letters = {letter for letter in text.casefold() if letter.isalpha() and not letter.isascii()} - _BORROWED
    if letters and not any(letters <= set(_ALPHABETS.get(language, "")) for language in wanted):
        return True
    words = _LETTERS.findall(text.lower())
    claims = {language for language, known in _WORDS.items() for word in words if word in known and word not in _WEAK}
    return bool(claims) and claims.isdisjoint(wanted)
