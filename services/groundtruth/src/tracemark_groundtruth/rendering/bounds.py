"""Filters within bounds: some of Liquid's turn a few characters into gigabytes, in one call that nothing interrupts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from functools import wraps
from typing import Any

from liquid.exceptions import LiquidError

from tracemark_groundtruth.errors import TemplateFailed
from tracemark_groundtruth.rendering.effort import check_effort

MAX_CHARACTERS = 4 * 1024 * 1024
MAX_UNIQ_ITEMS = 5_000
MAX_BITS = 4_096

_ITEM_CHARACTERS = 16

Filter = Callable[..., Any]


def within_bounds(name: str, filter_: Filter) -> Filter:
    """Return the filter `name`, changed so that it refuses input or output that is too large.

    Raises:
        TemplateFailed: by the filter that is returned.
    """

    @wraps(filter_)
    def bounded(*values: Any, **options: Any) -> Any:
        check_effort()
        if any(map(_is_large, values)) or _result_length(name, values) > MAX_CHARACTERS:
            raise TemplateFailed(
                f"{name} has too much input", expected=f"at most {MAX_CHARACTERS:,} characters of text"
            )
        return _call(name, filter_, values, options)

    return bounded


def _call(name: str, filter_: Filter, values: Sequence[Any], options: Mapping[str, Any]) -> Any:
    try:
        return filter_(*values, **options)
    except (LiquidError, TemplateFailed):
        raise
    except Exception as error:  # whatever a filter of Liquid stumbles over is about the template, not the service
        raise TemplateFailed(
            f"{name} cannot take this value ({type(error).__name__}: {error})", remedy="correct the filter's input"
        ) from error


def _is_large(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) > MAX_CHARACTERS
    return isinstance(value, int) and value.bit_length() > MAX_BITS


def _result_length(name: str, values: Sequence[Any]) -> int:
    if name == "uniq" and values and isinstance(values[0], Sized) and len(values[0]) > MAX_UNIQ_ITEMS:
        return MAX_CHARACTERS + 1  # it compares each with each
    if name == "replace":
        return _replace_length(*values)
    return _join_length(*values) if name == "join" else 0


def _replace_length(text: Any = "", old: Any = "", new: Any = "", *_: Any) -> int:
    return len(str(text)) + str(text).count(str(old)) * len(str(new))


def _join_length(items: Any = (), separator: Any = " ", *_: Any) -> int:
    parts = items if isinstance(items, Iterable) and not isinstance(items, str) else ()
    return sum(len(str(separator)) + _length(item) for item in parts)


def _length(item: Any) -> int:
    return len(item) if isinstance(item, str) else _ITEM_CHARACTERS
