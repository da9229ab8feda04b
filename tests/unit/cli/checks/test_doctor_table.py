"""The doctor's table: set-ups with one thing broken, and the finding that has to name it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from moto import mock_aws
from support.fakes import photograph
from support.labeling_setups import (
    BUCKET,
    CORS,
    SetUp,
    allowing,
    described_job,
    function,
    image,
    read,
    s3_client,
    trust,
)
from support.staged_aws import ACCOUNT, Refused

from tracemark.contract.categories import WELDING_CATEGORIES
from tracemark_cli.checks.check import Report

Break = Callable[[SetUp], None]
PAGE = "templates/weld.liquid.html"
SECOND = "manifest.jsonl"


@pytest.fixture
def good() -> Iterator[SetUp]:
    with mock_aws():
        yield SetUp(s3_client())


def manifest(change: Callable[[list[str]], list[str]]) -> Break:
    def apply(setup: SetUp) -> None:
        lines = setup.files["manifest.jsonl"].decode().splitlines()
        setup.files["manifest.jsonl"] = "\n".join(change(lines)).encode()

    return apply


def line(text: str) -> Break:
    return manifest(lambda lines: [lines[0], text, *lines[2:]])


def page(old: str, new: str) -> Break:
    return lambda setup: setup.edit(PAGE, old, new)


def prepared(change: Callable[[dict[str, Any]], Any]) -> Break:
    def apply(setup: SetUp) -> None:
        sound = setup.pre
        setup.pre = lambda event, context: change(sound(event, context))

    return apply


def consolidated(change: Callable[[list[dict[str, Any]]], Any]) -> Break:
    def apply(setup: SetUp) -> None:
        sound = setup.post
        setup.post = lambda event, context: change(sound(event, context))

    return apply


def reply(operation: str, answer: Any) -> Break:
    return lambda setup: setup.replies.update({operation: answer})


def stored(key: str, data: bytes) -> Break:
    return lambda setup: setup.files.update({key: data})


def human(**changes: Any) -> Break:
    return lambda setup: setup.human.update(changes)


def without(key: str) -> Break:
    def apply(setup: SetUp) -> None:
        del setup.files[key]

    return apply


def task(**changes: Any) -> Break:
    return prepared(lambda answer: {**answer, "taskInput": {**answer["taskInput"], **changes}})


def key_of_samples(setup: SetUp) -> None:
    """AWS's recipe for pre-annotation functions."""
    sound = setup.pre

    def handle(event: Any, context: Any) -> Any:
        return {"taskInput": sound(event, context)["taskInput"], "humanAnnotationRequired": "true"}

    setup.pre = handle


def lower_case_uri(setup: SetUp) -> None:
    """AWS's samples read the key s3uri, which the service has never written."""
    setup.post = lambda event, context: read(setup.s3, event["payload"]["s3uri"])


def snake_case_categories(setup: SetUp) -> None:
    """AWS's samples read label_categories."""
    setup.post = lambda event, context: event["label_categories"]


def one_row_per_annotation(setup: SetUp) -> None:
    """AWS's simplest sample: every worker's annotation becomes an entry."""

    def handle(event: Any, context: Any) -> Any:
        return [
            {
                "datasetObjectId": entry["datasetObjectId"],
                "consolidatedAnnotation": {
                    "content": {event["labelAttributeName"]: {"workerId": annotation["workerId"]}}
                },
            }
            for entry in read(setup.s3, event["payload"]["s3Uri"])
            for annotation in entry["annotations"]
        ]

    setup.post = handle


def trips_over_empty_forms(setup: SetUp) -> None:
    sound = setup.post

    def handle(event: Any, context: Any) -> Any:
        for entry in read(setup.s3, event["payload"]["s3Uri"]):
            for annotation in entry["annotations"]:
                json.loads(annotation["annotationData"]["content"])["WeldingClassification"]
        return sound(event, context)

    setup.post = handle


