"""The answer to CloudFormation."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import urllib3

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument
from tracemark_stack.answer import Caller, Done, Failed
from tracemark_stack.errors import AnswerNotDelivered


@dataclass
class Mailbox:
    """A server that takes answers after it has refused as many as `statuses` say."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    taken: list[tuple[str | None, Json]] = field(default_factory=list)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()

    class Slot(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = box.statuses.pop(0) if box.statuses else 200
            if status == 200:
                box.taken.append((self.headers["Content-Type"], body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slot)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    box.url = f"http://127.0.0.1:{server.server_port}/signed?X=1"
    yield box
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def caller(mailbox: Mailbox) -> Caller:
    return Caller(mailbox.url, "stack", "request", "BucketContent")


@pytest.fixture
def http() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager() as manager:
        yield manager


def test_success_is_what_cloudformation_reads(caller: Caller, mailbox: Mailbox, http: urllib3.PoolManager) -> None:
    caller.answer(Done(removed=3), http)

    assert mailbox.taken == [
        (
            "",
            {
                "Status": "SUCCESS",
                "Reason": "done",
                "PhysicalResourceId": "bucket-content",
                "StackId": "stack",
                "RequestId": "request",
                "LogicalResourceId": "BucketContent",
            },
        )
    ]


def test_a_failure_carries_its_reason_under_the_same_id(
    caller: Caller, mailbox: Mailbox, http: urllib3.PoolManager
) -> None:
    caller.answer(Failed("time ran out: 12 objects left; delete again"), http)

    ((_, answer),) = mailbox.taken
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "time ran out: 12 objects left; delete again"
    assert answer["PhysicalResourceId"] == "bucket-content"


def test_an_answer_never_has_more_bytes_than_cloudformation_takes(event: dict[str, Any]) -> None:
    caller = Caller.parse(Node(event, "request"))

    answer = caller.body(Failed("溶接\n" * 5_000))

    assert len(answer) <= 4_096


def test_an_answer_is_sent_again_while_the_service_is_unwell(
    caller: Caller, mailbox: Mailbox, http: urllib3.PoolManager
) -> None:
    mailbox.statuses = [503, 500]

    caller.answer(Done(), http)

    assert len(mailbox.taken) == 1


def test_an_answer_that_is_refused_is_an_error(caller: Caller, mailbox: Mailbox, http: urllib3.PoolManager) -> None:
    mailbox.statuses = [403]

    with pytest.raises(AnswerNotDelivered, match="status 403"):
        caller.answer(Done(), http)


def test_a_service_that_is_not_there_is_an_error(http: urllib3.PoolManager) -> None:
    nobody = Caller("http://127.0.0.1:9/", "stack", "request", "BucketContent")

    with pytest.raises(AnswerNotDelivered):
        nobody.answer(Done(), http)


def test_nobody_is_answered_without_tls(event: dict[str, Any]) -> None:
    event["ResponseURL"] = "http://169.254.169.254/latest"

    with pytest.raises(InvalidDocument, match="https"):
        Caller.parse(Node(event, "request"))
