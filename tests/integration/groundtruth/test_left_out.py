"""Objects that no worker is shown, and keys of the input that stay as they are."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("flag", ["False", "false", " FALSE ", False])
def test_an_object_that_needs_no_human_keeps_its_line(stage: Any, flag: object) -> None:
    stage.pre.answer = lambda event: {"taskInput": {"error": "no log"}, "isHumanAnnotationRequired": flag}

    stage.engine().run(stage.job)

    assert stage.output() == [{"source": "s3://welds/dataset/0.json"}, {"source": "s3://welds/dataset/1.json"}]


def test_an_object_that_needs_no_human_is_reported_with_the_functions_reason(stage: Any) -> None:
    stage.pre.answer = lambda event: {"taskInput": {"error": "no\nlog"}, "isHumanAnnotationRequired": "false"}

    result = stage.engine().run(stage.job)

    assert (result.left_out, result.rows[0].problem, stage.post.calls) == (2, "no log", [])


def test_an_object_that_is_labeled_already_is_not_shown_again(stage: Any) -> None:
    labeled = {"source": "s3://welds/dataset/0.json", "WeldingClass": {"WeldingClassification": "Contamination"}}
    stage.manifest(labeled, {"source": "s3://welds/dataset/1.json"})

    stage.engine().run(stage.job)

    assert (stage.output()[0], len(stage.pre.calls)) == (labeled, 1)


def test_further_keys_of_the_content_go_onto_the_line_but_replace_none(stage: Any) -> None:
    stage.manifest({"source": "one", "note": "mine"})
    content = {"WeldingClass": "Good Weld", "note": "theirs", "rating": 3, "WeldingClass-metadata": {}}
    stage.post.answer = lambda event: [{"datasetObjectId": "0", "consolidatedAnnotation": {"content": content}}]

    stage.engine().run(stage.job)

    line = stage.output()[0]
    assert (line["note"], line["rating"], line["WeldingClass-metadata"]["human-annotated"]) == ("mine", 3, "yes")
