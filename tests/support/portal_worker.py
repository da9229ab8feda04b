"""A worker at the portal, by HTTP as a browser speaks it, who does not give up when the service is gone."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import urllib3

from support.waiting import PATIENCE_SECONDS

_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@dataclass
class PortalWorker:
    """Signs in, takes task after task and answers each; `accepted` holds the content of every answer that was saved."""

    url: str
    name: str
    password: str
    job: str
    over: Callable[[], bool]
    accepted: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.http = urllib3.PoolManager(retries=False)
        self.cookie = ""
        self.thread = threading.Thread(target=self.run, name=self.name)
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - the test's own thread raises it
            self.failure = error

    def _work(self) -> None:
        if not self.cookie:
            self.sign_in()
        while not self.over():
            token = self.token("/")
            where = self.ask("POST", f"/jobs/{self.job}/work", {"token": token}).headers.get("location", "")
            if where.startswith("/tasks/"):
                self.answer_all(where)
            time.sleep(0.2)

    def answer_all(self, where: str) -> None:
        while where.startswith("/tasks/"):
            path = where.partition("?")[0]
            token = self.token(path)
            where = self.answer(path, token) if token else ""

    def answer(self, path: str, token: str, method: str = "POST") -> str:
        """Submit an answer, or with PUT put it in the place of the one that was given; return where to go on."""
        label = f"{self.name} {path}"
        headers = {"Content-Type": "application/json", "X-CSRF-Token": token}
        found = self.ask(method, f"{path}/answers", json.dumps(self.content(label)), headers)
        if found.status in (200, 409):  # 409: saved before, when the service died before it could say so
            self.accepted.append(label)
        return str(json.loads(found.data)["location"]) if found.status == 200 else ""

    def content(self, label: str) -> dict[str, Any]:
        return {"class": {"label": label}}

    def sign_in(self) -> None:
        found = self.ask("POST", "/sign-in", {"name": self.name, "password": self.password})
        assert found.status == 303, found.data
        self.cookie = found.headers["set-cookie"].partition(";")[0]

    def token(self, path: str) -> str:
        found = _TOKEN.search(self.ask("GET", path).data.decode())
        return found.group(1) if found else ""

    def ask(
        self, method: str, path: str, body: dict[str, str] | str | None = None, headers: dict[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        """Ask until the service answers, and until it is able to."""
        form = {"Content-Type": "application/x-www-form-urlencoded"} if isinstance(body, dict) else {}
        sent = {"Cookie": self.cookie, **form, **(headers or {})}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                data = urlencode(body) if isinstance(body, dict) else body
                found = self.http.request(method, self.url + path, body=data, headers=sent, timeout=30, redirect=False)
                self.seen.add(found.status)
                if found.status < 500:
                    return found
            except urllib3.exceptions.HTTPError:
                pass
            assert time.monotonic() < deadline, f"no answer to {method} {path}"
            time.sleep(0.1)


def done(team: Sequence[PortalWorker]) -> int:
    """Return how many answers of a team were saved."""
    return sum(len(worker.accepted) for worker in team)
