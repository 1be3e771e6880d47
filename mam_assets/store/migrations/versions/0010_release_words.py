"""Releases are kept in words: the language and the kind, in place of the tracker's codes.

Revision 0010, after 0009.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT_ONCE = 1000
CATEGORIES = {13: "audiobook", 14: "ebook", 15: "music", 16: "radio"}
NAMES = {
    "category": "genre_id",
    "category_name": "genre",
    "fl_vip": "free_for_vip",
    "my_snatched": "snatched_before",
}
# The codes as they were read until now; any other stays as it is, in lower case.
LANGUAGES = {
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
WORD_OF = {code: word for word, codes in LANGUAGES.items() for code in codes.split()}
CODE_OF = {word: codes.split()[0] for word, codes in LANGUAGES.items()}


def upgrade() -> None:
    for table in ("candidates", "top10_releases"):
        _translate(table, "language_code", _word)
        op.execute(f"ALTER TABLE {table} RENAME COLUMN language_code TO language")
    _rewrite("candidates", ("book_key", "torrent_id"), _in_words)
    _rewrite("downloads", ("id",), _in_words)


def downgrade() -> None:
    for table in ("candidates", "top10_releases"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN language TO language_code")
        _translate(table, "language_code", _code)
    _rewrite("candidates", ("book_key", "torrent_id"), _in_codes)
    _rewrite("downloads", ("id",), _in_codes)


def _word(code: str) -> str:
    return WORD_OF.get(code.strip().upper(), code.strip().lower())


def _code(word: str) -> str:
    return CODE_OF.get(word, word.upper())


def _in_words(release: dict[str, Any]) -> dict[str, Any]:
    if "main_cat" not in release and "language_code" not in release:
        return release
    old = dict(release)
    old.pop("mediatype", None)
    words: dict[str, Any] = {
        "category": CATEGORIES.get(old.pop("main_cat", 13), "unknown"),
        "language": _word(old.pop("language_code", "ENG")),
    }
    return {NAMES.get(key, key): value for key, value in old.items()} | words


def _in_codes(release: dict[str, Any]) -> dict[str, Any]:
    if "language" not in release:
        return release
    new = dict(release)
    numbers = {word: number for number, word in CATEGORIES.items()}
    codes: dict[str, Any] = {
        "main_cat": numbers.get(new.pop("category", "audiobook"), 0),
        "language_code": _code(new.pop("language")),
    }
    olds = {new_name: old_name for old_name, new_name in NAMES.items()}
    return {olds.get(key, key): value for key, value in new.items()} | codes


def _translate(table: str, column: str, translate: Callable[[str], str]) -> None:
    bind = op.get_bind()
    column_ = sa.column(column, sa.Text)
    given = sa.table(table, column_)
    for value in bind.execute(sa.select(column_).distinct()).scalars().all():
        if translate(value) != value:
            bind.execute(sa.update(given).where(column_ == value).values({column: translate(value)}))


def _rewrite(table: str, keys: tuple[str, ...], change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    bind = op.get_bind()
    rows = sa.table(table, *(sa.column(key) for key in keys), sa.column("release", JSON))
    in_order = sa.select(rows).order_by(*(rows.c[key] for key in keys))
    of_row = sa.and_(*(rows.c[key] == sa.bindparam(f"key_{key}") for key in keys))
    statement = sa.update(rows).where(of_row).values(release=sa.bindparam("new", type_=JSON))
    start = 0
    while page := bind.execute(in_order.limit(AT_ONCE).offset(start)).mappings().all():
        changed = [
            {f"key_{key}": row[key] for key in keys} | {"new": new}
            for row in page
            if isinstance(row["release"], dict) and (new := change(row["release"])) != row["release"]
        ]
        if changed:
            bind.execute(statement, changed)
        start += len(page)
