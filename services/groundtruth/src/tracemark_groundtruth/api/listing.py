"""The parameters that all `List…` operations share: filters, order, pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tracemark.document import Node

_MAX_RESULTS = 100
_DEFAULT_RESULTS = 10

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list; `next_token` is None for the last one."""

    items: Sequence[T]
    next_token: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The parameters of a list; `sort_by` is None for the operation's default order."""

    sort_by: str | None
    descending: bool
    start: int
    size: int

    @classmethod
    def parse(cls, request: Node, orders: Sequence[str]) -> Listing:
        """Read `SortBy` (one of `orders`), `SortOrder`, `NextToken` and `MaxResults`.

        Raises:
            InvalidDocument: a value is not allowed.
        """
        token, size = request.get("NextToken"), request.get("MaxResults")
        return cls(
            sort_by=one_of(request.get("SortBy"), orders),
            descending=one_of(request.get("SortOrder"), ("Ascending", "Descending")) == "Descending",
            start=_start(token) if token else 0,
            size=size.integer(1, _MAX_RESULTS) if size else _DEFAULT_RESULTS,
        )

    def page(self, items: Sequence[T], keys: Mapping[str, Callable[[T], object]], default: str) -> Page[T]:
        """Return the requested part of `items`, sorted by one of `keys`."""
        ordered = sorted(items, key=keys[self.sort_by or default], reverse=self.descending)  # type: ignore[arg-type]
        end = self.start + self.size
        return Page(ordered[self.start : end], str(end) if end < len(ordered) else None)


def one_of(node: Node | None, allowed: Sequence[str]) -> str | None:
    """Return one of the allowed words, or None when there is none.

    Raises:
        InvalidDocument: it is another word.
    """
    if node is None:
        return None
    return str(node.value) if node.value in allowed else node.refuse(f"one of {', '.join(allowed)}")


def is_between(request: Node, name: str, moment: float) -> bool:
    """Return whether a moment (seconds since 1970) is within `<name>After` and `<name>Before`, where they are given.

    Raises:
        InvalidDocument: a bound is no number.
    """
    after, before = request.get(f"{name}After"), request.get(f"{name}Before")
    return (after is None or moment >= after.number()) and (before is None or moment <= before.number())


def _start(token: Node) -> int:
    text = token.text()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else token.refuse("a token of this list")
