"""The worker template: its size, its Liquid, and what it makes of the task inputs that the function answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.checks.finding import Finding, warning
from tracemark_cli.checks.form import Form
from tracemark_groundtruth.rendering.inspection import InspectedTemplate

_MAX_NAMED = 8


def example_link(uri: S3Uri) -> str:
    """Return a link that leads nowhere, in place of the one that `grant_read_access` makes for an object."""
    return f"https://granted.invalid/{uri.bucket}/{uri.key}"


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
                "correct the name in the template, or answer it in the pre-labeling function",
            )
        for value in rendered.ungranted:
            yield Finding(
                f"grant_read_access gets {value[:120]!r}", page.source, "an s3:// URI", "pass it the URI of the object"
            )
        yield from form_findings(Form.parse(rendered.html), page.source)


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
    twice = [name for name, count in Counter(asked.name for asked in form.questions).items() if count > 1]
    for name in twice:
        yield warning(f"several inputs are called {name!r}; one answer hides the other", source, remedy="rename one")


def _frame(form: Form, source: str) -> Iterator[Finding]:
    if not form.has_form:
        yield Finding("the page has no crowd-form, so nothing is submitted", source, remedy="put it around the inputs")
    if not form.has_elements:
        yield Finding(
            "the page does not load the crowd elements",
            source,
            remedy='add <script src="https://assets.crowd.aws/crowd-html-elements.js"></script>',
        )
    if form.imports_modules:
        yield warning("a script is an ES module, which labeling pages do not run", source, remedy="load a plain script")
    for element in form.nameless:
        yield Finding(f"a {element} has no name, so its answer is lost", source, remedy="give it a name")
    if not form.questions and not form.nameless:
        yield Finding("the page asks nothing: it has no named input", source, remedy="add a crowd-classifier")
