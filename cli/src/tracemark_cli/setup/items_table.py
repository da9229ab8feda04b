"""A table of items that the user wrote: which files belong together."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from tracemark.errors import InvalidDocument, quoted
from tracemark_cli.local.files import read_file
from tracemark_cli.setup.files import FoundFile, Kind, LeftFile, in_order
from tracemark_cli.setup.pairing import Item, Pairing, Rule

_ID = "item"
_COLUMNS = {
    "log": Kind.LOG,
    "photograph": Kind.PHOTOGRAPH,
    "image": Kind.PHOTOGRAPH,
    "photo": Kind.PHOTOGRAPH,
    "audio": Kind.AUDIO,
    "sound": Kind.AUDIO,
    "video": Kind.VIDEO,
}
_DELIMITERS = ",;\t"
_EXPECTED = "columns 'item', 'log', 'photograph', 'audio', 'video', each as often as an item has such files"


def read_items(table: Path, files: Sequence[FoundFile]) -> Pairing:
    """Read `table`: a header, then a row per item; several rows of one `item` add up. Paths are those of the folder.

    Raises:
        ObjectMissing: the table cannot be read.
        InvalidDocument: with the line: a column is unknown, a file is not in the folder or is in two items.
    """
    place = str(table)
    known = {_spelled(str(file.path)): file for file in files}
    items: dict[str, list[FoundFile]] = {}
    owner: dict[FoundFile, str] = {}
    for line, identity, paths in _rows(_text(read_file(table), place), place):
        group = items.setdefault(identity, [])
        for path, kind in paths:
            file = _file(known, path, kind, f"{place} line {line}")
            if owner.setdefault(file, identity) != identity:
                raise InvalidDocument(
                    f"{quoted(path)} is part of {quoted(owner[file])} and of {quoted(identity)}",
                    place=f"{place} line {line}",
                    expected="every file in one item",
                    remedy="correct one of the rows",
                )
            group += [] if file in group else [file]
    left = tuple(LeftFile(str(file.path), f"{table.name} does not name it") for file in files if file not in owner)
    found = (Item(identity, tuple(group)) for identity, group in items.items())
    return Pairing(Rule.TABLE, tuple(sorted(found, key=lambda item: in_order(item.id))), left)


def _text(data: bytes, place: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDocument(
            f"byte {error.start} is not UTF-8", place=place, expected="a table in UTF-8", remedy="save it as UTF-8"
        ) from error


def _rows(text: str, place: str) -> Iterator[tuple[int, str, list[tuple[str, Kind]]]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [_column(name, place) for name in next(reader, [])]
    if not any(isinstance(column, Kind) for column in columns):
        raise InvalidDocument(
            "the table names no files", place=f"{place} line 1", expected=_EXPECTED, remedy="add them"
        )
    for cells in reader:
        named = [(cell.strip(), column) for cell, column in zip(cells, columns, strict=False) if cell.strip()]
        paths = [(cell, column) for cell, column in named if isinstance(column, Kind)]
        if paths:
            identity = next((cell for cell, column in named if column == _ID), "")
            yield reader.line_num, _identity(identity or str(PurePosixPath(paths[0][0]).with_suffix("")), place), paths


def _column(name: str, place: str) -> Kind | str:
    word = name.strip().lower().rstrip("0123456789 _")
    if word in _COLUMNS:
        return _COLUMNS[word]
    if word == _ID:
        return _ID
    raise InvalidDocument(
        f"the column {quoted(name)} is unknown", place=f"{place} line 1", expected=_EXPECTED, remedy="rename the column"
    )


def _identity(text: str, place: str) -> str:
    found = text.replace("\\", "/").strip("/")
    if any(part in ("", ".", "..") for part in found.split("/")) or not found.isprintable():
        raise InvalidDocument(
            f"the item {quoted(text)} has no usable name",
            place=place,
            expected="printable parts that are not '.' or '..'",
            remedy="rename the item",
        )
    return found


def _file(known: Mapping[str, FoundFile], path: str, kind: Kind, place: str) -> FoundFile:
    file = known.get(_spelled(path.replace("\\", "/").removeprefix("./")))
    if file is None:
        raise InvalidDocument(
            f"there is no usable file {quoted(path)} in the folder",
            place=place,
            expected="the path of a regular file, relative to the folder",
            remedy="correct the path; links, empty and unreadable files are not taken",
        )
    return FoundFile(file.path, kind)


def _spelled(path: str) -> str:
    return unicodedata.normalize("NFC", path)
