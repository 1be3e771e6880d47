"""The sandbox's MAM over real HTTP with the real client, a store, a clock that moves when told to, and a messenger
that remembers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mam_assets.domain.budget import Budget
from mam_assets.domain.model.release import Account
from mam_assets.policy import Policy
from mam_assets.sandbox.myanonamouse.account import SEED
from mam_assets.sandbox.myanonamouse.app import create_app
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.serving.state import State
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.sandbox.world.release import Release
from mam_assets.sandbox.world.releases import releases_of_world
from mam_assets.sandbox.world.torrents import Torrents
from mam_assets.stages.acquisition import propose, purchases
from mam_assets.stages.task_run import Tally
from resources.errors import SendFailed
from resources.myanonamouse.client import MamClient, open_mam
from tests.support.acquisition_world import new_store

DOCUMENT = "mam"


@cache
def torrents() -> Torrents:
    return Torrents(releases_of_world(load_catalogue()))


class Died(BaseException):
    """The process dies here: nothing may catch it."""


@dataclass
class Mailbox:
    """Messages that were sent; while ``broken``, none gets through."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False
    tries: int = 0

    def send(self, title: str, body: str) -> bool:
        self.tries += 1
        if self.broken:
            raise SendFailed("no address took it")
        self.sent.append((title, body))
        return True


@dataclass
class MamWorld:
    engine: sa.Engine
    client: MamClient
    faults: Faults
    state: State
    folder: Path
    now: datetime
    tally: Tally = field(default_factory=Tally)
    mailbox: Mailbox = field(default_factory=Mailbox)

    def clock(self) -> datetime:
        return self.now

    def pass_(self, span: timedelta) -> None:
        self.now += span

    def policy(self, **sections: Any) -> Policy:
        return Policy.model_validate(sections)

    def budget(self, policy: Policy, account: Account | None = None) -> Budget:
        account = account or self.client.account(fresh=True)
        return propose.budget_of(self.engine, account, policy.budget, None, now=self.now)

    def buy(self, policy: Policy, shop: Any = None) -> purchases.PurchaseResults:
        self.tally = Tally()
        return purchases.buy_what_is_due(
            self.engine,
            shop or self.client,
            policy.purchase_policy(),
            lambda account: self.budget(policy, account),
            self.tally,
            run_id="run",
            clock=self.clock,
        )

    def saved(self, key: str) -> Any:
        """What the tracker itself remembers of the account."""
        return self.state.read(DOCUMENT).get(key)

    @staticmethod
    def release(test: Any) -> Release:
        return next(release for release in torrents().releases.values() if test(release))


@contextmanager
def open_mam_world(folder: Path) -> Iterator[MamWorld]:
    state, faults = State(folder / "tracker"), Faults()
    engine = new_store(folder / "store.db")
    with Serving(create_app(load_catalogue(), state=state, faults=faults, torrents=torrents())) as serving:
        client = open_mam(serving.url, SEED, folder / "client", seconds_between=0.01, jitter=0)
        yield MamWorld(engine, client, faults, state, folder, datetime.now(UTC))
    engine.dispose()


class Dies:
    """A shop that dies at its first purchase: before MAM hears of it, or after it was made and before it is known."""

    def __init__(self, client: MamClient, *, after: bool) -> None:
        self._client = client
        self._after = after

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        if not name.startswith("buy_"):
            return real

        def buy(*arguments: Any) -> None:
            if self._after:
                real(*arguments)
            raise Died

        return buy
