"""One message per cause: not per tick, not before it has lasted, again as a reminder, anew when it comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from mam_assets.stages.acquisition import account
from mam_assets.stages.notifications import notify
from mam_assets.stages.task_run import Tally
from mam_assets.store.ledgers import notifications
from resources.errors import SendFailed
from tests.support.acquisition_world import Fuse, Killed, new_store, watch_commits
from tests.support.mam_world import Mailbox, MamWorld, open_mam_world

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = new_store(tmp_path / "store.db")
    yield made
    made.dispose()


def tick(engine: sa.Engine, box: Mailbox, at: timedelta, *causes: str, lasting: timedelta = timedelta(0)) -> list[str]:
    named = {cause: (cause, f"{cause} body") for cause in causes}
    return notify.keep(engine, box, NOW + at, "service: qb: ", named, remind_after=DAY, lasting=lasting)


def test_a_cause_is_told_once_and_reminded_of(engine: sa.Engine) -> None:
    box = Mailbox()
    for minute in range(60):
        tick(engine, box, minute * MINUTE, "down")
    assert box.sent == [("down", "down body")]
    tick(engine, box, DAY, "down")
    assert len(box.sent) == 2


def test_trouble_is_told_when_it_has_lasted(engine: sa.Engine) -> None:
    box = Mailbox()
    for second in range(0, 600, 5):
        assert tick(engine, box, timedelta(seconds=second), "down", lasting=10 * MINUTE) == []
    assert tick(engine, box, 10 * MINUTE, "down", lasting=10 * MINUTE) == ["down"]
    assert len(box.sent) == 1


def test_what_passes_before_it_lasted_is_never_told(engine: sa.Engine) -> None:
    box = Mailbox()
    for minute in range(0, 60, 9):
        tick(engine, box, minute * MINUTE, "down", lasting=10 * MINUTE)
        tick(engine, box, (minute + 8) * MINUTE, lasting=10 * MINUTE)
    assert box.tries == 0
    assert notifications.standing(engine) == []


def test_another_cause_is_another_message_and_the_first_is_over(engine: sa.Engine) -> None:
    box = Mailbox()
    tick(engine, box, 0 * MINUTE, "down")
    tick(engine, box, MINUTE, "password")
    tick(engine, box, 2 * MINUTE, "down", "password")
    assert [title for title, _ in box.sent] == ["down", "password", "down"]


def test_causes_of_another_kind_stay(engine: sa.Engine) -> None:
    box = Mailbox()
    notify.tell(engine, box, NOW, "account: vip", "vip", "", remind_after=DAY)
    tick(engine, box, MINUTE)
    assert [one.cause for one in notifications.standing(engine)] == ["account: vip"]


def test_a_message_that_does_not_get_through_is_tried_again_but_not_at_every_tick(engine: sa.Engine) -> None:
    box = Mailbox(broken=True)
    with pytest.raises(SendFailed):
        tick(engine, box, 0 * MINUTE, "down")
    for minute in range(1, 10):
        tick(engine, box, minute * MINUTE, "down")
    assert box.tries == 1
    box.broken = False
    assert tick(engine, box, 10 * MINUTE, "down") == ["down"]


def test_one_message_that_fails_does_not_hold_up_the_others(engine: sa.Engine) -> None:
    class Picky(Mailbox):
        def send(self, title: str, body: str) -> bool:
            self.broken = title == "first"
            return super().send(title, body)

    box = Picky()
    with pytest.raises(SendFailed):
        tick(engine, box, 0 * MINUTE, "first", "second")
    assert [title for title, _ in box.sent] == ["second"]


def test_a_job_that_fails_every_other_time_has_not_recovered(engine: sa.Engine) -> None:
    box = Mailbox()
    for minute in range(0, 120, 10):
        now = NOW + minute * MINUTE
        notify.tell(engine, box, now, "run: import: x", "x", "", remind_after=DAY)
        notify.gone(engine, "run: import: ", last_seen_before=now + 5 * MINUTE - timedelta(hours=1))
    assert len(box.sent) == 1
    assert notify.gone(engine, "run: import: ", last_seen_before=NOW + DAY) == 1


# ------------------------------------------------------------------------------------------------------- its end


def ending(box: Mailbox, at: timedelta, *, together: bool = False) -> notify.Ending:
    def words(over: Sequence[notifications.Notice]) -> notify.Words:
        lasted = notify.span(over[0].first_at, NOW + at)
        return f"{' and '.join(one.cause.rpartition(' ')[2] for one in over)} over", f"after {lasted}"

    return notify.Ending(box, NOW + at, words, together)


def over(engine: sa.Engine, box: Mailbox, at: timedelta, *, together: bool = False) -> int:
    return notify.gone(engine, "service: qb: ", ending=ending(box, at, together=together))


def test_the_end_of_what_was_told_of_is_told_once(engine: sa.Engine) -> None:
    box = Mailbox()
    tick(engine, box, 0 * MINUTE, "down")
    for minute in range(180, 200):
        over(engine, box, minute * MINUTE)
    assert box.sent == [("down", "down body"), ("down over", "after 3 h")]
    assert notifications.standing(engine) == []


def test_the_end_of_what_was_never_told_of_is_not_told(engine: sa.Engine) -> None:
    box = Mailbox()
    tick(engine, box, 0 * MINUTE, "down", lasting=10 * MINUTE)
    assert over(engine, box, 5 * MINUTE) == 1
    broken = Mailbox(broken=True)
    with pytest.raises(SendFailed):
        tick(engine, broken, 6 * MINUTE, "down")
    assert over(engine, box, 7 * MINUTE) == 1
    assert box.sent == []


def test_several_causes_of_one_kind_end_in_one_message(engine: sa.Engine) -> None:
    box = Mailbox()
    tick(engine, box, 0 * MINUTE, "down")
    tick(engine, box, 60 * MINUTE, "down", "password")
    box.sent.clear()
    over(engine, box, 180 * MINUTE, together=True)
    assert box.sent == [("down and password over", "after 3 h")]


def test_an_end_that_does_not_get_through_is_tried_again_but_not_for_ever(engine: sa.Engine) -> None:
    box = Mailbox()
    tick(engine, box, 0 * MINUTE, "down")
    box.broken, box.tries = True, 0
    for minute in range(60, 90):
        with suppress(SendFailed):
            over(engine, box, minute * MINUTE)
    assert box.tries == 3
    over(engine, box, 60 * MINUTE + DAY)
    assert notifications.standing(engine) == []
    box.broken = False
    over(engine, box, 2 * DAY)
    assert len(box.sent) == 1


def test_a_cause_that_returns_before_its_end_was_told_goes_on(engine: sa.Engine) -> None:
    box = Mailbox()
    tick(engine, box, 0 * MINUTE, "down")
    box.broken = True
    with pytest.raises(SendFailed):
        over(engine, box, 60 * MINUTE)
    box.broken = False
    tick(engine, box, 65 * MINUTE, "down")
    over(engine, box, 180 * MINUTE)
    assert [title for title, _ in box.sent] == ["down", "down over"]


class Dying(Mailbox):
    """Dies as it sends, before or after the message has gone out."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def send(self, title: str, body: str) -> bool:
        with self.fuse.effect():
            return super().send(title, body)


