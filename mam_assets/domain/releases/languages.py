"""The tracker's language codes, and words by which a text gives its language away.

Codes are those of ISO 639-2 (bibliographic) in upper case, as in the tracker's ``lang_code``; the words on the left are
the ones that policies use.
"""

from __future__ import annotations

import re

_CODES = {
    "english": "ENG EN", "german": "GER DEU DE", "french": "FRE FRA FR", "spanish": "SPA ESP ES CAS",
    "italian": "ITA IT", "portuguese": "POR PT BRA BRP", "dutch": "DUT NLD NL", "polish": "POL PL",
    "czech": "CZE CES CS", "slovak": "SLO SLK SK", "russian": "RUS RU", "ukrainian": "UKR UK", "swedish": "SWE SV",
    "danish": "DAN DA", "norwegian": "NOR NOB NNO NO", "finnish": "FIN FI", "icelandic": "ICE ISL IS",
    "estonian": "EST ET", "latvian": "LAV LV", "lithuanian": "LIT LT", "hungarian": "HUN HU",
    "romanian": "RUM RON RO", "bulgarian": "BUL BG", "greek": "GRE ELL EL", "turkish": "TUR TR", "hebrew": "HEB HE",
    "arabic": "ARA AR", "persian": "PER FAS FA", "hindi": "HIN HI", "tamil": "TAM TA", "telugu": "TEL TE",
    "bengali": "BEN BN", "urdu": "URD UR", "indonesian": "IND ID", "malay": "MAY MSA MS", "vietnamese": "VIE VI",
    "thai": "THA TH", "chinese": "CHI ZHO CMN YUE ZH", "japanese": "JPN JA", "korean": "KOR KO",
    "croatian": "HRV SCR HR", "serbian": "SRP SCC SR", "slovene": "SLV SL", "catalan": "CAT CA", "irish": "GLE GA",
    "latin": "LAT LA", "afrikaans": "AFR AF", "welsh": "WEL CYM CY",
}  # fmt: skip
_WORD_OF = {code: word for word, codes in _CODES.items() for code in codes.split()}

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
_NAMES = "|".join(word for word in _CODES if word not in ("english", "latin", "irish", "welsh"))
_NAMED = re.compile(
    rf"[\[(](?:in )?({_NAMES})(?: (?:edition|version|translation|audiobook|language))?[\])]"
    rf"|\b({_NAMES}) (?:edition|version|translation|audiobook|language)\b",
    re.I,
)


def word_of(code: str) -> str:
    """The lower-case English word for a tracker's code or a language's name; "" when nothing is stated."""
    code = code.strip()
    return _WORD_OF.get(code.upper(), code.casefold())


def told_by(text: str) -> str:
    """The language other than English that a title or tag line says it is in; "" when it says nothing."""
    named = _NAMED.search(text)
    if named:
        return (named[1] or named[2]).casefold()
    return next((word for word, pattern in _TEXTS if pattern.search(text)), "")
