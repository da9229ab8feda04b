"""The keys of a sensor profile: which there are, which one was meant, and values that several of them hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from tracemark.document import Node
from tracemark.errors import InvalidDocument, quoted

MAX_COLUMNS = 1_000
MAX_TEXT = 200

Column = str | int
"""A column by its header name, or by its 0-based position."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)


def refuse_unknown_keys(node: Node, known: Sequence[str]) -> None:
    """Do nothing when the object has `known` keys only.

    Raises:
        InvalidDocument: it has another key; the error names the nearest known one.
    """
    for key in node.mapping():
        if key not in known:
            raise _unknown(node, key, known)


def _unknown(node: Node, key: object, known: Sequence[str]) -> InvalidDocument:
    inside = f" in {quoted(node.path)}" if node.path else ""
    near = get_close_matches(str(key)[:100].lower().replace("-", "_"), known, n=1, cutoff=0.6)
    return InvalidDocument(
        f"key {quoted(key)}{inside} is unknown",
        place=node.source,
        expected=f"one of {', '.join(known)}",
        remedy=f"did you mean {quoted(near[0])}?" if near else "correct or drop the key",
    )


def parse_column(node: Node) -> Column:
    """Read a column: a name, or a 0-based position below `MAX_COLUMNS`."""
    return node.text() if isinstance(node.value, str) else node.integer(0, MAX_COLUMNS - 1)


def one_of(node: Node, *allowed: str) -> str:
    """Read one of the allowed texts."""
    if not isinstance(node.value, str) or node.value not in allowed:
        node.refuse(f"one of {', '.join(repr(str(value)) for value in allowed)}")
    return str(node.value)


def short_text(node: Node) -> str:
    """Read a text of at most `MAX_TEXT` characters that is not empty."""
    return node.text() if len(node.text()) <= MAX_TEXT else node.refuse(f"at most {MAX_TEXT} characters")


def is_name(text: str) -> bool:
    """Return whether a text may be the key or the file name of a channel."""
    return _NAME.fullmatch(text) is not None


def words(node: Node) -> tuple[str, ...]:
    """Read a text or a number, or a list of them, as texts; YAML's true and false have to be put in quotes."""
    entries = list(node.items()) if isinstance(node.value, list) else [node]
    return tuple(_word(entry) for entry in entries)


def _word(node: Node) -> str:
    if isinstance(node.value, bool) or not isinstance(node.value, str | int | float):
        node.refuse("a text or a number; words such as ON, no and true in quotes")
    found = str(node.value).strip()
    return found if 0 < len(found) <= MAX_TEXT else node.refuse(f"a text of 1 to {MAX_TEXT} characters")
