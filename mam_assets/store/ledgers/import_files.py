"""The ledger of the files that imports made, so that an undo takes back exactly these."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import import_files

STAGED = "staged"


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """One file or folder that an import makes. ``method``: hardlink, copy, written or folder; staged while it is not
    decided yet whether a file in the staging folder becomes a link or a copy.

    ``digest`` is the SHA-256 of a written file. Paths are as this program sees them.
    """

    source_path: str
    target_path: str
    method: str
    size_bytes: int = 0
    digest: str = ""
    id: int = 0


def record(where: Where, now: datetime, download_id: int, files: Sequence[ImportedFile]) -> None:
    """Write down what an import is about to put in place. What is written already is not doubled."""
    with writing(where) as connection:
        mine = sa.and_(import_files.c.download_id == download_id, import_files.c.removed_at.is_(None))
        known = set(connection.execute(sa.select(import_files.c.target_path).where(mine)).scalars())
        for file in files:
            values = {
                "source_path": file.source_path,
                "method": file.method,
                "size_bytes": file.size_bytes,
                "digest": file.digest,
            }
            if file.target_path in known:
                same = sa.and_(mine, import_files.c.target_path == file.target_path)
                connection.execute(sa.update(import_files).where(same).values(values))
            else:
                connection.execute(
                    sa.insert(import_files).values(
                        download_id=download_id, target_path=file.target_path, made_at=now, **values
                    )
                )


def of_download(where: Where, download_id: int) -> list[ImportedFile]:
    """What an import made and no undo has removed, in the order of its making."""
    query = (
        sa.select(import_files)
        .where(import_files.c.download_id == download_id, import_files.c.removed_at.is_(None))
        .order_by(import_files.c.id)
    )
    with reading(where) as connection:
        return [
            ImportedFile(row.source_path, row.target_path, row.method, row.size_bytes, row.digest, row.id)
            for row in connection.execute(query)
        ]


def mark_removed(where: Where, now: datetime, ids: Collection[int]) -> None:
    """Note that an undo has removed these."""
    with writing(where) as connection:
        connection.execute(sa.update(import_files).where(import_files.c.id.in_(ids)).values(removed_at=now))


def forget(where: Where, download_id: int, target_paths: Collection[str]) -> None:
    """Strike out files of a staging folder: they are written down anew at the place that they are moved to."""
    mine = sa.and_(import_files.c.download_id == download_id, import_files.c.target_path.in_(target_paths))
    with writing(where) as connection:
        connection.execute(sa.delete(import_files).where(mine))


def staged_paths(where: Where) -> list[str]:
    """Every file that is written down as being in a staging folder, of any download."""
    table = import_files.c
    query = sa.select(table.target_path).where(table.method == STAGED, table.removed_at.is_(None))
    with reading(where) as connection:
        return [str(path) for path in connection.execute(query).scalars()]
