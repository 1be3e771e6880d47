"""Help costs little, names every command, and needs no store."""

import subprocess
import sys

from mam_assets.cli.app import app
from tests.support.command_line import run

HEAVY = ("dagster", "sqlalchemy", "pandas", "requests", "lxml")


def test_help_loads_nothing_heavy() -> None:
    program = f"import sys, mam_assets.cli.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_each_command_is_a_module_of_its_own_name_with_a_help() -> None:
    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert len(names) == len(set(names)) == 16
    for command in app.registered_commands:
        assert command.callback is not None
        assert command.callback.__module__ == f"mam_assets.cli.commands.{command.callback.__name__}"
        assert command.callback.__doc__
    status, text = run("--help")
    assert status == 0
    assert set(names) <= set(text.split())
