"""``python -m benchmarks.matching_speed``: time and memory of judging a library of 1,000, 10,000 and 100,000 items.

Each size runs in a process of its own, so that memory is its own too. The library is made up: series of six books of
which five are owned, in the spellings that libraries have. For comparison the plainest method (every entry against
every item by rapidfuzz, a shared author) is timed at 1,000 items in the same run, extrapolated by the number of pairs.
The goal at 100,000 items in 20,000 series: under 20 s and 2 GB on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from datetime import date

from rapidfuzz import fuzz

from mam_assets.domain import gaps, identity, ownership
from mam_assets.domain.model.catalogue import ProviderSeries, SeriesEntry, Work
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, SeriesRef, TrackedSeries
from mam_assets.domain.model.overrides import Overrides

SIZES = (1_000, 10_000, 100_000)
BOOKS_PER_SERIES = 6
OWNED_PER_SERIES = 5
_SOUNDS = ["ka", "lor", "mi", "ren", "tas", "vel", "do", "shan", "bri", "ux", "ela", "mor", "phi", "gar", "sul", "wen"]
_THINGS = ["Blood", "Crown", "Night", "Star", "Stone", "Winter", "Fire", "Shadow", "King", "Queen", "Sword", "Tower"]
_MORE = ["Ashes", "Glass", "Thrones", "Ruin", "Light", "Bones", "Storms", "Exile", "Dust", "Thorns", "Rivers", "Wolves"]


def world(items_wanted: int) -> tuple[list[LibraryItem], list[SeriesEntry]]:
    """A library of that many items and the entries of all its series; always the same for the same size."""
    random_ = random.Random(items_wanted)
    items: list[LibraryItem] = []
    entries: list[SeriesEntry] = []
    for number in range(items_wanted // OWNED_PER_SERIES):
        author = f"{_name(random_)} {_name(random_)}"
        name = f"The {random_.choice(_THINGS)} of {_name(random_)}"
        works = [_work(random_, author, name, number, place) for place in range(1, BOOKS_PER_SERIES + 1)]
        offered = ProviderSeries("made-up", str(number), name, tuple((str(n), w) for n, w in enumerate(works, 1)))
        owned = sorted(random_.sample(range(BOOKS_PER_SERIES), OWNED_PER_SERIES))
        members = [_item(random_, works[at], name, at + 1, f"{number}-{at}") for at in owned]
        items += members
        tracked = TrackedSeries(f"{name}|{author}|{number}", name, author)
        entries += identity.series_entries(tracked, offered, Confidence.HIGH)
    return items, entries


def _name(random_: random.Random) -> str:
    return "".join(random_.choice(_SOUNDS) for _ in range(random_.randint(2, 3))).title()


def _work(random_: random.Random, author: str, series: str, number: int, place: int) -> Work:
    title = f"{random_.choice(_THINGS)} of {random_.choice(_MORE)} and {_name(random_)}"
    if place == 1 and number % 4 == 0:
        title = series
    return Work(
        work_id=f"made-up:{number}-{place}",
        title=title,
        title_raw=f"{title} ({series}, #{place})",
        authors=(author,),
        series=(SeriesRef(series, str(place)),),
        language="english",
    )


def _item(random_: random.Random, work: Work, series: str, place: int, key: str) -> LibraryItem:
    title, subtitle = work.title, ""
    refs: tuple[SeriesRef, ...] = (SeriesRef(series, str(place)),)
    mess = random_.randrange(10)
    if mess == 0:
        title, refs = f"{series} {place:02d} - {work.title}", ()
    elif mess == 1:
        title, refs = f"{work.title} ({series}, #{place})", ()
    elif mess == 2:
        subtitle = f"{series}, Book {place}"
    elif mess == 3:
        title, refs = work.title.upper(), (SeriesRef(f"{series} Series", ""),)
    elif mess == 4:
        title, refs = f"{work.title}: A Novel (Unabridged)", ()
    return LibraryItem(
        abs_id=key,
        title=title,
        subtitle=subtitle,
        authors=work.authors,
        series=refs,
        language="english",
        rel_path=f"{work.authors[0]}/{series}/{title}",
    )


def measure(size: int) -> dict[str, float]:
    """Seconds for each stage and the peak memory of this process in MB, after the made-up world was made."""
    items, entries = world(size)
    ground = _peak_mb()
    _forget()
    started, busy = time.perf_counter(), time.process_time()
    verdicts = ownership.judge(items, entries, today=date(2025, 1, 1))
    judged, busy = time.perf_counter(), time.process_time() - busy
    gaps.completion(entries, verdicts)
    missing = gaps.missing_books(entries, verdicts, Overrides())
    gapped = time.perf_counter()
    identity.tracked_series(items)
    tracked = time.perf_counter()
    wrong = abs(len(missing) - (len(entries) - len(items)))
    return {
        "items": len(items),
        "entries": len(entries),
        "judge_s": judged - started,
        "judge_cpu_s": busy,
        "gaps_s": gapped - judged,
        "identity_s": tracked - gapped,
        "peak_mb": _peak_mb(),
        "world_mb": ground,
        "missing": len(missing),
        "off_by": wrong,
    }


def _forget() -> None:
    """Empty the caches of normal forms, which making the world has warmed."""
    from mam_assets.domain import people, positions, titles
    from mam_assets.domain.matching import bare_titles, pair, place_relations, stated_places
    from mam_assets.domain.matching import forms as matching_forms
    from mam_assets.domain.ownership import blocking
    from mam_assets.domain.titles import forms, languages, parsing

    for module in (
        people,
        positions,
        titles,
        forms,
        languages,
        parsing,
        pair,
        bare_titles,
        place_relations,
        stated_places,
        blocking,
        matching_forms,
    ):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def reference(size: int = 1_000) -> tuple[float, int]:
    """Seconds and number of pairs of the plainest method: every entry with every item by rapidfuzz."""
    items, entries = world(size)
    started = time.perf_counter()
    owned = 0
    for entry in entries:
        wanted, author = entry.work.title.lower(), entry.work.authors[0].lower()
        owned += any(
            fuzz.ratio(wanted, item.title.lower()) >= 85 and author == item.authors[0].lower() for item in items
        )
    return time.perf_counter() - started, len(items) * len(entries)


def main() -> None:
    """Print the curve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, help="measure this size alone and print JSON")
    given = parser.parse_args()
    if given.size:
        print(json.dumps(measure(given.size)))
        return
    seconds, pairs = reference()
    heads = ("items", "entries", "judge s", "cpu s", "gaps s", "identity s", "peak MB", "plain s")
    print("".join(f"{head:>12}" for head in heads))
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.matching_speed", "--size", str(size)],
            capture_output=True,
            check=True,
            text=True,
        )
        row = json.loads(done.stdout)
        plain = seconds * row["items"] * row["entries"] / pairs
        kind = "measured" if size == SIZES[0] else "extrapolated"
        counts = "".join(f"{row[name]:>12}" for name in ("items", "entries"))
        times = "".join(f"{row[name]:>12.2f}" for name in ("judge_s", "judge_cpu_s", "gaps_s", "identity_s"))
        print(f"{counts}{times}{row['peak_mb']:>12.0f}{plain:>12,.1f} {kind}", flush=True)


if __name__ == "__main__":
    main()
