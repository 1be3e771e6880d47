"""`mam-assets` run in this process, and the book that its tests look for."""

from datetime import UTC, datetime

from typer.testing import CliRunner

from mam_assets.cli.app import app

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = "pierce brown|light bringer"


def run(*words: str) -> tuple[int, str]:
    """Exit status and output (both streams) of `mam-assets` with these words."""
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output
