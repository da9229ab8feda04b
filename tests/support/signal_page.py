"""A task that shows signals: its trace file, its template, and what a worker's pointer and keys do in the view."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator

from support.fake_task_queue import MemoryJob
from support.task_page import Screen, Site
from tracemark.storage.s3uri import S3Uri

LABELS = ["Spatter", "Arc fault", "Porosity"]
TRACE = "s3://signals/plots/log.csv.zarr.zip"
TEMPLATE = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<script src="/assets/scripts/signal-view.js"></script>
<crowd-form>
  <signal-view name="marks" src="{{ task.input.trace.file | grant_read_access }}"
    labels='{{ task.input.labels | to_json }}' ATTRIBUTES></signal-view>
  <crowd-classifier name="weld" categories="['Good', 'Bad']" header="Which?">
    <classification-target>a weld</classification-target>
    <full-instructions>Look.</full-instructions>
  </crowd-classifier>
</crowd-form>"""

# Whether a lane's line is drawn within two pixels of a moment and a value.
_INK = """([element, laneAt, time, value]) => {
  const { bench } = element;
  const lane = bench.lanes[laneAt];
  const canvas = lane.plot.querySelector("canvas");
  const ratio = canvas.width / canvas.clientWidth;
  const [x, y] = [64 + bench.pixel(time), 6 + lane.height(lane.channels[0], value)].map((at) => Math.round(at * ratio));
  const reach = Math.round(2 * ratio);
  const { data } = canvas.getContext("2d").getImageData(x - reach, y - reach, 2 * reach + 1, 2 * reach + 1);
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue, alpha] = data.slice(at, at + 4);
    if (alpha > 60 && Math.max(red, green, blue) - Math.min(red, green, blue) > 25) return true;
  }
  return false;
}"""


@dataclass
class SignalScreen:
    """A worker in front of a signal view."""

    screen: Screen

    @property
    def view(self) -> Locator:
        """The view."""
        return self.screen.find("signal-view")

    @property
    def status(self) -> str:
        """What the line below the lanes says."""
        return self.view.locator(".status").inner_text()

    @property
    def range(self) -> tuple[float, float]:
        """What is looked at."""
        found = self._of("bench.viewport.range")
        return found["from"], found["to"]

    @property
    def marks(self) -> list[dict[str, Any]]:
        """The marks as the form would submit them."""
        found: list[dict[str, Any]] = json.loads(self.screen.answers["marks"])
        return found

    @property
    def spans(self) -> list[tuple[str, str | None, float, float]]:
        """The marks: class, channel, start, end."""
        return [(mark["label"], mark["channel"], mark["start"], mark["end"]) for mark in self.marks]

    @property
    def values(self) -> list[str]:
        """What is said beside the lanes: the samples under the cursor."""
        return [value.inner_text() for value in self.view.locator(".value").all()]

    @property
    def requests(self) -> list[int]:
        """How many requests were made, and how many bytes came."""
        return [self._of("bench.file.source.requests"), self._of("bench.file.source.fetched")]

    def at(self, time: float, lane: int = 0) -> tuple[float, float]:
        """Return where on the page a moment lies in a lane."""
        box = self.view.locator(".plot").nth(lane).bounding_box()
        assert box is not None
        return box["x"] + 64 + float(self._of(f"bench.pixel({time})")), box["y"] + 60

    def drag(self, start: float, end: float, lane: int = 0) -> None:
        """Draw the mouse from one moment to another."""
        mouse, first, last = self.screen.page.mouse, self.at(start, lane), self.at(end, lane)
        mouse.move(*first)
        mouse.down()
        mouse.move(*last, steps=6)
        mouse.up()
        self.settle()

    def click(self, time: float, lane: int = 0) -> None:
        """Click at a moment."""
        self.screen.page.mouse.click(*self.at(time, lane))
        self.settle()

    def press(self, *keys: str) -> None:
        """Press keys, each when what the last one asked for is done."""
        for key in keys:
            self.screen.page.keyboard.press(key)
            self.settle()

    def focus(self) -> None:
        """Give the view the keyboard."""
        self.view.locator(".frame").focus()

    def zoom_to(self, start: float, end: float) -> None:
        """Look at a range, without a gesture."""
        self._of(f"bench.viewport.show({{ from: {start}, to: {end} }}, true)")
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being read and everything is drawn."""
        self.screen.page.wait_for_timeout(120)
        self._of("bench.look()")
        self.screen.frame.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def shows(self, time: float, value: float, lane: int = 0) -> bool:
        """Return whether the line of a lane is seen where it passes a sample."""
        handle = self.view.element_handle()
        return bool(self.screen.frame.evaluate(_INK, [handle, lane, time, value]))

    def _of(self, expression: str) -> Any:
        return self.view.evaluate(f"element => element.{expression}")


def show_signals(
    site: Site,
    screen: Screen,
    trace_file: bytes | None,
    attributes: str = "",
    labels: Sequence[str] = LABELS,
    more: dict[str, Any] | None = None,
) -> SignalScreen:
    """Show a task whose template holds a signal view and wait until the signals are on the screen."""
    if trace_file is not None:
        site.s3.objects[TRACE] = (trace_file, "application/zip")
    task_input = {"trace": {"file": TRACE}, "labels": list(labels), **(more or {})}
    job = MemoryJob("signals", S3Uri.parse("s3://signals/template.html"), [task_input])
    site.offer(job, TEMPLATE.replace("ATTRIBUTES", attributes))
    screen.start()
    found = SignalScreen(screen)
    found.view.locator(".status").wait_for()
    if trace_file is not None:
        found.view.locator("canvas").first.wait_for()
        found.settle()
    return found
