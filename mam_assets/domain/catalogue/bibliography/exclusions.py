"""What of a bibliography is no book of its own, as ordered rules: the first that speaks is the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mam_assets.domain import matching, people, titles
from mam_assets.domain.matching import WorkForms
from mam_assets.domain.model.catalogue import EntryKind, Work

_MANY_WRITERS = 4  # this many share an anthology, not a novel
_ANTHOLOGY = re.compile(r"\banthology\b|\bbest (?:american|new|of)\b|\byear's best\b|\b(?:stories|edited) by\b", re.I)
_PERIODICAL = re.compile(r"\bmagazine\b|\b(?:issue|vol(?:ume)?\.?) ?#?\d+.*\b(?:19|20)\d\d\b|\bquarterly\b", re.I)
_SEVERAL = re.compile(r"^[^/]+ / [^/]+$|\bcollection (?:set|of \d)|\b\d+[- ]books?\b", re.I)

Rule = Callable[[WorkForms, str, Sequence[str]], str]


def why_left_out(work: Work, author_key: str, languages: Sequence[str] = ("english",)) -> str:
    """Why a work that is credited to the author (by normal name) is no book of theirs to have; "" if it is one.

    ``languages`` are those that the person wants, lower-case English words.
    """
    forms = matching.work_forms(work)
    return next((reason for rule in RULES if (reason := rule(forms, author_key, languages))), "")


def untitled(forms: WorkForms, author_key: str, languages: Sequence[str]) -> str:
    return "" if forms.whole else "no title"


def by_others(forms: WorkForms, author_key: str, languages: Sequence[str]) -> str:
    """ "Introduction by", "translated by": the provider credits the person, but not as a writer."""
    names = [people.normal(name) for name in forms.work.authors]
    known = author_key in people.writers(forms.work.authors) or any(people.same_person(author_key, n) for n in names)
    return "" if known or not names else "not written by the author"


def several_books(forms: WorkForms, author_key: str, languages: Sequence[str]) -> str:
    is_set = forms.is_set or forms.work.kind is EntryKind.OMNIBUS or bool(_SEVERAL.search(forms.work.title))
    return "a set of several books" if is_set else ""


def piece_of_a_book(forms: WorkForms, author_key: str, languages: Sequence[str]) -> str:
    if forms.kinds.derivative == "excerpt":
        return "a sampler"
    if forms.kinds.part is not None or forms.kinds.dramatised or forms.work.kind is EntryKind.PART:
        return "a part or a play of a book"
    return ""


def about_a_book(forms: WorkForms, author_key: str, languages: Sequence[str]) -> str:
    kinds = forms.kinds
    if kinds.derivative or kinds.graphic or kinds.young_readers or forms.work.kind is EntryKind.COMPANION:
        return "a guide, an adaptation or another by-product"
    return ""


def translated(forms: WorkForms, author_key: str, languages: Sequence[str]) -> str:
    work = forms.work
    spoken = work.language.lower() or titles.language_hint(work.title) or forms.parsed.language
    if work.kind is EntryKind.TRANSLATION or (spoken and spoken not in languages):
        return "a translation or foreign edition"
    return ""


def of_many(forms: WorkForms, author_key: str, languages: Sequence[str]) -> str:
    """One story among those of others."""
    writers = people.writers(forms.work.authors)
    shown = forms.work.title_raw or forms.work.title
    if len(writers) >= _MANY_WRITERS or (len(writers) > 1 and _ANTHOLOGY.search(f"{shown} {forms.work.subtitle}")):
        return "an anthology of several writers"
    return "a magazine" if _PERIODICAL.search(shown) else ""


RULES: tuple[Rule, ...] = (untitled, by_others, several_books, piece_of_a_book, about_a_book, translated, of_many)
