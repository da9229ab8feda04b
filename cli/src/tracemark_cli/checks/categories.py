"""The job's categories against what the function answers and the page offers: one list, or answers are lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tracemark.contract.categories import WELDING_CATEGORIES
from tracemark.document import Json
from tracemark.errors import TracemarkError, quoted
from tracemark_cli.checks.finding import Finding, warning
from tracemark_cli.checks.page import example_link
from tracemark_cli.checks.preparation import Prepared
from tracemark_groundtruth.labeling.categories import LABELS_KEY, outside
from tracemark_groundtruth.rendering.classifiers import Classifier, classifiers
from tracemark_groundtruth.rendering.inspection import InspectedTemplate

_NAMED = 12
_LISTED = 'write categories="{{ task.input.labels | to_json | escape }}", or labels="…" where things are marked'


def function_findings(prepared: Iterable[Prepared], categories: Sequence[str], source: str) -> Iterator[Finding]:
    """Yield which labels the function answers that the job does not have; `source` is its category file."""
    for one in prepared:
        labels = one.task_input.get(LABELS_KEY)
        wrong = outside(labels, categories) if one.to_workers and isinstance(labels, list) else []
        if wrong:
            yield Finding(
                f"the pre-labeling function answers labels that the job does not have: {_names(wrong)}",
                f"task input of line {one.line.index + 1}",
                f"the categories of {source}: {_names(categories)}",
                "set the function's LABEL_CATEGORIES to the job's file; correct 'labels' in the dataset document",
            )
            return


def default_findings(prepared: Iterable[Prepared]) -> Iterator[Finding]:
    """Yield that a job without a category file shows the demo's classes."""
    if any(one.task_input.get(LABELS_KEY) == list(WELDING_CATEGORIES.names) for one in prepared):
        yield warning(
            "the job names no category file, so the page shows the classes of the welding demo",
            "LabelCategoryConfigS3Uri",
            "the job's own classes",
            "name a label category file, unless these are the classes",
        )


def spelling_findings(categories: Sequence[str], abstain: str, source: str) -> Iterator[Finding]:
    """Yield which categories look like the label that abstains, but are spelled in another way than `abstain`."""
    alike = [name for name in categories if name != abstain and _bare(name) == _bare(abstain)]
    if alike:
        yield warning(
            f"spelled almost like the label that abstains, {quoted(abstain)}: {_names(alike)}",
            source,
            "the very spelling of ABSTAIN_LABEL: the report counts any other as a class of its own",
            f"write {quoted(abstain)} in the category file, or set ABSTAIN_LABEL to the file's spelling",
        )


def page_findings(
    page: InspectedTemplate, prepared: Iterable[Prepared], categories: Sequence[str], source: str
) -> Iterator[Finding]:
    """Yield where the classifiers of the page offer other classes than the job has, or not all of them."""
    for one in prepared:
        if not one.to_workers or outside(one.task_input.get(LABELS_KEY) or categories, categories):
            continue  # said by `function_findings`
        try:
            shown = classifiers(page.render(one.task_input, example_link).html)
        except TracemarkError:
            return  # said by the check of the page
        found = list(_page(shown, categories, page.source, source))
        yield from found
        if found:
            return


def _page(shown: Sequence[Classifier], categories: Sequence[str], place: str, source: str) -> Iterator[Finding]:
    readable = [one for one in shown if one.categories]
    sharing = [one for one in readable if set(one.categories) & set(categories)]
    if readable and not sharing:
        yield _foreign(readable[0], readable[0].categories, categories, place, source)
    for one in sharing:
        wrong = [name for name in one.categories if name not in categories]
        if wrong:
            yield _foreign(one, wrong, categories, place, source)
        missing = [name for name in categories if name not in one.categories]
        if missing:
            yield warning(
                f"the question {quoted(one.name)} does not offer {_names(missing)}",
                place,
                f"the categories of {source}",
                _LISTED,
            )


def _foreign(one: Classifier, wrong: Sequence[Json], categories: Sequence[str], place: str, source: str) -> Finding:
    return Finding(
        f"the question {quoted(one.name)} offers what the job does not have: {_names(wrong)}",
        place,
        f"the categories of {source}: {_names(categories)}",
        f"such answers are refused; {_LISTED}",
    )


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()


def _names(names: Sequence[Json]) -> str:
    return ", ".join(quoted(name, 60) for name in names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
