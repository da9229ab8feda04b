"""Headless Chromium, driven by Kaleido: started once, supervised, replaced when it fails."""

from __future__ import annotations

import asyncio
import base64
import concurrent.futures
import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from choreographer.browsers import BrowserFailedError
from choreographer.errors import ChromeNotFoundError
from kaleido import Kaleido

from tracemark.contract.plots import ImageFormat
from tracemark.deadline import Deadline
from tracemark.errors import DeadlineExceeded, RenderFailed, one_line
from tracemark_plotting.chromium import HeadlessShell, KeptPage
from tracemark_plotting.page import Figure, page

_log = logging.getLogger(__name__)

T = TypeVar("T")

_START_SECONDS = 10.0
_RENDER_SECONDS = 10.0
_KILL_SECONDS = 5.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """Where the browser and plotly.js are, and how often the browser may be replaced before the process gives up.

    `environment` is all that the browser sees of the process's own environment: it needs no credentials.
    """

    executable: Path
    plotly_js: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    max_restarts: int = 5


class Browser:
    """Turns figures into images. One browser process at a time, used by one caller at a time.

    `give_up` is called when the limit of restarts is exceeded: each restart leaks some threads and descriptors, so a
    function then ends its process, and Lambda starts a new one.
    """

    def __init__(self, settings: BrowserSettings, give_up: Callable[[str], None] = lambda _: None) -> None:
        self._settings = settings
        self._give_up = give_up
        self._session: _Session | None = None
        self._restarts = 0
        self._failure = ""  # why the last browser was ended, until there is a new one
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the browser in the background and return at once."""
        if self._session is None:
            self._session = _Session(self._settings)

    def render(self, figures: Sequence[Figure], image_format: ImageFormat, deadline: Deadline) -> list[bytes]:
        """Return one image per figure, in order. A browser that fails is replaced once.

        Raises:
            RenderFailed: the browser cannot be started, or failed twice.
            DeadlineExceeded: too little time is left.
        """
        deadline.require(1.0, "draw the charts")
        if not self._lock.acquire(timeout=deadline.left()):
            raise DeadlineExceeded("another call used the browser until the deadline", remedy="lower the concurrency")
        try:
            return self._render(figures, image_format, deadline)
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the browser process."""
        session, self._session = self._session, None
        if session:
            session.kill()

    def _render(self, figures: Sequence[Figure], image_format: ImageFormat, deadline: Deadline) -> list[bytes]:
        with contextlib.suppress(_SessionFailed):
            # Half of the time, so that the other half is left for a second attempt.
            return self._attempt(figures, image_format, deadline, 0.5)
        deadline.require(2.0, "draw the charts again in a new browser")
        try:
            return self._attempt(figures, image_format, deadline, 1.0)
        except _SessionFailed as error:
            raise RenderFailed(
                f"the browser failed twice in a row ({error})",
                place=str(self._settings.executable),
                remedy="try again; if it persists, give the function more memory",
            ) from error

    def _attempt(
        self, figures: Sequence[Figure], image_format: ImageFormat, deadline: Deadline, share: float
    ) -> list[bytes]:
        """Draw in the current browser or a new one, within a share of the remaining time."""
        if self._failure:
            self._count_restart()
        self.start()
        session = self._session
        assert session is not None  # noqa: S101 - `start` made it
        try:
            session.wait_until_open(deadline)
            return session.render(figures, image_format, share * min(2 * _RENDER_SECONDS, deadline.left()))
        except BaseException as error:
            self._failure = str(error) or type(error).__name__
            self.close()
            raise

    def _count_restart(self) -> None:
        if self._restarts >= self._settings.max_restarts:
            message = f"the browser was replaced {self._restarts} times: this process ends"
            _log.error("giving up the process", extra={"restarts": self._restarts})
            self._give_up(message)
            raise RenderFailed(message, remedy="start the process again")
        self._restarts += 1
        _log.warning("replacing the browser", extra={"restarts": self._restarts, "cause": self._failure})
        self._failure = ""


