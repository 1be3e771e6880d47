"""`mam-assets account` and what `mam-assets check` says of the account, against the sandbox's MAM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mam_assets.health import check
from mam_assets.policy import Policy
from mam_assets.sandbox.myanonamouse.account import SEED
from mam_assets.sandbox.myanonamouse.app import create_app
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.serving.state import State
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.settings import Settings, load_settings
from tests.support.command_line import run

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


@pytest.mark.parametrize("layout", ["", "old_layout"])
def test_json_tells_what_the_account_is_and_what_may_be_spent(faults: Faults, layout: str) -> None:
    if layout:
        faults.set(layout)
    status, text = run("account", "--json")
    account = json.loads(text)
    assert status == 0
    assert (account["unsatisfied"], account["unsatisfied_limit"], account["slots_left"]) == (3, 150, 142)
    assert (account["seedbonus"], account["points_to_spend"], account["wedges_to_spend_per_run"]) == (54_321, 44_321, 0)
    assert [(purchase["kind"], purchase["buys"]) for purchase in account["would_buy"]] == [
        ("vip", False),
        ("upload", False),
    ]
    assert account["close_limits"] == account["bought"] == []


def test_the_table_says_what_is_close_to_a_limit_and_buys_nothing(faults: Faults, tmp_path: Path) -> None:
    faults.set("low_ratio")
    (tmp_path / "mam-assets.toml").write_text(POLICY + "[spending]\nupload = true\n", "utf-8")
    status, text = run("account")
    assert status == 0
    assert "will buy 50 for 25000 points" in text
    assert "nothing that costs ratio can be downloaded" in text
    assert "Nothing has been bought yet." in text
    assert "seedbonus" not in State(tmp_path / "tracker").read("mam")


def test_without_a_session_it_says_what_to_do(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAM_ID")
    status, text = run("account")
    assert status == 2
    assert "MAM_ID is not set" in text


def test_a_dead_session_is_a_sentence(faults: Faults) -> None:
    faults.set("dead_cookie")
    status, text = run("account")
    assert status == 1
    assert "Error:" in text
    assert SEED not in text


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
    assert not [finding for finding in check(load_settings(), policy) if finding.subject.startswith("MAM account")]
    faults.set(fault)
    (warning,) = [finding for finding in check(load_settings(), policy) if finding.subject.startswith("MAM account")]
    assert (warning.subject, warning.state) == (subject, "warning")
    assert says in warning.found
    assert "downloads wait" in warning.found
    assert warning.advice
