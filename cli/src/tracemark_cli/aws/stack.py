"""CloudFormation stacks: preview as a change set, create, update, delete, wait."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import tracemark_cli
from tracemark_cli.aws.answers import call, try_call
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack_events import Event, EventLog
from tracemark_cli.errors import AwsRefused, StackFailed

STACK = "cloudformation.yaml"
REGISTRY = "registry.yaml"
PRERENDER = "prerender.yaml"

MAX_TEMPLATE_BYTES = 51_200
"""The largest template that CloudFormation accepts in a request."""

_POLL_SECONDS = 3.0
_CHANGE_SET_POLLS = 200
_NOTHING_TO_CHANGE = ("didn't contain changes", "No updates are to be performed")
_NEVER_COMPLETE = ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
_SOUND = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")

Pause = Callable[[float], None]
OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Change:
    """What a change set would do to one resource; `replacement` is empty unless the resource would be replaced."""

    action: str
    resource: str
    kind: str
    replacement: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A prepared change that has not been executed; without `changes` there is nothing to do."""

    stack: str
    name: str
    changes: Sequence[Change]


@dataclass(frozen=True)
class Stacks:
    """The stacks of a Region; `pause` sleeps for a polling interval in seconds."""

    aws: Aws
    pause: Pause = time.sleep

    @property
    def _client(self) -> Any:
        return self.aws.client("cloudformation")

    def status(self, name: str) -> str | None:
        """Return a stack's status, or None when there is no such stack.

        Raises:
            AwsRefused: CloudFormation does not tell.
        """
        found = _describe(self._client, name)
        return str(found["StackStatus"]) if found else None

    def prepare(self, name: str, template: str, parameters: Mapping[str, str]) -> ChangeSet:
        """Prepare the creation or update of a stack; parameters that are not given keep their values.

        Raises:
            AwsRefused: CloudFormation refuses the template or a parameter.
        """
        found = _describe(self._client, name)
        if found and found["StackStatus"] in _NEVER_COMPLETE[1:]:
            self.delete(name)  # a stack whose creation failed holds nothing and can only be deleted
            found = None
        fresh = found is None or found["StackStatus"] == _NEVER_COMPLETE[0]
        kept = [] if fresh or not found else [entry["ParameterKey"] for entry in found.get("Parameters", ())]
        change_set = f"tracemark-{uuid.uuid4().hex[:12]}"
        call(
            "prepare the change of the stack",
            self._client.create_change_set,
            StackName=name,
            ChangeSetName=change_set,
            ChangeSetType="CREATE" if fresh else "UPDATE",
            TemplateBody=template,
            Capabilities=["CAPABILITY_IAM"],
            Parameters=_parameters(parameters, kept, template),
            remedy="correct the template or the parameter in the message",
        )
        return self._await_change_set(name, change_set)

    def carry_out(self, change_set: ChangeSet, on_event: OnEvent) -> None:
        """Execute a prepared change and wait until it is complete; `on_event` receives each event.

        Raises:
            StackFailed: it was rolled back; the error tells the first failure.
        """
        log = EventLog(self._client, change_set.stack)
        place = {"StackName": change_set.stack, "ChangeSetName": change_set.name}
        call("execute the change set", self._client.execute_change_set, **place)
        status = self._watch(log, on_event)
        if status not in _SOUND:
            raise _failure(log, status)

    def discard(self, change_set: ChangeSet) -> None:
        """Delete a prepared change, and the empty stack that was created to prepare a first one."""
        client = self._client
        try_call(client.delete_change_set, StackName=change_set.stack, ChangeSetName=change_set.name)
        if self.status(change_set.stack) == _NEVER_COMPLETE[0]:
            self.delete(change_set.stack)

    def delete(self, name: str, on_event: OnEvent = lambda _: None) -> None:
        """Delete a stack and wait until it is deleted; a missing stack counts as deleted.

        Raises:
            StackFailed: something in it could not be deleted.
        """
        found = _describe(self._client, name)
        if not found:
            return
        log = EventLog(self._client, str(found["StackId"]))  # a deleted stack is only found by its id
        call("delete the stack", self._client.delete_stack, StackName=name)
        status = self._watch(log, on_event)
        if status not in (None, "DELETE_COMPLETE"):
            raise _failure(log, status)

    def _await_change_set(self, name: str, change_set: str) -> ChangeSet:
        place = {"StackName": name, "ChangeSetName": change_set}
        for _ in range(_CHANGE_SET_POLLS):
            found = call("describe the change set", self._client.describe_change_set, **place)
            reason = str(found.get("StatusReason", ""))
            if found["Status"] == "FAILED" and any(words in reason for words in _NOTHING_TO_CHANGE):
                try_call(self._client.delete_change_set, **place)
                return ChangeSet(name, change_set, ())
            if found["Status"] == "FAILED":
                raise AwsRefused(
                    f"the change of stack {name} cannot be executed ({reason})", remedy="correct its cause"
                )
            if found["Status"] == "CREATE_COMPLETE":
                return ChangeSet(name, change_set, tuple(self._changes(place, found)))
            self.pause(_POLL_SECONDS)
        raise AwsRefused(f"the change set of stack {name} is not ready", remedy="inspect it in the console")

    def _changes(self, place: Mapping[str, str], first: Mapping[str, Any]) -> Iterator[Change]:
        page = first
        while True:
            for entry in page.get("Changes", ()):
                found = entry["ResourceChange"]
                replacement = found.get("Replacement", "")
                yield Change(
                    found["Action"],
                    found["LogicalResourceId"],
                    found["ResourceType"],
                    "" if replacement == "False" else replacement,
                )
            token = page.get("NextToken")
            if not token:
                return
            page = call(
                "describe the change set",
                self._client.describe_change_set,
                **place,
                NextToken=token,
            )

    def _watch(self, log: EventLog, on_event: OnEvent) -> str | None:
        while True:
            status = self.status(log.stack)
            for event in log.news():
                on_event(event)
            if status is None or not status.endswith("_IN_PROGRESS"):
                return status
            self.pause(_POLL_SECONDS)


