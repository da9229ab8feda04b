"""Every error of tracemark: what is wrong, where, what was expected, and what to do about it."""

from __future__ import annotations

import re
import reprlib

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

# Only the first parts of a nested value: a short YAML document can expand to a value with millions of parts.
_OUTLINE = reprlib.Repr()
_OUTLINE.maxlevel, _OUTLINE.maxlist, _OUTLINE.maxdict = 3, 8, 8
_OUTLINE.maxstring = _OUTLINE.maxlong = _OUTLINE.maxother = 120


def encodable(text: str) -> str:
    """Return `text` with lone surrogates, which UTF-8 cannot encode, replaced by escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def one_line(text: str, limit: int = 2_000) -> str:
    """Return `text` without control characters or line breaks, cut to `limit` characters.

    Errors end up in logs and in job reports; a value from a data set must not be able to forge a second line.
    """
    flat = encodable(_CONTROL.sub(" ", text))
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"


def quoted(value: object, limit: int = 120) -> str:
    """Return `value` in quotes, on one line and cut to `limit` characters, for use inside a message."""
    try:
        return one_line(repr(value) if isinstance(value, str) else _OUTLINE.repr(value), limit)
    except ValueError:  # Python does not print integers of more than 4,300 digits
        return "a number of thousands of digits"


class TracemarkError(Exception):
    """The base of all errors: its text is one complete line."""

    def __init__(self, what: str, *, place: str = "", expected: str = "", remedy: str = "") -> None:
        self.what = what
        self.place = place
        self.expected = expected
        self.remedy = remedy
        super().__init__(self._line())

    def _line(self) -> str:
        parts = [f"{self.place}: {self.what}" if self.place else self.what]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.remedy:
            parts.append(self.remedy)
        return one_line("; ".join(parts))


class DataError(TracemarkError):
    """An error in the data of one item: it is left out and named, and all other items continue."""


class EnvironmentFault(TracemarkError):
    """An error outside the data (storage, permission, browser, configuration): a retry may succeed."""


class InvalidUri(DataError):
    """A text is not the URI of one S3 object or prefix."""


class InvalidDocument(DataError):
    """A JSON or YAML document lacks a key, or has a value of the wrong type."""


class InvalidProfile(DataError):
    """A sensor profile contradicts itself or asks for something unknown."""


class InvalidLog(DataError):
    """A sensor log does not match its profile."""


class InvalidImage(DataError):
    """A photograph is damaged, or no image."""


class ObjectMissing(DataError):
    """An S3 object, or its bucket, does not exist."""


class ObjectTooLarge(DataError):
    """An object, a log or an answer is over its bound; `size` is its number of bytes, 0 where nobody counted them."""

    def __init__(self, what: str, *, place: str = "", expected: str = "", remedy: str = "", size: int = 0) -> None:
        self.size = size
        super().__init__(what, place=place, expected=expected, remedy=remedy)


class BucketNotAllowed(DataError):
    """A URI names a bucket outside the allow-list."""


class AccessDenied(EnvironmentFault):
    """S3 refused a request."""


class StorageUnavailable(EnvironmentFault):
    """S3 did not respond, or only partly, after all retries."""


class DiskFull(EnvironmentFault):
    """There is no room left for temporary files."""


class RenderFailed(EnvironmentFault):
    """The browser could not be started or could not draw a chart."""


class DeadlineExceeded(EnvironmentFault):
    """Too little of the invocation's time is left."""


class FunctionFailed(EnvironmentFault):
    """An invoked Lambda function returned an error."""


class InvalidConfiguration(EnvironmentFault):
    """An environment variable or an option holds a value that cannot be used."""


class InvalidEvent(EnvironmentFault):
    """A function was called with an event outside its contract."""


def data_error(name: str, message: str) -> DataError | None:
    """Return the data error that another process reported as `name` and `message`; None for any other name."""
    kinds = {kind.__name__: kind for kind in DataError.__subclasses__()}
    kind = kinds.get(name)
    return kind(message) if kind else None
