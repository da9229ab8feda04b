"""CloudFormation in miniature, for `StagedAws`: stacks that stand, change at once and go away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from support.staged_aws import ACCOUNT, REGION, Refused

PREFIX = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
OUTPUTS = {
    "BucketName": "welds",
    "ManifestS3Path": "s3://welds/manifest.jsonl",
    "ProposedOutputPath": "s3://welds/output/",
    "TemplateS3Uri": "s3://welds/templates/weld.liquid.html",
    "LabelCategoriesS3Uri": "s3://welds/labels.json",
    "SagemakerServiceRoleArn": f"arn:aws:iam::{ACCOUNT}:role/tracemark-labeling",
    "PreLabelingLambdaArn": f"{FUNCTION}:PreLabelingLambda-1a2b3c4d",
    "PostLabelingLambdaArn": f"{FUNCTION}:PostLabelingLambda-1a2b3c4d",
    "PlottingLambdaArn": f"{FUNCTION}:PlottingLambda-1a2b3c4d",
    "WorkteamArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:workteam/private-crowd/welding-experts",
    "WorkerGroup": "welding-experts",
    "WorkerPoolId": "eu-west-1_Ab3dE6gH9",
    "WorkerPortalUrl": "https://abcdefghij.labeling.eu-west-1.sagemaker.aws",
}
REGISTRY_OUTPUTS = {
    f"{part}RepositoryUri": f"{REGISTRY}/tracemark-{name}"
    for part, name in (("PreLabeling", "prelabel"), ("PostLabeling", "postlabel"), ("Plotting", "plotting"))
}
PRERENDER_OUTPUTS = {
    "StateMachineArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:Prerender-1a2b3c4d",
    "ReportS3Path": "s3://welds/prerender/",
}


@dataclass
class Stack:
    status: str
    outputs: dict[str, str]
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass
class StagedStacks:
    """The stacks by name; `fails` names a resource whose creation fails, `keeps` a stack that refuses deletion."""

    stacks: dict[str, Stack] = field(default_factory=dict)
    fails: str = ""
    keeps: str = ""
    unchanged: bool = False
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)

    def stand(self, name: str = "tracemark", **outputs: str) -> StagedStacks:
        """Let a stack and its registry stand."""
        self.stacks[name] = Stack("CREATE_COMPLETE", {**OUTPUTS, **outputs}, {"OnBadItem": "fail"})
        self.stacks[f"{name}-registry"] = Stack("CREATE_COMPLETE", dict(REGISTRY_OUTPUTS))
        return self

    def replies(self) -> dict[str, Any]:
        service = "cloudformation"
        return {
            f"{service}.DescribeStacks": self._describe,
            f"{service}.CreateChangeSet": self._create,
            f"{service}.DescribeChangeSet": self._change_set,
            f"{service}.ExecuteChangeSet": self._execute,
            f"{service}.DescribeStackEvents": self._events,
            f"{service}.DeleteStack": self._delete,
            f"{service}.DeleteChangeSet": self._discard,
        }

    def _describe(self, params: Mapping[str, Any]) -> Any:
        name = _name(params)
        found = self.stacks.get(name)
        if not found:
            return Refused("ValidationError", f"Stack with id {name} does not exist")
        stack = {
            "StackName": name,
            "StackId": f"{PREFIX}/{name}/1a2b3c4d",
            "StackStatus": found.status,
            "CreationTime": 0,
            "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in found.outputs.items()],
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in found.parameters.items()],
        }
        return {"Stacks": [stack]}

    def _create(self, params: Mapping[str, Any]) -> Any:
        self.asked.append(params)
        name = str(params["StackName"])
        if params["ChangeSetType"] == "CREATE":
            self.stacks[name] = Stack("REVIEW_IN_PROGRESS", {})
        return {"Id": f"arn:{params['ChangeSetName']}", "StackId": f"{PREFIX}/{name}/1a2b3c4d"}

    def _change_set(self, params: Mapping[str, Any]) -> Any:
        if self.unchanged:
            reason = "The submitted information didn't contain changes."
            return {"Status": "FAILED", "StatusReason": reason, "Changes": []}
        change = {"Action": "Add", "LogicalResourceId": "Bucket", "ResourceType": "AWS::S3::Bucket"}
        return {"Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": change}]}

    def _execute(self, params: Mapping[str, Any]) -> Any:
        name = _name(params)
        kinds = {"-registry": REGISTRY_OUTPUTS, "-prerender": PRERENDER_OUTPUTS}
        outputs = next((found for end, found in kinds.items() if name.endswith(end)), OUTPUTS)
        self.stacks[name] = Stack("ROLLBACK_COMPLETE" if self.fails else "CREATE_COMPLETE", dict(outputs))
        return {}

    def _events(self, params: Mapping[str, Any]) -> Any:
        name = _name(params)
        stands = self.stacks.get(name)
        if not stands or stands.status in ("REVIEW_IN_PROGRESS", "CREATE_COMPLETE"):
            return {"StackEvents": []}
        event = {
            "EventId": "1",
            "StackId": name,
            "StackName": name,
            "Timestamp": 0,
            "LogicalResourceId": self.fails or "Bucket",
            "ResourceStatus": "CREATE_FAILED" if self.fails else "DELETE_FAILED",
            "ResourceStatusReason": "the reason that AWS gave",
        }
        return {"StackEvents": [event]}

    def _delete(self, params: Mapping[str, Any]) -> Any:
        name = _name(params)
        if name == self.keeps:
            self.stacks[name].status = "DELETE_FAILED"
        else:
            del self.stacks[name]
            self.deleted.append(name)
        return {}

    def _discard(self, params: Mapping[str, Any]) -> Any:
        self.discarded.append(str(params["ChangeSetName"]))
        return {}


def _name(params: Mapping[str, Any]) -> str:
    name = str(params["StackName"])
    return name.split("/")[1] if name.startswith("arn:") else name