class _SessionFailed(Exception):
    """A browser that had started died, stopped responding or returned an error: a new one may succeed."""


class _Ended(Exception):
    """The browser process ended before it answered."""


class _Silent(Exception):
    """The browser did not answer in time."""


class _Session:
    """One browser process, with a thread and an event loop of its own that end with it."""

    def __init__(self, settings: BrowserSettings) -> None:
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="tracemark-browser-"))
        self._kaleido: Kaleido | None = None
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, name="tracemark-browser", daemon=True).start()
        self._opening = self._submit(self._open())

    def wait_until_open(self, deadline: Deadline) -> None:
        """Wait for the browser's first page.

        Raises:
            RenderFailed: the browser is missing, exits at once or does not answer.
            DeadlineExceeded: the deadline passed before the answer.
        """
        seconds = min(_START_SECONDS, deadline.left())
        try:
            self._wait(self._opening, seconds)
        except Exception as error:
            if isinstance(error, _Silent):
                deadline.require(_POLL_SECONDS, "wait for the browser to start")
            raise RenderFailed(
                f"the browser did not start: {_cause(error, seconds)}",
                place=str(self._settings.executable),
                expected="an executable headless Chromium",
                remedy="install Debian's chromium-headless-shell, or set BROWSER_PATH",
            ) from error

    def render(self, figures: Sequence[Figure], image_format: ImageFormat, seconds: float) -> list[bytes]:
        """Return one image per figure.

        Raises:
            _SessionFailed: the browser died, or did not answer within `seconds`.
        """
        running = self._submit(self._draw(figures, image_format))
        try:
            return self._wait(running, seconds)
        except Exception as error:
            running.cancel()
            raise _SessionFailed(_cause(error, seconds)) from error

    def _wait(self, work: concurrent.futures.Future[T], seconds: float) -> T:
        """Return the result of `work`; stop waiting as soon as the browser is dead, long before Kaleido notices."""
        end = time.monotonic() + seconds
        while not work.done():
            process = getattr(self._kaleido, "subprocess", None)
            if process is not None and process.poll() is not None:
                raise _Ended
            left = end - time.monotonic()
            if left <= 0:
                raise _Silent
            concurrent.futures.wait([work], timeout=min(left, _POLL_SECONDS))
        return work.result()

    def kill(self) -> None:
        """End the browser with its whole process group, then the event loop, and remove its files."""
        process = getattr(self._kaleido, "subprocess", None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_KILL_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks, timeout=_KILL_SECONDS))
        self._loop.close()

    def _submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _open(self) -> None:
        index = self._folder / "index.html"
        index.write_text(page(self._settings.plotly_js), encoding="utf-8")
        self._kaleido = KeptPage(
            path=str(self._settings.executable),
            browser_cls=partial(HeadlessShell, environment=self._settings.environment),
            page_generator=str(index),
            tmp_dir=str(self._folder),
            timeout=None,  # the outer deadline bounds it
        )
        await self._kaleido.open()

    async def _draw(self, figures: Sequence[Figure], image_format: ImageFormat) -> list[bytes]:
        assert self._kaleido is not None  # noqa: S101 - `_open` made it
        # One call for all charts, because each call goes through two processes. Kaleido recognizes a figure by `data`.
        request = {"data": [], "figures": list(figures), "format": image_format.value}
        answer = await self._kaleido.calc_fig(request, {"format": "json"})
        return [_bytes(image, image_format) for image in json.loads(answer)]


def _bytes(image: str, image_format: ImageFormat) -> bytes:
    return image.encode() if image_format is ImageFormat.SVG else base64.b64decode(image)


def _cause(error: Exception, seconds: float) -> str:
    match error:
        case _Silent():
            return f"it gave no answer within {seconds:.1f} s"
        case _Ended() | BrowserFailedError():
            return "it exited"
        case ChromeNotFoundError():
            return "there is no such program"
    return one_line(f"{type(error).__name__}: {' '.join(str(part) for part in error.args)}", 300)
