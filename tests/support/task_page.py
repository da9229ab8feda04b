"""A portal to put jobs into, and what a worker does in front of its pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, ConsoleMessage, Frame, Locator, Page, Request
from starlette.applications import Starlette

from support.fake_s3 import MemoryS3
from support.fake_task_queue import HASHER, MemoryJob, MemoryTaskQueue, worker
from support.live_server import serving
from support.waiting import wait_until
from tracemark_groundtruth.web.portal.app import guards, portal_routes
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.sessions import COOKIE, Sessions
from tracemark_groundtruth.web.portal.sign_in import Attempts, Authenticator
from tracemark_groundtruth.web.settings import WebSettings


@dataclass
class Screen:
    """One worker's browser window."""

    page: Page

    def sign_in(self, name: str, password: str = "weld by weld") -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.keyboard.press("Enter")
        self.page.get_by_role("heading", name="Jobs").wait_for()

    def start(self, title: str | None = None) -> None:
        """Start working on the job of a title, or on the first one."""
        self.page.goto("/")
        cards = self.page.get_by_role("region", name=title) if title else self.page.get_by_role("region")
        cards.first.get_by_role("button", name="Start working").click()
        self.wait()

    def wait(self) -> None:
        """Wait until the task of the page can be worked on."""
        self.find("crowd-form .fields").wait_for()
        # Not Playwright's own `wait_for_function`: the page's policy forbids the evaluation that it needs.
        wait_until(lambda: self.page.evaluate("document.activeElement.id") == "task", "the keyboard", pause=0.02)

    def reload(self) -> None:
        """Load the page anew, once it is there: Chromium refuses that while it is still coming."""
        self.page.wait_for_load_state()
        self.page.reload()

    @property
    def frame(self) -> Frame:
        handle = self.page.wait_for_selector("iframe#task")
        frame = handle.content_frame() if handle else None
        assert frame is not None
        return frame

    def find(self, selector: str) -> Locator:
        return self.page.frame_locator("iframe#task").locator(selector)

    def choose(self, label: str) -> None:
        self.page.frame_locator("iframe#task").get_by_text(label, exact=True).locator("visible=true").click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def submit(self) -> None:
        """Submit by mouse and wait until the page says that the answer is saved."""
        with self.page.expect_navigation(url="**saved"):
            self.page.frame_locator("iframe#task").get_by_role("button", name="Submit").click()

    def submit_by_key(self) -> None:
        with self.page.expect_navigation(url="**saved"):
            self.page.keyboard.press("Enter")

    @property
    def answers(self) -> Any:
        """What the form would submit now."""
        return self.frame.evaluate("document.querySelector('crowd-form').answers")

    @property
    def message(self) -> str:
        """What the form says is missing or wrong."""
        return str(self.find("crowd-form").locator(".message").inner_text())


@dataclass
class Site:
    """A portal on a port of its own: put templates and jobs into it, then open it."""

    task_queue: MemoryTaskQueue
    s3: MemoryS3
    secret: bytes
    address: str

    def let_in(self, name: str, context: BrowserContext) -> None:
        """Give a browser the session of a worker, for tests that are not about signing in."""
        account = self.task_queue.account(name)
        assert account is not None
        sessions = Sessions(self.secret)
        session = sessions.begin(account, self.task_queue.now())
        context.add_cookies([{"name": COOKIE, "value": sessions.cookie(session), "url": self.address}])

    def offer(self, job: MemoryJob, template: str) -> MemoryJob:
        self.s3.objects[str(job.template)] = (template.encode(), "text/html")
        self.task_queue.jobs_in_progress.append(job)
        return job

    def picture(self, uri: str, size: tuple[int, int]) -> str:
        data = io.BytesIO()
        Image.new("RGB", size, "#88a").save(data, "PNG")
        self.s3.objects[uri] = (data.getvalue(), "image/png")
        return uri


@contextmanager
def open_site() -> Iterator[Site]:
    """Serve a portal with two accounts, anna and bert, and no job."""
    task_queue, s3, settings = MemoryTaskQueue([worker("anna"), worker("bert")], []), MemoryS3(), WebSettings(b"s" * 32)
    portal = Portal(task_queue, s3, settings, Authenticator(task_queue, Attempts(lambda: 0.0), HASHER), task_queue.now)
    with serving(Starlette(routes=portal_routes(portal), middleware=guards(settings))) as address:
        yield Site(task_queue, s3, settings.secret, address)


@dataclass
class Watch:
    """What pages did that nobody may see happen: requests to other hosts, errors of scripts, breaches of policy."""

    address: str
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("request", self._requested)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._printed)

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def _printed(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.errors.append(message.text)
