"""The functions, their logs, and what their environment tells them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Deploy = Callable[..., dict[str, Any]]

NAMES = ["PreLabeling", "PostLabeling", "Plotting"]
PRE = "images/prelabel/src/tracemark_prelabel/settings.py"
POST = "images/postlabel/src/tracemark_postlabel/settings.py"
PLOTTING = "services/plotting/src/tracemark_plotting/settings.py"


@pytest.fixture
def resources(deploy: Deploy, image: str) -> dict[str, Any]:
    found = deploy(
        PlottingImageUri=image,
        SensorProfile="robotic-weld",
        LabelCategories="labels.json",
        AbstainLabel="Unclear",
        WorkerMemory="on",
        GoldManifest="manifest.jsonl",
        Show="both",
    )["Resources"]
    assert isinstance(found, dict)
    return found


def _function(resources: dict[str, Any], name: str) -> dict[str, Any]:
    facts = resources[f"{name}Lambda"]
    assert facts["Type"] == "AWS::Lambda::Function"
    properties = facts["Properties"]
    assert isinstance(properties, dict)
    return properties


def _variables(resources: dict[str, Any], name: str) -> dict[str, str]:
    variables = _function(resources, name)["Environment"]["Variables"]
    assert isinstance(variables, dict)
    return variables


def _texts(module: Path) -> set[str]:
    constants = [
        node.value for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Constant)
    ]
    return {value for value in constants if isinstance(value, str)}


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_called_what_the_walk_through_looks_for(resources: dict[str, Any], name: str) -> None:
    called = _function(resources, name)["FunctionName"]

    assert called == f"{name}Lambda-51af3dc0"


@pytest.mark.parametrize("name", NAMES)
def test_a_function_s_name_fits_however_long_the_stack_s_name_is(resources: dict[str, Any], name: str) -> None:
    assert len(_function(resources, name)["FunctionName"]) <= 64


@pytest.mark.parametrize("name", NAMES)
def test_a_function_runs_its_own_image_under_its_own_role(deploy: Deploy, image: str, name: str) -> None:
    own = image.replace("prelabel", "own")
    resources = deploy(**{"PlottingImageUri": image, f"{name}ImageUri": own})["Resources"]

    function = _function(resources, name)

    assert function["PackageType"] == "Image"
    assert function["Code"] == {"ImageUri": own}
    assert function["Role"] == f"<{name}Role.Arn>"


@pytest.mark.parametrize("name", NAMES)
def test_memory_time_storage_and_processor_come_from_parameters(deploy: Deploy, image: str, name: str) -> None:
    function = _function(
        deploy(
            **{
                "PlottingImageUri": image,
                f"{name}Memory": "4001",
                f"{name}Timeout": "99",
                f"{name}EphemeralStorage": "777",
                "Architecture": "arm64",
            }
        )["Resources"],
        name,
    )

    assert function["MemorySize"] == "4001"
    assert function["Timeout"] == "99"
    assert function["EphemeralStorage"] == {"Size": "777"}
    assert function["Architectures"] == ["arm64"]


@pytest.mark.parametrize("name", NAMES)
def test_a_function_logs_json_into_a_group_of_its_own_that_forgets(deploy: Deploy, image: str, name: str) -> None:
    resources = deploy(PlottingImageUri=image, LogRetentionInDays="90")["Resources"]
    function, group = _function(resources, name), resources[f"{name}LogGroup"]

    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert function["LoggingConfig"]["LogGroup"] == f"<{name}LogGroup>"
    assert group["Type"] == "AWS::Logs::LogGroup"
    assert group["Properties"]["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
    assert group["Properties"]["RetentionInDays"] == "90"


@pytest.mark.parametrize("name", NAMES)
def test_a_log_group_goes_with_the_stack(resources: dict[str, Any], name: str) -> None:
    assert resources[f"{name}LogGroup"]["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_confined_to_the_bucket(resources: dict[str, Any], name: str) -> None:
    assert _variables(resources, name)["ALLOWED_BUCKETS"] == "<Bucket>"


@pytest.mark.parametrize(
    ("name", "modules"), [("PreLabeling", [PRE, PLOTTING]), ("PostLabeling", [POST]), ("Plotting", [PLOTTING])]
)
def test_every_variable_is_read_by_the_function_s_settings(
    resources: dict[str, Any], project: Path, name: str, modules: list[str]
) -> None:
    read = {text for module in modules for text in _texts(project / module)}

    assert set(_variables(resources, name)) - read == set()


def test_as_it_comes_the_functions_are_told_little(deploy: Deploy) -> None:
    resources = deploy()["Resources"]

    labels = {"LABEL_CATEGORIES": "s3://<Bucket>/labels.json"}  # those of the sample job
    told = {"ALLOWED_BUCKETS": "<Bucket>", "MAX_CSV_BYTES": "134217728", "ON_BAD_ITEM": "skip"}
    assert _variables(resources, "PreLabeling") == {**told, **labels}
    assert _variables(resources, "PostLabeling") == {
        "ALLOWED_BUCKETS": "<Bucket>",
        "CONSOLIDATION_POLICY": "ensemble",
        "CONTENT_STYLE": "tracemark",
        **labels,
    }


def test_without_samples_and_categories_the_functions_are_told_none(deploy: Deploy) -> None:
    resources = deploy(SampleData="false")["Resources"]

    told = {name for kind in ("PreLabeling", "PostLabeling") for name in _variables(resources, kind)}
    assert "LABEL_CATEGORIES" not in told


@pytest.mark.parametrize("name", ["PreLabeling", "Plotting"])
def test_whoever_draws_is_told_what_to_show(resources: dict[str, Any], name: str) -> None:
    assert _variables(resources, name)["SHOW"] == "both"


@pytest.mark.parametrize("name", ["PreLabeling", "Plotting"])
def test_a_trace_file_may_take_all_the_storage_of_its_function(deploy: Deploy, image: str, name: str) -> None:
    given = {"PlottingImageUri": image, "Show": "signals", f"{name}EphemeralStorage": "2048"}

    assert _variables(deploy(**given)["Resources"], name)["MAX_TRACE_DISK_BYTES"] == "2048000000"


def test_without_a_plotting_image_nothing_of_a_plotting_function_is_made(deploy: Deploy) -> None:
    assert [name for name in deploy()["Resources"] if name.startswith("Plotting")] == []


def test_with_a_plotting_image_the_pre_labeling_function_has_logs_drawn(resources: dict[str, Any]) -> None:
    assert _variables(resources, "PreLabeling")["PLOTTING_FUNCTION"] == "<PlottingLambda.Arn>"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"SensorProfile": "robotic-weld"}, "robotic-weld"),
        ({"SensorProfileFile": "profiles/press.yaml"}, "s3://<Bucket>/profiles/press.yaml"),
    ],
)
@pytest.mark.parametrize("name", ["PreLabeling", "Plotting"])
def test_a_sensor_profile_is_a_shipped_name_or_a_key_in_the_bucket(
    deploy: Deploy, image: str, name: str, given: dict[str, str], told: str
) -> None:
    resources = deploy(PlottingImageUri=image, **given)["Resources"]

    assert _variables(resources, name)["SENSOR_PROFILE"] == told


@pytest.mark.parametrize("name", ["PreLabeling", "PostLabeling"])
def test_both_labeling_functions_read_the_same_categories(resources: dict[str, Any], name: str) -> None:
    assert _variables(resources, name)["LABEL_CATEGORIES"] == "s3://<Bucket>/labels.json"


def test_the_post_labeling_function_is_told_which_category_abstains(resources: dict[str, Any]) -> None:
    assert _variables(resources, "PostLabeling")["ABSTAIN_LABEL"] == "Unclear"


def test_the_post_labeling_function_is_told_how_to_consolidate(deploy: Deploy) -> None:
    given = {"ConsolidationPolicy": "majority", "ContentStyle": "groundtruth", "WorkerMemory": "on"}

    told = _variables(deploy(GoldManifest="manifest.jsonl", **given)["Resources"], "PostLabeling")

    assert told == {
        "ALLOWED_BUCKETS": "<Bucket>",
        "CONSOLIDATION_POLICY": "majority",
        "CONTENT_STYLE": "groundtruth",
        "WORKER_MEMORY": "s3://<Bucket>/worker-memory/",
        "GOLD_MANIFEST": "s3://<Bucket>/manifest.jsonl",
        "LABEL_CATEGORIES": "s3://<Bucket>/labels.json",
    }


@pytest.mark.parametrize("choice", ["skip", "fail"])
def test_the_pre_labeling_function_is_told_what_a_bad_item_does(deploy: Deploy, choice: str) -> None:
    assert _variables(deploy(OnBadItem=choice)["Resources"], "PreLabeling")["ON_BAD_ITEM"] == choice


def test_no_function_has_code_in_the_template(template: dict[str, Any]) -> None:
    functions = [facts for facts in template["Resources"].values() if facts["Type"] == "AWS::Lambda::Function"]

    assert [set(function["Properties"]["Code"]) for function in functions] == [{"ImageUri"}] * 4
