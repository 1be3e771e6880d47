"""The asset of the tracker account: what it shows, its check, its messages, and buying within a run."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mam_assets.runner.loop import SANDBOX_POLICY
from mam_assets.store.ledgers import notifications, purchases


def shown(result: Any) -> dict[str, Any]:
    (event,) = result.asset_materializations_for_node("tracker_account")
    return {name: value.value for name, value in event.metadata.items()}


def check_of(result: Any) -> Any:
    (evaluation,) = result.get_asset_check_evaluations()
    return evaluation


def test_it_shows_the_account_and_why_nothing_is_bought(product_with: Callable[..., Any]) -> None:
    result = product_with().run("tracker_account")
    found = shown(result)
    assert (found["unsatisfied"], found["slots left"], found["wedges"]) == (3, 142, 7)
    assert found["buying vip"] == "spending.vip is off"
    assert found["worries"] == found["bought lately"] == "none"
    assert check_of(result).passed


def test_the_check_warns_and_one_notice_stands(product_with: Callable[..., Any]) -> None:
    product = product_with()
    product.box.faults["mam"].set("unsat_at_limit")
    for _ in range(2):
        result = product.run("tracker_account")
        assert result.success
    evaluation = check_of(result)
    assert not evaluation.passed
    assert "no unsatisfied slot is left" in evaluation.metadata["worries"].value
    (notice,) = notifications.standing(product.engine)
    assert (notice.cause, notice.times) == ("account: slots", 2)
    product.box.faults["mam"].clear("unsat_at_limit")
    assert check_of(product.run("tracker_account")).passed
    assert notifications.standing(product.engine) == []


@pytest.mark.parametrize("layout", ["", "old_layout"])
def test_vip_is_bought_once_and_shown_in_the_run(product_with: Callable[..., Any], layout: str) -> None:
    product = product_with(SANDBOX_POLICY + "[spending]\nvip = true\n")
    if layout:
        product.box.faults["mam"].set(layout)
    ends = datetime.now(UTC) + timedelta(days=2)
    product.box.faults["mam"].set("vip_until", text=ends.strftime("%Y-%m-%d %H:%M:%S"))
    found = shown(product.run("tracker_account"))
    assert found["buying vip"].startswith("bought 4 weeks of VIP for 5000 points")
    assert found["VIP until"] == (ends + timedelta(weeks=4)).date().isoformat()
    assert "4 weeks of VIP" in found["bought lately"]
    assert shown(product.run("tracker_account"))["buying vip"].startswith("VIP lasts until")
    assert len(purchases.recent(product.engine)) == 1
