"""Titles: their normal form, and what a title's text says beside the title (series, volume, edition, kind of work)."""

from mam_assets.domain.titles.edition_language import edition_language
from mam_assets.domain.titles.forms import ARTICLES, compact, normal, series_name
from mam_assets.domain.titles.kinds import TitleKinds
from mam_assets.domain.titles.kinds import read as read_kinds
from mam_assets.domain.titles.languages import language_hint, reads_foreign
from mam_assets.domain.titles.parsing import ParsedTitle, parse
from mam_assets.domain.titles.parts import is_part_behind
from mam_assets.domain.titles.volumes import without_set_words
from mam_assets.domain.titles.years import is_year, year_in_front

from .number_words import spellings

__all__ = [
    "ARTICLES",
    "ParsedTitle",
    "TitleKinds",
    "compact",
    "edition_language",
    "is_part_behind",
    "is_year",
    "language_hint",
    "normal",
    "parse",
    "read_kinds",
    "reads_foreign",
    "series_name",
    "spellings",
    "without_set_words",
    "year_in_front",
]
