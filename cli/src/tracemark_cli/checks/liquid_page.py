"""The worker template, rendered as Ground Truth renders it, with every name that led nowhere noted."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from liquid import Environment
from liquid.exceptions import LiquidError
from liquid.undefined import Undefined
from markupsafe import Markup, escape

from tracemark.document import Json
from tracemark.errors import InvalidDocument, one_line

SIGNED = "https://signed.invalid/"
"""What `grant_read_access` makes of an S3 URI here."""

_TASK_INPUT = ["task", "input"]
_UNCLOSED = "a tag or a brace is not closed"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page for one task input; `missing` are the names that are shown and lead nowhere, `unsigned` what is no URI."""

    html: str
    missing: tuple[str, ...]
    unsigned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A template that parses."""

    source: str
    text: str

    @classmethod
    def parse(cls, text: str, source: str) -> Page:
        """Read a template.

        Raises:
            InvalidDocument: it is no Liquid, or loads other files; the error says where.
        """
        page = cls(source, text)
        page._template()
        return page

    @property
    def unknown_filters(self) -> list[str]:
        """The filters that Ground Truth does not have, sorted."""
        template = self._template()
        return sorted(set(template.analyze().filters) - set(template.env.filters))

    @property
    def foreign_names(self) -> list[str]:
        """What is neither below `task.input` nor made by the template itself, sorted."""
        found = [variable for group in self._template().analyze().globals.values() for variable in group]
        return sorted({str(one) for one in found if one.segments[:2] != _TASK_INPUT})

    def render(self, task_input: Mapping[str, Json]) -> Rendered:
        """Return the page for one task input; a filter that nobody knows lets its value through.

        Raises:
            InvalidDocument: a filter cannot take its value.
        """
        missing, unsigned = list[str](), list[str]()
        template = self._template(missing, unsigned, self.unknown_filters)
        try:
            html = template.render(task={"input": dict(task_input)})
        except LiquidError as error:
            raise self._refused("it cannot be rendered", error) from error
        return Rendered(html, tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(unsigned)))

    def _template(self, missing: list[str] | None = None, unsigned: list[str] | None = None, extra: Any = ()) -> Any:
        environment = _environment(missing if missing is not None else [], unsigned if unsigned is not None else [])
        environment.filters.update({name: _through for name in extra})
        try:
            return environment.from_string(self.text)
        except LiquidError as error:
            raise self._refused("it is no Liquid", error) from error

    def _refused(self, what: str, error: LiquidError) -> InvalidDocument:
        cause = str(error).splitlines()[0].strip() if str(error) else _UNCLOSED
        token = error.token
        line = f" line {self.text.count(chr(10), 0, token.start_index) + 1}" if token else ""
        return InvalidDocument(
            f"{what}: {one_line(cause, 300)}",
            place=f"{self.source}{line}",
            remedy="correct the tag or the expression",
        )


def _environment(missing: list[str], unsigned: list[str]) -> Environment:
    environment = Environment(autoescape=True, undefined=_noting(missing))
    for tag in ("include", "render"):  # there are no other files
        environment.tags.pop(tag, None)
    environment.filters.update(
        {
            "escape_once": lambda value: escape(html.unescape(str(value))),
            "skip_autoescape": Markup,
            "to_json": lambda value: json.dumps(value, default=str),
            "grant_read_access": _signing(unsigned),
        }
    )
    return environment


def _signing(unsigned: list[str]) -> Callable[[object], str]:
    def grant_read_access(value: object) -> str:
        text = html.unescape(str(value)) if isinstance(value, Markup) else str(value)
        if not text.startswith("s3://") and text:
            unsigned.append(text)
        return f"{SIGNED}{text.removeprefix('s3://')}"

    return grant_read_access


def _through(value: object, *_: object, **__: object) -> object:
    return value


def _noting(missing: list[str]) -> type[Undefined]:
    class Noting(Undefined):
        """A name that leads nowhere: it may be tested, and is noted when it is shown or looped over."""

        def __str__(self) -> str:
            self._note()
            return ""

        def items(self) -> Any:
            self._note()
            return {}.items()

        def _note(self) -> None:
            # The hint of a path says all of it; the name is its root only.
            missing.append((self.hint or "").partition(" is undefined")[0].strip("'") or self.name)

    return Noting
