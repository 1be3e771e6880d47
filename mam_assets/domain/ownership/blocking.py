"""Which items may be a given work at all? Found by shared keys, so that no work is compared with the whole library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from mam_assets.domain import people, titles
from mam_assets.domain.matching import ItemForms, WorkForms
from mam_assets.domain.matching.gates.omnibus import listed_titles

from ..matching.stated_places import Place

# A title that so many items share ("Legacy", "Untitled") tells little; beyond that only those of a like-named author.
_CROWDED = 4


class Index:
    """Items by title, by series and position, by number, and sets by the series they are of."""

    def __init__(self, items: Sequence[ItemForms]) -> None:
        self.items = items
        self._words = [_name_words(forms.authors) for forms in items]
        self._by_id: dict[str, list[int]] = defaultdict(list)
        self._by_title: dict[str, list[int]] = defaultdict(list)
        self._by_place: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._sets: dict[str, list[int]] = defaultdict(list)
        for at, forms in enumerate(items):
            for key in forms.ids:
                self._by_id[key].append(at)
            for key in _item_titles(forms):
                self._by_title[key].append(at)
            for spot in _places(forms.places):
                self._by_place[spot].append(at)
            if forms.is_set:
                for name in _set_names(forms):
                    self._sets[name].append(at)

    def candidates(self, work: WorkForms) -> set[int]:
        """Numbers of the items that share an id, a title, or a series and position with the work."""
        numbers: set[int] = set()
        for key in work.ids:
            numbers.update(self._by_id.get(key, ()))
        for key in _work_titles(work):
            numbers.update(self._near_author(self._by_title.get(key, ()), work))
        for spot in _places(work.places):
            numbers.update(self._of_author(self._by_place.get(spot, ()), work))
        for place in work.places:
            numbers.update(self._of_author(self._sets.get(place.loose, ()), work))
        return numbers

    def _near_author(self, numbers: Sequence[int], work: WorkForms) -> Iterable[int]:
        """All of a short list, so that a namesake can be named as evidence; of a long one, the author's."""
        return numbers if len(numbers) <= _CROWDED else self._of_author(numbers, work)

    def _of_author(self, numbers: Sequence[int], work: WorkForms) -> Iterable[int]:
        """Those of the found items whose author may be the work's: a word of a name in common, or nobody named."""
        if not numbers or not work.authors:
            return numbers
        words = _name_words(work.authors)
        return [at for at in numbers if not self._words[at] or not words.isdisjoint(self._words[at])]


@lru_cache(maxsize=131072)
def _name_words(authors: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for name in authors for word in people.keys(name))


def _item_titles(forms: ItemForms) -> set[str]:
    keys = {_compact(forms.main), *forms.whole, *forms.tails, *listed_titles(forms)}
    if forms.parsed.original:
        keys.add(titles.compact(forms.parsed.original))
    # "Dead Beat Dresden Files 7": the number may close a series' name, so every beginning may be the title.
    if len(forms.words) > 2 and forms.words[-1].isdigit() and len(forms.parsed.pieces) == 1:
        keys.update("".join(forms.words[:size]) for size in range(1, len(forms.words)))
    if any(word.isdigit() for word in forms.words[1:-1]):
        first = next(at for at, word in enumerate(forms.words) if at and word.isdigit())
        keys.add("".join(forms.words[first + 1 :]))
    if "and" in forms.words:
        at = forms.words.index("and")
        rest = list(forms.words[at + 1 :])
        keys.add("".join(rest[1:] if rest[:1] == ["the"] else rest))
    keys.discard("")
    return keys


def _work_titles(work: WorkForms) -> set[str]:
    keys = {_compact(work.main), *work.whole, *work.other, *work.other_mains, *work.tails}
    keys.discard("")
    return keys


def _compact(text: str) -> str:
    return text.replace(" ", "")


def _places(places: Iterable[Place]) -> set[tuple[str, str]]:
    return {(place.loose, number) for place in places if place.loose for number in place.numbers}


def _set_names(forms: ItemForms) -> set[str]:
    names = {place.loose for place in forms.places}
    names.add(titles.series_name(titles.without_set_words(forms.parsed.title), loose=True))
    names.discard("")
    return names
