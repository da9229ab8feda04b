"""The real headless browser: what it draws, what it may not reach, and that no way of dying stops us for long."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.server
import importlib.metadata
import inspect
import io
import os
import re
import signal
import stat
import textwrap
import threading
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly
import pytest
from kaleido import Kaleido
from PIL import Image
from support.waiting import PATIENCE_SECONDS, wait_until

from tracemark.contract.plots import ImageFormat
from tracemark.deadline import Deadline
from tracemark.errors import DeadlineExceeded, RenderFailed
from tracemark_plotting import browser as module
from tracemark_plotting import chromium
from tracemark_plotting.browser import Browser, BrowserSettings
from tracemark_plotting.figures import figures
from tracemark_plotting.page import Figure
from tracemark_plotting.settings import Settings

if TYPE_CHECKING:
    from unit.plotting.conftest import MadeTrace

pytestmark = pytest.mark.browser

SETTINGS = Settings.parse({}).browser
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"

Draw = Callable[..., bytes]


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    if not SETTINGS.executable.is_file():
        pytest.fail(f"{SETTINGS.executable} is missing: run `make setup`")


@pytest.fixture
def chart(trace_of: MadeTrace) -> Figure:
    time = np.arange(500)
    return figures(trace_of(time, 100 * np.sin(time / 40), title="Current", unit="A"))[0]


@pytest.fixture(scope="module")
def shared_browser() -> Iterator[Browser]:
    """One browser for the tests that leave it as it was."""
    browser = Browser(SETTINGS)
    yield browser
    browser.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser that the test may kill."""
    browser = Browser(SETTINGS)
    yield browser
    browser.close()


def _draw(browser: Browser, figure: Figure, image_format: ImageFormat = ImageFormat.PNG, seconds: float = 25) -> bytes:
    (image,) = browser.render([figure], image_format, Deadline.after(seconds))
    return image


def _process(browser: Browser) -> int:
    """The process id of the running browser, which leads its group."""
    session = browser._session
    assert session is not None
    assert session._kaleido is not None
    return int(session._kaleido.subprocess.pid)


