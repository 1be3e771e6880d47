"""Programs that the tests with real parts need, and what becomes of those tests where one is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from typing import NoReturn

import pytest


def skip_without(package: str) -> NoReturn:
    """Skip the test, loudly, for want of this Debian package; where ``make test`` should have installed it, fail."""
    message = f"there is no {package} on the PATH: nothing was proved with a real one (apt install {package})"
    if os.environ.get("CI") and _could_be_installed(package):
        pytest.fail(message, pytrace=False)
    warnings.warn(message, stacklevel=2)  # a skipped test alone is easily overlooked
    pytest.skip(message)


def _could_be_installed(package: str) -> bool:
    if shutil.which("apt-cache") is None or os.geteuid() != 0:
        return False
    return subprocess.run(["apt-cache", "show", package], capture_output=True, check=False).returncode == 0
