"""The lock file holds what the project asks for, with hashes, and names no index."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.paths import ROOT

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PIN = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def test_every_requirement_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    asked += project["project"]["optional-dependencies"]["dev"]
    pinned = {canonicalize_name(match[1]): match[2] for match in PIN.finditer(LOCK)}
    for requirement in map(Requirement, asked):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in requirements.lock: `make lock`"
        assert version in requirement.specifier, (
            f"{requirement} is not {version}, as requirements.lock has it: `make lock`"
        )


def test_every_pin_has_hashes() -> None:
    pins = [line.split("==")[0] for line in LOCK.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert len(pins) > 50
    assert pins == [re.split("==", match[0], maxsplit=1)[0] for match in PIN.finditer(LOCK)]


def test_no_index_is_named() -> None:
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|^-i\b|^-f\b", LOCK, re.MULTILINE)
