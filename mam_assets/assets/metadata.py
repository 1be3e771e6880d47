"""Figures, tables and plots as Dagster metadata that a person wants to read."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from mam_assets.domain.figures import label
from mam_assets.store.mappers import rejects_from_json

TABLE_ROWS = 50  # tables are kept in Dagster's event log, so they are cut


def figures(values: Mapping[str, Any]) -> dict[str, dg.MetadataValue]:
    """Numbers as numbers, texts as texts, counts by name as a small table, each under the label of its key."""
    return {label(key): _value(value) for key, value in values.items() if value is not None}


def _value(value: Any) -> dg.MetadataValue:
    if isinstance(value, bool):
        return dg.MetadataValue.bool(value)
    if isinstance(value, int):
        return dg.MetadataValue.int(value)
    if isinstance(value, float):
        return dg.MetadataValue.float(value)
    if isinstance(value, Mapping):
        return counts(value)
    return dg.MetadataValue.text(str(value))


def counts(numbers: Mapping[str, Any]) -> dg.MetadataValue:
    """Names with their numbers, largest first."""
    lines = ["| | |", "|---|---:|", *(f"| {_cell(name)} | {number} |" for name, number in numbers.items())]
    return dg.MetadataValue.md("\n".join(lines) if numbers else "none")


def value_counts(values: Iterable[str]) -> dg.MetadataValue:
    """How often each value occurs, most often first."""
    return counts(dict(Counter(values).most_common()))


def table(
    rows: Sequence[Any], columns: Sequence[str], row_of: Callable[[Any], Mapping[str, Any]] = dict
) -> dg.MetadataValue:
    """The first rows, chosen columns only. ``row_of`` makes a row of a value, as mappers do."""
    shown = [row_of(row) for row in rows[:TABLE_ROWS]]
    lines = [
        "| " + " | ".join(name.replace("_", " ") for name in columns) + " |",
        "|" + "---|" * len(columns),
        *("| " + " | ".join(_cell(row[name]) for name in columns) + " |" for row in shown),
    ]
    if len(rows) > len(shown):
        lines.append(f"\n{len(shown)} of {len(rows)} rows")
    return dg.MetadataValue.md("\n".join(lines) if rows else "none")


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:.1f}".rstrip("0").rstrip(".")
    return str(value).replace("|", "\\|").replace("\n", " ")[:160]


def bars(values: Sequence[tuple[str, float]], *, unit: str = "%", width: int = 640) -> dg.MetadataValue:
    """A bar chart, one bar a row, drawn as SVG: readable on a light and a dark page."""
    height, label_width = 22, 250
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height * len(values) + 4}" '
        'font-family="sans-serif" font-size="12">'
    ]
    top = max((value for _, value in values), default=1) or 1
    scale = 100 if unit == "%" else top
    for index, (name, value) in enumerate(values):
        y = index * height
        length = max(1, (width - label_width - 60) * value / scale)
        colour = "#2e7d32" if value >= scale else "#1565c0"
        label = _xml(name if len(name) <= 38 else name[:37] + "…")
        parts.append(f'<text x="{label_width - 8}" y="{y + 15}" text-anchor="end" fill="#888">{label}</text>')
        parts.append(f'<rect x="{label_width}" y="{y + 3}" width="{length:.0f}" height="15" fill="{colour}"/>')
        parts.append(f'<text x="{label_width + length + 6:.0f}" y="{y + 15}" fill="#888">{value:g}{unit}</text>')
    parts.append("</svg>")
    return picture("".join(parts))


def line(
    points: Sequence[tuple[str, float]], *, unit: str = "%", width: int = 640, height: int = 180
) -> dg.MetadataValue:
    """A line over time, (day, value) in order, drawn as SVG; the scale ends at 100 for percentages."""
    top = 100 if unit == "%" else max((value for _, value in points), default=1) or 1
    left, right, above, below = 12, 60, 12, 24
    step = (width - left - right) / max(1, len(points) - 1)
    spots = [
        (left + step * index, above + (height - above - below) * (1 - value / top))
        for index, (_, value) in enumerate(points)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<line x1="{left}" y1="{height - below}" x2="{width - right}" y2="{height - below}" stroke="#888"/>',
        f'<polyline points="{path}" fill="none" stroke="#1565c0" stroke-width="2"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="#1565c0"/>' for x, y in spots),
    ]
    if points:
        x, y = spots[-1]
        parts.append(f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="#888">{points[-1][1]:g}{unit}</text>')
        parts.append(f'<text x="{left}" y="{height - 8}" fill="#888">{_xml(points[0][0])}</text>')
    if len(points) > 1:
        parts.append(
            f'<text x="{width - right}" y="{height - 8}" text-anchor="end" fill="#888">{_xml(points[-1][0])}</text>'
        )
    return picture("".join([*parts, "</svg>"]))


def picture(svg: str) -> dg.MetadataValue:
    """An SVG drawing as a picture in the web UI."""
    data = base64.b64encode(svg.encode()).decode()
    return dg.MetadataValue.md(f"![plot](data:image/svg+xml;base64,{data})")


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_reasons(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of candidates with a column ``why``: every rule that refuses, what it got and what it wanted."""
    return {**row, "why": "; ".join(reject.describe() for reject in rejects_from_json(row["rejections"]))}


def download(row: Any) -> dict[str, Any]:
    """A row of the ledger for ``table``."""
    names = ["id", "author", "title", "release_title", "status_reason", "target_path"]
    return {name: getattr(row, name) for name in names}
