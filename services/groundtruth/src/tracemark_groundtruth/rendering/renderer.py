"""Filling a Liquid template with the input of one task, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached
from liquid import BoundTemplate, DictLoader, Environment
from liquid.exceptions import LiquidError, TemplateNotFoundError
from liquid.undefined import Undefined

from tracemark.document import Json
from tracemark.errors import quoted
from tracemark_groundtruth.errors import TemplateFailed
from tracemark_groundtruth.rendering.bounds import within_bounds
from tracemark_groundtruth.rendering.clock import note_reading
from tracemark_groundtruth.rendering.effort import MAX_ROUNDS, BoundedTemplate, check_markup
from tracemark_groundtruth.rendering.filters import (
    Grant,
    grant_read_access,
    granting,
    skip_autoescape,
    strip_html,
    to_json,
)
from tracemark_groundtruth.rendering.output import JsonOutput

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RenderableTask.html and API_UiTemplate.html
MAX_TEMPLATE_CHARACTERS = 128_000
MAX_TASK_INPUT_CHARACTERS = 128_000

MAX_RENDERED_BYTES = 4 * 1024 * 1024
MAX_VARIABLE_BYTES = 4 * 1024 * 1024

# Liquid makes up to 130 bytes of each character of a template: those that are kept take 64 MB at most.
MAX_KEPT_CHARACTERS = 512 * 1024
# A short template is taken for as long as this, so that there are at most 64.
MIN_KEPT_CHARACTERS = 8 * 1024

# Exceptions that Liquid does not catch in its filters.
_UNCAUGHT = (ArithmeticError, ValueError, RecursionError, MemoryError)


class _Liquid(Environment):
    template_class = BoundedTemplate
    loop_iteration_limit = MAX_ROUNDS
    output_stream_limit = MAX_RENDERED_BYTES
    local_namespace_limit = MAX_VARIABLE_BYTES

    def from_string(self, source: str, *args: Any, **kwargs: Any) -> BoundTemplate:
        check_markup(source)
        return super().from_string(source, *args, **kwargs)


def template_text(data: bytes, source: str) -> str:
    """Return the text of a template file.

    Raises:
        TemplateFailed: it is not UTF-8, or longer than Ground Truth accepts.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateFailed(
            f"byte {error.start} is not UTF-8", place=source, remedy="save the template as UTF-8"
        ) from error
    if len(text) > MAX_TEMPLATE_CHARACTERS:
        raise TemplateFailed(
            f"the template has {len(text):,} characters",
            place=source,
            expected=f"at most {MAX_TEMPLATE_CHARACTERS:,}",
            remedy="move pictures, scripts and styles out of it, into S3",
        )
    return text


def render(template: str, task_input: Mapping[str, Json], grant: Grant, source: str = "template") -> str:
    """Return a template with `task.input` filled in, values escaped for HTML.

    `grant` makes the links of `grant_read_access`; `source` is its name in error messages.

    Raises:
        TemplateFailed: it is not valid Liquid, names an unknown filter or another file, goes beyond a bound, or hands
            `grant_read_access` something that is not the URI of a readable object.
    """
    with failures_of(source), granting(grant):
        return _parse(template).liquid.render(task={"input": task_input})


@contextmanager
def failures_of(source: str) -> Iterator[None]:
    """Translate Liquid's exceptions about the template `source` to `TemplateFailed`, with line and column."""
    try:
        yield
    except TemplateFailed as error:
        place = error.place or source
        raise TemplateFailed(error.what, place=place, expected=error.expected, remedy=error.remedy) from error
    except TemplateNotFoundError as error:
        what = f"it includes another template, {quoted(str(error.message))}"
        raise TemplateFailed(what, place=source, remedy="write it as one file") from error
    except LiquidError as error:
        raise _failure(error, source) from error
    except _UNCAUGHT as error:
        raise TemplateFailed(
            f"{type(error).__name__}: {error}", place=source, remedy="correct the input of its filters"
        ) from error


def liquid(undefined: type[Undefined] = Undefined) -> Environment:
    """Return Liquid as Ground Truth has it: its filters and no others, within bounds, and no other files."""
    environment = _Liquid(autoescape=True, loader=DictLoader({}), undefined=undefined)
    environment.add_tag(JsonOutput)
    environment.filters |= {
        "to_json": to_json,
        "skip_autoescape": skip_autoescape,
        "grant_read_access": grant_read_access,
        "strip_html": strip_html,
    }
    environment.filters["date"] = _noted(environment.filters["date"])
    environment.filters = {name: within_bounds(name, filter_) for name, filter_ in environment.filters.items()}
    return environment


def _noted(date: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter `date`, noting that it may read the clock: it does for the words "now" and "today"."""

    @wraps(date)
    def noted(*given: Any, **options: Any) -> Any:
        note_reading()
        return date(*given, **options)

    return noted


@lru_cache(maxsize=1)
def _service_liquid() -> Environment:
    return liquid()


@dataclass(frozen=True, slots=True)
class _Parsed:
    liquid: BoundTemplate
    characters: int


def _room(parsed: _Parsed) -> int:
    return max(parsed.characters, MIN_KEPT_CHARACTERS)


@cached(LRUCache(MAX_KEPT_CHARACTERS, getsizeof=_room), lock=Lock())
def _parse(template: str) -> _Parsed:
    template_text(template.encode("utf-8", "surrogatepass"), "")
    return _Parsed(_service_liquid().from_string(template), len(template))


def _failure(error: LiquidError, source: str) -> TemplateFailed:
    where = error.context()
    place = f"{source} line {where[0]} column {where[1] + 1}" if where else source
    what = str(error.message) or "a tag or a brace is not closed"
    return TemplateFailed(what, place=place, remedy="correct the template")
