"""Jobs that are finished, made of votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.manifest import DataObject
from tracemark.document import Json
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


def job(items: Sequence[Item], classes: Sequence[str] = ("Good Weld", "Burn Through", "Not sure")) -> FinishedJob:
    return FinishedJob("WeldingLabelJob1", "weld", tuple(items), tuple(classes), is_finished=True)
