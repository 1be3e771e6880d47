"""``python -m benchmarks``: every benchmark that needs nothing but this repository, one after the other.

``python -m benchmarks NAME…`` runs only those. What judges labelled cases needs their files: give those to
``python -m benchmarks.decisions``, or here as ``decisions=KIND:CASES:OUT``.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

NEEDS_FILES = frozenset({"decisions"})
NOT_BY_DEFAULT = frozenset({"killed_at_random", "completion_to_visible"})  # minutes: they start the whole product


def found() -> list[str]:
    """The modules of this folder that have a ``main()``, by name."""
    names = []
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        body = ast.parse(path.read_text("utf-8")).body
        if any(isinstance(statement, ast.FunctionDef) and statement.name == "main" for statement in body):
            names.append(path.stem)
    return names


def main() -> int:
    """Run them; 1 if one of them failed, 2 for an unknown name."""
    known, wanted = found(), sys.argv[1:]
    if not wanted:
        wanted = [name for name in known if name not in NEEDS_FILES | NOT_BY_DEFAULT]
    failed = []
    for asked in wanted:
        name, _, words = asked.partition("=")
        if name not in known:
            print(f"there is no benchmark {name}; there are: {', '.join(known)}", file=sys.stderr)
            return 2
        print(f"\n=== {name} {words}".rstrip(), flush=True)
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *filter(None, words.split(":"))], check=False
        )
        print(f"--- {name}: {time.monotonic() - started:.0f} s, exit status {done.returncode}", flush=True)
        if done.returncode:
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
