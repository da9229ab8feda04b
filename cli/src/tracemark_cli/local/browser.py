"""The browser without a screen that draws logs: whether it is there, before anything begins."""

from __future__ import annotations

import os
import sys

from tracemark.errors import InvalidConfiguration
from tracemark_cli.setup.files import Kind
from tracemark_cli.setup.plan import Plan
from tracemark_plotting.settings import browser_executable


def check_browser(plan: Plan) -> None:
    """Accept a folder that needs no charts, or a machine that can draw them.

    Raises:
        InvalidConfiguration: an item has a log, and there is no headless Chromium.
    """
    if not any(item.of(Kind.LOG) for item in plan.pairing.items):
        return
    if sys.platform == "win32":
        raise InvalidConfiguration(
            "logs cannot be drawn on Windows yet",
            place=str(plan.folder.data),
            remedy="run the command in the Windows Subsystem for Linux, or label a folder of photographs",
        )
    executable = browser_executable(os.environ)
    if not os.access(executable, os.X_OK):
        raise InvalidConfiguration(
            f"there is no headless Chromium at {executable}, which draws the logs",
            place=str(plan.folder.data),
            remedy="install it (on Debian: apt-get install chromium-headless-shell), or name one with BROWSER_PATH",
        )
