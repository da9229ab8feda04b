"""SIGTERM ends the service, whatever it waits for: an upload, a download, a function that never answers."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
from support.service_process import FunctionServer, ServiceProcess, make_bucket

from tracemark.document import Json


@dataclass
class HangingFunctions(FunctionServer):
    """Functions that answer once they are released."""

    released: Event = field(default_factory=Event)
    asked: Event = field(default_factory=Event)

    def answer(self, event: Json) -> Json:
        self.asked.set()
        self.released.wait()
        return super().answer(event)


@pytest.fixture
def functions(tmp_path: Path) -> Iterator[HangingFunctions]:
    make_bucket(tmp_path, 1)
    functions = HangingFunctions(tmp_path)
    with functions:
        yield functions
        functions.released.set()


def test_a_service_that_waits_for_everything_ends_and_resumes(tmp_path: Path, functions: HangingFunctions) -> None:
    with ServiceProcess(tmp_path, functions.arns) as service, ExitStack() as stack:
        service.prepare(["ada"], workers=1)
        assert functions.asked.wait(300)
        for request in (
            "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nname=",
            "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        ):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", service.port)))
            client.sendall(request.encode())

        process = service.process
        assert process
        process.send_signal(signal.SIGTERM)
        code = process.wait(300)
        service.process = None

        functions.asked.clear()
        service.start()
        resumed = functions.asked.wait(300)
        functions.released.set()

    assert (code, resumed) == (128 + signal.SIGTERM, True)
