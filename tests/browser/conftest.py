"""A real Chromium, headless. Where there is none these tests are skipped, loudly.

``CHROMIUM=/path/to/chromium`` names another one than that on the PATH.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.real_parts import skip_without

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

PATIENCE_MILLISECONDS = 60_000  # of a busy machine
FLAGS = [
    "--no-sandbox",  # it does not start as root otherwise, and sees loopback alone
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",  # not all have them
    # Names of other people's pages, all of them on this machine, and nothing beyond it.
    "--host-resolver-rules=MAP evil.test 127.0.0.1, MAP rebound.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, "
    "EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        skip_without("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=Path(program), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: "Browser") -> "Iterator[BrowserContext]":
    """A browser that has seen nothing yet."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context
    context.close()
