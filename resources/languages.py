"""Languages as providers write them ("en", "eng", "English", "angielski", "Deutsch") to lower-case English words.

Only languages in which audiobooks are sold in number are listed; any other word stays as it was written, in lower case.
Sources: ISO 639-1, ISO 639-2 (both the bibliographic and the terminological codes) and the languages' own names.
"""

from __future__ import annotations

from resources.http.fields import text

_WORDS = {
    "english": "en eng english angielski anglais englisch inglés ingles inglese engels angličtina anglicky",
    "german": "de deu ger german deutsch niemiecki allemand němčina německy",
    "french": "fr fra fre french français francais francuski französisch francouzsky",
    "spanish": "es spa spanish español espanol castellano castilian hiszpański spanisch",
    "italian": "it ita italian italiano włoski italienisch",
    "portuguese": "pt por portuguese português portugues portugalski portugiesisch",
    "dutch": "nl nld dut dutch nederlands niderlandzki holenderski niederländisch flemish",
    "polish": "pl pol polish polski polnisch polsky polonais",
    "czech": "cs ces cze czech čeština česky český czeski tschechisch",
    "slovak": "sk slk slo slovak slovenčina słowacki",
    "russian": "ru rus russian русский rosyjski russisch",
    "ukrainian": "uk ukr ukrainian українська ukraiński",
    "swedish": "sv swe swedish svenska szwedzki schwedisch",
    "danish": "da dan danish dansk duński dänisch",
    "norwegian": "no nor nb nob nn nno norwegian norsk bokmål bokmal norweski",
    "finnish": "fi fin finnish suomi fiński",
    "icelandic": "is isl ice icelandic íslenska",
    "estonian": "et est estonian eesti",
    "latvian": "lv lav latvian latviešu",
    "lithuanian": "lt lit lithuanian lietuvių litewski",
    "hungarian": "hu hun hungarian magyar węgierski",
    "romanian": "ro ron rum romanian română rumuński",
    "bulgarian": "bg bul bulgarian български",
    "greek": "el ell gre greek ελληνικά",
    "turkish": "tr tur turkish türkçe turecki",
    "hebrew": "he heb iw hebrew עברית",
    "arabic": "ar ara arabic العربية arabski",
    "persian": "fa fas per persian farsi فارسی",
    "hindi": "hi hin hindi हिन्दी",
    "tamil": "ta tam tamil",
    "telugu": "te tel telugu",
    "bengali": "bn ben bengali bangla",
    "urdu": "ur urd urdu",
    "indonesian": "id ind indonesian bahasa",
    "malay": "ms msa may malay",
    "vietnamese": "vi vie vietnamese",
    "thai": "th tha thai",
    "chinese": "zh zho chi cmn yue chinese mandarin cantonese 中文",
    "japanese": "ja jpn japanese 日本語 japoński",
    "korean": "ko kor korean 한국어",
    "croatian": "hr hrv croatian hrvatski",
    "serbian": "sr srp serbian српски srpski",
    "slovene": "sl slv slovene slovenian slovenščina",
    "catalan": "ca cat catalan català",
    "basque": "eu eus baq basque euskara",
    "galician": "gl glg galician galego",
    "welsh": "cy cym wel welsh cymraeg",
    "irish": "ga gle irish gaeilge",
    "latin": "la lat latin",
    "afrikaans": "af afr afrikaans",
}
_WORD_OF = {written: word for word, ways in _WORDS.items() for written in ways.split()}
_NOT_STATED = frozenset(("und", "unknown", "undetermined", "mul", "zxx", "none", "n/a"))


def language_word(value: object) -> str:
    """The language as a lower-case English word; "" when it is not stated. Regions go: "en-US" is "english"."""
    written = text(value).casefold()
    if not written or written in _NOT_STATED:
        return ""
    if written in _WORD_OF:
        return _WORD_OF[written]
    first = written.replace("_", "-").replace("(", " ").replace(";", " ").replace(",", " ").split("-")[0].split()
    return _WORD_OF.get(first[0], written) if first else written
