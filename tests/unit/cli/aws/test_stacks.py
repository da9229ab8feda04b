"""Stacks: prepared, carried out, watched, deleted, each step safe to repeat."""

from __future__ import annotations

import pytest
from support.staged_aws import Refused, StagedAws
from support.staged_stacks import Stack, StagedStacks

from tracemark_cli.aws.stack import Stacks, outputs
from tracemark_cli.aws.stack_events import Event
from tracemark_cli.errors import AwsRefused, StackFailed

TEMPLATE = "Parameters:\n  OnBadItem: {}\n"


@pytest.fixture
def live(aws: StagedAws) -> Stacks:
    return Stacks(aws, pause=lambda _: None)


def test_a_stack_that_is_not_there_is_created(live: Stacks, stacks: StagedStacks) -> None:
    change_set = live.prepare("welds", TEMPLATE, {"OnBadItem": "skip"})

    assert stacks.asked[0]["ChangeSetType"] == "CREATE"
    assert [change.resource for change in change_set.changes] == ["Bucket"]


def test_a_stack_that_stands_is_updated_and_keeps_what_is_not_given(live: Stacks, stacks: StagedStacks) -> None:
    stacks.stand()

    live.prepare("tracemark", TEMPLATE, {"AbstainLabel": "?"})

    assert stacks.asked[0]["ChangeSetType"] == "UPDATE"
    assert stacks.asked[0]["Parameters"] == [
        {"ParameterKey": "AbstainLabel", "ParameterValue": "?"},
        {"ParameterKey": "OnBadItem", "UsePreviousValue": True},
    ]


def test_a_parameter_that_the_new_template_lacks_is_not_named(live: Stacks, stacks: StagedStacks) -> None:
    stacks.stand()

    live.prepare("tracemark", "Parameters: {}", {})

    assert stacks.asked[0]["Parameters"] == []


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"])
def test_a_stack_that_never_stood_is_deleted_and_created_again(live: Stacks, stacks: StagedStacks, status: str) -> None:
    stacks.stacks["welds"] = Stack(status, {})

    live.prepare("welds", TEMPLATE, {})

    assert stacks.deleted == ["welds"]
    assert stacks.asked[0]["ChangeSetType"] == "CREATE"


def test_a_preparation_that_was_left_is_taken_up_again(live: Stacks, stacks: StagedStacks) -> None:
    stacks.stacks["welds"] = Stack("REVIEW_IN_PROGRESS", {})

    live.prepare("welds", TEMPLATE, {})

    assert stacks.asked[0]["ChangeSetType"] == "CREATE"


def test_a_change_without_changes_is_no_failure(live: Stacks, stacks: StagedStacks) -> None:
    stacks.stand()
    stacks.unchanged = True

    change_set = live.prepare("tracemark", TEMPLATE, {})

    assert change_set.changes == ()
    assert stacks.discarded == [change_set.name]


def test_a_change_set_that_cannot_be_made_says_why(live: Stacks, aws: StagedAws) -> None:
    aws.replies["cloudformation.DescribeChangeSet"] = {"Status": "FAILED", "StatusReason": "no such parameter"}

    with pytest.raises(AwsRefused, match="no such parameter"):
        live.prepare("welds", TEMPLATE, {})


def test_a_change_set_is_waited_for_and_its_pages_are_read(live: Stacks, aws: StagedAws) -> None:
    def page(name: str, **more: str) -> dict[str, object]:
        change = {"Action": "Modify", "LogicalResourceId": name, "ResourceType": "T", "Replacement": "True"}
        return {"Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": change}], **more}

    aws.replies["cloudformation.DescribeChangeSet"] = [
        {"Status": "CREATE_IN_PROGRESS"},
        page("First", NextToken="more"),
        page("Second"),
    ]

    change_set = live.prepare("welds", TEMPLATE, {})

    assert [(change.resource, change.replacement) for change in change_set.changes] == [
        ("First", "True"),
        ("Second", "True"),
    ]


def test_a_failed_change_names_the_resource_that_failed_first(live: Stacks, stacks: StagedStacks) -> None:
    stacks.fails = "PreLabelingLambda"
    on_event: list[Event] = []

    with pytest.raises(StackFailed, match="PreLabelingLambda CREATE_FAILED"):
        live.carry_out(live.prepare("welds", TEMPLATE, {}), on_event.append)

    assert [event.resource for event in on_event] == ["PreLabelingLambda"]


def test_discarding_the_first_change_leaves_no_empty_stack(live: Stacks, stacks: StagedStacks) -> None:
    live.discard(live.prepare("welds", TEMPLATE, {}))

    assert stacks.stacks == {}


def test_deleting_what_is_not_there_is_done(live: Stacks, stacks: StagedStacks) -> None:
    live.delete("welds")

    assert stacks.deleted == []


def test_a_deletion_that_is_refused_says_what_stays(live: Stacks, stacks: StagedStacks) -> None:
    stacks.stand()
    stacks.keeps = "tracemark"

    with pytest.raises(StackFailed, match="Bucket DELETE_FAILED"):
        live.delete("tracemark")


def test_the_outputs_of_no_stack_are_an_error_with_the_region(aws: StagedAws) -> None:
    with pytest.raises(StackFailed, match="no stack welds in eu-west-1"):
        outputs(aws, "welds")


def test_a_refusal_to_tell_is_not_taken_for_no_stack(live: Stacks, aws: StagedAws) -> None:
    aws.replies["cloudformation.DescribeStacks"] = Refused("AccessDenied", "you may not")

    with pytest.raises(AwsRefused, match="you may not"):
        live.status("welds")
