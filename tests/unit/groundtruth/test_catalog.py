"""Which function an ARN means, and what a configuration may say about it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tracemark.document import Json
from tracemark.errors import InvalidConfiguration, InvalidDocument
from tracemark_groundtruth.functions.catalog import (
    Builtin,
    Catalog,
    Endpoint,
    Image,
    ManifestLines,
    Source,
    read_sources,
    start_functions,
)
from tracemark_groundtruth.functions.function import LambdaEndpoint
from tracemark_groundtruth.job.labeling_job import LabelingJob

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:pre"
POST = "arn:aws:lambda:eu-west-1:111122223333:function:post"


def config(value: Json, arn: str = ARN) -> bytes:
    return json.dumps({"functions": {arn: value}}).encode()


def job(pre: str | None = ARN, post: str | None = POST) -> LabelingJob:
    human: dict[str, Any] = {
        "WorkteamArn": "arn:aws:sagemaker:eu-west-1:111122223333:workteam/private-crowd/a",
        "UiConfig": {"UiTemplateS3Uri": "s3://welds/t.html"},
        "TaskTitle": "a",
        "TaskDescription": "b",
        "NumberOfHumanWorkersPerDataObject": 1,
        "TaskTimeLimitInSeconds": 60,
    }
    if pre:
        human["PreHumanTaskLambdaArn"] = pre
    if post:
        human["AnnotationConsolidationConfig"] = {"AnnotationConsolidationLambdaArn": post}
    document = {
        "LabelingJobName": "a",
        "LabelAttributeName": "a",
        "RoleArn": "arn:aws:iam::111122223333:role/a",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://welds/m.jsonl"}}},
        "OutputConfig": {"S3OutputPath": "s3://welds/out/"},
        "HumanTaskConfig": human,
    }
    return LabelingJob.parse(json.dumps(document).encode(), "job")


class Named:
    def __init__(self, name: str) -> None:
        self.name = name

    def invoke(self, payload: Json) -> Json:
        return payload


def test_every_kind_of_source_is_read() -> None:
    found = [
        read_sources(config(value), "functions.yaml")[ARN]
        for value in (
            {"endpoint": "http://127.0.0.1:9000", "timeout_seconds": 5},
            {"image": "mine:latest", "copies": 2, "environment": {"A": "b"}, "memory_mb": 512},
            {"builtin": "prelabel"},
        )
    ]

    assert found[0] == Endpoint("http://127.0.0.1:9000", 5)
    assert isinstance(found[1], Image)
    assert (found[1].image.name, found[1].image.memory_mb, found[1].copies) == ("pre", 512, 2)
    assert found[2] == Builtin("prelabel")


def test_an_images_own_variables_go_before_those_of_the_service() -> None:
    source = read_sources(config({"image": "mine", "environment": {"A": "own"}}), "functions.yaml")[ARN]

    assert isinstance(source, Image)
    assert source.within({"A": "service", "B": "service"}).environment == {"A": "own", "B": "service"}


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"{", "no YAML"),
        (b"a: 1", "'functions'"),
        (config({}), "exactly one of"),
        (config({"endpoint": "http://a", "builtin": "prelabel"}), "exactly one of"),
        (config({"endpoint": "file:///etc/passwd"}), "file:///etc/passwd"),
        (config({"endpoint": "http://a", "timeout_seconds": 901}), "901"),
        (config({"image": "a", "copies": 0}), "1 to 64"),
        (config({"image": "a", "environment": {"A": 1}}), "environment.A"),
        (config({"builtin": "prelabel"}, "pre"), "arn:aws:lambda"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused_by_name(data: bytes, named: str) -> None:
    with pytest.raises(InvalidDocument, match=named):
        read_sources(data, "functions.yaml")


def test_sources_are_opened_as_functions() -> None:
    builtin = Named("prelabel")
    sources: dict[str, Source] = {ARN: Endpoint("http://127.0.0.1:9000"), POST: Builtin("prelabel")}

    found = start_functions(sources, lambda image: Named(image.image.name), {"prelabel": builtin})

    assert isinstance(found[ARN], LambdaEndpoint)
    assert found[POST] is builtin


def test_a_function_that_this_process_does_not_have_is_refused() -> None:
    with pytest.raises(InvalidConfiguration, match="'magic'"):
        start_functions({ARN: Builtin("magic")}, lambda image: Named("never"), {"prelabel": Named("prelabel")})


def test_a_named_function_goes_before_the_default_one() -> None:
    named, default = Named("named"), Named("default")
    catalog = Catalog({ARN: named}, default, default)

    found = (catalog.pre_annotation(job()), catalog.post_annotation(job()))

    assert found == (named, default)


def test_without_a_default_an_unknown_arn_is_refused_and_the_known_ones_are_told() -> None:
    catalog = Catalog({ARN: Named("named")})

    with pytest.raises(InvalidConfiguration, match=r"function:post' is not known here.*function:pre"):
        catalog.post_annotation(job())


def test_a_job_without_a_pre_annotation_function_shows_its_manifest_lines() -> None:
    function = Catalog({}).pre_annotation(job(pre=None))

    assert isinstance(function, ManifestLines)
    assert function.invoke({"dataObject": {"source": "a"}}) == {"taskInput": {"source": "a"}}


def test_a_job_without_a_consolidation_function_has_none() -> None:
    catalog = Catalog({}, Named("default pre"), Named("default post"))

    assert catalog.post_annotation(job(post=None)) is None
