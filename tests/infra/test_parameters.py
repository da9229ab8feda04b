"""What the template can be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Deploy = Callable[..., dict[str, Any]]

HEX = "0123456789abcdef" * 4
REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/tracemark-prelabel"
IMAGES = ["PreLabelingImageUri", "PostLabelingImageUri", "PlottingImageUri"]
KEY = "arn:aws:kms:eu-west-1:123456789012:key/"


def _fits(template: dict[str, Any], parameter: str, value: str) -> bool:
    return re.search(template["Parameters"][parameter]["AllowedPattern"], value) is not None


def test_a_parameter_takes_an_empty_value_exactly_when_its_description_says_so(template: dict[str, Any]) -> None:
    def takes_empty(facts: dict[str, Any]) -> bool:
        return "AllowedPattern" in facts and re.search(facts["AllowedPattern"], "") is not None

    facts_of = template["Parameters"]

    assert {name for name in facts_of if takes_empty(facts_of[name])} == {
        name for name in facts_of if "Empty: " in facts_of[name]["Description"]
    }


def test_every_pattern_is_bound_at_both_ends(template: dict[str, Any]) -> None:
    patterns = [facts["AllowedPattern"] for facts in template["Parameters"].values() if "AllowedPattern" in facts]

    assert [pattern for pattern in patterns if not re.fullmatch(r"\^.*\$", pattern)] == []


def test_every_default_fits_its_own_bounds(template: dict[str, Any]) -> None:
    for name, facts in template["Parameters"].items():
        default = facts.get("Default")
        if default is None:
            continue
        assert default in facts.get("AllowedValues", [default]), name
        assert re.search(facts.get("AllowedPattern", ""), str(default)), name
        if facts["Type"] == "Number":
            assert facts.get("MinValue", default) <= default <= facts.get("MaxValue", default), name


def test_every_parameter_appears_in_the_console_in_a_group(template: dict[str, Any]) -> None:
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]

    assert sorted(shown) == sorted(template["Parameters"])


def test_only_the_two_images_of_every_job_have_to_be_given(template: dict[str, Any]) -> None:
    required = {name for name, facts in template["Parameters"].items() if "Default" not in facts}

    assert required == {"PreLabelingImageUri", "PostLabelingImageUri"}


@pytest.mark.parametrize("parameter", IMAGES)
@pytest.mark.parametrize(
    "uri",
    [
        f"{REPOSITORY}@sha256:{HEX}",
        f"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/tracemark@sha256:{HEX}",
        f"123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/team/weld_ing.v2/pre-label@sha256:{HEX}",
        f"000000000000.dkr.ecr.us-east-1.amazonaws.com/a@sha256:{'0' * 64}",
    ],
)
def test_an_image_by_digest_is_taken(template: dict[str, Any], parameter: str, uri: str) -> None:
    assert _fits(template, parameter, uri)


@pytest.mark.parametrize("parameter", IMAGES)
@pytest.mark.parametrize(
    "uri",
    [
        REPOSITORY,
        f"{REPOSITORY}:latest",
        f"{REPOSITORY}:1.0@sha256:{HEX}",
        f"{REPOSITORY}@sha256:{HEX[:-1]}",
        f"{REPOSITORY}@sha256:{HEX}0",
        f"{REPOSITORY}@sha256:{HEX.upper()}",
        f"{REPOSITORY}@sha512:{HEX}",
        f"{REPOSITORY}@sha256:{HEX} ",
        f" {REPOSITORY}@sha256:{HEX}",
        f"https://{REPOSITORY}@sha256:{HEX}",
        f"12345678901.dkr.ecr.eu-west-1.amazonaws.com/tracemark@sha256:{HEX}",
        f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/@sha256:{HEX}",
        f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/Tracemark@sha256:{HEX}",
        f"123456789012.dkr.ecr.eu-west-1.amazonaws.com//tracemark@sha256:{HEX}",
        f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/tracemark/@sha256:{HEX}",
        f"123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.org/tracemark@sha256:{HEX}",
        f"123456789012.dkr.ecr.eu-west-1.amazonawsXcom/tracemark@sha256:{HEX}",
        f"images.example.org/tracemark@sha256:{HEX}",
        f"sha256:{HEX}",
    ],
)
def test_anything_but_an_image_by_digest_is_refused(template: dict[str, Any], parameter: str, uri: str) -> None:
    assert not _fits(template, parameter, uri)


@pytest.mark.parametrize(
    ("parameter", "value", "taken"),
    [
        ("PreLabelingImageUri", "", False),
        ("PostLabelingImageUri", "", False),
        ("PlottingImageUri", "", True),
        ("KmsKeyArn", "", True),
        ("KmsKeyArn", f"{KEY}1234abcd-12ab-34cd-56ef-1234567890ab", True),
        ("KmsKeyArn", f"{KEY}mrk-1234abcd12ab34cd56ef1234567890ab", True),
        ("KmsKeyArn", "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab", True),
        ("KmsKeyArn", "arn:aws:kms:eu-west-1:123456789012:alias/welding", False),
        ("KmsKeyArn", "1234abcd-12ab-34cd-56ef-1234567890ab", False),
        ("KmsKeyArn", f"{KEY}*", False),
        ("SensorProfile", "", True),
        ("SensorProfile", "robotic-weld", True),
        ("SensorProfile", "profiles/press.yaml", False),
        ("SensorProfile", "s3://other-bucket/press.yaml", False),
        ("SensorProfileFile", "", True),
        ("SensorProfileFile", "profiles/press.yaml", True),
        ("SensorProfileFile", "profiles/hall-3/press.yml", True),
        ("SensorProfileFile", "profiles/hall 3/press.yaml", False),
        ("SensorProfileFile", "profiles/../dataset/press.yaml", False),
        ("SensorProfileFile", "profiles/*.yaml", False),
        ("SensorProfileFile", "press.yaml", False),
        ("SensorProfileFile", "s3://other-bucket/profiles/press.yaml", False),
        ("LabelCategories", "", True),
        ("LabelCategories", "labels.json", True),
        ("LabelCategories", "settings/labels.json", True),
        ("LabelCategories", "*", False),
        ("LabelCategories", "*.json", False),
        ("LabelCategories", "/labels.json", False),
        ("LabelCategories", "s3://other-bucket/labels.json", False),
        ("GoldManifest", "", True),
        ("GoldManifest", "manifest.jsonl", True),
        ("GoldManifest", "rounds/2.manifest", True),
        ("GoldManifest", "*", False),
        ("GoldManifest", "../manifest.jsonl", False),
        ("GoldManifest", "s3://other-bucket/manifest.jsonl", False),
        ("AbstainLabel", "", True),
        ("AbstainLabel", "Not sure", True),
        ("AbstainLabel", "?", True),
        ("AbstainLabel", " Not sure", False),
        ("AbstainLabel", " ", False),
        ("WorkteamName", "welding-experts", True),
        ("WorkteamName", "", False),
        ("WorkteamName", "-experts", False),
        ("WorkteamName", "experts-", False),
        ("WorkteamName", "welding experts", False),
        ("UserPoolId", "", True),
        ("UserPoolId", "eu-west-1_Ab3dE6gH9", True),
        ("UserPoolId", "eu-west-1", False),
        ("UserPoolClientId", "", True),
        ("UserPoolClientId", "1h57kf5cpq17m0eml12example", True),
        ("UserPoolClientId", "labeling-portal", False),
    ],
)
def test_a_value_is_taken_or_refused(template: dict[str, Any], parameter: str, value: str, taken: bool) -> None:
    assert _fits(template, parameter, value) is taken


def test_every_profile_that_comes_with_tracemark_can_be_named(template: dict[str, Any], project: Path) -> None:
    shipped = [file.stem for file in (project / "shared/src/tracemark/profile/profiles").glob("*.yaml")]

    assert shipped
    assert [name for name in shipped if not _fits(template, "SensorProfile", name)] == []


def test_the_pre_labeling_function_waits_longer_than_the_plotting_function_runs(template: dict[str, Any]) -> None:
    parameters = template["Parameters"]

    assert parameters["PreLabelingTimeout"]["Default"] > parameters["PlottingTimeout"]["Default"]


@pytest.mark.parametrize(
    ("shipped", "own", "taken"),
    [
        ("", "", True),
        ("robotic-weld", "", True),
        ("", "profiles/press.yaml", True),
        ("robotic-weld", "profiles/press.yaml", False),
    ],
)
def test_a_shipped_and_an_own_profile_exclude_each_other(deploy: Deploy, shipped: str, own: str, taken: bool) -> None:
    rule = deploy(SensorProfile=shipped, SensorProfileFile=own)["Rules"]["OneSensorProfile"]

    assert [assertion["Assert"] for assertion in rule["Assertions"]] == [taken]


@pytest.mark.parametrize(
    ("workforce", "pool", "client", "taken"),
    [
        ("None", "", "", True),
        ("New", "", "", True),
        ("Existing", "eu-west-1_Ab3dE6gH9", "1h57kf5cpq17m0eml12example", True),
        ("Existing", "", "1h57kf5cpq17m0eml12example", False),
        ("Existing", "eu-west-1_Ab3dE6gH9", "", False),
        ("Existing", "", "", False),
    ],
)
def test_an_existing_workforce_is_named(deploy: Deploy, workforce: str, pool: str, client: str, taken: bool) -> None:
    given = {"Workforce": workforce, "UserPoolId": pool, "UserPoolClientId": client}

    rule = deploy(**given)["Rules"]["ExistingWorkforceIsNamed"]

    applies = rule["RuleCondition"]
    assert applies is (workforce == "Existing")
    assert (not applies or all(assertion["Assert"] for assertion in rule["Assertions"])) is taken
