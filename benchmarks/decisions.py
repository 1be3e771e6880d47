"""``python -m benchmarks.decisions ownership|releases|library CASES OUT``: predictions for labelled cases.

They come from the very functions that the assets use. A scorer that knows the labels judges them.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

MODULES = {"ownership": "ownership_cases", "releases": "release_cases", "library": "library_cases"}


def main() -> None:
    """Read the command line and let the module of that kind of case write its predictions."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decisions", description=__doc__)
    parser.add_argument("kind", choices=sorted(MODULES))
    parser.add_argument("cases", type=Path, help="labelled cases: JSON lines, or one JSON object for a library")
    parser.add_argument("out", type=Path, help="where the predictions go")
    given = parser.parse_args()
    importlib.import_module(f"benchmarks.{MODULES[given.kind]}").predict(given.cases, given.out)


if __name__ == "__main__":
    main()
