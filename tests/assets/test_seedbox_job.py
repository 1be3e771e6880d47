"""Started by hand, the job of the seedbox address keeps to the setting that its schedule keeps to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from mam_assets.jobs import seedbox_address
from mam_assets.sandbox.myanonamouse.account import SEED
from mam_assets.sandbox.myanonamouse.app import create_app
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.serving.state import State
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.settings import Settings
from resources.definitions import MamResource, PolicyResource, StoreResource


@pytest.fixture
def mam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[State, dict[str, Any]]]:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mam-assets.toml").write_text("[search]\nseconds_between_requests = 0.01\n")
    monkeypatch.setenv("MAM_ID", SEED)
    state = State(tmp_path / "tracker")
    with Serving(create_app(load_catalogue(), state=state)) as serving:
        monkeypatch.setenv("MAM_URL", serving.url)
        yield state, {"myanonamouse": MamResource(), "store": StoreResource(), "policy": PolicyResource()}


def test_it_refuses_while_the_setting_is_off(mam: tuple[State, dict[str, Any]]) -> None:
    state, resources = mam
    with pytest.raises(dg.Failure, match="MAM_DYNAMIC_SEEDBOX is off"):
        seedbox_address.execute_in_process(resources=resources)
    assert "seedbox" not in state.read("mam")


def test_it_tells_the_address_while_the_setting_is_on(
    mam: tuple[State, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAM_DYNAMIC_SEEDBOX", "true")
    state, resources = mam
    assert seedbox_address.execute_in_process(resources=resources).success
    assert state.read("mam")["seedbox"] == "127.0.0.1"
