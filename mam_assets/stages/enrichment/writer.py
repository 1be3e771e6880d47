"""Write changes of metadata so that a death in between loses nothing, check them, and take them back.

In this order: the changes are noted as *intended*, with the values that were there; they are sent; the item is read
back; each is noted as *made* or *not_kept*. A program that dies after the first step leaves intended rows, and
``recover`` asks the item what became of them. So every change that reached Audiobookshelf has a row to undo it by. The
file lock keeps a second process from judging rows that are just being sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from filelock import FileLock

from mam_assets.domain.enrichment import Field, same_value
from mam_assets.domain.model.library import LibraryItem
from mam_assets.store.ledgers import corrections
from mam_assets.store.ledgers.corrections import Correction, Intent
from resources.errors import NotFound, ServiceError

from ..task_run import Clock, Tally, utc_now


class MetadataServer(Protocol):
    """Audiobookshelf, as enrichment needs it. All methods raise ``resources.errors.ServiceError``."""

    def item_to_edit(self, abs_id: str) -> tuple[LibraryItem, dict[str, Any]]: ...

    def update_media(self, abs_id: str, metadata: Mapping[str, Any]) -> Any: ...

    def set_cover(self, abs_id: str, url: str) -> None: ...


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What became of the wish to take a change back. ``problem`` is blank when it was done."""

    correction: Correction
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WriteResult:
    """Field → "made" or what became of it instead; ``cover_error``: why Audiobookshelf did not take the cover."""

    states: dict[str, str]
    cover_error: ServiceError | None = None


class MetadataWriter:
    """Makes changes in Audiobookshelf, one item at a time. ``lock`` is a file that all processes share."""

    def __init__(
        self, engine: sa.Engine, server: MetadataServer, lock: Path, *, run_id: str = "", clock: Clock = utc_now
    ) -> None:
        self.engine = engine
        self.server = server
        self.run_id = run_id
        self.clock = clock
        self._lock = FileLock(lock)

    def write(self, abs_id: str, intents: Sequence[Intent]) -> WriteResult:
        """Make the changes of one item and read them back.

        Raises ServiceError when Audiobookshelf fails; then the item was asked what became of them, if it could be.
        A cover that it cannot load is no failure of the rest.
        """
        with self._lock:
            return self._write(abs_id, intents)

    def _write(self, abs_id: str, intents: Sequence[Intent]) -> WriteResult:
        numbers = corrections.intend(self.engine, self.clock(), abs_id, intents, self.run_id)
        noted = dict(zip(numbers, intents, strict=True))
        trouble: ServiceError | None = None
        cover_error: ServiceError | None = None
        try:
            if sent := {edit.field: edit.new for edit in intents if edit.field != Field.COVER}:
                self.server.update_media(abs_id, sent)
            cover_error = self._set_cover(abs_id, intents)
        except ServiceError as error:
            trouble = error
        states = self._settle(abs_id, noted)
        if trouble is not None:
            raise trouble
        return WriteResult(states, cover_error)

    def _set_cover(self, abs_id: str, intents: Sequence[Intent]) -> ServiceError | None:
        try:
            for edit in intents:
                if edit.field == Field.COVER:
                    self.server.set_cover(abs_id, edit.new)
        except ServiceError as error:
            return error
        return None

    def _settle(self, abs_id: str, noted: Mapping[int, Intent | Correction]) -> dict[str, str]:
        """Read the item back and note what is there. Left as intended when the item cannot be read."""
        try:
            _, now_there = self.server.item_to_edit(abs_id)
        except NotFound:
            now_there = {}
        states = {number: state_of(edit, now_there) for number, edit in noted.items()}
        corrections.settle(self.engine, self.clock(), states)
        return {edit.field: states[number] for number, edit in noted.items()}

    def recover(self, tally: Tally) -> int:
        """Find out what became of changes that a program intended and did not live to check; gives their number."""
        with self._lock:
            by_item: dict[str, dict[int, Correction]] = {}
            for row in corrections.intended(self.engine):
                by_item.setdefault(row.abs_id, {})[row.id] = row
            for abs_id, rows in by_item.items():
                try:
                    self._settle(abs_id, rows)
                except ServiceError as error:
                    tally.fail_by(abs_id, error)
            return sum(len(rows) for rows in by_item.values())

    def undo(self, number: int) -> UndoResult:
        """Put the old value back, if the item still holds ours; the undo is a change with a row of its own.

        Raises KeyError for a number that the ledger does not have, ServiceError when Audiobookshelf fails.
        """
        with self._lock:
            row = corrections.get(self.engine, number)
            if row is None:
                raise KeyError(number)
            if problem := _not_to_undo(row):
                return UndoResult(row, problem)
            _, there = self.server.item_to_edit(row.abs_id)
            if row.field not in there:
                return UndoResult(row, f"Audiobookshelf has no field {row.field}")
            if not same_value(there[row.field], row.new):
                if row.state == corrections.INTENDED:
                    corrections.settle(self.engine, self.clock(), {row.id: corrections.NOT_MADE})
                return UndoResult(row, "it has been changed since, and is left as it is")
            back = Intent(
                row.field, there[row.field], row.old, corrections.UNDO, reason=f"undoes {row.id}", undoes=row.id
            )
            state = self._write(row.abs_id, [back]).states[row.field]
            return UndoResult(row, "" if state == corrections.MADE else "Audiobookshelf did not keep the old value")


def state_of(change: Intent | Correction, there: Mapping[str, Any]) -> str:
    """What became of a change, by what the item holds."""
    value = there.get(change.field)
    if change.field == Field.COVER:  # it is kept under a path of the server's own
        return corrections.MADE if value else corrections.NOT_MADE
    if same_value(value, change.new):
        return corrections.MADE
    return corrections.NOT_MADE if same_value(value, change.old) else corrections.NOT_KEPT


def _not_to_undo(row: Correction) -> str:
    if row.undone_at is not None:
        return "it was undone before"
    if row.source == corrections.UNDO:
        return "it is an undo itself"
    if row.state in (corrections.NOT_MADE, corrections.NOT_KEPT):
        return "it was never made"
    if row.field == Field.COVER:
        return "Audiobookshelf does not tell whose cover it shows: remove it there"
    return ""
