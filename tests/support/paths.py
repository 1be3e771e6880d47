"""Where the repository and the recorded answers of real servers lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = Path(__file__).parent / "samples"
CLIENT_SAMPLES = SAMPLES / "clients"
SANDBOX_SAMPLES = SAMPLES / "sandbox"