def test_killed_at_any_moment_a_cause_and_its_end_are_each_told(tmp_path: Path) -> None:
    """Exactly once, but for a death right after a message has gone out: then it comes twice rather than never."""

    def live(name: str, at: int, *, after: bool) -> tuple[list[str], int]:
        engine, fuse = new_store(tmp_path / name), Fuse()
        box = Dying(fuse)
        watch_commits(engine, fuse)
        fuse.arm(at, after=after)
        for minute in range(0, 120, 5):
            try:
                if minute < 60:
                    tick(engine, box, minute * MINUTE, "down")
                else:
                    over(engine, box, minute * MINUTE)
            except Killed:
                fuse.at = 0  # started again
        engine.dispose()
        return [title for title, _ in box.sent], fuse.burnt

    once, steps = live("whole", 0, after=False)
    assert once == ["down", "down over"]
    assert steps > 10
    twice = 0
    for step in range(1, steps + 1):
        for after in (False, True):
            told, _ = live(f"{step}-{after}", step, after=after)
            assert list(dict.fromkeys(told)) == once, (step, after)
            assert len(told) <= 3
            twice += len(told) == 3
    assert 0 < twice <= 4  # each message has two such moments: as it is sent, and before that is written down


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 600), st.sets(st.sampled_from("abc"))), max_size=40))
def test_however_causes_come_and_go_each_is_told_at_most_once_while_it_stands(
    steps: list[tuple[int, set[str]]],
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        engine, box = new_store(Path(folder) / "store.db"), Mailbox()
        now, standing, expected = timedelta(0), set[str](), 0
        for minutes, causes in steps:
            now += min(minutes, 30) * MINUTE  # all within a day: no reminder
            expected += len(causes - standing)
            standing = causes
            tick(engine, box, now, *sorted(causes))
        engine.dispose()
        assert len(box.sent) == expected


# ----------------------------------------------------------------------------------------------------- the account


@pytest.fixture
def world(tmp_path: Path) -> Iterator[MamWorld]:
    with open_mam_world(tmp_path) as made:
        yield made


def look(world: MamWorld) -> tuple[account.AccountReport, Tally]:
    tally, policy = Tally(), world.policy()
    world.client.account(fresh=True)
    looked = account.look(world.engine, world.client, policy, tally, clock=world.clock)
    account.tell(world.engine, world.mailbox, looked.limits, policy, world.now)
    return looked, tally


@pytest.mark.parametrize("layout", ["", "old_layout"])
@pytest.mark.parametrize(
    ("fault", "text", "code", "says"),
    [
        ("unsat_at_limit", "", "slots", "no unsatisfied slot is left: 150 of 150"),
        ("low_ratio", "", "ratio", "nothing that costs ratio can be downloaded: the ratio is 1.00"),
        ("vip_until", "2026-01-01 00:00:00", "", ""),
        ("points", "99999", "points", "99999 bonus points"),
    ],
)
def test_the_account_s_edges_are_told_once_and_forgotten(
    world: MamWorld, layout: str, fault: str, text: str, code: str, says: str
) -> None:
    if layout:
        world.faults.set(layout)
    looked, tally = look(world)
    assert (looked.limits, account.worries(tally.figures)) == ((), [])
    world.faults.set(fault, text=text)
    for _ in range(3):
        looked, tally = look(world)
    assert [limit.code for limit in looked.limits] == ([code] if code else [])
    assert len(world.mailbox.sent) == len(looked.limits)
    if code:
        assert account.worries(tally.figures)[0].startswith(says)
        assert says in world.mailbox.sent[0][0]
    world.faults.clear(fault)
    look(world)
    look(world)
    assert notifications.standing(world.engine) == []
    ended = ["again" in title for title, _ in world.mailbox.sent[len(looked.limits) :]]
    assert ended == ([True] if code in ("slots", "ratio") else [])


def test_figures_hold_no_name_and_say_why_nothing_was_bought(world: MamWorld) -> None:
    _, tally = look(world)
    assert "sandbox" not in str(tally.figures)
    assert tally.figures["buying_vip"] == "spending.vip is off"
    assert tally.figures["buying_upload"] == "spending.upload is off"
