"""The worker template: its size, its Liquid, and what it makes of the task inputs that the function answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tracemark.contract.consolidated_label import VERDICT_KEYS
from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.checks.controls import Control, Kind, read_controls
from tracemark_cli.checks.finding import Finding, Severity, warning
from tracemark_cli.checks.form import Form
from tracemark_cli.checks.lost_answers import lost_answers
from tracemark_groundtruth.rendering.inspection import UNGRANTED, InspectedTemplate
from tracemark_groundtruth.rendering.page_parts import PageParts

_MAX_NAMED = 8
_AN_ELEMENT = "an element of docs/reference/crowd-elements.md"
_GRANTED = "https://granted.invalid"
# The links that the checks themselves put into a page.
_OWN_ORIGINS = (_GRANTED, UNGRANTED.rstrip("/"))
_ADD_FORM = "put a crowd-form around the inputs"


def example_link(uri: S3Uri) -> str:
    """Return a link that leads nowhere, in place of the one that `grant_read_access` makes for an object."""
    return f"{_GRANTED}/{uri.bucket}/{uri.key}"


def liquid_findings(page: InspectedTemplate) -> Iterator[Finding]:
    """Yield what is wrong with a template whatever the task input."""
    for name in page.unknown_filters:
        yield Finding(
            f"Ground Truth has no filter {name!r}", page.source, remedy="use to_json, escape or grant_read_access"
        )
    for name in page.foreign_names:
        yield Finding(
            f"{name!r} is not part of the task input",
            page.source,
            "names that begin with task.input",
            "write task.input. before it; Ground Truth gives a page nothing else",
        )


def rendering_findings(page: InspectedTemplate, task_inputs: Iterable[Mapping[str, Json]]) -> Iterator[Finding]:
    """Yield what is wrong with a template for these task inputs."""
    for task_input in task_inputs:
        rendered = page.render(task_input, example_link)
        missing = [name for name in rendered.missing if name not in page.foreign_names and name != "task"]
        for name in missing[:_MAX_NAMED]:
            yield Finding(
                f"{name!r} is not in the task input",
                page.source,
                f"one of {', '.join(task_input)}"
                if name.startswith("task.input.")
                else "a key that the items of the loop have",
                f"correct the name in the template, put {{% if {name} %}} around it where items may be without it, or "
                "answer it in the pre-labeling function",
            )
        for value in rendered.ungranted:
            yield Finding(
                f"grant_read_access gets {value[:120]!r}", page.source, "an s3:// URI", "pass it the URI of the object"
            )
        yield from parts_findings(PageParts.parse(rendered.html), page.source)
        form = Form.parse(rendered.html)
        yield from form_findings(form, page.source)
        yield from answer_findings(read_controls(rendered.html) if form.has_form else (), page.source)


def source_findings(page: InspectedTemplate) -> Iterator[Finding]:
    """Yield what can be said of a template as it is written, before Liquid has filled it in."""
    yield from liquid_findings(page)
    yield from parts_findings(PageParts.parse(page.text), page.source)
    if not any(form in page.text for form in ("<crowd-form", "<crowd-entity-annotation")):
        yield Finding("the page has no crowd-form, so nothing is submitted", page.source, remedy=_ADD_FORM)


def parts_findings(parts: PageParts, source: str) -> Iterator[Finding]:
    """Yield which parts of a page the portal does not have or does not load."""
    for name in parts.lost_elements:
        yield Finding(
            f"tracemark has no <{name}>: a worker sees nothing of it, and the page submits nothing",
            source,
            _AN_ELEMENT,
            "use another element; on AWS the worker portal may know it",
        )
    for name in set(parts.unknown_elements) - set(parts.lost_elements):
        yield warning(f"tracemark has no <{name}>: a worker sees its text only", source, _AN_ELEMENT, "leave it out")
    for address in parts.unshown:
        yield warning(
            f"the page shows {address[:120]!r} inside it; most browsers leave its place empty, and offer it for saving",
            source,
            remedy="give its pages as pictures",
        )
    for address in parts.unreadable[:_MAX_NAMED]:
        yield warning(
            f"the page loads {address[:120]!r}, which no browser can read as an address",
            source,
            "https://host/path",
            "correct the address",
        )
    for foreign in parts.foreign:
        if foreign.origin in _OWN_ORIGINS:
            continue
        yield warning(
            f"a {foreign.element} is loaded from {foreign.origin}, which the portal blocks",
            source,
            remedy=f"allow it with --template-source {foreign.origin}, or put it into the template",
        )


def form_findings(form: Form, source: str) -> Iterator[Finding]:
    """Yield what is wrong with a rendered page."""
    yield from _frame(form, source)
    for value in form.unsigned[:_MAX_NAMED]:
        yield Finding(
            f"the page shows {value[:120]!r} as it is, which no browser can open",
            source,
            remedy="pass the value through grant_read_access",
        )
    for asked in form.questions:
        if asked.problem:
            yield Finding(
                f"{asked.element} {asked.name!r}: {asked.problem}", source, '["Good Weld", …]', "use to_json | escape"
            )
    for element in form.unheeded:
        yield warning(
            f"a {element} has no exclusion-category: workers are not offered it",
            source,
            remedy=f"use {element}-multi-select, or name it among the categories",
        )


def answer_findings(controls: Sequence[Control], source: str) -> Iterator[Finding]:
    """Yield which answers of a page would be lost, and which cannot be what the job is about."""
    for loss in lost_answers(controls):
        severity = Severity.ERROR if loss.is_certain else Severity.WARNING
        yield Finding(loss.what, source, remedy=loss.remedy, severity=severity)
    for name in dict.fromkeys(control.name for control in controls if control.name in VERDICT_KEYS):
        is_typed = all(control.kind is Kind.TEXT for control in controls if control.name == name)
        yield Finding(
            f'a question is called "{name}", which is a key of the label itself: it cannot be the main question',
            source,
            f"none of {', '.join(sorted(VERDICT_KEYS))}",
            "give the question another name",
            Severity.WARNING if is_typed else Severity.ERROR,
        )


def _frame(form: Form, source: str) -> Iterator[Finding]:
    if not form.has_form:
        yield Finding("the page has no crowd-form, so nothing is submitted", source, remedy=_ADD_FORM)
    if not form.has_elements:
        yield Finding(
            "the page does not load the crowd elements",
            source,
            remedy='add <script src="https://assets.crowd.aws/crowd-html-elements.js"></script>',
        )
    if form.imports_modules:
        yield warning("a script is an ES module, which labeling pages do not run", source, remedy="load a plain script")
    if not form.questions and not form.nameless:
        yield Finding("the page asks nothing: it has no named input", source, remedy="add a crowd-classifier")
