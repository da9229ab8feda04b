"""Jobs that are finished, made of votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark.marks.kind import Kind
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.given_answer import GivenAnswer
from tracemark_groundtruth.finished.item import Item, Standing

CLASSIFIER = "WeldingClassification"


def item(
    index: int, votes: Mapping[str, str], label: ConsolidatedLabel | None, seconds: float = 10.0, **line: Json
) -> Item:
    """Return an object with these votes by worker; without a label it failed."""
    answers = tuple(GivenAnswer(worker, {CLASSIFIER: chosen}, seconds) for worker, chosen in votes.items())
    attributes = {"source": f"s3://welds/dataset/{index}.json", **line}
    standing, failure = (Standing.LABELED, "") if label else (Standing.FAILED, "no worker answered this object")
    return Item(DataObject(index, attributes), standing, label, answers, CLASSIFIER, failure)


def field_item(
    index: int,
    fields: Mapping[str, tuple[Kind, Json]],
    answers: Mapping[str, Mapping[str, Json]],
    **line: Json,
) -> Item:
    """Return an object with verdicts on these fields, the first of them the main one, and these answers by worker."""
    given = tuple(GivenAnswer(worker, {}, 10.0, (), content) for worker, content in answers.items())
    main = next(iter(fields), CLASSIFIER)
    told = {
        name: {"kind": kind.value, "confidence": 0.75, "workers": len(answers)} for name, (kind, _) in fields.items()
    }
    values = {name: value for name, (_, value) in fields.items()}
    content: dict[str, Json] = {"weld": {**values, "main_field": main, "fields": told}}
    attributes = {"source": f"s3://welds/dataset/{index}.json", **line}
    found = ConsolidatedLabel.of_content(content, "weld") if fields else None
    standing, failure = (Standing.LABELED, "") if found else (Standing.FAILED, "no worker answered this object")
    return Item(DataObject(index, attributes), standing, found, given, main, failure)


def job(items: Sequence[Item], classes: Sequence[str] = ("Good Weld", "Burn Through", "Not sure")) -> FinishedJob:
    return FinishedJob("WeldingLabelJob1", "weld", tuple(items), tuple(classes), is_finished=True)
