"""`mam-assets ignore`."""

import sqlalchemy as sa

from mam_assets.store.ledgers import overrides
from tests.support.command_line import KEY, run


def test_ignore_is_remembered_and_undone(filled: sa.Engine) -> None:
    assert run("ignore", "light bringer", "--note", "have it on CD")[0] == 0
    assert overrides.load(filled).ignored_books == {KEY}
    assert [override.note for override in overrides.everything(filled)] == ["have it on CD"]
    assert run("ignore", "light bringer", "--undo")[0] == 0
    assert overrides.load(filled).ignored_books == frozenset()
