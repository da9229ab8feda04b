"""The pre-labeling function, really called for some lines of the manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tracemark.contract.manifest import DataObject
from tracemark.contract.preannotation import PreAnnotationRequest, PreAnnotationResponse
from tracemark.document import Json, Node
from tracemark.errors import DataError, FunctionFailed, one_line
from tracemark_cli.checks.finding import Finding, warning
from tracemark_cli.checks.hints import hint
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.rendering.renderer import MAX_TASK_INPUT_CHARACTERS

_ANSWER_KEYS = ("taskInput", "isHumanAnnotationRequired")


@dataclass(frozen=True, slots=True)
class Prepared:
    """One line and what the function made of it."""

    line: DataObject
    task_input: Mapping[str, Json]
    to_workers: bool


@dataclass(frozen=True)
class Preparations:
    """What calls for a sample of lines gave: sound answers, and what was wrong with the others."""

    function_name: str
    prepared: Sequence[Prepared] = field(default_factory=tuple)
    findings: Sequence[Finding] = field(default_factory=tuple)


def prepare(function: Function, lines: Sequence[DataObject], labeling_job_arn: str) -> Preparations:
    """Call the function once for each line."""
    prepared, findings = list[Prepared](), list[Finding]()
    for line in lines:
        answered, found = _one(function, line, labeling_job_arn)
        findings += found
        if answered:
            prepared.append(answered)
    if prepared and not any(one.to_workers for one in prepared) and not findings:
        what = "no sampled object needs a human, so no worker is asked"
        findings.append(Finding(what, function.name, "isHumanAnnotationRequired true", "look at the function"))
    return Preparations(function.name, tuple(prepared), tuple(findings))


def without_function(lines: Sequence[DataObject]) -> Preparations:
    """Return what workers see when a job has no pre-labeling function."""
    prepared = (Prepared(line, PreAnnotationResponse.without_function(line).task_input, True) for line in lines)
    return Preparations("", tuple(prepared))


def sample(lines: Sequence[DataObject], size: int) -> list[DataObject]:
    """Return at most `size` lines, spread evenly from the first to the last."""
    if len(lines) <= size:
        return list(lines)
    step = (len(lines) - 1) / max(size - 1, 1)
    return [lines[round(step * number)] for number in range(size)]


def _one(function: Function, line: DataObject, arn: str) -> tuple[Prepared | None, list[Finding]]:
    place = f"{function.name} for line {line.index + 1} ({one_line(line.source, 200)})"
    try:
        answer = function.invoke(PreAnnotationRequest.of(line, arn).to_json())
    except FunctionFailed as error:
        return None, [Finding(error.what, place, remedy=hint(error.what) or "one such error ends the whole job")]
    found = list(_keys(answer, place))
    try:
        response = PreAnnotationResponse.parse(answer, place)
    except DataError as error:
        return None, [*found, Finding.of(error)]
    found += _content(response, place)
    return Prepared(line, response.task_input, response.is_human_annotation_required), found


def _keys(answer: Json, place: str) -> Iterator[Finding]:
    if not isinstance(answer, dict):
        return
    if "humanAnnotationRequired" in answer:
        yield Finding(
            "the answer has the key 'humanAnnotationRequired', which Ground Truth does not read",
            place,
            "'isHumanAnnotationRequired'",
            "rename the key; without it every object goes to workers",
        )
    for key in answer:
        if key not in (*_ANSWER_KEYS, "humanAnnotationRequired"):
            yield warning(f"the answer has the key {key!r}, which is ignored", place, "'taskInput'", "move it there")


def _content(response: PreAnnotationResponse, place: str) -> Iterator[Finding]:
    size = len(json.dumps(response.task_input, ensure_ascii=False))
    if size > MAX_TASK_INPUT_CHARACTERS:
        yield Finding(
            f"the task input has {size:,} characters",
            place,
            f"at most {MAX_TASK_INPUT_CHARACTERS:,}",
            "put the data into S3 and answer its URI",
        )
    error = Node(response.task_input, place).get("error")
    if error and not response.is_human_annotation_required:
        yield Finding(f"the object is left out: {one_line(str(error.value), 400)}", place, remedy="correct the data")
