"""Label Studio on the same logs as the signal view, each in a project of its own, in the same browser."""

from __future__ import annotations

import functools
import http.server
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser_probe import Tab, tab
from label_studio_server import EMAIL, PASSWORD, LabelStudio, label_studio_server
from playwright.sync_api import Error, Page
from view_files import CHANNELS, SPIKES, spike_at, spike_value, text_file

# A worker waits no longer for an item; what is not there by then counts as never.
LONGEST_MINUTES = 5
# Label Studio reads the whole text into one string, and Chromium's hold no more characters; a row has about 30.
MOST_CHARACTERS = 2**29 - 24
ROW_CHARACTERS = 30

Row = dict[str, Any]


class NotShown(Exception):
    """What a worker would look at was not there."""


_CONFIG = f"""<View><TimeSeriesLabels name="label" toName="ts"><Label value="Spatter"/></TimeSeriesLabels>
<TimeSeries name="ts" valueType="url" value="$csv" timeColumn="time" sep=",">
{"".join(f'<Channel column="{name}" legend="{name}"/>' for name in CHANNELS)}</TimeSeries></View>"""

_PATHS = ".htx-timeseries-channel svg path"
# The first path long enough to be a line; the others draw axes.
_FIND = f"""[...document.querySelectorAll("{_PATHS}")].find((each) => (each.getAttribute("d") ?? "").length > 500)"""

# When the first line was there, and which bytes had come by then.
_WATCH = f"""() => {{
  const look = () => {{
    if ({_FIND}) globalThis.__shown = performance.now();
    else requestAnimationFrame(look);
  }};
  requestAnimationFrame(look);
}}"""
_FIRST_VIEW = """() => {
  const came = performance.getEntriesByType("resource").filter((each) => each.name.endsWith(".csv"));
  const before = came.filter((each) => each.responseEnd <= globalThis.__shown);
  const arrived = Math.max(...before.map((each) => each.responseEnd));
  return [globalThis.__shown - arrived, came.reduce((sum, each) => sum + each.encodedBodySize, 0)];
}"""

# Whether the line of the first channel passes near the place of a spike, seen as a part of its width and of its height.
_SEEN = f"""([across, up]) => {{
  const line = {_FIND};
  const numbers = line.getAttribute("d").match(/-?[0-9.]+/g).map(Number);
  const points = Array.from({{ length: numbers.length / 2 }}, (_, at) => [numbers[2 * at], numbers[2 * at + 1]]);
  const box = line.getBBox();
  return points.some(([x, y]) =>
    Math.abs((x - box.x) / box.width - across) < 0.004 && Math.abs(1 - (y - box.y) / box.height - up) < 0.03);
}}"""


def label_studio(folder: Path, lengths: Sequence[int]) -> Iterator[Row]:
    """Yield a row for each length; one that cannot be shown, or takes five minutes, has a reason instead of figures."""
    with _files(folder) as files, label_studio_server() as running:
        for samples in lengths:
            if samples * ROW_CHARACTERS > MOST_CHARACTERS:
                size = f"{samples * ROW_CHARACTERS / 1e9:.1f} GB"
                yield _none(samples, f"its text of {size} does not fit into a string of Chromium (0.5 GB)")
                continue
            name = text_file(folder, samples).name
            task = _task(running, f"{files}/{name}")
            yield _measured(running.address, task, samples)


def _measured(address: str, task: tuple[int, int], samples: int) -> Row:
    with tab(address) as opened:
        _sign_in(opened.page)
        began = time.monotonic()
        row = _none(samples, "")
        try:
            with opened.at_most(60 * LONGEST_MINUTES):
                _open(opened.page, *task)
                row |= _first_view(opened)
                row |= {"spikes_full_view": _spikes_seen(opened.page, samples)}
        except (Error, NotShown) as error:
            missing = "nothing was drawn" if row["first_view_ms"] is None else "its full view was not shown"
            what = str(error).splitlines()[0]
            return row | {"reason": f"{missing} in {time.monotonic() - began:.0f} s ({what})"}
        del row["reason"]
        return row


def _sign_in(page: Page) -> None:
    page.goto("/user/login/")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()


def _open(page: Page, project: int, task: int) -> None:
    page.add_init_script(f"({_WATCH})()")
    page.goto(f"/projects/{project}/data?task={task}")
    page.wait_for_function("globalThis.__shown > 0")


def _first_view(opened: Tab) -> Row:
    """Return what is known once the first line is there.

    Frames are not: no gesture was found that zooms as the wheel zooms the signal view.
    """
    page = opened.page
    page.wait_for_timeout(2_000)
    first_view, fetched = page.evaluate(_FIRST_VIEW)
    return {
        "first_view_ms": round(first_view, 1),
        "fetched_kb": round(fetched / 1000, 1),
        "tab_mb": opened.megabytes(),
        "spikes_full_view": None,  # until it was shown
        "spikes_zoomed": None,  # there is no reading of a sample under the cursor that could be compared
    }


def _spikes_seen(page: Page, samples: int) -> int:
    _show_all(page)
    return sum(_is_seen(page, at / samples, number) for number, at in enumerate(spike_at(samples)))


def _show_all(page: Page) -> None:
    """Draw the window of the overview, which begins with a quarter of the log, over its whole length.

    Raises:
        NotShown: it did not follow; then nothing can be said of the full view.
    """
    overview = page.locator(".htx-timeseries-overview")
    overview.scroll_into_view_if_needed()
    whole, grip = (overview.locator(name).bounding_box() for name in (".overlay", ".handle--e"))
    if whole is None or grip is None:
        raise NotShown("there is no overview")
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(whole["x"] + whole["width"] - 1, grip["y"] + grip["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_timeout(3_000)
    shown = overview.locator(".selection").bounding_box()
    if shown is None or shown["width"] < 0.97 * whole["width"]:
        raise NotShown("the window of the overview did not follow the pointer")
    page.locator(_PATHS).first.scroll_into_view_if_needed()


def _is_seen(page: Page, across: float, number: int) -> bool:
    # The axis reaches from about 140 to the highest spike.
    lowest, highest = 140.0, spike_value(SPIKES - 1)
    return bool(page.evaluate(_SEEN, [across, (spike_value(number) - lowest) / (highest - lowest)]))


def _none(samples: int, reason: str) -> Row:
    names = ("first_view_ms", "fetched_kb", "frame_p50_ms", "frame_p95_ms", "tab_mb")
    nothing: Row = dict.fromkeys(names)
    return {
        "samples": samples,
        **nothing,
        "spikes_full_view": 0,
        "spikes_zoomed": 0,
        "spikes": SPIKES,
        "reason": reason,
    }


def _task(running: LabelStudio, csv: str) -> tuple[int, int]:
    project = running.ask("/api/projects", {"title": csv[-40:], "label_config": _CONFIG})
    imported = running.ask(f"/api/projects/{project['id']}/import?return_task_ids=true", [{"csv": csv}])
    return int(project["id"]), int(imported["task_ids"][0])


class _Readable(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Timing-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def _files(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Readable, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
