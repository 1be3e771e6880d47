"""The sensors: what the daemon looks at between runs. A look is cheap; the work is done by the runs it asks for."""

from __future__ import annotations

import dagster as dg

from .acquisition import acquisition
from .action_required import action_required
from .enrichment import new_metadata
from .library import library_changes
from .run_failures import run_failures, run_recoveries

ALL: list[dg.SensorDefinition] = [
    acquisition,
    action_required,
    library_changes,
    new_metadata,
    run_failures,
    run_recoveries,
]
