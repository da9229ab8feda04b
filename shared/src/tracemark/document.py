"""A JSON value with its location, so that every error names the document and the key."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from tracemark.errors import InvalidDocument, InvalidUri, encodable, quoted
from tracemark.storage.s3uri import S3Prefix, S3Uri

Json = Any
"""What `json.loads` returns. It stays at the edge: `parse` methods turn it into values."""

T = TypeVar("T")

_KIND = {dict: "an object", list: "a list", str: "a string", bool: "true or false", int: "a whole number"}


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document; `source` names the document, `path` the place in it (`annotations[2].workerId`)."""

    value: Json
    source: str
    path: str = ""

    def get(self, key: str) -> Node | None:
        """Return the value under `key`, or None when it is absent or null.

        Raises:
            InvalidDocument: this value is not an object.
        """
        found = self.mapping().get(key)
        return None if found is None else Node(found, self.source, f"{self.path}.{key}" if self.path else key)

    def __getitem__(self, key: str) -> Node:
        """Return the value under `key`.

        Raises:
            InvalidDocument: this value is not an object, or the key is absent or null.
        """
        found = self.get(key)
        if found is None:
            have = ", ".join(quoted(name, 40) for name in list(self.mapping())[:8]) or "no keys"
            inside = f"in {quoted(self.path)} " if self.path else ""
            raise InvalidDocument(
                f"key {quoted(key)} is missing {inside}(found {have})",
                place=self.source,
                expected=f"an object with the key {quoted(key)}",
                remedy="add the key",
            )
        return found

    def items(self) -> Iterator[Node]:
        """Yield the elements of a list, in order."""
        for index, element in enumerate(self._require(list)):
            yield Node(element, self.source, f"{self.path}[{index}]")

    def mapping(self) -> Mapping[str, Json]:
        """Return the value as an object."""
        return dict(self._require(dict))

    def text(self) -> str:
        """Return the value as a non-empty string."""
        found = str(self._require(str))
        if not found.strip():
            self.refuse("a string that is not empty")
        return found

    def texts(self) -> tuple[str, ...]:
        """Return the value as a list of non-empty strings."""
        return tuple(element.text() for element in self.items())

    def integer(self, least: int, most: int) -> int:
        """Return the value as a whole number from `least` to `most`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not least <= self.value <= most:
            self.refuse(f"a whole number from {least:,} to {most:,}")
        return int(self.value)

    def number(self) -> float:
        """Return the value as a finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.refuse("a number")
        if self.value != self.value or abs(self.value) > 1e300:
            self.refuse("a finite number")
        return float(self.value)

    def flag(self) -> bool:
        """Return the value as a boolean."""
        return bool(self._require(bool))

    def uri(self) -> S3Uri:
        """Return the value as the URI of one object."""
        return self._parse_location(S3Uri.parse)

    def prefix(self) -> S3Prefix:
        """Return the value as an S3 prefix."""
        return self._parse_location(S3Prefix.parse)

    def refuse(self, expected: str) -> NoReturn:
        """Raise the error that says what was expected here."""
        where = f"key {quoted(self.path)}" if self.path else "the document"
        raise InvalidDocument(
            f"{where} holds {quoted(self.value)}",
            place=self.source,
            expected=expected,
            remedy="correct the value",
        )

    def _parse_location(self, parse: Callable[[object], T]) -> T:
        try:
            return parse(self.value)
        except InvalidUri as error:
            place = f"{self.source} key {quoted(self.path)}"
            raise InvalidUri(error.what, place=place, expected=error.expected, remedy=error.remedy) from error

    def _require(self, kind: type) -> Json:
        if not isinstance(self.value, kind):
            self.refuse(_KIND[kind])
        return self.value


def json_text(value: Json) -> str:
    """Return a value as compact JSON; what UTF-8 cannot hold (a lone surrogate) is escaped."""
    return encodable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def json_bytes(value: Json) -> bytes:
    """Return a value as compact JSON in UTF-8; see `json_text`."""
    return json_text(value).encode()


Pairs = Callable[[list[tuple[str, Json]]], dict[str, Json]]
"""Makes an object of its keys and values, in their order."""


REQUEST_DEPTH = 64
"""The deepest nesting of what somebody sends: far from what exhausts the stack when it is stored, read and shown."""


def read_json(
    data: bytes | str,
    source: str,
    *,
    pairs: Pairs | None = None,
    numbers: Callable[[str], Json] | None = None,
    depth: int | None = None,
) -> Node:
    """Parse strict JSON (no NaN or Infinity, no nesting that exhausts the stack).

    `pairs` makes the objects, by default of the last value of each key; `numbers` the numbers of their text, NaN and
    Infinity as well, which are refused by default; `depth` bounds how deep they are nested.

    Raises:
        InvalidDocument: with the line and column of the first error.
    """
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        value = json.loads(
            text,
            parse_constant=numbers or _refuse_constant,
            parse_float=numbers or _parse_finite,
            parse_int=numbers,
            object_pairs_hook=pairs,
        )
        return Node(value, source) if depth is None else within_depth(Node(value, source), depth)
    except UnicodeDecodeError as error:
        raise _json_error(source, f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise _json_error(source, f"line {error.lineno} column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise _json_error(source, "it is nested too deeply") from error
    except ValueError as error:
        raise _json_error(source, str(error)) from error


def unique_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Make an object for `read_json`, and refuse one in which a key stands twice: one of its values would be lost.

    Raises:
        ValueError: a key does.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"key {quoted(twice, 60)} stands twice")
    return found


def within_depth(node: Node, depth: int = REQUEST_DEPTH) -> Node:
    """Return a document whose lists and objects are nested at most `depth` deep.

    Raises:
        InvalidDocument: it is nested more deeply.
    """
    if _is_deeper(node.value, depth):
        raise InvalidDocument(
            "it is nested too deeply",
            place=node.source,
            expected=f"lists and objects at most {depth} deep",
            remedy="make it flatter",
        )
    return node


def within_utf8(node: Node, *, but: str | None = None) -> Node:
    """Return a document whose keys and texts can be written in UTF-8; what lies under the key `but` is not looked at.

    JSON and YAML can say half a surrogate pair (`"\\ud800"`), which no page and no file can hold.

    Raises:
        InvalidDocument: one cannot, and where it is.
    """
    rest = [node]
    while rest:
        each = rest.pop()
        if isinstance(each.value, dict):
            for key, value in each.value.items():
                path = f"{each.path}.{key}" if each.path else f"{key}"
                if path != but:
                    rest += [Node(value, each.source, path), Node(key, each.source, path)]
        elif isinstance(each.value, list):
            rest.extend(each.items())
        elif isinstance(each.value, str) and encodable(each.value) != each.value:
            each.refuse("text that UTF-8 can hold, without half a surrogate pair")
    return node


def _is_deeper(value: Json, depth: int) -> bool:
    """Return whether containers are nested more than `depth` deep; by levels, so that no stack is needed."""
    level = [value]
    for _ in range(depth):
        containers = [each for each in level if isinstance(each, dict | list)]
        level = [inner for each in containers for inner in (each.values() if isinstance(each, dict) else each)]
    return any(isinstance(each, dict | list) for each in level)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _parse_finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {quoted(digits, 40)} is too large")
    return number


def _json_error(source: str, cause: str) -> InvalidDocument:
    return InvalidDocument(
        f"this is not JSON ({cause})",
        place=source,
        expected="a JSON document in UTF-8",
        remedy="check the file with a JSON tool",
    )
