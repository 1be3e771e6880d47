"""Only the orchestrator writes the ledgers: the steps of an import take results and give results."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import mam_assets.stages.importing as importing

FOLDER = Path(importing.__file__).parent
WRITERS = {"run", "ledger", "sweep", "undo", "batch"}
STEPS = sorted({path.stem for path in FOLDER.glob("*.py")} - WRITERS)
READS = {"ImportedFile", "STAGED", "StaleStep", "import_files"}  # records and constants, no call that writes


@pytest.mark.parametrize("step", STEPS)
def test_a_step_has_no_database_and_calls_no_ledger(step: str) -> None:
    tree = ast.parse((FOLDER / f"{step}.py").read_text())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mam_assets.store")
        for alias in node.names
    }
    assert imported <= READS
    assert "sqlalchemy" not in {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not {call for call in calls if call.startswith(("import_files.", "ledger.", "downloads."))}
