"""What the post-labeling function counts is what reports read: of answers, of labels, of manifest lines."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fakes import MemoryObjects

from tracemark.contract.manifest import DataObject
from tracemark.contract.output_line import LineLabel
from tracemark.contract.postannotation import AnnotatedObject, annotated_object_json
from tracemark.contract.preannotation import PreAnnotationRequest
from tracemark.contract.worker_answer import WorkerAnswer
from tracemark.document import Json, Node
from tracemark_groundtruth.finished.given_answer import GivenAnswer
from tracemark_groundtruth.job.result import ObjectRow
from tracemark_postlabel.answers import Answer, read_answer
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.fields.form import Form
from tracemark_postlabel.poll import Poll
from tracemark_postlabel.tally import tally

ESCAPED_TWICE = ["R&D", "R&amp;D", "a < b", "a &lt; b", "'", "&#39;", "&quot;x&quot;", "x"]


def counted(submitted: str, classes: Sequence[str]) -> list[str]:
    """Return the votes that the post-labeling function counts."""
    entry = annotated_object_json(DataObject(0, {"source": "x"}), [WorkerAnswer("w", {"c": {"label": submitted}})])
    readings = tuple(read_answer(Node(each, "payload"), MemoryObjects(), 10_000) for each in entry["annotations"])
    slate = Slate.listed(classes, "Not sure") if classes else Slate.open((), "Not sure")
    poll = Poll("0", (readings,))
    return [getattr(choice, "label", "") for choice in tally(poll, Form.of([poll], slate, "c")).ballot.choices]


def reported(submitted: str, classes: Sequence[str]) -> str | None:
    """Return the vote that reports read in the worker response."""
    entry = {"workerId": "w", "answerContent": {"c": {"label": submitted}}}
    return GivenAnswer.parse(Node(entry, "response"), classes).label("c")


@given(st.sampled_from(ESCAPED_TWICE), st.lists(st.sampled_from(ESCAPED_TWICE), unique=True))
def test_an_escaped_class_is_reported_as_it_is_counted(submitted: str, classes: list[str]) -> None:
    votes = counted(submitted, classes)

    assert votes in ([], [reported(submitted, classes)])


@pytest.mark.parametrize(
    ("submitted", "classes", "label"),
    [("R&amp;D", ["R&amp;D"], "R&amp;D"), ("R&amp;D", ["R&D"], "R&D"), ("R&amp;D", ["R&D", "R&amp;D"], "R&amp;D")],
)
def test_a_class_whose_name_holds_an_escape_stays_what_it_is(submitted: str, classes: list[str], label: str) -> None:
    assert (counted(submitted, classes), reported(submitted, classes)) == ([label], label)


def test_a_comment_is_cut_alike_in_the_label_and_in_the_report() -> None:
    content: dict[str, Json] = {"why": "x" * 3_000}
    entry = annotated_object_json(DataObject(0, {"source": "x"}), [WorkerAnswer("w", content)])

    reading = read_answer(Node(entry["annotations"][0], "payload"), MemoryObjects(), 10_000)
    given_answer = GivenAnswer.parse(Node({"workerId": "w", "answerContent": content}, "response"))

    assert isinstance(reading, Answer)
    assert reading.comments() == given_answer.comments


@pytest.mark.parametrize(
    ("attributes", "label", "confidence"),
    [
        ({"weld": 1, "weld-metadata": {"class-map": {"1": "Burn"}}}, "Burn", None),
        ({"weld": 1, "weld-metadata": {"class-name": "Burn", "confidence": 0.5}}, "Burn", 0.5),
        ({"weld": "Burn", "confidence": 0.9}, "Burn", None),
        ({"weld": {"c": "Burn", "confidence": 0.4}, "confidence": 0.9}, "Burn", 0.4),
        ({"weld": 1, "weld-figures": {"confidence": 0.3}}, "Burn", 0.3),
    ],
)
def test_a_line_has_the_same_label_in_every_table(
    attributes: dict[str, Json], label: str, confidence: float | None
) -> None:
    classes = ("Good Weld", "Burn")
    line = DataObject(0, {"source": "s3://welds/a.json", **attributes})

    row, read = ObjectRow.of_line(line, "weld", classes), LineLabel.parse(line.attributes, "weld", classes)

    assert read.label is not None
    assert (row.label, row.confidence) == (read.label.name, read.label.confidence) == (label, confidence)


@pytest.mark.parametrize("source", [None, "s3://welds/a.json"])
def test_a_line_with_both_keys_names_one_object_to_everybody(source: str | None) -> None:
    text = json.dumps({"source": source, "source-ref": "s3://welds/b.json"})
    line = DataObject.parse(text, 0)
    expected = source or "s3://welds/b.json"

    request = PreAnnotationRequest.of(line, "arn")
    entry = AnnotatedObject.parse(Node(annotated_object_json(line, []), "payload"))

    assert {str(line.uri), line.source, str(request.document), entry.source} == {expected}
