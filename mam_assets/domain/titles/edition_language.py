"""The language of an edition, by the words that a title or a tag line says it with: "[German]", "Hörbuch"."""

from __future__ import annotations

import re

from mam_assets.domain import languages

# What the trade calls an audiobook, or an unabridged one, in its own language.
_TELLING = {
    "german": r"hörbuch|hörspiel|(?:un)?gekürzte?[rs]?(?: lesung)?|gelesen von|sprecher:",
    "french": r"livre audio|lu par|texte intégral|version française|vf",
    "spanish": r"audiolibro(?! italiano)|narrado por|castellano|leído por",
    "italian": r"audiolibro italiano|letto da|versione integrale",
    "portuguese": r"audiolivro|narrado em português",
    "dutch": r"luisterboek|voorgelezen door|gesproken boek",
    "polish": r"słuchowisko|czyta:|lektor:|książka audio",
    "swedish": r"ljudbok|uppläsare",
    "danish": r"lydbog|oplæst af",
    "norwegian": r"lydbok|lest av",
    "finnish": r"äänikirja|lukija:",
    "czech": r"audiokniha|čte:",
    "russian": r"аудиокнига|читает",
    "hungarian": r"hangoskönyv",
}
# "po polsku", "auf Deutsch": what a text says of its own language in that language.
_TELLING_SELF = {
    "polish": "po polsku",
    "german": "(?:auf|in) deutsch|deutsche ausgabe",
    "french": "en français|in français",
    "spanish": "en español|en castellano",
    "italian": "in italiano",
    "portuguese": "em português",
    "russian": "на русском|по-русски",
    "swedish": "på svenska",
    "danish": "på dansk",
    "norwegian": "på norsk",
    "finnish": "suomeksi",
    "dutch": "in het nederlands",
    "czech": "v češtině|česky",
    "hungarian": "magyarul",
}

_TEXTS = tuple(
    (word, re.compile(rf"(?<!\w)(?:{telling}|{_TELLING_SELF.get(word, telling)})(?!\w)", re.I))
    for word, telling in _TELLING.items()
)

# "German Edition", "[German]", "(in Spanish)", "French audiobook"
_NAMES = "|".join(word for word in languages.WORDS if word not in ("english", "latin", "irish", "welsh"))
_NAMED = re.compile(
    rf"[\[(](?:in )?({_NAMES})(?: (?:edition|version|translation|audiobook|language))?[\])]"
    rf"|\b({_NAMES}) (?:edition|version|translation|audiobook|language)\b",
    re.I,
)


def edition_language(text: str) -> str:
    """The language other than English that a title or tag line says it is in; "" when it says nothing."""
    named = _NAMED.search(text)
    if named:
        return (named[1] or named[2]).casefold()
    return next((word for word, pattern in _TEXTS if pattern.search(text)), "")
