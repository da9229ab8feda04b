"""Headless Chromium, driven by Kaleido: started once, watched, replaced when it fails, never waited for in vain."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
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

from choreographer import channels
from choreographer.browsers import BrowserFailedError, Chromium
from choreographer.errors import ChromeNotFoundError
from kaleido import Kaleido

from tracemark.deadline import Deadline
from tracemark.errors import DeadlineExceeded, RenderFailed, one_line
from tracemark.plots import ImageFormat
from tracemark_plotting.figure import Figure
from tracemark_plotting.page import page

_log = logging.getLogger(__name__)

T = TypeVar("T")

# Kaleido hands figures to plotly's encoder, which looks into every value; ours hold plain JSON already.
channels.register_custom_encoder(None)

# Kaleido's defaults that would let a figure reach files and other hosts, or flood the log.
_UNWANTED_FLAGS = {"--disable-web-security", "--allow-file-access-from-files", "--enable-logging=stderr"}
_FLAGS = (
    "--no-zygote",  # Lambda refuses the forks of a zygote
    "--in-process-gpu",  # one process less; nothing is drawn by a GPU
    "--disable-crash-reporter",  # needs ptrace, which Lambda refuses
    "--disk-cache-size=1",
    "--font-render-hinting=none",  # the same glyphs at every size
    "--force-color-profile=srgb",
    "--proxy-server=http://127.0.0.1:9",  # the discard port: whatever is asked for goes nowhere
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
# Chromium's pipe is at descriptors 3 and 4. Choreographer puts a Python process between to move them there; a shell
# that becomes Chromium does it in a hundredth of the time, and a signal reaches the browser itself.
_EXEC = ("/bin/sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>&2')

_PAGE_LIVES_FOR = 200
_START_SECONDS = 10.0
_RENDER_SECONDS = 10.0
_KILL_SECONDS = 5.0
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """Where the browser and plotly.js are, and how often the browser may be replaced before the process gives up.

    `environment` is all that the browser sees of the process's own: it draws numbers and needs no credentials.
    """

    executable: Path
    plotly_js: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    max_restarts: int = 5


class Browser:
    """Turns figures into images. One browser process at a time, used by one caller at a time.

    `give_up` is called when a restart would be one too many: each restart leaks some threads and descriptors, so a
    function leaves its process then, and Lambda makes a new one.
    """

    def __init__(self, settings: BrowserSettings, give_up: Callable[[str], None] = lambda _: None) -> None:
        self._settings = settings
        self._give_up = give_up
        self._session: _Session | None = None
        self._restarts = 0
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to start the browser and return at once, so that it comes up while the caller does something else."""
        if self._session is None:
            self._session = _Session(self._settings)

    def render(self, figures: Sequence[Figure], image_format: ImageFormat, deadline: Deadline) -> list[bytes]:
        """Return one image per figure, in order. A failure of the browser is mended by a new one, once.

        Raises:
            RenderFailed: the browser cannot be started, or failed twice.
            DeadlineExceeded: the time that is left is too short.
        """
        deadline.require(1.0, "draw the charts")
        if not self._lock.acquire(timeout=deadline.left()):
            raise DeadlineExceeded("another call was using the browser all the time", remedy="lower the concurrency")
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
            # Half of the time, so that as much is left for a second attempt.
            return self._attempt(figures, image_format, min(_RENDER_SECONDS, deadline.left() / 2))
        deadline.require(2.0, "draw the charts again in a new browser")
        self._count_restart()
        try:
            return self._attempt(figures, image_format, min(2 * _RENDER_SECONDS, deadline.left()))
        except _SessionFailed as error:
            raise RenderFailed(
                f"the browser failed twice in a row ({error})",
                place=str(self._settings.executable),
                remedy="try again; if it lasts, give the function more memory",
            ) from error

    def _attempt(self, figures: Sequence[Figure], image_format: ImageFormat, seconds: float) -> list[bytes]:
        self.start()
        session = self._session
        assert session is not None  # noqa: S101 - `start` made it
        try:
            session.wait_until_open(_START_SECONDS)
            return session.render(figures, image_format, seconds)
        except BaseException:
            self.close()
            raise

    def _count_restart(self) -> None:
        if self._restarts >= self._settings.max_restarts:
            message = f"the browser was replaced {self._restarts} times: this process gives up its place"
            _log.error("giving up the process", extra={"restarts": self._restarts})
            self._give_up(message)
            raise RenderFailed(message, remedy="start the process anew")
        self._restarts += 1
        _log.warning("replacing the browser", extra={"restarts": self._restarts})


