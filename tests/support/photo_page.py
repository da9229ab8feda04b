"""A task over one photograph in a worker's browser, and the hands that draw on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from support.fake_task_queue import MemoryJob, worker
from support.task_page import Screen, Site
from tracemark.storage.s3uri import S3Uri

SCRIPT = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>'
PHOTO = "s3://bucket/photo.png"
SIZE = (400, 200)


def show(
    site: Site, screen: Screen, page: str, task_input: Mapping[str, Any] | None = None, script: str = SCRIPT
) -> None:
    """Show a whole page, the script of the elements before it; `task.input.photo` is a photograph of `SIZE`."""
    site.picture(PHOTO, SIZE)
    job = MemoryJob("photo", S3Uri.parse("s3://photo/template.html"), [{"photo": PHOTO, **(task_input or {})}])
    site.offer(job, script + page)
    screen.page.goto("/")
    screen.page.get_by_role("region").first.get_by_role("button", name="Start working").click()


def tool(element: str, attributes: str = "", labels: str = "['Pore', 'Crack']", inside: str = "") -> str:
    """Return a crowd form around one element named `marks`."""
    source = 'src="{{ task.input.photo | grant_read_access }}"'
    full = '<full-instructions header="How"><p>Long.</p></full-instructions>'
    regions = f"{full}<short-instructions>Short.</short-instructions>"
    opened = f'<{element} name="marks" header="Mark it" {source} labels="{labels}" {attributes}>'
    return f"<crowd-form>{opened}{regions}</{element}>{inside}</crowd-form>"


def saved(site: Site) -> Any:
    """Return what anna has submitted."""
    return site.task_queue.answers["photo", 0, str(worker("anna").worker_id)]


@dataclass
class Photo:
    """The photograph on a screen; places are in its own pixels."""

    screen: Screen

    def __post_init__(self) -> None:
        self.screen.find(".status").get_by_text("pixels").wait_for()
        box = self.screen.find(".world img.photo").first.bounding_box()
        assert box is not None
        self.left, self.top, self.scale = box["x"], box["y"], box["width"] / SIZE[0]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place is on the screen."""
        return self.left + x * self.scale, self.top + y * self.scale

    def click(self, *places: tuple[float, float]) -> None:
        for place in places:
            self.screen.page.mouse.click(*self.at(*place))

    def drag(self, *places: tuple[float, float]) -> None:
        mouse = self.screen.page.mouse
        mouse.move(*self.at(*places[0]))
        mouse.down()
        for place in places[1:]:
            mouse.move(*self.at(*place), steps=3)
        mouse.up()

    def touch(self, *paths: Sequence[tuple[float, float]]) -> None:
        """Move fingers, each along its own path of as many places, at the same time."""
        session = self.screen.page.context.new_cdp_session(self.screen.page)
        for step in range(len(paths[0])):
            spots = [self.at(*path[step]) for path in paths]
            points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(spots)]
            kind = "touchStart" if step == 0 else "touchMove"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def keys(self, *keys: str) -> None:
        """Press keys with the photograph in focus."""
        self.screen.find(".stage").first.focus()
        self.screen.press(*keys)

    @property
    def answer(self) -> Any:
        return self.screen.answers["marks"]