def reads_another_key(setup: SetUp) -> None:
    setup.pre = lambda event, context: event["dataObject"]["source-ref"]


def leaves_one_out(setup: SetUp) -> None:
    sound = setup.pre

    def handle(event: Any, context: Any) -> Any:
        if event["dataObject"]["source"].endswith("-3.json"):
            return {"taskInput": {"error": "the log is empty"}, "isHumanAnnotationRequired": "false"}
        return sound(event, context)

    setup.pre = handle


def single_quoted(setup: SetUp) -> None:
    setup.edit("manifest.jsonl", '"', "'")


def untrusted(setup: SetUp) -> None:
    setup.replies["iam.GetRole"]["Role"]["AssumeRolePolicyDocument"] = json.dumps(trust("lambda.amazonaws.com"))


def elsewhere(setup: SetUp) -> None:
    setup.region_of_bucket = "eu-central-1"


def for_arm(setup: SetUp) -> None:
    setup.architecture = "arm64"


def labeled_already(lines: list[str]) -> list[str]:
    return [json.dumps({**json.loads(one), "WeldingLabelJob1": {"x": "y"}}) for one in lines]


TABLE: dict[str, tuple[Break, str, str]] = {
    # the request
    "a key the API does not know": (human(TaskTitel="x"), "request", "no such key"),
    "no title": (lambda setup: setup.human.pop("TaskTitle") and None, "request", "required and missing"),
    "ten workers": (human(NumberOfHumanWorkersPerDataObject=10), "request", "it is 10"),
    "a title too long": (human(TaskTitle="x" * 129), "request", "129 characters"),
    "a name with underscores": (
        lambda setup: setup.request.update(LabelingJobName="Welding_Job_1"),
        "request",
        "Welding_Job_1",
    ),
    "an attribute that ends in -ref": (
        lambda setup: setup.request.update(LabelAttributeName="weld-ref"),
        "request",
        "weld-ref",
    ),
    "the placeholder of a work team": (human(WorkteamArn="WORKTEAM_ARN"), "request", "WORKTEAM_ARN"),
    "a function's name instead of its ARN": (
        human(PreHumanTaskLambdaArn="PreLabelingLambda"),
        "request",
        "PreLabeling",
    ),
    "a time limit as a text": (human(TaskTimeLimitInSeconds="3600"), "request", "not a whole number"),
    # the manifest
    "a single-quoted manifest": (single_quoted, "manifest", "Python's way"),
    "a JSON list": (manifest(lambda lines: [f"[{', '.join(lines)}]"]), "manifest", "one JSON list"),
    "an object over several lines": (
        manifest(lambda lines: [json.dumps(json.loads(lines[0]), indent=2)]),
        "manifest",
        "spans several lines",
    ),
    "an empty line": (line(""), "manifest", "empty"),
    "an empty manifest": (manifest(lambda _: []), "manifest", "no lines"),
    "a comma at the end of a line": (line(f'{{"source": "s3://{BUCKET}/x.json"}},'), "manifest", "not JSON"),
    "typographic quotes": (line("{\u201csource\u201d: \u201cs3://welds/x\u201d}"), "manifest", "typographic"),
    "Source for source": (line(f'{{"Source": "s3://{BUCKET}/x.json"}}'), "manifest", "'Source'"),
    "source_ref for source-ref": (line(f'{{"source_ref": "s3://{BUCKET}/x.json"}}'), "manifest", "'source_ref'"),
    "an attribute with a dollar": (line('{"source": "x", "$id": 1}'), "manifest", "'$'"),
    "an attribute too long": (line(json.dumps({"source": "x" * 20_001})), "manifest", "20,001"),
    "a bucket in capitals": (line('{"source": "s3://Welds/dataset/dataset-1.json"}'), "manifest", "bucket name"),
    "not UTF-8": (
        lambda setup: setup.files.update({SECOND: '{"source": "Schweißnaht"}'.encode("latin-1")}),
        "manifest",
        "not UTF-8",
    ),
    "every line labeled already": (manifest(labeled_already), "manifest", "already"),
    "no manifest": (without("manifest.jsonl"), "manifest", "no such object"),
    # the objects
    "a dataset document that is not there": (without("dataset/dataset-2.json"), "objects of the manifest", "no such"),
    "a photograph that is not there": (without("images/weld.4.png"), "objects of the task inputs", "no such object"),
    "a photograph of no bytes": (stored("images/weld.1.png", b""), "objects of the task inputs", "empty"),
    "a photograph that is cut off": (
        stored("images/weld.3.png", photograph("PNG", size=(90, 90))[:-30]),
        "objects of the task inputs",
        "damaged",
    ),
    "a photograph that no browser shows": (
        stored("images/weld.5.png", photograph("TIFF")),
        "objects of the task inputs",
        "no browser shows this image: it is a TIFF file",
    ),
    "a photograph of 16 bits": (
        stored("images/weld.5.png", photograph("PNG", "I;16")),
        "objects of the task inputs",
        "16 bits",
    ),
    "a category file that is not there": (without("labels.json"), "label categories", "no such object"),
    "a category twice": (
        lambda setup: setup.edit("labels.json", "Burn Through", "Good Weld"),
        "label categories",
        "listed twice",
    ),
    "labels that the job does not have": (task(labels=["Good", "Bad"]), "label categories", "does not have: 'Good'"),
    "no labels at all": (task(labels=[]), "label categories", "does not have"),
    "categories written into the page": (
        page("{{ task.input.labels | to_json | escape }}", "['OK', 'Not OK']"),
        "label categories",
        "offers what the job does not have: 'OK', 'Not OK'",
    ),
    "one category too many on the page": (
        page("{{ task.input.labels | to_json | escape }}", "['Good Weld', 'Burn Through', 'Not sure', 'Pore']"),
        "label categories",
        "offers what the job does not have: 'Pore'",
    ),
    # the pre-labeling function
    "humanAnnotationRequired": (key_of_samples, "pre-labeling function", "humanAnnotationRequired"),
    "no taskInput": (prepared(lambda answer: answer["taskInput"]), "pre-labeling function", "taskInput"),
    "a flag that is neither": (
        prepared(lambda answer: {**answer, "isHumanAnnotationRequired": "yes"}),
        "pre-labeling function",
        "'yes'",
    ),
    "nobody is asked": (
        prepared(lambda answer: {**answer, "isHumanAnnotationRequired": False}),
        "pre-labeling function",
        "no worker is asked",
    ),
    "a function that raises": (reads_another_key, "pre-labeling function", "KeyError"),
    "one object left out": (leaves_one_out, "pre-labeling function", "the log is empty"),
    "a task input too large": (task(samples=["1.5"] * 40_000), "pre-labeling function", "characters"),
    # the page
    "a misspelt variable": (page("task.input.image.file", "task.input.picture.file"), "worker template", "picture"),
    "a misspelt part of a loop": (page("channel.file", "channel.uri"), "worker template", "channel.uri"),
    "a variable without task.input": (page("task.input.labels", "labels"), "worker template", "'labels'"),
    "task.workerId": (page("task.input.image.title", "task.workerId"), "worker template", "task.workerId"),
    "a filter nobody knows": (page("| grant_read_access", "| presign"), "worker template", "'presign'"),
    "no grant_read_access": (page(" | grant_read_access", ""), "worker template", "no browser can open"),
    "grant_read_access of a title": (
        page("task.input.image.file | grant", "task.input.image.title | grant"),
        "worker template",
        "grant_read_access gets",
    ),
    "a loop that is not closed": (page("{% endfor %}", ""), "worker template", "not valid Liquid"),
    "no crowd-form": (page("crowd-form", "form"), "worker template", "no crowd-form"),
    "no crowd elements": (page("crowd-html-elements", "crowd"), "worker template", "does not load"),
    "a classifier without a name": (page('name="WeldingClassification"', ""), "worker template", "no name"),
    "categories that are no list": (page("| to_json | escape", "| join: ', '"), "worker template", "its categories"),
    "no template": (without(PAGE), "worker template", "no such object"),
    "a template too long": (
        page("</crowd-form>", f"</crowd-form><!--{'x' * 128_000}-->"),
        "worker template",
        "template has",
    ),
    # the post-labeling function
    "s3uri": (lower_case_uri, "post-labeling function", "KeyError: 's3uri'"),
    "label_categories": (snake_case_categories, "post-labeling function", "KeyError: 'label_categories'"),
    "one row per annotation": (one_row_per_annotation, "post-labeling function", "has 2 entries"),
    "an empty form ends the batch": (trips_over_empty_forms, "post-labeling function", "empty form"),
    "an object forgotten": (consolidated(lambda entries: entries[1:]), "post-labeling function", "no entry"),
    "an answer that is an object": (
        consolidated(lambda entries: {"body": entries}),
        "post-labeling function",
        "the answer is",
    ),
    "a fixed label name": (
        consolidated(
            lambda entries: [
                {**entry, "consolidatedAnnotation": {"content": {"label": "Good Weld"}}} for entry in entries
            ]
        ),
        "post-labeling function",
        "has the keys 'label'",
    ),
    "ids of its own": (
        consolidated(lambda entries: [{**entry, "datasetObjectId": f"{n + 7}"} for n, entry in enumerate(entries)]),
        "post-labeling function",
        "nobody asked for",
    ),
    "no consolidatedAnnotation": (
        consolidated(lambda entries: [{"datasetObjectId": entry["datasetObjectId"]} for entry in entries]),
        "post-labeling function",
        "consolidatedAnnotation",
    ),
    # AWS
    "no customer": (
        reply("sagemaker.ListLabelingJobs", Refused("AccessDeniedException", "No longer open to new customers")),
        "Ground Truth",
        "refuses this account",
    ),
    "a job of this name": (
        reply("sagemaker.DescribeLabelingJob", described_job()),
        "name and work team",
        "of this name already",
    ),
    "no work team": (
        reply("sagemaker.DescribeWorkteam", Refused("ValidationException", "does not exist")),
        "name and work team",
        "no such work team",
    ),
    "a team of another Region": (
        human(WorkteamArn=f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:workteam/private-crowd/welding-experts"),
        "name and work team",
        "us-east-1",
    ),
    "a bucket of another Region": (elsewhere, "Region of the buckets", "eu-central-1"),
    "no CORS": (lambda setup: setup.cors.clear(), "CORS of the buckets", "no CORS rule"),
    "CORS that exposes nothing": (
        lambda setup: setup.cors.__setitem__(0, {**CORS, "ExposeHeaders": []}),
        "CORS of the buckets",
        "lets labeling pages in",
    ),
    "no function": (
        reply("lambda.GetFunction", Refused("ResourceNotFoundException", "not found")),
        "deployed functions",
        "no such function",
    ),
    "a function of another Region": (
        human(PreHumanTaskLambdaArn=f"arn:aws:lambda:us-west-2:{ACCOUNT}:function:Pre"),
        "deployed functions",
        "us-west-2",
    ),
    "Lambda's default timeout": (reply("lambda.GetFunction", function(Timeout=3)), "deployed functions", "3 s"),
    "a function that failed": (
        reply("lambda.GetFunction", function(State="Failed", StateReason="image gone")),
        "deployed functions",
        "image gone",
    ),
    "an image for another processor": (for_arm, "deployed functions", "arm64"),
    "an image with attestations": (
        reply("ecr.BatchGetImage", image("application/vnd.oci.image.index.v1+json")),
        "deployed functions",
        "image index",
    ),
    "an image that is gone": (
        reply("ecr.BatchGetImage", {"images": [], "failures": []}),
        "deployed functions",
        "not in its repository",
    ),
    "a role that trusts another service": (untrusted, "trust in the role", "does not trust"),
    "no role": (reply("iam.GetRole", Refused("NoSuchEntity")), "trust in the role", "no such role"),
    "a role that may not read": (
        reply("iam.SimulatePrincipalPolicy", allowing("s3:GetObject")),
        "permissions of the role",
        "s3:GetObject",
    ),
    "a role that may not write": (
        reply("iam.SimulatePrincipalPolicy", allowing("s3:PutObject")),
        "permissions of the role",
        "s3:PutObject",
    ),
    "a role that may not invoke": (
        reply("iam.SimulatePrincipalPolicy", allowing("lambda:InvokeFunction")),
        "permissions of the role",
        "lambda:InvokeFunction",
    ),
}


def without_history(setup: SetUp) -> None:
    setup.replies["sagemaker.ListLabelingJobs"] = {"LabelingJobSummaryList": []}
    setup.replies["sagemaker.ListWorkteams"] = {"Workteams": []}


def without_category_file(setup: SetUp) -> None:
    task(labels=list(WELDING_CATEGORIES.names))(setup)
    setup.request.pop("LabelCategoryConfigS3Uri")


def renamed_abstention(spelling: str) -> Break:
    def apply(setup: SetUp) -> None:
        setup.edit("labels.json", "Not sure", spelling)
        task(labels=["Good Weld", "Burn Through", spelling])(setup)

    return apply


DOUBTS: dict[str, tuple[Break, str, str]] = {
    "a label that abstains in capitals": (
        renamed_abstention("NOT SURE"),
        "label categories",
        "almost like the label that abstains, 'Not sure': 'NOT SURE'",
    ),
    "a label that abstains with more white space": (
        renamed_abstention("Not  sure"),
        "label categories",
        "almost like the label that abstains",
    ),
    "a byte order mark": (
        lambda setup: setup.files.update({SECOND: b"\xef\xbb\xbf" + setup.files[SECOND]}),
        "manifest",
        "byte order mark",
    ),
    "an item twice": (manifest(lambda lines: [*lines, lines[0]]), "manifest", "more than once"),
    "some lines labeled": (
        manifest(lambda lines: [*labeled_already(lines[:1]), *lines[1:]]),
        "manifest",
        "passed over",
    ),
    "a key beside taskInput": (
        prepared(lambda answer: {**answer, "labels": []}),
        "pre-labeling function",
        "is ignored",
    ),
    "a category that the page does not offer": (
        page("{{ task.input.labels | to_json | escape }}", "['Good Weld', 'Burn Through']"),
        "label categories",
        "does not offer 'Not sure'",
    ),
    "no category file and the demo's classes": (without_category_file, "label categories", "the welding demo"),
    "a label that is JSON in a text": (
        consolidated(
            lambda entries: [
                {**entry, "consolidatedAnnotation": {"content": {"WeldingLabelJob1": '{"a": "b"}'}}}
                for entry in entries
            ]
        ),
        "post-labeling function",
        "JSON in a text",
    ),
    "an account without a trace of Ground Truth": (without_history, "Ground Truth", "no labeling job and no work team"),
    "jobs that may not be listed": (
        reply("sagemaker.ListLabelingJobs", Refused("AccessDeniedException", "not authorized to perform")),
        "Ground Truth",
        "could not be listed",
    ),
    "a name that may not be looked up": (
        reply("sagemaker.DescribeLabelingJob", Refused("AccessDeniedException")),
        "name and work team",
        "is not known",
    ),
    "a function that may not be looked at": (
        reply("lambda.GetFunction", Refused("AccessDeniedException")),
        "deployed functions",
        "could not be read",
    ),
    "an image that may not be looked at": (
        reply("ecr.BatchGetImage", Refused("AccessDeniedException")),
        "deployed functions",
        "could not be inspected",
    ),
    "a configuration that may not be fetched": (
        reply("ecr.GetDownloadUrlForLayer", Refused("AccessDeniedException")),
        "deployed functions",
        "could not be fetched",
    ),
}


def errors(report: Report) -> list[tuple[str, str]]:
    return [
        (result.name, finding.what)
        for result in report.results
        for finding in result.findings
        if finding.severity.value == "error"
    ]


@cache
def broken(fault: str) -> Report:
    with mock_aws():
        setup = SetUp(s3_client())
        TABLE[fault][0](setup)
        return setup.examined()


def test_nothing_is_found_where_all_is_well(good: SetUp) -> None:
    report = good.examined()

    assert [(result.name, finding) for result in report.results for finding in result.findings] == []
    assert len(report.results) == 16


def test_nothing_that_the_doctor_wrote_is_left(good: SetUp) -> None:
    good.examined()

    assert good.left_in_output() == []


@pytest.mark.parametrize("fault", TABLE)
def test_a_planted_fault_is_found_by_the_check_that_it_belongs_to(fault: str) -> None:
    _, check, words = TABLE[fault]

    found = errors(broken(fault))

    assert [what for name, what in found if name == check and words in what], found


@pytest.mark.parametrize("fault", TABLE)
def test_every_finding_says_what_to_do(fault: str) -> None:
    report = broken(fault)

    assert [finding for result in report.results for finding in result.findings if not finding.remedy] == []


@pytest.mark.parametrize("oddity", DOUBTS)
def test_what_only_looks_odd_or_cannot_be_looked_at_is_no_fault(good: SetUp, oddity: str) -> None:
    plant, check, words = DOUBTS[oddity]
    plant(good)

    report = good.examined()

    found = [(result.name, finding.what) for result in report.results for finding in result.findings]
    assert errors(report) == []
    assert [what for name, what in found if name == check and words in what], found


def test_of_many_wrong_lines_ten_are_named_and_the_others_counted(good: SetUp) -> None:
    good.files["manifest.jsonl"] = b"{'source': 's3://welds/x'}\n" * 30

    found = [what for name, what in errors(good.examined()) if name == "manifest"]

    assert len(found) == 11
    assert found[-1] == "20 further lines are wrong"


def test_a_job_without_functions_is_sound_when_its_page_shows_the_object_itself(good: SetUp) -> None:
    del good.human["PreHumanTaskLambdaArn"], good.human["AnnotationConsolidationConfig"]
    good.files[PAGE] = (
        b'<script src="https://assets.crowd.aws/crowd-html-elements.js"></script><crowd-form>'
        b"{{ task.input.source | grant_read_access }}<crowd-input name='note'></crowd-input></crowd-form>"
    )

    report = good.examined()

    assert [(result.name, finding) for result in report.results for finding in result.findings] == []


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 30
    assert {"humanAnnotationRequired", "s3uri", "label_categories", "one row per annotation"} < set(TABLE)


def test_a_streaming_job_without_a_manifest_is_examined_as_far_as_it_can_be(good: SetUp) -> None:
    topic = f"arn:aws:sns:eu-west-1:{ACCOUNT}:welds"
    good.request["InputConfig"] = {"DataSource": {"SnsDataSource": {"SnsTopicArn": topic}}}
    good.request["StoppingConditions"] = {"MaxHumanLabeledObjectCount": 5}

    report = good.examined()

    found = {result.name: [finding.what for finding in result.findings] for result in report.results}
    assert found["manifest"] == [
        "a streaming job without a manifest: its functions are not called here",
        "a streaming job ignores its StoppingConditions",
    ]
    assert report.errors == 0, found


def test_a_job_without_a_consolidation_function_is_sound(good: SetUp) -> None:
    del good.request["HumanTaskConfig"]["AnnotationConsolidationConfig"]

    report = good.examined()

    assert (report.errors, report.warnings) == (0, 0)
