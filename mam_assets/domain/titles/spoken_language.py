"""The language of a recording by the words that its own shops use: "(Hörbuch, ungekürzt)", "lu par", "[audiolibro]"."""

from __future__ import annotations

import re

from mam_assets.domain.titles.languages import language_hint

_WORDINGS = {
    "german": r"h(?:ö|oe)rb(?:uch|ücher|uecher)\w*|ungek(?:ü|ue)rzte?\w*|gelesen von|(?:autoren)?lesung|auf deutsch",
    "french": r"livres? audio|texte intégral|version intégrale|lu par|en français",
    "spanish": r"audiolibros? en español|en (?:español|castellano)|le[ií]do por|narrado por|texto íntegro",
    "italian": r"letto da|in italiano|versione integrale",
    "portuguese": r"audiolivros?|lido por|em português",
    "polish": r"czyta(?:ją)?\b|po polsku|książka audio",
    "dutch": r"luisterboek(?:en)?|voorgelezen door|in het nederlands",
    "swedish": r"ljudb(?:ok|öcker)|uppläst av|på svenska",
    "norwegian": r"lydb(?:ok|øker)|på norsk",
    "danish": r"lydb(?:og|øger)|på dansk|læst af",
    "finnish": r"äänikirja|suomeksi",
}
_SPOKEN = {language: re.compile(rf"\b(?:{words})", re.I) for language, words in _WORDINGS.items()}
# Italian shops and Spanish ones alike
_AUDIOLIBRO = re.compile(r"\baudiolibr[oi]s?\b", re.I)

# Every wording holds one of these words: one look at a title's words spares the patterns.
WORDS = frozenset(
    [
        "hörbuch",
        "hörbücher",
        "hoerbuch",
        "hoerbuecher",
        "ungekürzt",
        "ungekürzte",
        "ungekürzter",
        "ungekürztes",
        "ungekürzten",
        "ungekuerzt",
        "ungekuerzte",
        "ungekuerzter",
        "gelesen",
        "lesung",
        "autorenlesung",
        "deutsch",
        "livre",
        "livres",
        "intégral",
        "intégrale",
        "lu",
        "français",
        "español",
        "castellano",
        "leído",
        "leido",
        "narrado",
        "íntegro",
        "letto",
        "italiano",
        "integrale",
        "audiolivro",
        "audiolivros",
        "lido",
        "português",
        "czyta",
        "czytają",
        "polsku",
        "książka",
        "luisterboek",
        "luisterboeken",
        "voorgelezen",
        "nederlands",
        "ljudbok",
        "ljudböcker",
        "uppläst",
        "svenska",
        "lydbok",
        "lydbøker",
        "norsk",
        "lydbog",
        "lydbøger",
        "dansk",
        "læst",
        "äänikirja",
        "suomeksi",
        "audiolibro",
        "audiolibri",
        "audiolibros",
    ]
)


def spoken_language(text: str) -> str:
    """The language that a recording says it is read in, as a lower-case English word; "" if it does not say."""
    for language, wording in _SPOKEN.items():
        if wording.search(text):
            return language
    if _AUDIOLIBRO.search(text):
        return "italian" if language_hint(text) == "italian" else "spanish"
    return ""
