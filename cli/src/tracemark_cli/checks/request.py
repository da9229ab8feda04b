"""The job's request against the API's own model, every difference at once, and what the model does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

import botocore.session

from tracemark.errors import DataError, quoted
from tracemark_cli.checks.finding import Finding
from tracemark_groundtruth.job.labeling_job import LabelingJob, read_request

_KINDS: Mapping[str, tuple[type[Any], str]] = {
    "structure": (dict, "an object"),
    "list": (list, "a list"),
    "string": (str, "a string"),
    "integer": (int, "a whole number"),
}


def request_findings(data: bytes, source: str) -> Iterator[Finding]:
    """Yield where a document is no custom `CreateLabelingJob` request."""
    try:
        request = read_request(data, source)
    except DataError as error:
        yield Finding.of(error)
        return
    found = list(_shape(_model(), request.value, ""))
    yield from (Finding(what, place=f"{source} key {path!r}", remedy=remedy) for path, what, remedy in found)
    if found:
        return
    try:
        LabelingJob.parse(data, source)
    except DataError as error:
        yield Finding.of(error)


@cache
def _model() -> Any:
    service = botocore.session.get_session().get_service_model("sagemaker")
    return service.operation_model("CreateLabelingJob").input_shape


Fault = tuple[str, str, str]
"""The key, what is wrong there, what to do."""


def _shape(shape: Any, value: Any, path: str) -> Iterator[Fault]:
    kind, words = _KINDS[shape.type_name]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield path, f"it holds {quoted(value)}, not {words}", f"give {words}"
    elif shape.type_name == "structure":
        yield from _structure(shape, value, path)
    elif shape.type_name == "list":
        yield from _bounds(shape, len(value), path, "entries")
        for index, entry in enumerate(value):
            yield from _shape(shape.member, entry, f"{path}[{index}]")
    elif shape.type_name == "string":
        yield from _text(shape, value, path)
    else:
        yield from _bounds(shape, value, path, "")


def _structure(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[Fault]:
    for name in shape.required_members:
        if name not in value:
            yield _below(path, name), "it is required and missing", "add it"
    for name, inner in value.items():
        if name in shape.members:
            yield from _shape(shape.members[name], inner, _below(path, name))
        else:
            close = get_close_matches(str(name), shape.members, n=1)
            meant = f"write {close[0]!r}" if close else "remove it"
            yield _below(path, str(name)), "the API knows no such key", meant


def _text(shape: Any, value: str, path: str) -> Iterator[Fault]:
    yield from _bounds(shape, len(value), path, "characters")
    if shape.enum and value not in shape.enum:
        yield path, f"it holds {quoted(value)}", f"use one of {', '.join(shape.enum)}"
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        yield path, f"it holds {quoted(value)}", f"the API takes what matches {pattern}"


def _bounds(shape: Any, size: int, path: str, unit: str) -> Iterator[Fault]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    has = f"it has {size:,} {unit}" if unit else f"it is {size:,}"
    if least is not None and size < least:
        yield path, has, f"the least is {least:,}"
    if most is not None and size > most:
        yield path, has, f"the most is {most:,}"


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value, re.ASCII | re.DOTALL) is not None
    except re.error:  # some of the model's patterns are Java's
        return True


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
