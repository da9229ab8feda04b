"""What tests of every kind share: the reference data beside the project, and how properties are tried."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import docker
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("BROWSER_PATH", "/usr/lib/chromium/chromium-headless-shell")

# A shell that runs the tests in the background has them ignore Ctrl-C, and so each command that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No test is timed: machines are noisy. CI tries the same examples each time, so that only a change of the code fails.
settings.register_profile(
    "tracemark", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("tracemark")

# Suites whose tests share something costly: an emulated AWS, a browser, a data set. Each stays in one process.
_TOGETHER = ("browser", "container", "e2e", "stack")


class _BySuite(LoadScopeScheduling):  # type: ignore[misc]
    """Deals out whole files to the processes, and some suites whole.

    pytest-xdist's own groups have no effect under pytest 9.2 (2026-11): it no longer lets a plugin rename a test.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        suite = file.split("/")[1]
        return suite if suite in _TOGETHER else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Deal out the tests when several run at a time."""
    return _BySuite(config, log)


@pytest.fixture(scope="session")
def engine() -> Iterator[Any]:
    """The container engine; `make test` sees to it that one answers and that the images are built."""
    client = docker.from_env()
    try:
        client.ping()
        yield client
    finally:
        client.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Root cannot use Chromium's own sandbox; the pages are those of these tests.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
        # Seen once (2026-11): its driver did not go when it was told to, and the tests never ended.
        end = Timer(60, subprocess.run, [["pkill", "-KILL", "-P", str(os.getpid()), "-f", "playwright/driver/node"]])
        end.daemon = True
        end.start()
    end.cancel()


@pytest.fixture(scope="session")
def project() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The real welds and the finished job, which lie beside the project and are no part of it; CI always has them."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{folder} is missing: in CI it must be there")
        pytest.skip(f"{folder} is not on this machine")
    return folder
