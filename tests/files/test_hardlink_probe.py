"""The probe tries whether files can be linked, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mam_assets.files import hardlink_probe


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    made = (tmp_path / "downloads", tmp_path / "library")
    for folder in made:
        folder.mkdir()
    return made


def test_links_that_work(folders: tuple[Path, Path]) -> None:
    assert hardlink_probe.probe_hardlinks(*folders).works
    assert [list(folder.iterdir()) for folder in folders] == [[], []]


@pytest.mark.parametrize(
    ("number", "said"), [(errno.EXDEV, "different file systems"), (errno.EPERM, "cannot be linked")]
)
def test_links_that_do_not(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> None:
    def link(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(hardlink_probe.os, "link", link)
    found = hardlink_probe.probe_hardlinks(*folders)
    assert not found.works
    assert said in found.explanation
    assert found.advice
    assert [list(folder.iterdir()) for folder in folders] == [[], []]


def test_a_folder_that_is_not_there(folders: tuple[Path, Path]) -> None:
    found = hardlink_probe.probe_hardlinks(folders[0], folders[1] / "absent")
    assert not found.works
    assert "no library folder" in found.explanation


def test_a_download_folder_that_takes_no_file(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def write_bytes(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    assert hardlink_probe.probe_hardlinks(*folders).works  # one device, as far as can be told
