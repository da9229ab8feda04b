"""Inspection of a worker template: rendered as the service does, with every undefined name recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from liquid import BoundTemplate
from liquid.undefined import Undefined

from tracemark.document import Json
from tracemark_groundtruth.errors import TemplateFailed
from tracemark_groundtruth.rendering.filters import Grant, granting
from tracemark_groundtruth.rendering.renderer import failures_of, liquid, template_text

UNGRANTED = "https://not-granted.invalid/"
"""The target of links for values that `grant_read_access` refuses."""

_TASK_INPUT = ["task", "input"]
# The filters that Ground Truth adds accept an undefined name; Liquid's own output it, and so record it.
_ACCEPT_UNDEFINED = ("to_json", "skip_autoescape", "grant_read_access")


@dataclass(frozen=True, slots=True)
class InspectedPage:
    """A page for one task input.

    `missing` are the names that are shown and lead nowhere, `ungranted` the values that `grant_read_access` refuses.
    """

    html: str
    missing: tuple[str, ...]
    ungranted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InspectedTemplate:
    """A template that parses; `unknown_filters` are those that Ground Truth lacks, sorted.

    `foreign_names` are those that are neither below `task.input` nor made by the template itself, sorted.
    """

    source: str
    text: str
    unknown_filters: tuple[str, ...]
    foreign_names: tuple[str, ...]

    @classmethod
    def parse(cls, data: bytes, source: str) -> InspectedTemplate:
        """Read a template file.

        Raises:
            TemplateFailed: it is too long, not UTF-8, not valid Liquid, or loads other files; the error says where.
        """
        text = template_text(data, source)
        try:
            with failures_of(source):
                template = liquid().from_string(text)
                analysis = template.analyze()
        except TemplateFailed as error:
            what = f"it is not valid Liquid: {error.what}"
            raise TemplateFailed(what, place=error.place, expected=error.expected, remedy=error.remedy) from error
        variables = [variable for group in analysis.globals.values() for variable in group]
        foreign = {str(variable) for variable in variables if variable.segments[:2] != _TASK_INPUT}
        unknown = set(analysis.filters) - set(template.env.filters)
        return cls(source, text, tuple(sorted(unknown)), tuple(sorted(foreign)))

    def render(self, task_input: Mapping[str, Json], grant: Grant) -> InspectedPage:
        """Return the page for one task input; an unknown filter passes its value through.

        Raises:
            TemplateFailed: a filter does not accept its value, or the template exceeds a limit.
        """
        missing, ungranted = list[str](), list[str]()
        with failures_of(self.source), granting(grant):
            html = self._template(missing, ungranted).render(task={"input": dict(task_input)})
        return InspectedPage(html, tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(ungranted)))

    def _template(self, missing: list[str], ungranted: list[str]) -> BoundTemplate:
        environment = liquid(_undefined_type(missing))
        filters = environment.filters
        filters["grant_read_access"] = _record_refusals(filters["grant_read_access"], ungranted)
        filters.update({name: _note_missing(filters[name]) for name in _ACCEPT_UNDEFINED})
        filters.update({name: _pass_through for name in self.unknown_filters})
        return environment.from_string(self.text)


class _Noting(Undefined):
    """An undefined name: it may be tested, and is recorded when it is output or looped over."""

    missing: list[str]

    def __str__(self) -> str:
        self.note()
        return ""

    def items(self) -> Any:
        self.note()
        return {}.items()

    def note(self) -> None:
        # The hint of a path says all of it; the name is its root only.
        self.missing.append((self.hint or "").partition(" is undefined")[0].strip("'") or self.name)


def _undefined_type(missing: list[str]) -> type[Undefined]:
    return type("Noting", (_Noting,), {"missing": missing})


def _note_missing(filter_: Callable[..., Any]) -> Callable[..., Any]:
    def noting(value: object, *values: Any, **options: Any) -> Any:
        if isinstance(value, _Noting):
            value.note()
            return ""
        return filter_(value, *values, **options)

    return noting


def _record_refusals(filter_: Callable[..., Any], ungranted: list[str]) -> Callable[..., Any]:
    def recording(value: object) -> Any:
        try:
            return filter_(value)
        except TemplateFailed:
            ungranted.append(str(value))
            return f"{UNGRANTED}{value}"

    return recording


def _pass_through(value: object, *_: object, **__: object) -> object:
    return value
