"""Tags of jobs and work teams: keys and values that mean nothing to the service."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from tracemark.document import Json, Node
from tracemark.errors import quoted

MAX_TAGS = 50
MAX_KEY = 128
MAX_VALUE = 256
RESERVED = "aws:"

_SIGNS = frozenset("_.:/=+-@")
_WORDS = "letters, digits, spaces and _ . : / = + - @"


def read_tags(node: Node | None) -> dict[str, str]:
    """Read a list of `{"Key", "Value"}`, in order; none for None.

    Raises:
        InvalidDocument: there are more than 50, a key stands twice or is reserved, or a text is not allowed.
    """
    tags: dict[str, str] = {}
    for tag in node.items() if node else ():
        key = read_key(tag["Key"])
        if key in tags:
            tag["Key"].refuse("each key once")
        tags[key] = _value(tag)
    if node and len(tags) > MAX_TAGS:
        node.refuse(f"at most {MAX_TAGS} tags")
    return tags


def read_keys(node: Node) -> list[str]:
    """Read a list of 1 to 50 keys.

    Raises:
        InvalidDocument: there are none or more, or a key is not allowed.
    """
    keys = [read_key(key) for key in node.items()]
    return keys if 1 <= len(keys) <= MAX_TAGS else node.refuse(f"1 to {MAX_TAGS} keys")


def read_key(node: Node) -> str:
    """Read the key of a tag.

    Raises:
        InvalidDocument: it is empty, too long, reserved, or has other signs than allowed.
    """
    key = node.text()
    if len(key) > MAX_KEY or not is_tag_text(key):
        node.refuse(f"1 to {MAX_KEY} characters: {_WORDS}")
    if key.lower().startswith(RESERVED):
        node.refuse(f"a key that does not start with {quoted(RESERVED)}")
    return key


def tags_json(tags: Mapping[str, str]) -> list[Json]:
    """Return tags as the API writes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def is_tag_text(text: str) -> bool:
    """Return whether a tag may hold a text: `[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*`."""
    return all(sign in _SIGNS or unicodedata.category(sign)[0] in "LZN" for sign in text)


def _value(tag: Node) -> str:
    node = tag["Value"]
    value = node.value
    if not isinstance(value, str) or len(value) > MAX_VALUE or not is_tag_text(value):
        node.refuse(f"at most {MAX_VALUE} characters: {_WORDS}")
    return str(value)
