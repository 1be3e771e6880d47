"""`mam-assets check`: is everything reachable and set up?"""

from __future__ import annotations

import typer

from mam_assets.settings import load_policy, load_settings

from ..arguments import AsJson
from ..output import plain_errors, print_json, print_table, styled

COLOURS = {"ok": "green", "off": "dim", "warning": "yellow"}


def check(as_json: AsJson = False) -> None:
    """Connect to every configured service; say what is wrong and how to fix it."""
    from mam_assets import health

    with plain_errors():
        settings = load_settings()
        findings = health.check(settings, load_policy(settings))
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        rows = [
            [styled((finding.state, COLOURS.get(finding.state, "red"))), finding.subject, finding.found, finding.advice]
            for finding in findings
        ]
        print_table(["", "what", "result", "what to do"], rows)
    raise typer.Exit(1 if any(finding.state == "wrong" for finding in findings) else 0)
