"""A worker's browser without a screen, and a clock that a test sets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from httpx2 import Response
from starlette.testclient import TestClient

ORIGIN = "http://127.0.0.1:8000"


@dataclass
class Clock:
    """The time in UTC, moved on by the test."""

    time: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def seconds(self) -> float:
        return self.time.timestamp()

    def pass_by(self, time: timedelta) -> None:
        self.time += time

    async def sleep(self, seconds: float) -> None:
        self.pass_by(timedelta(seconds=seconds))


@dataclass
class Browser:
    """One worker's browser: keeps cookies, follows no redirect, sends the origin as browsers do."""

    client: TestClient
    token: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Origin": ORIGIN})

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=headers)

    def sign_in(self, name: str, password: str = "weld by weld") -> Response:
        response = self.post("/sign-in", name=name, password=password)
        if response.status_code == 303:
            self.token = re.findall(r'name="token" value="([0-9a-f]+)"', self.get("/").text)[0]
        return response

    def post(self, path: str, **form: str) -> Response:
        return self.client.post(path, data={"token": self.token} | form, headers=self.headers)

    def start(self, job: str = "letters") -> str:
        """Start working and return the task's path."""
        return str(self.post(f"/jobs/{job}/work").headers["location"])

    def submit(self, task: str, answers: str | bytes = '{"tone": {"label": "kind"}}') -> Response:
        headers = self.headers | {"Content-Type": "application/json", "X-CSRF-Token": self.token}
        return self.client.post(f"{task.partition('?')[0]}/answers", content=answers, headers=headers)
