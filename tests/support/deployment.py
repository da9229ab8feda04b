"""A stack in the emulated AWS: made, changed and deleted as CloudFormation does it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.emulated_aws import EmulatedAws
from support.waiting import wait_until

Document = dict[str, Any]


@dataclass
class Deployment:
    """One stack of a template of `infra/`; `changed` is applied to the template's text first."""

    aws: EmulatedAws
    name: str
    template: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    changed: Callable[[str], str] = lambda text: text
    id: str = ""

    def __post_init__(self) -> None:
        self._cloudformation = self.aws.client("cloudformation")

    def create(self) -> str:
        """Make the stack; return its last status."""
        self.id = self._cloudformation.create_stack(StackName=self.name, **self._request())["StackId"]
        return self._settled()

    def update(self, **parameters: str) -> str:
        """Change parameters; return the last status."""
        self.parameters = {**self.parameters, **parameters}
        self._cloudformation.update_stack(StackName=self.id, **self._request())
        return self._settled()

    def delete(self) -> str:
        """Delete the stack; return its last status."""
        self._cloudformation.delete_stack(StackName=self.id)
        return self._settled()

    @property
    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self._description().get("Outputs", ())}

    @property
    def failures(self) -> dict[str, str]:
        """Why resources failed, the latest reason of each."""
        events = self._cloudformation.describe_stack_events(StackName=self.id)["StackEvents"]
        failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
        of_resources = [event for event in failed if event["ResourceType"] != "AWS::CloudFormation::Stack"]
        return {event["LogicalResourceId"]: event.get("ResourceStatusReason", "") for event in of_resources}

    def physical(self, logical: str) -> str:
        """Return the name that a resource got."""
        resource = self._cloudformation.describe_stack_resource(StackName=self.id, LogicalResourceId=logical)
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

    @contextmanager
    def without(self, role: str, statement: str, resource: str = "") -> Iterator[None]:
        """Take a statement out of a role, or of the statement the one resource that ends in `resource`."""
        iam, name = self.aws.client("iam"), self.physical(role)
        policy = {"RoleName": name, "PolicyName": "least-privilege"}
        before = _document(iam.get_role_policy(**policy)["PolicyDocument"])
        iam.put_role_policy(**policy, PolicyDocument=json.dumps(_reduced(before, statement, resource)))
        try:
            yield
        finally:
            with suppress(iam.exceptions.NoSuchEntityException):  # deleted meanwhile
                iam.put_role_policy(**policy, PolicyDocument=json.dumps(before))

    def _request(self) -> dict[str, Any]:
        return {
            "TemplateBody": self.changed(self.template.read_text(encoding="utf-8")),
            "Capabilities": ["CAPABILITY_IAM"],
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in self.parameters.items()],
        }

    def _description(self) -> Document:
        (found,) = self._cloudformation.describe_stacks(StackName=self.id)["Stacks"]
        return dict(found)

    def _settled(self) -> str:
        def status_at_rest() -> str:
            status = str(self._description()["StackStatus"])
            return "" if status.endswith("_IN_PROGRESS") else status

        return wait_until(status_at_rest, f"the end of a change of stack {self.name}", pause=0.2)


def _document(policy: str | Document) -> Document:
    return dict(json.loads(policy)) if isinstance(policy, str) else policy


def _reduced(policy: Document, sid: str, resource: str) -> Document:
    statements = [dict(statement) for statement in policy["Statement"]]
    (reduced,) = (statement for statement in statements if statement["Sid"] == sid)
    if not resource:
        statements.remove(reduced)
    else:
        kept = [one for one in reduced["Resource"] if not one.endswith(resource)]
        assert len(kept) == len(reduced["Resource"]) - 1, f"{sid} names {resource} not once"
        reduced["Resource"] = kept
    return {**policy, "Statement": statements}
