"""What Lambda answers in place of a function that failed."""

from __future__ import annotations

from dataclasses import dataclass

from tracemark.document import Json


@dataclass(frozen=True, slots=True)
class FunctionError:
    """The error of a function, or that of the runtime around it (`Runtime.ExitError` for a process that was killed).

    https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
    """

    type: str
    message: str

    @classmethod
    def parse(cls, answer: Json) -> FunctionError | None:
        """Read `{"errorType", "errorMessage"?, …}`; None for any other answer."""
        if not isinstance(answer, dict) or "errorType" not in answer:
            return None
        return cls(str(answer["errorType"]), str(answer.get("errorMessage", "")))
