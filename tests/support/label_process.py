"""`tracemark label` in a process of its own, and the person in front of the page that it opens."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from support.portal_worker import PortalWorker
from support.waiting import wait_until

_PROGRAM = str(Path(sys.executable).with_name("tracemark"))
_LINK = re.compile(r"(http://127\.0\.0\.1:\d+)(/sign-in/link/\S+)")


@dataclass
class Person(PortalWorker):
    """Signs in by the link and chooses the same class for every item."""

    choice: str = "Good"

    def content(self, label: str) -> dict[str, Any]:
        return {"Class": {"label": self.choice}}


@dataclass
class LabelProcess:
    """A context manager: the command on a folder, without a browser, ended by Ctrl-C."""

    folder: Path
    options: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    program: str = _PROGRAM

    def __enter__(self) -> LabelProcess:
        self.log = self.folder.parent / f"{self.folder.name}-log.txt"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [self.program, "label", str(self.folder), "--no-browser", *self.options],
                stdout=log,
                stderr=log,
                env={**environment, **self.variables},
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def told(self) -> str:
        return self.log.read_text()

    def end(self) -> int:
        """Press Ctrl-C, unless the command has ended, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(120)

    def link(self) -> tuple[str, str]:
        """Return address and path of the sign-in link, once it is printed."""
        found = wait_until(lambda: _LINK.search(self.told), "the link", self._ended)
        assert found
        return found[1], found[2]

    def person(self, job: str, choice: str = "Good") -> tuple[Person, str]:
        """Open the link; return who is signed in by it, and the path of the first task."""
        address, path = self.link()
        person = Person(address, "", "", job, lambda: True, choice=choice)
        answer = person.ask("GET", path)
        assert answer.status == 303, answer.data
        person.cookie = answer.headers["set-cookie"].partition(";")[0]
        return person, urlsplit(answer.headers["location"]).path

    def wait_for(self, text: str) -> None:
        wait_until(lambda: text in self.told, repr(text), self._ended)

    def _ended(self) -> str | None:
        return None if self.process.poll() is None else self.told


def labels(folder: Path) -> dict[str, str]:
    """Return the label of each item, from the file of labels."""
    file = folder / "labels.csv"
    if not file.exists():
        return {}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return {row["item"]: row["label"] for row in csv.DictReader(stream)}
