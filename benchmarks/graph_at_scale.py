"""``python -m benchmarks.graph_at_scale [--items N]``: what a run of the graph costs in a large library.

The job ``library_refresh`` as Dagster runs it, from ``library_snapshot`` to ``missing_books``, over a SQLite store that
holds the entries of all series; only Audiobookshelf is replaced by a list of items. The library is that of
``matching_speed``. Measured, each in a process of its own: the first run, one more after nothing has changed, one after
1 % of the items have, 500 new candidates among 100,000, and for comparison the pure functions that the graph calls, on
the same values and without a store. Seconds are of the wall clock, with those of the processor beside them.

The goals at 100,000 items and 120,000 entries on two quiet cores: 60 s and 1.3 GB, 6 s with 1 % changed, 2 s for the
candidates.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from benchmarks.matching_speed import world
from mam_assets import jobs
from mam_assets.definitions import defs
from mam_assets.domain import gaps, identity, ownership
from mam_assets.domain.model.library import LibraryItem
from mam_assets.domain.model.overrides import Overrides
from mam_assets.domain.model.release import Candidate, Release
from mam_assets.settings import load_settings
from mam_assets.stages.search.search import Findings, keep_candidates
from mam_assets.store import mappers
from mam_assets.store.engine import open_engine, upgrade
from mam_assets.store.frames import derived
from resources.audiobookshelf import AbsLibrary

ITEMS = 10_000
CANDIDATES, NEW_CANDIDATES = 100_000, 500
NOW = datetime(2025, 1, 1, tzinfo=UTC)
STEPS = ("catalogue", "first", "unchanged", "changed", "candidates", "pure")


class Shelf:
    """Audiobookshelf's client, answering from memory."""

    def __init__(self, items: Sequence[LibraryItem]) -> None:
        self._items = items

    def libraries(self) -> list[AbsLibrary]:
        return [AbsLibrary("lib", "Audiobooks", "book", ())]

    def items(self, _library_id: str, **_: Any) -> Iterator[LibraryItem]:
        yield from self._items


@dataclass(frozen=True)
class ShelfResource:
    """In the place of the resource that opens Audiobookshelf."""

    shelf: Shelf

    def client(self) -> Shelf:
        return self.shelf


def library(size: int, *, changed: bool) -> list[LibraryItem]:
    """The items; with ``changed`` every hundredth has got another title and a later date."""
    items = [replace(item, library_id="lib", added_at=NOW, updated_at=NOW) for item in world(size)[0]]
    if changed:
        for at in range(0, len(items), 100):
            items[at] = replace(items[at], title=f"{items[at].title} (Unabridged)", updated_at=datetime.now(UTC))
    return items


def catalogue(size: int) -> dict[str, float]:
    """The entries of all series come into the store."""
    engine = open_engine(load_settings().store_url)
    upgrade(engine)
    entries = [replace(entry, fetched_at=NOW) for entry in world(size)[1]]
    with _Clock() as clock:
        written = derived.write(engine, mappers.SERIES_ENTRIES, entries)
    return clock.figures | {"written": written.inserted}


def graph(size: int, *, changed: bool) -> dict[str, float]:
    """A run of the job, without what starts a process: its imports, and the making of the library."""
    shelf = Shelf(library(size, changed=changed))
    definitions = dg.Definitions(
        assets=defs().assets,
        jobs=[jobs.library_refresh],
        resources={**(defs().resources or {}), "audiobookshelf": ShelfResource(shelf)},
        executor=dg.in_process_executor,
    )
    job = definitions.resolve_job_def("library_refresh")
    with dg.DagsterInstance.ephemeral() as instance:
        with _Clock() as clock:
            result = job.execute_in_process(instance=instance)
        stats = instance.get_run_step_stats(result.run_id)
    steps = {
        f"  {step.step_key}": step.end_time - step.start_time for step in stats if step.start_time and step.end_time
    }
    written = 0
    for event in result.get_asset_materialization_events():
        figures: dict[str, Any] = {name: value.value for name, value in event.materialization.metadata.items()}
        written += sum(figures.get(name, 0) for name in ("inserted", "updated", "deleted"))
    return clock.figures | steps | {"written": written}


def candidates(_size: int) -> dict[str, float]:
    """New candidates of a few books beside those of all the others."""
    engine = open_engine(load_settings().store_url)
    offers = [
        Candidate(f"author|book {number // 10}", Release(number, f"Book {number // 10}"), True, rank=number % 10 + 1)
        for number in range(CANDIDATES + NEW_CANDIDATES)
    ]
    derived.write(engine, mappers.CANDIDATES, [replace(offer, searched_at=NOW) for offer in offers[:CANDIDATES]])
    by_book: dict[str, list[Candidate]] = {}
    for offer in offers[CANDIDATES:]:
        by_book.setdefault(offer.book_key, []).append(offer)
    missing = {offer.book_key for offer in offers}
    with _Clock() as clock:
        written = keep_candidates(engine, Findings(by_book, searched=set(by_book)), missing, NOW)
    return clock.figures | {"written": written.inserted}


def pure(size: int) -> dict[str, float]:
    """What the graph decides, without a store."""
    items, entries = library(size, changed=False), world(size)[1]
    with _Clock() as clock:
        verdicts = ownership.judge(items, entries, today=date.today())  # noqa: DTZ011
        gaps.completion(entries, verdicts)
        identity.tracked_series(items)
        missing = gaps.missing_books(entries, verdicts, Overrides())
    return clock.figures | {"written": len(missing)}


class _Clock:
    """Seconds of the wall and of the processor inside, and the process's peak of memory in MB."""

    figures: dict[str, float]

    def __enter__(self) -> _Clock:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.figures = {
            "s": time.perf_counter() - self._wall,
            "cpu s": time.process_time() - self._cpu,
            "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def measure(step: str, size: int) -> dict[str, float]:
    """The figures of one step, in this process."""
    if step in ("first", "unchanged", "changed"):
        return graph(size, changed=step == "changed")
    return {"catalogue": catalogue, "candidates": candidates, "pure": pure}[step](size)


def main() -> None:
    """Print a line for each step, and below a run how long each of its assets and checks took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--step", choices=STEPS, help="measure this step alone and print JSON")
    given = parser.parse_args()
    if given.step:
        print(json.dumps(measure(given.step, given.items)))
        return
    print(f"{'':<28}{'s':>9}{'cpu s':>9}{'peak MB':>9}{'rows written':>14}")
    with tempfile.TemporaryDirectory() as folder:
        own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment = own | {"MAM_STATE_DIR": folder, "ABS_URL": "http://127.0.0.1:9", "ABS_TOKEN": "x", "MAM_ID": "x"}
        for step in STEPS:
            command = [sys.executable, "-m", "benchmarks.graph_at_scale", "--step", step, "--items", str(given.items)]
            root = Path(__file__).resolve().parents[1]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env=environment, cwd=root)
            row = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{step:<28}{row['s']:>9.2f}{row['cpu s']:>9.2f}{row['peak MB']:>9.0f}{row['written']:>14,}", flush=True
            )
            for name, seconds in row.items():
                if name.startswith("  "):
                    print(f"{name:<28}{seconds:>9.2f}")


if __name__ == "__main__":
    main()