class _SessionFailed(Exception):
    """A browser that had started died, fell silent or answered with an error: a new one may do better."""


class _Ended(Exception):
    """The browser process ended while its answer was waited for."""


class _Silent(Exception):
    """The browser gave no answer in time."""


class _Session:
    """One browser process, with a thread and an event loop of its own that end with it."""

    def __init__(self, settings: BrowserSettings) -> None:
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="tracemark-browser-"))
        self._kaleido: Kaleido | None = None
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, name="tracemark-browser", daemon=True).start()
        self._opening = self._submit(self._open())

    def wait_until_open(self, seconds: float) -> None:
        """Wait for the browser's first page.

        Raises:
            RenderFailed: the browser is missing, exits at once or does not answer.
        """
        try:
            self._wait(self._opening, seconds)
        except Exception as error:
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
        """Return the result of `work`; stop waiting as soon as the browser is dead, long before Kaleido would."""
        end = time.monotonic() + seconds
        while not work.done():
            process = getattr(self._kaleido, "subprocess", None)
            if process is not None and process.poll() is not None:
                raise _Ended
            left = end - time.monotonic()
            if left <= 0:
                raise _Silent
            concurrent.futures.wait([work], timeout=min(left, _LOOK_SECONDS))
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
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _open(self) -> None:
        index = self._folder / "index.html"
        index.write_text(page(self._settings.plotly_js), encoding="utf-8")
        self._kaleido = _KeptPage(
            path=str(self._settings.executable),
            browser_cls=partial(_HeadlessShell, environment=self._settings.environment),
            page_generator=str(index),
            tmp_dir=str(self._folder),
            timeout=None,  # the outer deadline bounds it
        )
        await self._kaleido.open()

    async def _draw(self, figures: Sequence[Figure], image_format: ImageFormat) -> list[bytes]:
        assert self._kaleido is not None  # noqa: S101 - `_open` made it
        options: Any = {"format": image_format.value}
        return [await self._kaleido.calc_fig(figure, options) for figure in figures]


class _HeadlessShell(Chromium):
    """Chromium as Lambda needs it: fewer processes, no way out, no environment but the one given."""

    def __init__(self, *args: Any, environment: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._environment = environment

    def get_cli(self) -> Sequence[str]:
        """Return the command line."""
        words = list(super().get_cli())
        program = words.index(str(self.path))
        return [*_EXEC, *(word for word in words[program:] if word not in _UNWANTED_FLAGS), *_FLAGS]

    def get_env(self) -> dict[str, str]:
        """Return the environment."""
        return dict(self._environment)


class _KeptPage(Kaleido):  # type: ignore[misc]
    """Kaleido that keeps its page from figure to figure.

    Kaleido 1.5.0 reloads the page after each figure, two thirds of the time of a chart. Loaded anew now and then,
    the page cannot grow without bound. A test fails when the method overridden here changes.
    """

    _drawn = 0

    async def _return_kaleido_tab(self, tab: Any) -> None:
        self._drawn += 1
        if self._drawn % _PAGE_LIVES_FOR == 0:
            await tab.reload()
        await self.tabs_ready.put(tab)


def _cause(error: Exception, seconds: float) -> str:
    match error:
        case _Silent():
            return f"it gave no answer within {seconds:.1f} s"
        case _Ended() | BrowserFailedError():
            return "it exited"
        case ChromeNotFoundError():
            return "there is no such program"
    return one_line(f"{type(error).__name__}: {' '.join(str(part) for part in error.args)}", 300)
