"""The code server's socket: private, short enough, and free of what an earlier start left behind."""

import os
import socket
from pathlib import Path

import pytest

from mam_assets.runner import services
from mam_assets.settings import SettingsError

LONG = "a-folder-with-a-long-name" * 4


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("t")
    monkeypatch.setattr(services.tempfile, "gettempdir", lambda: str(folder))
    return folder


def test_it_lies_in_the_home_of_dagster(tmp_path: Path) -> None:
    assert services.code_socket(tmp_path) == tmp_path / "code.sock"


def test_where_that_path_is_too_long_it_has_a_private_folder_of_its_own(tmp_path: Path, temporary_folder: Path) -> None:
    home = tmp_path / LONG
    path = services.code_socket(home)
    assert path.parent.parent == temporary_folder
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert services.code_socket(home) == path  # found again by the next start
    assert services.code_socket(tmp_path / f"{LONG}-too").parent != path.parent
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def test_a_folder_that_is_open_to_others_is_not_taken(tmp_path: Path) -> None:
    folder = services.code_socket(tmp_path / LONG).parent
    folder.chmod(0o755)
    with pytest.raises(SettingsError, match="open to others"):
        services.code_socket(tmp_path / LONG)
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(SettingsError, match="somebody else"):
        services.code_socket(tmp_path / LONG)


def test_where_no_path_is_short_enough_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.tempfile, "gettempdir", lambda: str(tmp_path / LONG))
    with pytest.raises(SettingsError, match=r"MAM_STATE_DIR is wrong: .* too long for a socket"):
        services.code_socket(tmp_path / LONG)


def test_the_longest_path_is_one_that_can_be_bound(tmp_path: Path) -> None:
    room = services.MAX_SOCKET_PATH_BYTES - len(os.fsencode(tmp_path)) - len("//code.sock")
    for length, fits in ((room, True), (room + 1, False)):
        home = tmp_path / ("x" * length)
        home.mkdir()
        assert (services.code_socket(home).parent == home) is fits
        with socket.socket(socket.AF_UNIX) as server:
            if fits:
                server.bind(str(home / "code.sock"))
            else:
                with pytest.raises(OSError, match="too long"):
                    server.bind(str(home / "code.sock"))


def test_what_a_killed_server_left_is_cleared(tmp_path: Path) -> None:
    path = tmp_path / "code.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    assert path.is_socket()
    assert not services.listens(path)
    assert services.code_socket(tmp_path) == path
    assert not path.exists()


def test_it_is_ready_when_it_listens(tmp_path: Path) -> None:
    path = services.code_socket(tmp_path)
    assert not services.listens(path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        assert not services.listens(path)  # bound, and not listening yet
        server.listen()
        assert services.listens(path)