def _pixels(png: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def _words(svg: bytes) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_png_has_its_signature_and_the_size_of_the_chart(shared_browser: Browser, chart: Figure) -> None:
    png = _draw(shared_browser, chart)

    assert (png[:8], Image.open(io.BytesIO(png)).size) == (SIGNATURE, (1000, 500))


def test_the_line_is_drawn_inside_the_plot_area_and_nowhere_else(shared_browser: Browser, chart: Figure) -> None:
    pixels = _pixels(_draw(shared_browser, chart))

    blue = np.argwhere(np.abs(pixels - [0x00, 0x72, 0xB2]).max(axis=2) < 40)
    margin = chart["layout"]["margin"]
    assert len(blue) > 1_000
    assert blue[:, 1].min() >= margin["l"] - 3
    assert blue[:, 1].max() <= 1000 - margin["r"] + 3
    assert blue[:, 0].min() >= margin["t"]
    assert blue[:, 0].max() <= 500 - margin["b"]


def test_the_line_reaches_from_side_to_side(shared_browser: Browser, chart: Figure) -> None:
    pixels = _pixels(_draw(shared_browser, chart))

    columns = np.flatnonzero((np.abs(pixels - [0x00, 0x72, 0xB2]).max(axis=2) < 40).any(axis=0))
    margin = chart["layout"]["margin"]
    width = 1000 - margin["l"] - margin["r"]
    assert len(columns) > 0.95 * width


def test_titles_are_drawn_outside_the_plot_area(shared_browser: Browser, chart: Figure) -> None:
    dark = _pixels(_draw(shared_browser, chart)).max(axis=2) < 100

    margin = chart["layout"]["margin"]
    areas = (dark[: margin["t"]], dark[500 - margin["b"] :], dark[:, : margin["l"]])
    assert all(np.count_nonzero(area) > 100 for area in areas)


def test_an_svg_holds_the_chart_s_texts(shared_browser: Browser, chart: Figure) -> None:
    words = _words(_draw(shared_browser, chart, ImageFormat.SVG))

    assert {"Current", "Current (A)", "Time (ms)"} <= set(words)


def test_images_come_in_the_order_of_their_figures(shared_browser: Browser, trace_of: MadeTrace) -> None:
    charts = [figures(trace_of([0, 1], [1, 2], title=title))[0] for title in ("One", "Two", "Three")]

    images = shared_browser.render(charts, ImageFormat.SVG, Deadline.after(25))

    assert [_words(image).count(title) for image, title in zip(images, ("One", "Two", "Three"), strict=True)] == [2] * 3


def test_no_figures_give_no_images(shared_browser: Browser) -> None:
    assert shared_browser.render([], ImageFormat.PNG, Deadline.after(25)) == []


def test_markup_in_titles_is_drawn_letter_by_letter(shared_browser: Browser, trace_of: MadeTrace) -> None:
    title = "<b>x</b></script>&lt;$x^2$<a href='http://x'>"

    svg = _draw(shared_browser, figures(trace_of([0, 1], [1, 2], title=title))[0], ImageFormat.SVG)

    assert title in _words(svg)


def test_markup_in_titles_makes_no_link(shared_browser: Browser, trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of([0, 1], [1, 2], title="<a href='http://127.0.0.1/'>x</a>", unit="<a href='x'>"))

    svg = ET.fromstring(_draw(shared_browser, figure, ImageFormat.SVG))

    assert list(svg.iter(f"{SVG}a")) == []


@pytest.mark.parametrize(
    ("time_values", "values"),
    [
        ([0, 5e-324], [1, 2]),
        ([3, 3], [1, 2]),
        ([1.7e15, 1.7e15], [0, 0]),
        ([0, 1, 2], [1.7e308, -1.7e308, 0]),
        ([-1.5e308, 1.5e308], [5e-324, 0]),
        ([0, 1, 2], [np.nan, 1, np.nan]),
    ],
    ids=["denormal span", "one moment", "one late moment", "huge values", "huge times", "one sample"],
)
def test_no_numbers_are_too_strange_to_draw(
    shared_browser: Browser, trace_of: MadeTrace, time_values: list[float], values: list[float]
) -> None:
    png = _draw(shared_browser, figures(trace_of(time_values, values))[0])

    assert png[:8] == SIGNATURE


def test_two_calls_in_a_row_keep_the_browser(shared_browser: Browser, chart: Figure) -> None:
    _draw(shared_browser, chart)
    first = _process(shared_browser)

    _draw(shared_browser, chart)

    assert _process(shared_browser) == first


def test_two_calls_in_a_row_keep_the_page(
    shared_browser: Browser, chart: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = _watched_commands(shared_browser, chart, monkeypatch)

    _draw(shared_browser, chart)

    assert commands
    assert not [command for command in commands if command.startswith("Page.")]


def test_the_page_collects_its_garbage_now_and_then(
    shared_browser: Browser, chart: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = _watched_commands(shared_browser, chart, monkeypatch)
    monkeypatch.setattr(chromium, "_COLLECT_AFTER", 2)

    for _ in range(4):
        _draw(shared_browser, chart)

    assert commands.count("HeapProfiler.collectGarbage") == 2


def _watched_commands(browser: Browser, chart: Figure, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Draw once, and from then on note each command that the page is sent."""
    _draw(browser, chart)
    session = browser._session
    assert session is not None
    assert session._kaleido is not None
    tab = type(session._kaleido.tabs_ready._queue[0].tab)
    commands: list[str] = []
    send = tab.send_command

    async def watched(self: object, command: str, *rest: object, **options: object) -> object:
        commands.append(command)
        return await send(self, command, *rest, **options)

    monkeypatch.setattr(tab, "send_command", watched)
    return commands


def test_start_returns_before_the_browser_is_up_and_render_uses_that_browser(browser: Browser, chart: Figure) -> None:
    browser.start()
    begun = browser._session

    _draw(browser, chart)

    assert browser._session is begun


def test_a_browser_that_was_killed_while_idle_is_replaced(browser: Browser, chart: Figure) -> None:
    _draw(browser, chart)
    os.killpg(_process(browser), signal.SIGKILL)

    assert _draw(browser, chart)[:8] == SIGNATURE


def test_a_browser_that_is_killed_while_it_draws_is_replaced(browser: Browser, chart: Figure) -> None:
    _draw(browser, chart)
    killer = threading.Timer(0.1, os.killpg, (_process(browser), signal.SIGKILL))
    killer.start()

    images = browser.render([chart] * 40, ImageFormat.PNG, Deadline.after(40))

    killer.join()
    assert [image[:8] for image in images] == [SIGNATURE] * 40


def test_a_browser_that_falls_silent_is_ended_and_replaced(
    browser: Browser, chart: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    _draw(browser, chart)
    silent, session = _process(browser), browser._session
    render = module._Session.render

    def impatient(self: Any, figures: Any, image_format: ImageFormat, seconds: float) -> list[bytes]:
        return render(self, figures, image_format, 1.0 if self is session else seconds)

    monkeypatch.setattr(module._Session, "render", impatient)
    os.killpg(silent, signal.SIGSTOP)

    image = _draw(browser, chart)

    assert image[:8] == SIGNATURE
    assert _ended(silent)


def test_closing_ends_the_browser(browser: Browser, chart: Figure) -> None:
    _draw(browser, chart)
    process = _process(browser)

    browser.close()

    assert _ended(process)


def test_closing_removes_the_browser_s_files(browser: Browser, chart: Figure) -> None:
    _draw(browser, chart)
    session = browser._session
    assert session is not None

    browser.close()

    assert _becomes(lambda: not session._folder.exists())


def test_a_closed_browser_can_be_used_again(browser: Browser, chart: Figure) -> None:
    _draw(browser, chart)
    browser.close()

    assert _draw(browser, chart)[:8] == SIGNATURE


def _becomes(condition: Callable[[], bool]) -> bool:
    """Wait for something that another process or thread is about to do."""
    return wait_until(condition, "the end of the browser", pause=0.02)


def _ended(process: int) -> bool:
    def gone() -> bool:
        try:
            return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except FileNotFoundError:
            return True

    return _becomes(gone)


def _script(folder: Path, text: str) -> Path:
    script = folder / "browser"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


@pytest.fixture
def failing(tmp_path: Path) -> Callable[[str], BrowserSettings]:
    """Settings with a program in the browser's place that cannot be one."""

    def make(kind: str) -> BrowserSettings:
        programs = {
            "missing": tmp_path / "nowhere",
            "false": Path("/bin/false"),
            "hangs": _script(tmp_path, "exec sleep 60"),
        }
        return BrowserSettings(programs[kind], SETTINGS.plotly_js)

    return make


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("missing", "there is no such program"),
        ("false", "it exited"),
        ("hangs", r"it gave no answer within 1\.0 s"),
    ],
)
def test_a_program_that_is_no_browser_is_named_with_path_and_cause(
    failing: Callable[[str], BrowserSettings],
    chart: Figure,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    cause: str,
) -> None:
    monkeypatch.setattr(module, "_START_SECONDS", 1.0 if kind == "hangs" else PATIENCE_SECONDS)
    settings = failing(kind)

    with pytest.raises(RenderFailed, match=rf"^{settings.executable}: the browser did not start: {cause}"):
        _draw(Browser(settings), chart)


def test_a_browser_that_fails_again_and_again_makes_the_process_give_up(chart: Figure) -> None:
    reasons: list[str] = []
    browser = Browser(BrowserSettings(SETTINGS.executable, SETTINGS.plotly_js, max_restarts=0), reasons.append)
    _draw(browser, chart)
    os.killpg(_process(browser), signal.SIGKILL)

    with (
        contextlib.closing(browser),
        pytest.raises(RenderFailed, match="the browser was replaced 0 times: this process ends"),
    ):
        _draw(browser, chart)

    assert reasons == ["the browser was replaced 0 times: this process ends"]


def test_restarts_are_counted_over_the_life_of_the_process(chart: Figure) -> None:
    reasons: list[str] = []
    browser = Browser(BrowserSettings(SETTINGS.executable, SETTINGS.plotly_js, max_restarts=1), reasons.append)
    _draw(browser, chart)
    os.killpg(_process(browser), signal.SIGKILL)
    _draw(browser, chart)
    os.killpg(_process(browser), signal.SIGKILL)

    with contextlib.closing(browser), pytest.raises(RenderFailed, match="replaced 1 times"):
        _draw(browser, chart)

    assert len(reasons) == 1


def test_a_figure_that_plotly_cannot_draw_fails_after_one_retry(shared_browser: Browser) -> None:
    with pytest.raises(RenderFailed, match="the browser failed twice in a row"):
        _draw(shared_browser, {"data": [], "layout": {"width": -1, "height": {}, "xaxis": {"range": [0, 5e-324]}}})


def test_a_call_without_time_is_refused_before_a_browser_is_started(chart: Figure) -> None:
    browser = Browser(SETTINGS)

    with pytest.raises(DeadlineExceeded, match="draw the charts"):
        _draw(browser, chart, seconds=0.5)

    assert browser._session is None


def test_a_second_caller_does_not_wait_longer_than_its_deadline(shared_browser: Browser, chart: Figure) -> None:
    with shared_browser._lock, pytest.raises(DeadlineExceeded, match="another call used the browser"):
        _draw(shared_browser, chart, seconds=1.2)


def test_callers_at_the_same_time_take_turns(shared_browser: Browser, chart: Figure) -> None:
    images: list[bytes] = []
    callers = [threading.Thread(target=lambda: images.append(_draw(shared_browser, chart))) for _ in range(4)]

    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert [image[:8] for image in images] == [SIGNATURE] * 4


def test_the_browser_gets_no_credentials(chart: Figure) -> None:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "SECRET")
    settings = Settings.parse({**dict.fromkeys(names, "must-not-be-seen"), "HOME": "/tmp", "PATH": "/usr/bin:/bin"})

    environment = _environment(settings.browser, chart)

    assert "must-not-be-seen" not in environment
    assert "HOME=/tmp" in environment


def test_the_browser_gets_nothing_of_this_process_s_environment(chart: Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "must-not-be-seen")

    environment = _environment(SETTINGS, chart)

    assert "must-not-be-seen" not in environment


def _environment(settings: BrowserSettings, chart: Figure) -> str:
    """Start a browser and return the environment of its process."""
    with contextlib.closing(Browser(settings)) as browser:
        _draw(browser, chart)
        return Path(f"/proc/{_process(browser)}/environ").read_text()


def _flags(browser: Browser) -> list[str]:
    return Path(f"/proc/{_process(browser)}/cmdline").read_bytes().decode().split("\0")


def test_the_browser_keeps_its_walls(shared_browser: Browser, chart: Figure) -> None:
    _draw(shared_browser, chart)

    flags = _flags(shared_browser)

    assert not {"--disable-web-security", "--allow-file-access-from-files", "--enable-logging=stderr"} & set(flags)


def test_the_browser_has_no_way_out(shared_browser: Browser, chart: Figure) -> None:
    _draw(shared_browser, chart)

    flags = _flags(shared_browser)

    assert {"--proxy-server=http://127.0.0.1:9", "--host-resolver-rules=MAP * ~NOTFOUND"} <= set(flags)


@pytest.fixture
def requests() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on the loopback interface, and the requests that reached it."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            body = _red_png()
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()
    thread.join()


def _red_png() -> bytes:
    image = io.BytesIO()
    Image.new("RGB", (50, 50), (255, 0, 0)).save(image, "PNG")
    return image.getvalue()


def _with_image(figure: Figure, source: str) -> Figure:
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "sizex": 1, "sizey": 1, "sizing": "stretch"}
    return {**figure, "layout": {**figure["layout"], "images": [{"source": source, **place}]}}


