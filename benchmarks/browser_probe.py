"""What is measured of any tool in a browser: the work of each frame while a pointer zooms and pans, and memory."""

from __future__ import annotations

import os
import secrets
import signal
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, sync_playwright

CHROMIUM = "/usr/lib/chromium/chromium-headless-shell"
WIDTH, HEIGHT = 1280, 800
_TURNS = 30
_PAUSE_MS = 16

# From the beginning of a frame to the first message after it was painted: script, style, layout and paint. Frames count
# that follow a turn of the wheel, and those that take longer than a frame in which nothing happens ever does.
_WATCH = """() => {
  const frames = globalThis.__frames = [];
  const channel = new MessageChannel();
  let [began, turned, counts] = [0, false, false];
  addEventListener("wheel", () => { turned = true; }, { capture: true, passive: true });
  channel.port1.onmessage = () => {
    const work = performance.now() - began;
    if (counts || work > 4) frames.push(work);
  };
  const next = () => {
    requestAnimationFrame(next);
    [began, counts, turned] = [performance.now(), turned, false];
    channel.port2.postMessage(null);
  };
  requestAnimationFrame(next);
}"""


@dataclass(frozen=True)
class Frames:
    """Milliseconds of main-thread work a frame; None where no frame was drawn."""

    p50: float | None
    p95: float | None

    @classmethod
    def of(cls, durations: list[float]) -> Frames:
        if len(durations) < 2:
            return cls(None, None)
        return cls(round(statistics.median(durations), 1), round(statistics.quantiles(durations, n=20)[-1], 1))


class Tab:
    """A page of a browser of its own."""

    def __init__(self, page: Page, browser_mark: str) -> None:
        self.page = page
        self._mark = browser_mark

    def frames(self, frame: Frame, x: float, y: float, zoom: str = "") -> Frames:
        """Zoom in, pan and zoom out by wheel at a place on the page; `zoom` is a key that is held while zooming."""
        frame.evaluate(_WATCH)
        mouse, keyboard = self.page.mouse, self.page.keyboard
        mouse.move(x, y)
        for turn in range(3 * _TURNS):
            part = turn // _TURNS
            if zoom and part != 1:
                keyboard.down(zoom)
            mouse.wheel(40 if part == 1 else 0, (-60, 0, 60)[part])
            if zoom and part != 1:
                keyboard.up(zoom)
            self.page.wait_for_timeout(_PAUSE_MS)
        found: list[float] = frame.evaluate("globalThis.__frames")
        return Frames.of(found)

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Crash the page when what is done with it takes longer, since a script that keeps it busy answers nothing.

        Raises:
            Error: the page crashed, by this bound or by itself.
        """
        bound = threading.Timer(seconds, self._crash)
        bound.start()
        try:
            yield
        finally:
            bound.cancel()

    def _crash(self) -> None:
        for pid in _renderers(self._mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def megabytes(self) -> float:
        """Return what the renderers of the browser hold, a page shared by several processes counted by its share."""
        return round(sum(_proportional_kb(pid) for pid in _renderers(self._mark)) / 1024, 1)


@contextmanager
def tab(address: str) -> Iterator[Tab]:
    """Open a page in a new browser; `address` is what its own addresses are below."""
    mark = f"--tracemark-bench={secrets.token_hex(8)}"
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", mark])
        page = browser.new_context(base_url=address, viewport={"width": WIDTH, "height": HEIGHT}).new_page()
        page.set_default_timeout(600_000)
        yield Tab(page, mark)
        browser.close()


def _renderers(mark: str) -> list[int]:
    processes = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdigit()}
    commands = {pid: _read(path / "cmdline") for pid, path in processes.items()}
    parents = {pid: _parent(path) for pid, path in processes.items()}
    roots = {pid for pid, command in commands.items() if mark in command}
    return [pid for pid, text in commands.items() if "--type=renderer" in text and _descends(pid, roots, parents)]


def _descends(pid: int, roots: set[int], parents: dict[int, int]) -> bool:
    while pid > 1:
        pid = parents.get(pid, 0)
        if pid in roots:
            return True
    return False


def _parent(path: Path) -> int:
    status = _read(path / "stat").rpartition(")")[2].split()
    return int(status[1]) if len(status) > 1 else 0


def _proportional_kb(pid: int) -> int:
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:  # the process has ended meanwhile
        return ""
