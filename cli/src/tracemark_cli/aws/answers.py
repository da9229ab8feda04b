"""An AWS call that may be refused, as a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tracemark.errors import one_line
from tracemark_cli.errors import AwsRefused


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gave: its value, or the code and the message with which it was refused."""

    value: Any = None
    code: str = ""
    message: str = ""


def try_call(method: Callable[..., Any], **arguments: Any) -> Answer:
    """Return what a client's method gave, refused or not."""
    try:
        return Answer(method(**arguments))
    except ClientError as error:
        found = error.response.get("Error", {})
        code, message = str(found.get("Code", "unknown")), str(found.get("Message", error))
        return Answer(code=code, message=one_line(message, 400))
    except BotoCoreError as error:
        return Answer(code=type(error).__name__, message=one_line(str(error), 400))


def call(what: str, method: Callable[..., Any], remedy: str = "see the error code", **arguments: Any) -> Any:
    """Return what a client's method gave; `what` is the verb of the error, such as `describe the stack`.

    Raises:
        AwsRefused: it was refused.
    """
    answer = try_call(method, **arguments)
    if answer.code:
        raise AwsRefused(f"the service did not {what} ({answer.code}: {answer.message})", remedy=remedy)
    return answer.value
