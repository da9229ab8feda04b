"""The bytes of a text log in UTF-8, in chunks that end where a row ends."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracemark.errors import InvalidLog
from tracemark.profile.text_format import WHITESPACE, TextFormat
from tracemark_plotting.logs.file import LogFile

# A log of a million rows is read whole, without a copy; a longer one in chunks that bound memory.
WHOLE_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 16 * 1024 * 1024
# What is held back until the end is known, so that a footer lies in the last chunk as a whole.
HELD_BYTES = 256 * 1024
_QUOTE = b'"'
_QUOTED_OR_SPACES = re.compile(rb'"[^"\n]*"|[ \t]+')


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole rows in UTF-8; `lines` physical lines of the log lie before them."""

    data: bytes
    lines: int
    last: bool


def read_chunks(file: LogFile, text: TextFormat) -> Iterator[Chunk]:
    """Yield the log in chunks of bounded size, without byte order mark, trailing NULs, blank rows and footer.

    Raises:
        InvalidLog: it is not in the profile's encoding, or a row is longer than two chunks.
    """
    size = WHOLE_BYTES if file.size <= WHOLE_BYTES else CHUNK_BYTES
    held, lines = b"", 0
    for piece, last in _with_last(_utf8_pieces(file, text.encoding, size)):
        data = held + piece if held else piece
        if last:
            yield Chunk(_aligned(_without_footer(data, text), text), lines, last=True)
            return
        # UTF-32 shrinks to a quarter; less than that is the last piece but one, and may cut the head.
        end = _end_of_row(data, len(data) - HELD_BYTES) if 4 * len(data) >= size else 0
        if not end and len(data) > 2 * size + HELD_BYTES:
            raise InvalidLog(
                f"a row is longer than {size:,} bytes",
                place=f"{file.place} line {lines + 1}",
                expected="rows that end in a line break",
                remedy="check the file, and look for a quotation mark without its partner",
            )
        if end:
            yield Chunk(_aligned(data[:end], text), lines, last=False)
            lines += count_lines(data[:end])
        held = data[end:]


def count_lines(data: bytes) -> int:
    """Return how many line breaks there are: LF, CR LF or CR."""
    feeds, returns = data.count(b"\n"), data.count(b"\r")
    return feeds + returns - data.count(b"\r\n") if returns else feeds


def _with_last(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before = next(pieces, b"")
    for piece in pieces:
        yield before, False
        before = piece
    yield before, True


def _utf8_pieces(file: LogFile, encoding: str, size: int) -> Iterator[bytes]:
    file.stream.seek(0)
    raw = iter(lambda: file.stream.read(size), b"")
    pieces = raw if encoding in ("utf-8", "ascii") else _decoded(raw, encoding, file.place)
    mark = codecs.BOM_UTF8
    for number, piece in enumerate(pieces):
        yield piece.removeprefix(mark) if number == 0 else piece


def _decoded(raw: Iterator[bytes], encoding: str, place: str) -> Iterator[bytes]:
    try:
        if codecs.lookup(encoding).incrementaldecoder is None:
            yield b"".join(raw).decode(encoding).encode("utf-8")
            return
        decoder = codecs.getincrementaldecoder(encoding)()
        for piece in raw:
            yield decoder.decode(piece).encode("utf-8")
        yield decoder.decode(b"", final=True).encode("utf-8")
    except UnicodeError as error:
        raise InvalidLog(
            f"the log is not {encoding} ({error})",
            place=place,
            expected=f"text in {encoding}",
            remedy="correct `encoding` in the sensor profile",
        ) from error


def _end_of_row(data: bytes, before: int) -> int:
    """Return where the last row ends that ends before a position; 0 when none does."""
    end = data.rfind(b"\n", 0, max(before, 0)) + 1
    if not end and b"\n" not in data:
        end = data.rfind(b"\r", 0, max(before, 0)) + 1
    if not end or data.count(_QUOTE, 0, end) % 2 == 0:
        return end
    return _end_of_quoted_rows(data[:end])


def _end_of_quoted_rows(data: bytes) -> int:
    """Return where the last whole row ends when a line break may stand in a cell: slow and exact."""
    lines = data.splitlines(keepends=True) if b"\n" not in data else [line + b"\n" for line in data.split(b"\n")[:-1]]
    texts = (line.decode("utf-8", "replace") for line in lines)
    reader = csv.reader(texts)
    whole = 0
    try:
        for _ in reader:
            whole, before = reader.line_num, whole
    except csv.Error:
        return len(data)  # whoever reads the rows meets it again, and names its line
    # The last row may have ended only because the text did: it is read again with what follows.
    return sum(map(len, lines[: before if whole == len(lines) else whole])) if whole else 0


def _without_footer(data: bytes, text: TextFormat) -> bytes:
    kept = _without_blank_rows(data.rstrip(b"\0") if data.endswith(b"\0") else data, text.delimiter)
    for _ in range(text.footer):
        body = kept.rstrip(b"\r\n")
        kept = _without_blank_rows(body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1], text.delimiter)
    return kept


def _without_blank_rows(data: bytes, delimiter: str) -> bytes:
    """Return the rows up to the last that holds anything but delimiters."""
    nothing = b" \t\r\n" + (delimiter.encode() if len(delimiter) == 1 else b"")
    tail = data[-HELD_BYTES:].rstrip(nothing)
    content = len(data) - min(len(data), HELD_BYTES) + len(tail) if tail else len(data.rstrip(nothing))
    ends = [end for end in (data.find(b"\n", content), data.find(b"\r", content)) if end >= 0]
    end = min(ends, default=len(data) - 1)
    return data if end >= len(data) - 2 else data[: end + 1 + (data[end : end + 2] == b"\r\n")]


def _aligned(data: bytes, text: TextFormat) -> bytes:
    return _to_tabs(data) if text.delimiter == WHITESPACE else data


def _to_tabs(data: bytes) -> bytes:
    """Return text whose columns are aligned by spaces with one tab between them; lines stay where they are."""
    if b'"' in data:
        data = _QUOTED_OR_SPACES.sub(lambda found: found[0] if found[0].startswith(b'"') else b"\t", data)
    else:
        data = data.replace(b" ", b"\t")
        while b"\t\t" in data:
            data = data.replace(b"\t\t", b"\t")
    for before in (b"\n", b"\r"):
        data = data.replace(before + b"\t", before).replace(b"\t" + before, before)
    return data.strip(b"\t")


def lines_of(data: bytes) -> io.StringIO:
    """Return text whose lines end at LF, CR LF or CR, their ends kept."""
    return io.StringIO(data.decode("utf-8", "replace"), newline="")
