"""MAM's own numbers for languages, main categories and flags, as its search takes and gives them."""

from __future__ import annotations

from collections.abc import Iterable

from mam_assets.domain.model.release import ReleaseCategory

AUDIOBOOKS, EBOOKS, MUSICOLOGY, RADIO = 13, 14, 15, 16
CATEGORIES = {
    AUDIOBOOKS: ReleaseCategory.AUDIOBOOK,
    EBOOKS: ReleaseCategory.EBOOK,
    MUSICOLOGY: ReleaseCategory.MUSIC,
    RADIO: ReleaseCategory.RADIO,
}
ENGLISH_ID = "1"  # a row's ``language``, where it has no ``lang_code``

# Its categories of audiobooks. A row names one as "Audiobooks - Fantasy".
AUDIOBOOK_CATEGORIES = {
    "Action/Adventure": 39, "Art": 49, "Biographical": 50, "Business": 83, "Computer/Internet": 51, "Crafts": 97,
    "Crime/Thriller": 40, "Fantasy": 41, "Food": 106, "General Fiction": 42, "General Non-Fiction": 52,
    "Historical Fiction": 98, "History": 54, "Home/Garden": 55, "Horror": 43, "Humor": 99, "Instructional": 84,
    "Juvenile": 44, "Language": 56, "Literary Classics": 45, "Math/Science/Tech": 57, "Medical": 85, "Mystery": 87,
    "Nature": 119, "Philosophy": 88, "Pol/Soc/Relig": 58, "Recreation": 59, "Romance": 46, "Science Fiction": 47,
    "Self-Help": 53, "Travel/Adventure": 89, "True Crime": 100, "Urban Fantasy": 108, "Western": 48, "Young Adult": 111,
}  # fmt: skip

FLAG_WORDS = {
    2: "crude language",
    4: "violence",
    8: "some explicit",
    16: "explicit",
    32: "abridged",
    64: "lgbt",
}

# Where the English word stands for several of MAM's languages, all of them are searched.
LANGUAGE_IDS: dict[str, tuple[int, ...]] = {
    "english": (1,),
    "chinese": (2, 44),
    "gujarati": (3,),
    "spanish": (4, 55),
    "kannada": (5,),
    "burmese": (6,),
    "thai": (7,),
    "hindi": (8,),
    "marathi": (9,),
    "telugu": (10,),
    "tamil": (11,),
    "javanese": (12,),
    "vietnamese": (13,),
    "punjabi": (14,),
    "urdu": (15,),
    "russian": (16,),
    "afrikaans": (17,),
    "bulgarian": (18,),
    "catalan": (19,),
    "czech": (20,),
    "danish": (21,),
    "dutch": (22,),
    "finnish": (23,),
    "scottish gaelic": (24,),
    "ukrainian": (25,),
    "greek": (26, 59),
    "hebrew": (27,),
    "hungarian": (28,),
    "tagalog": (29,),
    "romanian": (30,),
    "serbian": (31,),
    "arabic": (32,),
    "malay": (33,),
    "portuguese": (34, 52),
    "bengali": (35,),
    "french": (36,),
    "german": (37,),
    "japanese": (38,),
    "persian": (39,),
    "swedish": (40,),
    "korean": (41,),
    "turkish": (42,),
    "italian": (43,),
    "polish": (45,),
    "latin": (46,),
    "norwegian": (48,),
    "croatian": (49,),
    "lithuanian": (50,),
    "bosnian": (51,),
    "indonesian": (53,),
    "slovene": (54,),
    "irish": (56,),
    "manx": (57,),
    "malayalam": (58,),
    "sanskrit": (60,),
    "estonian": (61,),
    "latvian": (62,),
    "icelandic": (63,),
}


def language_ids(words: Iterable[str]) -> list[int]:
    """The ids to search for languages given as English words; none at all if MAM has no number for one of them.

    (Then the search is not narrowed by language, and it is for the release rules to look.)
    """
    ids: list[int] = []
    for word in words:
        known = LANGUAGE_IDS.get(word.strip().casefold())
        if known is None:
            return []
        ids += known
    return list(dict.fromkeys(ids))


def audiobook_category(name: str) -> str:
    """The category as MAM writes it, for its name in any case, with or without "Audiobooks - "; "" if it has none."""
    wanted = name.strip().casefold().removeprefix("audiobooks - ")
    return next((known for known in AUDIOBOOK_CATEGORIES if known.casefold() == wanted), "")
