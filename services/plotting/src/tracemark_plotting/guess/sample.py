"""The first and the last lines of a log, as text."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import IO

from tracemark_plotting.guess.vocabulary import FOREIGN_WORDS

HEAD_BYTES = 512 * 1024
TAIL_BYTES = 64 * 1024
WESTERN = "cp1252"
_FURTHER = ("cp932", "gb18030", "cp949", "cp1251", "cp1250")
_FOREIGN = re.compile(rb"[\x80-\xff]{3}")

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
    """Lines of a log in their order; `whole` when these are all. doubtful: whether the encoding is not certain."""

    encoding: str
    lines: tuple[Line, ...]
    whole: bool
    doubtful: bool = False


def take_sample(stream: IO[bytes], encoding: str | None = None) -> Sample:
    """Read the first 512 and the last 64 kilobytes of a log."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    name, doubtful = (encoding, False) if encoding else encoding_of(head)
    whole = size <= HEAD_BYTES
    lines = _lines(_decoded(head.rstrip(b"\0") if whole and "16" not in name else head, name), whole)
    if not whole and not name.startswith("utf-16") and not name.startswith("utf-32"):
        stream.seek(max(HEAD_BYTES, size - TAIL_BYTES))
        tail = _lines(_decoded(stream.read().rstrip(b"\0"), name), True)[1:]
        lines += tail
    stream.seek(0)
    return Sample(name, tuple(Line(number, text) for number, text in enumerate(lines, 1)), whole, doubtful)


def encoding_of(head: bytes) -> tuple[str, bool]:
    """Return the encoding of a text, and whether it is doubtful.

    It shows in its mark, in where its zeros are, or in being UTF-8; in the words of its header; else it is as Windows
    writes it in the West, unless too many letters in a row are none of ASCII.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, False
    start = head[:4096]
    if start.count(0) > len(start) // 4:
        return ("utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"), False
    if _decodes(head, "utf-8"):
        return "utf-8", False
    fitting = [name for name in (WESTERN, *_FURTHER) if _decodes(head, name)]
    known = {name: _known_words(start, name) for name in fitting}
    if best := max(known, key=lambda name: known[name], default=""):
        return (best, False) if known[best] else (fitting[0], bool(_FOREIGN.search(start)))
    return WESTERN, True


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _known_words(start: bytes, encoding: str) -> int:
    """Return how many words of a text in this encoding are words of recorders that ASCII cannot write."""
    words = re.split(r"[\s\d\W_]+", codecs.getincrementaldecoder(encoding)().decode(start).lower())
    return sum(word in FOREIGN_WORDS for word in words if word)


def _decoded(data: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)("replace").decode(data).removeprefix("\ufeff")


def _lines(text: str, whole: bool) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if whole else lines[:-1]
