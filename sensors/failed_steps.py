"""What Dagster tells of a failed run. It renders an error as text, with the name of its class in front."""

from __future__ import annotations

import re
from dataclasses import dataclass

import dagster as dg


@dataclass(frozen=True, slots=True)
class FailedStep:
    """The first step of a run that failed: its error's class, its name, and what the error says. The first two are
    blank when the run failed outside of any step."""

    error_class: str
    step: str
    text: str


def first_failure(context: dg.RunFailureSensorContext) -> FailedStep:
    """The root cause of the first step that failed."""
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        if error is not None:
            name = error.cls_name or ""
            text = re.sub(rf"\A[\w.]*{re.escape(name)}: ", "", error.message.strip())
            return FailedStep(name, str(event.step_key), text)
    return FailedStep("", "", context.failure_event.message or "the run failed")
