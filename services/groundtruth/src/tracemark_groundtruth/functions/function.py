"""Lambda functions as the job sees them: JSON in, JSON out, in process or behind an Invoke endpoint."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Protocol

import urllib3

from tracemark.contract.function_error import FunctionError
from tracemark.document import Json, read_json
from tracemark.errors import FunctionFailed, InvalidConfiguration, InvalidDocument, ObjectTooLarge, quoted
from tracemark_groundtruth.errors import BatchTooLarge, FunctionUnresponsive

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""Lambda's bound for a synchronous request and for its answer."""

INVOKE_PATH = "/2015-03-31/functions/function/invocations"

DEFAULT_TIMEOUT_SECONDS = 900

# What Lambda reports in a function's place, such as Runtime.ExitError for a process that was killed.
_RUNTIME_ERRORS = ("Runtime.", "Sandbox.")

# What the post-labeling function raises, what Lambda reports in a function's place, and what its runtime is told.
_TOO_LARGE = (ObjectTooLarge.__name__, "Function.ResponseSizeTooLarge", "RequestEntityTooLarge")

_CONNECT_SECONDS = 5.0
_CONNECTIONS = 32  # kept open; as many objects may be prepared at a time without a warning
_ANSWER_MARGIN_SECONDS = 15.0


class Function(Protocol):
    """A Lambda function."""

    @property
    def name(self) -> str:
        """Its name in error messages."""

    def invoke(self, payload: Json) -> Json:
        """Return the function's answer; safe to call from several threads.

        Raises:
            BatchTooLarge: its answer, or what it was to read for it, is too large.
            FunctionFailed: the function raised, ran out of time, or could not be reached.
        """


@dataclass(frozen=True, slots=True)
class InvocationContext:
    """The part of Lambda's context object that handlers use; `ends_at` is a moment on the monotonic clock."""

    function_name: str
    aws_request_id: str
    ends_at: float

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds that remain of the invocation, 0 when none do."""
        return max(0, round((self.ends_at - time.monotonic()) * 1000))


Handler = Callable[[Json, InvocationContext], Json]


def _request_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True)
class InProcess:
    """A handler called in this process, its event and answer passed through JSON as the Lambda runtime does."""

    name: str
    handler: Handler
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    request_id: Callable[[], str] = _request_id

    def invoke(self, payload: Json) -> Json:
        """See `Function.invoke`; the timeout is only told to the handler, not enforced."""
        event = json.loads(_check_size(self.name, "event", json.dumps(payload).encode()))
        context = InvocationContext(self.name, self.request_id(), time.monotonic() + self.timeout_seconds)
        try:
            answer = json.dumps(self.handler(event, context)).encode()
        except Exception as error:
            # The Lambda runtime, too, turns whatever a handler raises into an answer.
            raise function_failed(self.name, FunctionError(type(error).__name__, str(error))) from error
        return json.loads(_check_size(self.name, "answer", answer))


@dataclass(frozen=True)
class LambdaEndpoint:
    """A function behind the Lambda Invoke API at `url` (`http://127.0.0.1:9000`), asked once, without retries."""

    name: str
    url: str
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    http: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(maxsize=_CONNECTIONS, retries=False), repr=False
    )

    def invoke(self, payload: Json) -> Json:
        """See `Function.invoke`; a connection that stays silent longer than the function's timeout is given up."""
        body = _check_size(self.name, "event", json.dumps(payload).encode())
        try:
            answer = self.http.request(
                "POST",
                f"{self.url.rstrip('/')}{INVOKE_PATH}",
                body=body,
                headers={"Content-Type": "application/json"},
                timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=self.timeout_seconds + _ANSWER_MARGIN_SECONDS),
                retries=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise _no_answer(self.name, f"{type(error).__name__}: {error}", self.url) from error
        return self._read(answer.status, answer.data)

    def _read(self, status: int, data: bytes) -> Json:
        text = data.decode("utf-8", "replace")
        try:
            answer = read_json(text, f"answer of function {self.name}").value
        except InvalidDocument as error:
            # The emulator reports a timeout as plain text, with status 200.
            raise _no_answer(self.name, text or "an empty answer", self.url) from error
        if failure := FunctionError.parse(answer):
            raise function_failed(self.name, failure)
        if status != 200:
            raise _no_answer(self.name, f"HTTP status {status}: {text}", self.url)
        return answer


class Pool:
    """Several endpoints of one function, each asked one thing at a time; callers wait for a free one.

    The runtime interface emulator crashes when a second request arrives before the first is answered.
    """

    def __init__(self, functions: Sequence[Function]) -> None:
        if not functions:
            raise InvalidConfiguration("a pool needs at least one function", remedy="start one or more")
        self.name = functions[0].name
        self.size = len(functions)
        self._free: SimpleQueue[Function] = SimpleQueue()
        for function in functions:
            self._free.put(function)

    def invoke(self, payload: Json) -> Json:
        """See `Function.invoke`."""
        with self._borrow() as function:
            return function.invoke(payload)

    @contextmanager
    def _borrow(self) -> Iterator[Function]:
        function = self._free.get()
        try:
            yield function
        finally:
            self._free.put(function)


def function_failed(name: str, error: FunctionError) -> FunctionFailed:
    """Return the error to raise for a function that answered with an error, its own or that of its runtime."""
    return _kind(error.type)(f"function {quoted(name)} failed with {error.type}: {error.message or 'no message'}")


def _kind(error_type: str) -> type[FunctionFailed]:
    if error_type in _TOO_LARGE:
        return BatchTooLarge
    return FunctionUnresponsive if error_type.startswith(_RUNTIME_ERRORS) else FunctionFailed


def _no_answer(name: str, cause: str, url: str) -> FunctionUnresponsive:
    return FunctionUnresponsive(
        f"function {quoted(name)} gave no answer: {cause}",
        place=url,
        remedy="check its log, address, timeout and memory",
    )


def _check_size(name: str, what: str, data: bytes) -> bytes:
    if len(data) > MAX_PAYLOAD_BYTES:
        raise (BatchTooLarge if what == "answer" else FunctionFailed)(
            f"the {what} of function {quoted(name)} has {len(data):,} bytes",
            expected=f"at most {MAX_PAYLOAD_BYTES:,}, as in Lambda",
            remedy="pass large data through S3, or make the batches smaller",
        )
    return data
