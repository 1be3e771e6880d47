"""What an import writes down: every change that its orchestrator makes in the ledgers, and no other part of it does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from mam_assets.domain.acquisition import Download
from mam_assets.domain.model.download import IMPORTABLE, DownloadState, ImportStatus
from mam_assets.store.engine import writing
from mam_assets.store.ledgers import corrections, downloads, import_files
from mam_assets.store.ledgers.import_files import ImportedFile

from ..manual.actions import next_mapped
from ..task_run import Clock
from .confirmation import ItemCorrections
from .failures import ImportFailure, Remedy
from .results import BookPlan, Confirmation


@dataclass(frozen=True, slots=True)
class ImportLedger:
    """The ledgers of downloads, of the files that imports made and of corrections, at one clock.

    Every method raises StaleStep when another process moved the download meanwhile.
    """

    engine: sa.Engine
    clock: Clock

    def importable(self) -> list[Download]:
        return downloads.with_states(self.engine, *IMPORTABLE)

    def current(self, download: Download) -> Download:
        """The download as it is now."""
        return downloads.get(self.engine, download.id)

    def files(self, download: Download) -> list[ImportedFile]:
        """What its import is recorded to have made, and nobody has removed."""
        return import_files.of_download(self.engine, download.id)

    def begin(self, download: Download) -> Download:
        """It is being imported."""
        if download.status is not DownloadState.COMPLETED:
            return download
        return downloads.step(
            self.engine,
            self.clock(),
            download.id,
            expected=download.status,
            to=DownloadState.IMPORTING,
            reason="import begun",
        )

    def files_removed(self, ids: Collection[int]) -> None:
        if ids:
            import_files.mark_removed(self.engine, self.clock(), ids)

    def files_to_stage(self, download: Download, files: Sequence[ImportedFile]) -> None:
        """What will be put into the staging folder."""
        import_files.record(self.engine, self.clock(), download.id, files)

    def staged(self, download: Download, plan: BookPlan, files: Sequence[ImportedFile]) -> Download:
        """What will be made at the target; the records of the staging folder end."""
        with writing(self.engine) as connection:
            import_files.forget(connection, download.id, [str(path) for path in plan.staged_paths()])
            import_files.record(connection, self.clock(), download.id, files)
            return downloads.note(
                connection,
                self.clock(),
                download,
                abs_import_status=ImportStatus.STAGED,
                target_path=str(plan.target),
            )

    def placed(self, download: Download, plan: BookPlan) -> Download:
        """Its files lie in the library."""
        return downloads.note(
            self.engine,
            self.clock(),
            download,
            status_reason="in the library, Audiobookshelf is to scan",
            abs_import_status=ImportStatus.PLACED,
            target_path=str(plan.target),
            retry_count=0,
            next_attempt_at=None,
        )

    def corrected(self, abs_id: str, changes: ItemCorrections) -> None:
        """What was changed in Audiobookshelf."""
        for field, new in changes.new.items():
            corrections.record(self.engine, self.clock(), abs_id, field, changes.old[field], new, "import", "HIGH")

    def imported(self, confirmation: Confirmation) -> Download:
        """Audiobookshelf shows it; the next book of a mapped torrent begins."""
        now = self.clock()
        with writing(self.engine) as connection:
            imported = downloads.step(
                connection,
                now,
                confirmation.download.id,
                expected=DownloadState.IMPORTING,
                to=DownloadState.IMPORTED,
                reason=confirmation.problem,
                abs_import_status=ImportStatus.CONFIRMED,
                abs_item_id=confirmation.abs_id,
                imported_at=now,
                torrent_file=None,
                next_attempt_at=None,
            )
            next_mapped(connection, now, imported)
        return imported

    def try_later(self, download: Download, failure: ImportFailure, at: datetime) -> Download:
        """Once more at its time; an outage uses up no try."""
        counts = failure.remedy is Remedy.RETRY
        return downloads.note(
            self.engine,
            self.clock(),
            download,
            status_reason=failure.reason,
            reason_code=failure.waits_for,
            next_attempt_at=at,
            retry_count=download.retry_count + int(counts),
        )

    def block(self, download: Download, failure: ImportFailure) -> Download:
        """A person is to decide."""
        return downloads.step(
            self.engine,
            self.clock(),
            download.id,
            expected=download.status,
            to=DownloadState.IMPORT_BLOCKED,
            reason=failure.reason,
            failure_code=failure.code,
            next_attempt_at=None,
            retry_count=0,
        )
