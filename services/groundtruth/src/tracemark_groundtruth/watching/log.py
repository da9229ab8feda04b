"""The log: one record a line as JSON, or as text for people; no value can forge a line, and secrets are hidden."""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tracemark.errors import encodable
from tracemark_groundtruth.watching.request_id import current

MAX_CHARACTERS = 8_000
"""Of one value; the rest is cut off."""

_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OWN = ("time", "level", "logger", "message", "request_id", "exception")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_LOGIN = re.compile(r"(://[^/?#\s:@]*):[^/?#\s@]+@")
_BEARER = re.compile(r"\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]+", re.IGNORECASE)
_SECRET = re.compile(r"password|secret|token|authorization|cookie|credential", re.IGNORECASE)
_HIDDEN = "***"


class LogFormat(StrEnum):
    """How a log is written."""

    TEXT = "text"
    JSON = "json"


def formatter(kind: LogFormat) -> logging.Formatter:
    """Return what writes records in a format."""
    return _JsonLines() if kind is LogFormat.JSON else _Text()


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = {f"field_{name}" if name in _OWN else name: value for name, value in _fields(record).items()}
        document = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _text(record.getMessage()),
            **({"request_id": current.get()} if current.get() else {}),
            **fields,
            **({"exception": _text(self.formatException(record.exc_info))} if record.exc_info else {}),
        }
        return json.dumps(document).replace("\x7f", "\\u007f")  # the one control character that JSON leaves


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(" ", "milliseconds")
        number = {"request_id": current.get()} if current.get() else {}
        fields = [f"{name}={value!r}" for name, value in {**number, **_fields(record)}.items()]
        words = " ".join([time, record.levelname, f"{record.name}:", _text(record.getMessage()), *fields])
        lines = [words, _text(self.formatException(record.exc_info))] if record.exc_info else [words]
        # What follows a line break is indented: it cannot be taken for a record of its own.
        return _CONTROL.sub(_escape, "\n".join(lines)).replace("\n", "\n    ")


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    extra = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
    return {_text(name): _HIDDEN if _SECRET.search(name) else _plain(value) for name, value in extra.items()}


def _plain(value: object) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value[:100]]
    return _text(str(value))


def _text(text: str) -> str:
    shown = _BEARER.sub(rf"\1 {_HIDDEN}", _LOGIN.sub(rf"\1:{_HIDDEN}@", encodable(text)))
    return shown if len(shown) <= MAX_CHARACTERS else f"{shown[: MAX_CHARACTERS - 1]}…"


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
