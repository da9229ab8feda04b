"""Preparing one data object."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from support.fakes import FakePlotter, MemoryObjects, photograph

from tracemark.contract.preannotation import PreAnnotationRequest, PreAnnotationResponse
from tracemark.contract.previous_rounds import EarlierRound
from tracemark.deadline import Deadline
from tracemark.errors import AccessDenied, InvalidLog, ObjectMissing, RenderFailed, StorageUnavailable, TracemarkError
from tracemark.profile.shipped import ShippedProfile
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_prelabel.prepare import OnBadItem, Preparation

DOCUMENT = "s3://welds/dataset/dataset-1.json"
LOG = "s3://welds/sensor_data/weld.1.csv"
IMAGE = "s3://welds/images/weld.1.png"


def stored(document: object | None = None) -> MemoryObjects:
    store = MemoryObjects()
    content = document if document is not None else {"sensor_data": {"s3Path": LOG}, "image": {"s3Path": IMAGE}}
    store.put(DOCUMENT, content if isinstance(content, bytes) else json.dumps(content).encode())
    store.put(LOG, b"0,1,2,3\n1,2,3,4\n")
    store.put(IMAGE, photograph())
    return store


def answer(store: MemoryObjects, plotter: FakePlotter | None = None, **options: Any) -> PreAnnotationResponse:
    preparation = Preparation(store, plotter or FakePlotter(), **options)
    return preparation.answer(PreAnnotationRequest("", {"source": DOCUMENT}), Deadline.after(30))


def test_the_plots_go_below_plots_in_the_bucket_of_the_log() -> None:
    plotter = FakePlotter()

    answer(stored(), plotter)

    assert plotter.requests[0].destination == S3Prefix("welds", "plots/")


def test_a_line_may_point_to_its_document_by_source_ref() -> None:
    preparation = Preparation(stored(), FakePlotter())

    found = preparation.answer(PreAnnotationRequest("", {"source-ref": DOCUMENT}), Deadline.after(30))

    assert found.is_human_annotation_required


def test_the_profile_of_the_document_overrides_that_of_the_function() -> None:
    own = {"sensor_data": {"s3Path": LOG}, "image": {"s3Path": IMAGE}, "profile": {"s3Path": "s3://welds/p.yaml"}}
    plotter = FakePlotter()

    answer(stored(own), plotter, profile=ShippedProfile("robotic-weld"))

    assert plotter.requests[0].profile == S3Uri("welds", "p.yaml")


def test_without_a_profile_of_its_own_the_document_takes_that_of_the_function() -> None:
    plotter = FakePlotter()

    answer(stored(), plotter, profile=ShippedProfile("robotic-weld"))

    assert plotter.requests[0].profile == ShippedProfile("robotic-weld")


def test_the_categories_of_the_document_come_first() -> None:
    own = {"sensor_data": {"s3Path": LOG}, "image": {"s3Path": IMAGE}, "labels": ["OK", "Not OK"]}

    found = answer(stored(own))

    assert found.task_input["labels"] == ["OK", "Not OK"]


def test_the_category_file_comes_second() -> None:
    store = stored()
    store.put("s3://welds/labels.json", b'{"labels": [{"label": "A"}, {"label": "B"}]}')

    found = answer(store, label_categories=S3Uri("welds", "labels.json"))

    assert found.task_input["labels"] == ["A", "B"]


def test_the_seven_of_the_welding_job_come_last() -> None:
    found = answer(stored())

    assert found.task_input["labels"][-1] == "Not sure"
    assert len(found.task_input["labels"]) == 7


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (b"not json", "line 1 column 1"),
        (b"\xff\xfe", "UTF-8"),
        ([], "an object"),
        ({}, "sensor_data"),
        ({"imag": {"s3Path": IMAGE}, "sensor_data": {"s3Path": LOG}}, "'image', the nearest known key"),
        ({"sensor_data": LOG, "image": {"s3Path": IMAGE}}, "sensor_data"),
        ({"sensor_data": {"s3Path": 7}, "image": {"s3Path": IMAGE}}, "sensor_data.s3Path"),
        ({"sensor_data": {"s3Path": LOG}, "image": {"s3Path": "https://welds/x.png"}}, "image.s3Path"),
        ({"sensor_data": {"s3Path": LOG}, "image": {"s3Path": IMAGE}, "labels": []}, "labels"),
        ({"sensor_data": {"s3Path": LOG}, "image": {"s3Path": "s3://welds/images/gone.png"}}, "images/gone.png"),
    ],
)
def test_a_bad_document_is_left_out_and_the_error_names_the_place(document: object, named: str) -> None:
    found = answer(stored(document))

    assert not found.is_human_annotation_required
    assert named in found.task_input["error"]


def test_keys_that_the_document_has_beside_are_ignored() -> None:
    more = {"sensor_data": {"s3Path": LOG, "etag": "x"}, "image": {"s3Path": IMAGE}, "operator": "B"}

    found = answer(stored(more))

    assert found.is_human_annotation_required


@pytest.mark.parametrize("error", [InvalidLog("no rows"), ObjectMissing("gone")])
def test_a_log_that_cannot_be_drawn_is_left_out(error: TracemarkError) -> None:
    found = answer(stored(), FakePlotter(fails_with=error))

    assert found.to_json() == {"taskInput": {"error": str(error)}, "isHumanAnnotationRequired": "false"}


@pytest.mark.parametrize("error", [AccessDenied("no"), StorageUnavailable("down"), RenderFailed("dead")])
def test_a_failure_of_the_surroundings_is_raised(error: TracemarkError) -> None:
    with pytest.raises(type(error)):
        answer(stored(), FakePlotter(fails_with=error))


def test_a_bad_item_is_raised_when_bad_items_are_to_fail_the_job() -> None:
    with pytest.raises(InvalidLog):
        answer(stored(), FakePlotter(fails_with=InvalidLog("no rows")), on_bad_item=OnBadItem.FAIL)


def test_a_bad_item_is_logged_in_one_line_with_object_and_cause(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer(stored(), FakePlotter(fails_with=InvalidLog("no rows", place=LOG)))

    (record,) = caplog.records
    assert vars(record)["object"] == DOCUMENT
    assert vars(record)["cause"] == f"{LOG}: no rows"


def test_a_source_that_is_no_uri_is_left_out() -> None:
    preparation = Preparation(stored(), FakePlotter())

    found = preparation.answer(PreAnnotationRequest("", {"source": "inline text"}), Deadline.after(30))

    assert "'inline text'" in found.task_input["error"]


def test_earlier_rounds_of_a_line_are_passed_on_to_the_adjudicator() -> None:
    earlier = [EarlierRound("job", "Good Weld", 0.5, (("Good Weld", 1),), "tie", ("a pore",)).to_json()]
    request = PreAnnotationRequest("", {"source": DOCUMENT, "earlier": earlier})

    found = Preparation(stored(), FakePlotter()).answer(request, Deadline.after(30))

    assert found.task_input["earlier"] == earlier


def test_without_earlier_rounds_the_task_input_is_that_of_the_tutorial() -> None:
    assert "earlier" not in answer(stored()).task_input


def test_gold_is_hidden_from_workers() -> None:
    request = PreAnnotationRequest("", {"source": DOCUMENT, "gold": "Good Weld, secretly"})

    found = Preparation(stored(), FakePlotter()).answer(request, Deadline.after(30))

    assert "secretly" not in json.dumps(found.to_json())


def test_earlier_rounds_of_another_shape_leave_the_object_out_before_anything_is_drawn() -> None:
    plotter = FakePlotter()
    request = PreAnnotationRequest("", {"source": DOCUMENT, "earlier": "last week"})

    found = Preparation(stored(), plotter).answer(request, Deadline.after(30))

    assert not found.is_human_annotation_required
    assert "earlier" in str(found.task_input["error"])
    assert plotter.requests == []


def test_the_task_input_names_the_trace_file_that_was_written() -> None:
    trace = S3Uri.parse("s3://welds/plots/weld.1.csv.zarr.zip")

    found = answer(stored(), FakePlotter(trace=trace))

    assert found.task_input["trace"] == {"file": "s3://welds/plots/weld.1.csv.zarr.zip"}


def test_the_task_input_has_no_trace_where_none_was_written() -> None:
    assert "trace" not in answer(stored()).task_input


def test_what_was_done_to_the_log_is_told_to_the_worker() -> None:
    plotter = FakePlotter(notes=("Rows sorted by time.",))

    assert answer(stored(), plotter).task_input["notes"] == ["Rows sorted by time."]


def test_a_log_to_which_nothing_was_done_leaves_the_task_input_as_it_was() -> None:
    assert "notes" not in answer(stored()).task_input
