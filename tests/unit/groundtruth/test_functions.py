"""Functions in process, behind an endpoint, and in a pool."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tracemark.document import Json
from tracemark.errors import FunctionFailed, InvalidConfiguration, ObjectMissing
from tracemark_groundtruth.errors import BatchTooLarge, FunctionUnresponsive
from tracemark_groundtruth.functions.containers import free_ports
from tracemark_groundtruth.functions.function import InProcess, InvocationContext, LambdaEndpoint, Pool


def test_a_handler_gets_a_copy_of_the_event_as_json_carries_it() -> None:
    event = {"list": (1, 2), 3: "key"}

    answer = InProcess("pre", lambda given, context: given).invoke(event)

    assert answer == {"list": [1, 2], "3": "key"}


def test_a_handler_is_told_its_time_and_request() -> None:
    seen: list[InvocationContext] = []
    function = InProcess("pre", lambda event, context: seen.append(context), 30, lambda: "request-1")

    function.invoke({})

    left = seen[0].get_remaining_time_in_millis()
    assert (seen[0].aws_request_id, seen[0].function_name, 29_000 < left <= 30_000) == ("request-1", "pre", True)


def test_no_time_is_left_after_the_end() -> None:
    context = InvocationContext("pre", "request-1", 0.0)

    assert context.get_remaining_time_in_millis() == 0


def test_a_handler_that_raises_fails_with_name_type_and_message() -> None:
    def handler(event: Json, context: object) -> Json:
        raise ObjectMissing("there is no such object", place="s3://welds/a.csv")

    with pytest.raises(FunctionFailed) as caught:
        InProcess("pre", handler).invoke({})

    assert str(caught.value) == ("function 'pre' failed with ObjectMissing: s3://welds/a.csv: there is no such object")


def test_an_answer_that_lambda_does_not_carry_is_too_large_for_its_batch() -> None:
    with pytest.raises(BatchTooLarge):
        InProcess("post", lambda event, context: "x" * 6_291_455).invoke({})


@pytest.mark.parametrize("kind", ["ObjectTooLarge", "Function.ResponseSizeTooLarge", "RequestEntityTooLarge"])
def test_what_functions_and_lambda_report_of_too_large_answers_is_understood(emulator: Emulator, kind: str) -> None:
    emulator.body = json.dumps({"errorType": kind, "errorMessage": "too large"}).encode()

    with pytest.raises(BatchTooLarge, match=f"'post' failed with {kind}: too large"):
        LambdaEndpoint("post", emulator.url).invoke({})


def test_a_handler_that_answers_no_json_fails() -> None:
    with pytest.raises(FunctionFailed, match="'pre' failed with TypeError"):
        InProcess("pre", lambda event, context: object()).invoke({})


@pytest.mark.parametrize(
    ("event", "answer", "what"), [("x" * 6_291_455, None, "event"), (None, "x" * 6_291_455, "answer")]
)
def test_what_is_larger_than_lambda_takes_is_refused(event: Json, answer: Json, what: str) -> None:
    function = InProcess("pre", lambda given, context: answer)

    with pytest.raises(FunctionFailed, match=f"the {what} of function 'pre' has 6,291,457 bytes"):
        function.invoke(event)


@dataclass
class Emulator:
    """A loopback server that answers every invocation with `body`, after `seconds`, and remembers it."""

    body: bytes = b"{}"
    status: int = 200
    seconds: float = 0.0
    url: str = ""
    seen: list[tuple[str, Json]] = field(default_factory=list)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    state = Emulator()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.seen.append((self.path, json.loads(body)))
            time.sleep(state.seconds)
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield state
        server.shutdown()
        thread.join()


def test_an_endpoint_is_asked_as_the_emulator_expects(emulator: Emulator) -> None:
    emulator.body = '{"title": "Schweißnaht"}'.encode()

    answer = LambdaEndpoint("pre", f"{emulator.url}/").invoke({"a": "ü"})

    assert (answer, emulator.seen) == (
        {"title": "Schweißnaht"},
        [("/2015-03-31/functions/function/invocations", {"a": "ü"})],
    )


def test_a_list_is_an_answer_too(emulator: Emulator) -> None:
    emulator.body = b"[1]"

    assert LambdaEndpoint("post", emulator.url).invoke({}) == [1]


def test_a_slow_answer_is_waited_for_longer_than_a_connection(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracemark_groundtruth.functions.function._CONNECT_SECONDS", 0.2)
    emulator.seconds = 0.5

    assert LambdaEndpoint("pre", emulator.url).invoke({}) == {}


def test_a_handlers_error_behind_an_endpoint_fails_with_its_type_and_message(emulator: Emulator) -> None:
    emulator.body = b'{"errorMessage": "no log", "errorType": "InvalidLog", "stackTrace": []}'

    with pytest.raises(FunctionFailed) as caught:
        LambdaEndpoint("pre", emulator.url).invoke({})

    assert str(caught.value) == "function 'pre' failed with InvalidLog: no log"


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (200, b"Task timed out after 3.00 seconds", "Task timed out after 3.00 seconds"),
        (200, b"", "an empty answer"),
        (200, b'{"errorType": "Runtime.ExitError", "errorMessage": "exit status 3"}', "exit status 3"),
        (502, b'{"message": "bad gateway"}', "HTTP status 502"),
        (500, b"\xff", "gave no answer"),
    ],
)
def test_a_function_that_gives_no_answer_of_its_own_is_told_apart(
    emulator: Emulator, status: int, body: bytes, cause: str
) -> None:
    emulator.status, emulator.body = status, body

    with pytest.raises(FunctionUnresponsive, match=cause):
        LambdaEndpoint("pre", emulator.url).invoke({})


def test_an_endpoint_where_nobody_listens_is_named() -> None:
    url = f"http://127.0.0.1:{free_ports(1)[0]}"

    with pytest.raises(FunctionUnresponsive, match=f"{url}: function 'pre' gave no answer: NewConnectionError"):
        LambdaEndpoint("pre", url).invoke({})


def test_an_endpoint_is_asked_once_even_when_it_fails(emulator: Emulator) -> None:
    emulator.status = 503

    with pytest.raises(FunctionUnresponsive):
        LambdaEndpoint("pre", emulator.url).invoke({})

    assert len(emulator.seen) == 1


@dataclass
class OneAtATime:
    """A function that notes when a second request arrives before the first is answered."""

    name: str = "pre"
    busy: threading.Lock = field(default_factory=threading.Lock)
    collisions: int = 0
    calls: int = 0

    def invoke(self, payload: Json) -> Json:
        if not self.busy.acquire(blocking=False):
            self.collisions += 1
            return payload
        threading.Event().wait(0.002)
        self.calls += 1
        self.busy.release()
        return payload


def test_a_pool_never_sends_a_second_request_to_a_busy_endpoint() -> None:
    endpoints = [OneAtATime(), OneAtATime(), OneAtATime()]
    pool = Pool(endpoints)

    with ThreadPoolExecutor(16) as executor:
        answers = list(executor.map(pool.invoke, range(120)))

    assert (answers, sum(endpoint.collisions for endpoint in endpoints)) == (list(range(120)), 0)


def test_a_pool_uses_every_endpoint() -> None:
    endpoints = [OneAtATime(), OneAtATime(), OneAtATime()]
    pool = Pool(endpoints)

    for number in range(6):
        pool.invoke(number)

    assert [endpoint.calls for endpoint in endpoints] == [2, 2, 2]


def test_an_endpoint_that_failed_goes_back_into_the_pool() -> None:
    def fail(event: Json, context: object) -> Json:
        raise ValueError(event)

    pool = Pool([InProcess("pre", fail)])

    for _ in range(3):
        with pytest.raises(FunctionFailed):
            pool.invoke("again")

    assert pool.size == 1


def test_a_pool_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidConfiguration, match="at least one function"):
        Pool([])
