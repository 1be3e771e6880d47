"""Languages: every spelling in, one form out, the lower-case English word ("english").

Providers write "en", "eng", "en-US", "English", "angielski", "Deutsch"; the tracker "ENG"; a person any of them in the
policy. Sources: ISO 639-1, ISO 639-2 (bibliographic and terminological codes), the languages' own names, and the codes
that the tracker has beside those ("CAS", "BRA", "SCR"). Words by which a *text* gives its language away stand in
``titles``.
"""

from __future__ import annotations

_SPELLINGS = {
    "english": "en eng angielski anglais englisch inglés ingles inglese engels angličtina anglicky",
    "german": "de deu ger deutsch niemiecki allemand němčina německy",
    "french": "fr fra fre français francais francuski französisch francouzsky",
    "spanish": "es spa español espanol castellano castilian hiszpański spanisch esp cas",
    "italian": "it ita italiano włoski italienisch",
    "portuguese": "pt por português portugues portugalski portugiesisch bra brp",
    "dutch": "nl nld dut nederlands niderlandzki holenderski niederländisch flemish",
    "polish": "pl pol polski polnisch polsky polonais",
    "czech": "cs ces cze čeština česky český czeski tschechisch",
    "slovak": "sk slk slo slovenčina słowacki",
    "russian": "ru rus русский rosyjski russisch",
    "ukrainian": "uk ukr українська ukraiński",
    "swedish": "sv swe svenska szwedzki schwedisch",
    "danish": "da dan dansk duński dänisch",
    "norwegian": "no nor nb nob nn nno norsk bokmål bokmal norweski",
    "finnish": "fi fin suomi fiński",
    "icelandic": "is isl ice íslenska",
    "estonian": "et est eesti",
    "latvian": "lv lav latviešu",
    "lithuanian": "lt lit lietuvių litewski",
    "hungarian": "hu hun magyar węgierski",
    "romanian": "ro ron rum română rumuński",
    "bulgarian": "bg bul български",
    "greek": "el ell gre ελληνικά",
    "turkish": "tr tur türkçe turecki",
    "hebrew": "he heb iw עברית",
    "arabic": "ar ara العربية arabski",
    "persian": "fa fas per farsi فارسی",
    "hindi": "hi hin हिन्दी",
    "tamil": "ta tam",
    "telugu": "te tel",
    "bengali": "bn ben bangla",
    "urdu": "ur urd",
    "indonesian": "id ind bahasa",
    "malay": "ms msa may",
    "vietnamese": "vi vie",
    "thai": "th tha",
    "chinese": "zh zho chi cmn yue mandarin cantonese 中文",
    "japanese": "ja jpn 日本語 japoński",
    "korean": "ko kor 한국어",
    "croatian": "hr hrv hrvatski scr",
    "serbian": "sr srp српски srpski scc",
    "slovene": "sl slv slovenian slovenščina",
    "catalan": "ca cat català",
    "basque": "eu eus baq euskara",
    "galician": "gl glg galego",
    "welsh": "cy cym wel cymraeg",
    "irish": "ga gle gaeilge",
    "latin": "la lat",
    "afrikaans": "af afr",
    "gujarati": "gu guj",
    "kannada": "kn kan",
    "burmese": "my mya bur",
    "marathi": "mr mar",
    "javanese": "jv jav",
    "punjabi": "pa pan panjabi",
    "scottish gaelic": "gd gla",
    "tagalog": "tl tgl fil filipino",
    "bosnian": "bs bos bosanski",
    "manx": "gv glv",
    "malayalam": "ml mal",
    "sanskrit": "sa san",
}
WORDS = tuple(_SPELLINGS)
_WORD_OF = {spelling: word for word, spellings in _SPELLINGS.items() for spelling in (word, *spellings.split())}
_NOT_STATED = frozenset(("und", "unknown", "undetermined", "mul", "zxx", "none", "n/a"))


def language_word(written: str) -> str:
    """The language as a lower-case English word; "" when it is not stated.

    Regions go ("en-US" and "English (UK)" are "english"). A language that is not listed stays as it was written, in
    lower case.
    """
    given = " ".join(written.casefold().split())
    if not given or given in _NOT_STATED:
        return ""
    if given in _WORD_OF:
        return _WORD_OF[given]
    first = given.replace("_", "-").replace("(", " ").replace(";", " ").replace(",", " ").split("-")[0].split()
    return _WORD_OF.get(first[0], given) if first else given


def is_language(word: str) -> bool:
    """Is this the word of a language that is listed here?"""
    return word in _SPELLINGS