def _drawn_or_refused(browser: Browser, figure: Figure) -> bytes:
    """Draw a figure that may never be drawn; what counts is what it reaches."""
    with contextlib.suppress(RenderFailed):
        return _draw(browser, figure)
    return b""


def test_an_image_that_the_page_brings_itself_is_drawn(shared_browser: Browser, chart: Figure) -> None:
    source = "data:image/png;base64," + base64.b64encode(_red_png()).decode()

    pixels = _pixels(_draw(shared_browser, _with_image(chart, source)))

    assert np.count_nonzero((pixels == [255, 0, 0]).all(axis=2)) > 10_000


@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_a_figure_cannot_make_the_browser_ask_a_server(
    shared_browser: Browser, chart: Figure, requests: tuple[str, list[str]], image_format: ImageFormat
) -> None:
    address, seen = requests
    figure = _with_image(chart, f"{address}/secret.png")

    with contextlib.suppress(RenderFailed):
        _draw(shared_browser, figure, image_format)

    assert seen == []


def test_a_figure_cannot_make_the_browser_read_a_file(shared_browser: Browser, chart: Figure, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(_red_png())

    png = _drawn_or_refused(shared_browser, _with_image(chart, secret.as_uri()))

    assert not png or np.count_nonzero((_pixels(png) == [255, 0, 0]).all(axis=2)) == 0


def test_kaleido_is_the_version_that_is_pinned(project: Path) -> None:
    pins = tomllib.loads((project / "services/plotting/pyproject.toml").read_text())["project"]["dependencies"]

    assert f"kaleido=={importlib.metadata.version('kaleido')}" in pins


def test_the_method_of_kaleido_that_is_overridden_has_not_changed() -> None:
    source = textwrap.dedent(inspect.getsource(Kaleido._return_kaleido_tab))

    assert (
        hashlib.sha256(source.encode()).hexdigest()
        == "6115ab4c53e6797b5b3e1d0f8e96d5503bb83388362a197a985a8ef79db9114c"
    )


def test_the_image_draws_with_the_plotly_js_that_the_installed_plotly_bundles(project: Path) -> None:
    bundle = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    bundled = re.search(r"plotly\.js v([0-9.]+)", bundle.read_text(encoding="utf-8")[:500])
    dockerfile = (project / "services/plotting/Dockerfile").read_text()

    pinned = re.search(r"^ARG PLOTLY_JS_VERSION=([0-9.]+)$", dockerfile, re.MULTILINE)

    assert bundled is not None
    assert pinned is not None
    assert pinned[1] == bundled[1]
