"""How the logs of a folder are shown: by the signal view, or as charts, which need a browser without a screen."""

from __future__ import annotations

import os
import sys

from tracemark.errors import InvalidConfiguration
from tracemark.settings import one_of
from tracemark_cli.setup.documents import TEMPLATE
from tracemark_cli.setup.files import Kind
from tracemark_cli.setup.plan import Plan
from tracemark_plotting.settings import Show, browser_executable

_VIEW = b"<signal-view"


def how_to_show(plan: Plan) -> Show:
    """Return what SHOW says; without it the signal view, or charts where the template of the job has no such view.

    Raises:
        InvalidConfiguration: charts have to be drawn, and there is no headless Chromium; or SHOW is something else.
    """
    wanted = one_of(os.environ, "SHOW", ("", *Show))
    show = Show(wanted) if wanted else (Show.SIGNALS if _has_view(plan) else Show.CHARTS)
    if show.charts and any(item.of(Kind.LOG) for item in plan.pairing.items):
        _check_browser(plan)
    return show


def _has_view(plan: Plan) -> bool:
    path = plan.folder.path(plan.folder.document(TEMPLATE))
    written = plan.changes.files.get(path)
    file = plan.folder.home / path
    return _VIEW in (written if written is not None else file.read_bytes() if file.is_file() else b"")


def _check_browser(plan: Plan) -> None:
    other = "unset SHOW, with a template that has a <signal-view>, to do without charts"
    if sys.platform == "win32":
        raise InvalidConfiguration("charts cannot be drawn on Windows yet", place=str(plan.folder.data), remedy=other)
    executable = browser_executable(os.environ)
    if not os.access(executable, os.X_OK):
        raise InvalidConfiguration(
            f"there is no headless Chromium at {executable}, which draws charts",
            place=str(plan.folder.data),
            remedy="install it (on Debian: apt-get install chromium-headless-shell), or name one with BROWSER_PATH; or "
            + other,
        )
