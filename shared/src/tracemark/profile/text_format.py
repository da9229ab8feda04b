"""How a log is written: its lines, its cells, and what its words stand for."""

from __future__ import annotations

import codecs
import math
from dataclasses import dataclass, fields
from enum import StrEnum

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument, quoted
from tracemark.profile.keys import one_of, words

WHITESPACE = "whitespace"
"""The delimiter of columns aligned by any number of spaces and tabs."""

TO_HEADER = "header"
"""The value of `skip` that passes over every line before the row that holds the named columns."""

MAX_LINES = 100_000
MAX_FOOTER = 100
_DELIMITERS = (",", ";", "\t", "|", " ", WHITESPACE)
_THOUSANDS = (".", ",", "'", "\u2019", " ", "\u00a0", "\u202f", "_")

TEXT_KEYS = (
    "delimiter",
    "decimal",
    "thousands",
    "encoding",
    "skip",
    "comment",
    "header",
    "rows_after_header",
    "footer",
    "ragged_rows",
    "gaps",
    "ones",
    "zeros",
)


class RaggedRows(StrEnum):
    """What to do with a row that lacks a needed column or has cells beyond the header's."""

    REFUSE = "refuse"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How the log is written.

    thousands: the mark between groups of three digits, empty for none. skip: how many lines lie before the header, or
    `TO_HEADER`. comment: what a line begins with that is passed over. footer: how many rows at the end are passed
    over; footer_marks: what the first cell of the first row of the footer begins with. gaps: words, in any case, and
    gap_numbers: numbers that stand for no value. ones, zeros: words, in any case, that stand for 1 and 0.
    """

    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    header: bool = True
    ragged_rows: RaggedRows = RaggedRows.REFUSE
    thousands: str = ""
    skip: int | str = 0
    comment: tuple[str, ...] = ()
    rows_after_header: int = 0
    footer: int = 0
    footer_marks: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    gap_numbers: tuple[float, ...] = ()
    ones: tuple[str, ...] = ()
    zeros: tuple[str, ...] = ()

    @classmethod
    def parse(cls, document: Node) -> TextFormat:
        """Read the keys of a profile that say how the log is written.

        Raises:
            InvalidDocument: a key holds something else than is expected.
        """
        encoding, header, ragged = document.get("encoding"), document.get("header"), document.get("ragged_rows")
        gaps = _word_list(document.get("gaps"))
        numbers = {word: _number(word) for word in gaps}
        footer_rows, footer_marks = _footer(document.get("footer"))
        return cls(
            delimiter=_choice(document.get("delimiter"), ",", *_DELIMITERS),
            decimal=_choice(document.get("decimal"), ".", ".", ","),
            encoding=_encoding(encoding) if encoding else "utf-8",
            header=header.flag() if header else True,
            ragged_rows=RaggedRows(one_of(ragged, *RaggedRows)) if ragged else RaggedRows.REFUSE,
            thousands=_choice(document.get("thousands"), "", *_THOUSANDS),
            skip=_skip(document.get("skip")),
            comment=_word_list(document.get("comment")),
            rows_after_header=_count(document.get("rows_after_header"), MAX_LINES),
            footer=footer_rows,
            footer_marks=footer_marks,
            gaps=tuple(word for word in gaps if numbers[word] is None),
            gap_numbers=tuple(number for number in numbers.values() if number is not None),
            ones=_truths(document.get("ones"), True),
            zeros=_truths(document.get("zeros"), False),
        )

    def to_json(self) -> dict[str, Json]:
        """Return the keys that differ from their defaults, as `parse` reads them."""
        plain = TextFormat()
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        kept = {name: value for name, value in found.items() if value != getattr(plain, name)}
        gaps = [*kept.pop("gaps", ()), *(str(number) for number in kept.pop("gap_numbers", ()))]
        marks = list(kept.pop("footer_marks", ()))
        if "ragged_rows" in kept:
            kept["ragged_rows"] = kept["ragged_rows"].value
        lists = {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}
        return {**lists, **({"gaps": gaps} if gaps else {}), **({"footer": marks} if marks else {})}


def _choice(node: Node | None, default: str, *allowed: str) -> str:
    return one_of(node, *allowed) if node else default


def _count(node: Node | None, most: int) -> int:
    return node.integer(0, most) if node else 0


def _skip(node: Node | None) -> int | str:
    if node is None or isinstance(node.value, int):
        return _count(node, MAX_LINES)
    if node.value != TO_HEADER:
        node.refuse(f"a number of lines, or '{TO_HEADER}': every line before the row that holds the named columns")
    return TO_HEADER


def _footer(node: Node | None) -> tuple[int, tuple[str, ...]]:
    if node is None or isinstance(node.value, int):
        return _count(node, MAX_FOOTER), ()
    return 0, words(node)


def _word_list(node: Node | None) -> tuple[str, ...]:
    return words(node) if node else ()


# What YAML 1.1 reads as true and false when it is not in quotes: a list of words for 1 means all of them then.
_TRUTHS = {True: ("true", "yes", "on"), False: ("false", "no", "off")}


def _truths(node: Node | None, truth: bool) -> tuple[str, ...]:
    if node is None:
        return ()
    entries = list(node.items()) if isinstance(node.value, list) else [node]
    found: list[str] = []
    for entry in entries:
        found += _TRUTHS[truth] if entry.value is truth else words(entry)
    return tuple(dict.fromkeys(found))


def _number(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _encoding(node: Node) -> str:
    try:
        "0".encode(node.text())  # refuses what is no encoding of text, such as hex
        return codecs.lookup(node.text()).name
    except (LookupError, ValueError) as error:
        raise InvalidDocument(
            f"encoding {quoted(node.value)} is unknown",
            place=node.source,
            expected="an encoding of text that Python knows",
            remedy="correct encoding, such as utf-8 or cp1252",
        ) from error
