"""The report that `run` and `demo` print: what the loop found and did, in one screen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from rich.console import Group, RenderableType
from rich.table import Table

from mam_assets.store.ledgers import enrichments, failures
from mam_assets.store.reports import loop_totals


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one pass of the loop. Percentages 0 to 100, None while nothing is known."""

    before: loop_totals.Totals
    after: loop_totals.Totals
    search: loop_totals.SearchTotals
    downloads: dict[str, int]
    skipped: tuple[str, ...]
    metadata: enrichments.Totals

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "before": asdict(self.before),
            "after": asdict(self.after),
            "search": asdict(self.search),
            "downloads": self.downloads,
            "skipped": list(self.skipped),
            "metadata": asdict(self.metadata),
        }


def make(engine: sa.Engine, before: loop_totals.Totals) -> Report:
    """Read the figures of now and put them beside those of before."""
    recent = tuple(f"{row.stage}: {row.subject}: {row.message}" for row in failures.recent(engine, limit=200))
    return Report(
        before=before,
        after=loop_totals.totals(engine),
        search=loop_totals.search_totals(engine),
        downloads=loop_totals.download_counts(engine),
        skipped=tuple(dict.fromkeys(recent)),
        metadata=enrichments.totals(engine),
    )


def render(report: Report) -> RenderableType:
    """The report as tables for a terminal."""
    table = Table(title="What the loop did", title_justify="left", show_header=True, header_style="bold")
    table.add_column("")
    table.add_column("before", justify="right")
    table.add_column("after", justify="right")
    before, after = report.before, report.after
    for name, was, now in (
        ("library items", before.items, after.items),
        ("series", before.series, after.series),
        ("series complete", before.series_complete, after.series_complete),
        ("series unknown to every provider", before.series_unknown, after.series_unknown),
        ("books owned (numbered)", before.books_owned, after.books_owned),
        ("books in these series", before.books_total, after.books_total),
        ("completion", _percent(before.completion_percentage), _percent(after.completion_percentage)),
        ("books missing", before.missing, after.missing),
    ):
        table.add_row(name, str(was), str(now))
    steps = Table(title="From search to library", title_justify="left", show_header=False)
    steps.add_column("")
    steps.add_column("", justify="right")
    steps.add_row("books searched", str(report.search.searched))
    steps.add_row("releases judged", str(report.search.releases))
    steps.add_row("books with an acceptable release", str(report.search.with_accepted))
    for state, count in sorted(report.downloads.items()):
        steps.add_row(f"downloads {state}", str(count))
    if report.metadata.books:
        known = report.metadata
        steps.add_row("books with metadata filled in", f"{known.books} ({known.changes} fields)")
        steps.add_row(
            "completeness of their metadata",
            f"{_percent(known.before_percentage)} → {_percent(known.after_percentage)}",
        )
    parts: list[RenderableType] = [table, steps]
    if report.search.refused:
        rejected = Table(title="Why releases were rejected", title_justify="left", show_header=False)
        rejected.add_column("rule")
        rejected.add_column("releases", justify="right")
        for code, count in list(report.search.refused.items())[:12]:
            rejected.add_row(code, str(count))
        parts.append(rejected)
    if after.reasons:
        reasons = Table(title="Missing books by reason", title_justify="left", show_header=False)
        reasons.add_column("")
        reasons.add_column("", justify="right")
        for reason, count in sorted(after.reasons.items()):
            reasons.add_row(reason, str(count))
        parts.append(reasons)
    if report.skipped:
        skipped = Table(
            title=f"Skipped, with the reason ({len(report.skipped)})", title_justify="left", show_header=False
        )
        skipped.add_column("", overflow="fold")
        for line in report.skipped[:12]:
            skipped.add_row(line)
        parts.append(skipped)
    return Group(*parts)


def _percent(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1f} %"
