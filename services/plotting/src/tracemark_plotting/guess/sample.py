"""The first and the last lines of a log, as text."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import IO

HEAD_BYTES = 512 * 1024
TAIL_BYTES = 64 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end; `number` counts from 1, and from the end backwards where the middle was not read."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Lines of a log in their order; `whole` when these are all."""

    encoding: str
    lines: tuple[Line, ...]
    whole: bool


def take_sample(stream: IO[bytes], encoding: str | None = None) -> Sample:
    """Read the first 512 and the last 64 kilobytes of a log."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    name = encoding or encoding_of(head)
    whole = size <= HEAD_BYTES
    lines = _lines(_decoded(head.rstrip(b"\0") if whole and "16" not in name else head, name), whole)
    if not whole and not name.startswith("utf-16") and not name.startswith("utf-32"):
        stream.seek(max(HEAD_BYTES, size - TAIL_BYTES))
        tail = _lines(_decoded(stream.read().rstrip(b"\0"), name), True)[1:]
        lines += tail
    stream.seek(0)
    return Sample(name, tuple(Line(number, text) for number, text in enumerate(lines, 1)), whole)


def encoding_of(head: bytes) -> str:
    """Return the encoding of a text: by its mark, by where its zeros are, as UTF-8, else as Windows writes it."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    start = head[:4096]
    if start.count(0) > len(start) // 4:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _decoded(data: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)("replace").decode(data).removeprefix("\ufeff")


def _lines(text: str, whole: bool) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if whole else lines[:-1]
