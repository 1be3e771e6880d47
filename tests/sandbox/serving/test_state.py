"""The memory of the stand-ins survives a stop and never shows half of a change."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from mam_assets.sandbox.serving.state import State


def test_a_change_is_there_after_a_restart(tmp_path: Path) -> None:
    with State(tmp_path).editing("mam") as document:
        document["cookie"] = "ä"
    assert State(tmp_path).read("mam") == {"cookie": "ä"}
    assert State(tmp_path).read("other") == {}


def test_a_change_that_fails_is_forgotten(tmp_path: Path) -> None:
    state = State(tmp_path)
    with state.editing("mam") as document:
        document["n"] = 1

    def fail() -> None:
        with state.editing("mam") as document:
            document["n"] = 2
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert state.read("mam") == {"n": 1}
    assert State(tmp_path).read("mam") == {"n": 1}


def test_what_was_read_is_a_copy() -> None:
    state = State()
    with state.editing("mam") as document:
        document["list"] = [1]
    state.read("mam")["list"].append(2)
    assert state.read("mam") == {"list": [1]}


def test_threads_do_not_lose_each_other_s_changes(tmp_path: Path) -> None:
    state = State(tmp_path)

    def count() -> None:
        for _ in range(10):
            with state.editing("mam") as document:
                document["n"] = document.get("n", 0) + 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert json.loads((tmp_path / "mam.json").read_text("utf-8")) == {"n": 40}
    assert [path.name for path in tmp_path.iterdir()] == ["mam.json"]
