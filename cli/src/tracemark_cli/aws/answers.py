"""AWS calls whose failure is a value or an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tracemark.errors import one_line
from tracemark_cli.errors import AwsRefused


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a call: its value, or the code and message of its error."""

    value: Any = None
    code: str = ""
    message: str = ""


def try_call(method: Callable[..., Any], **arguments: Any) -> Answer:
    """Call a client's method and return its result, successful or not."""
    try:
        return Answer(method(**arguments))
    except ClientError as error:
        details = error.response.get("Error", {})
        code, message = str(details.get("Code", "unknown")), str(details.get("Message", error))
        return Answer(code=code, message=one_line(message, 400))
    except BotoCoreError as error:
        return Answer(code=type(error).__name__, message=one_line(str(error), 400))


def call(what: str, method: Callable[..., Any], remedy: str = "see the error code", **arguments: Any) -> Any:
    """Call a client's method and return its value; `what` is the verb of the error, such as `describe the stack`.

    Raises:
        AwsRefused: it was refused.
    """
    answer = try_call(method, **arguments)
    if answer.code:
        raise AwsRefused(f"the service did not {what} ({answer.code}: {answer.message})", remedy=remedy)
    return answer.value