def _failure(log: EventLog, status: str | None) -> StackFailed:
    first = log.first_failure()
    cause = f": {first.resource} {first.status} ({first.reason})" if first else ""
    return StackFailed(
        f"the stack is {status}{cause}", place=log.stack, remedy="correct the cause, then run the same command again"
    )


def outputs(aws: Aws, name: str) -> Mapping[str, str]:
    """Return a stack's outputs by their names.

    Raises:
        StackFailed: there is no such stack.
        AwsRefused: CloudFormation does not tell.
    """
    return {entry["OutputKey"]: entry["OutputValue"] for entry in _require(aws, name).get("Outputs", ())}


def parameters(aws: Aws, name: str) -> Mapping[str, str]:
    """Return the values of a stack's parameters by their names.

    Raises:
        StackFailed, AwsRefused: as for `outputs`.
    """
    return {entry["ParameterKey"]: entry["ParameterValue"] for entry in _require(aws, name).get("Parameters", ())}


def _require(aws: Aws, name: str) -> Mapping[str, Any]:
    found = _describe(aws.client("cloudformation"), name)
    if found is None:
        raise StackFailed(
            f"there is no stack {name} in {aws.region}",
            remedy="deploy it (tracemark stack deploy), or correct --stack or --region",
        )
    return found


def _describe(client: Any, name: str) -> Mapping[str, Any] | None:
    answer = try_call(client.describe_stacks, StackName=name)
    if answer.code == "ValidationError" and "does not exist" in answer.message:
        return None
    if answer.code:
        raise AwsRefused(
            f"AWS did not describe stack {name} ({answer.code}: {answer.message})",
            remedy="sign in (aws sso login) or give --profile; then see the code",
        )
    found: Mapping[str, Any] = answer.value["Stacks"][0]
    return found


def _parameters(given: Mapping[str, str], kept: Sequence[str], template: str) -> list[dict[str, Any]]:
    new = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    # A parameter that the new template lacks must not be passed.
    old = [{"ParameterKey": key, "UsePreviousValue": True} for key in kept if key not in given and key in template]
    return [*new, *old]


def template(name: str) -> str:
    """Return a template's text."""
    return (resources.files(tracemark_cli) / "templates" / name).read_text(encoding="utf-8")


def registry_stack(name: str) -> str:
    """Return the name of the registry stack that belongs to a stack."""
    return f"{name}-registry"


def prerender_stack(name: str) -> str:
    """Return the name of the pre-rendering stack that belongs to a stack."""
    return f"{name}-prerender"
