"""`mam-assets account` and what `mam-assets check` says of the account, against the sandbox's MAM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mam_assets.cli.app import app
from mam_assets.health import check
from mam_assets.policy import Policy
from mam_assets.sandbox.myanonamouse.account import SEED
from mam_assets.sandbox.myanonamouse.app import create_app
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.serving.state import State
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.settings import Settings, load_settings

POLICY = "[search]\nseconds_between_requests = 0.01\n[catalogue]\nproviders = []\n[enrichment]\nproviders = []\n"


@pytest.fixture
def faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "mam-assets.toml").write_text(POLICY, "utf-8")
    made = Faults()
    with Serving(create_app(load_catalogue(), state=State(tmp_path / "tracker"), faults=made)) as serving:
        monkeypatch.setenv("MAM_URL", serving.url)
        monkeypatch.setenv("MAM_ID", SEED)
        yield made


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["account", *words])
    return done.exit_code, done.output


@pytest.mark.parametrize("layout", ["", "old_layout"])
def test_json_tells_what_the_account_is_and_what_may_be_spent(faults: Faults, layout: str) -> None:
    if layout:
        faults.set(layout)
    status, said = run("--json")
    found = json.loads(said)
    assert status == 0
    assert (found["unsatisfied"], found["unsatisfied_limit"], found["slots_left"]) == (3, 150, 142)
    assert (found["seedbonus"], found["points_to_spend"], found["wedges_to_spend_per_run"]) == (54_321, 44_321, 0)
    assert [(one["kind"], one["buys"]) for one in found["would_buy"]] == [("vip", False), ("upload", False)]
    assert found["near_an_edge"] == found["bought"] == []


def test_the_table_says_what_is_near_an_edge_and_buys_nothing(faults: Faults, tmp_path: Path) -> None:
    faults.set("low_ratio")
    (tmp_path / "mam-assets.toml").write_text(POLICY + "[spending]\nupload = true\n", "utf-8")
    status, said = run()
    assert status == 0
    assert "will buy 50 for 25000 points" in said
    assert "nothing that costs ratio can be downloaded" in said
    assert "Nothing was bought so far." in said
    assert "seedbonus" not in State(tmp_path / "tracker").read("mam")


def test_without_a_session_it_says_what_to_do(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAM_ID")
    status, said = run()
    assert status == 2
    assert "MAM_ID is not set" in said


def test_a_dead_session_is_a_sentence(faults: Faults) -> None:
    faults.set("dead_cookie")
    status, said = run()
    assert status == 1
    assert "Error:" in said
    assert SEED not in said


@pytest.mark.parametrize(
    ("fault", "subject", "says"),
    [
        ("unsat_at_limit", "MAM account: slots", "no unsatisfied slot is left"),
        ("low_ratio", "MAM account: ratio", "nothing that costs ratio"),
    ],
)
def test_check_says_what_would_stop_grabs(faults: Faults, fault: str, subject: str, says: str) -> None:
    policy = Policy.model_validate({"search": {"seconds_between_requests": 0.01}, "catalogue": {"providers": []}})
    policy = policy.model_copy(update={"enrichment": policy.enrichment.model_copy(update={"providers": ()})})
    assert not [one for one in check(load_settings(), policy) if one.subject.startswith("MAM account")]
    faults.set(fault)
    (found,) = [one for one in check(load_settings(), policy) if one.subject.startswith("MAM account")]
    assert (found.subject, found.state) == (subject, "warning")
    assert says in found.found
    assert "grabs wait" in found.found
    assert found.advice
