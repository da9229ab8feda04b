"""A stack's outputs and a user's choices as a `CreateLabelingJob` request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.document import Json, Node
from tracemark.errors import InvalidConfiguration
from tracemark_cli.aws.session import Aws

DEFAULT_JOB_NAME = "WeldingLabelJob1"
_NEEDED = (
    "ManifestS3Path",
    "ProposedOutputPath",
    "SagemakerServiceRoleArn",
    "TemplateS3Uri",
    "PreLabelingLambdaArn",
    "PostLabelingLambdaArn",
)


@dataclass(frozen=True, slots=True)
class JobChoices:
    """The user's choices; an empty text means the stack's own value, or the job's name."""

    name: str = DEFAULT_JOB_NAME
    label_attribute: str = ""
    workteam_arn: str = ""
    manifest: str = ""
    workers: int = 1
    title: str = "Classify the welding process"
    description: str = "Look at the photograph and at the charts of a weld and choose its class."
    seconds_per_task: int = 3_600
    seconds_available: int = 864_000
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelingRequest:
    """A request ready for the API."""

    document: Mapping[str, Json]

    @property
    def workteam_arn(self) -> str:
        """The work team of the job."""
        return Node(dict(self.document), "request")["HumanTaskConfig"]["WorkteamArn"].text()

    def to_json(self) -> dict[str, Json]:
        """Return what `create_labeling_job` takes."""
        return dict(self.document)


def labeling_request(outputs: Mapping[str, str], choices: JobChoices, aws: Aws) -> LabelingRequest:
    """Return the request for a job in a stack.

    Raises:
        InvalidConfiguration: the stack is not one of tracemark's, or neither the stack nor the user names a work team.
    """
    missing = [name for name in _NEEDED if name not in outputs]
    if missing:
        raise InvalidConfiguration(
            f"the stack has no output {missing[0]}", remedy="name a stack that tracemark stack deploy created"
        )
    human: dict[str, Json] = {
        "WorkteamArn": _workteam(outputs, choices, aws),
        "UiConfig": {"UiTemplateS3Uri": outputs["TemplateS3Uri"]},
        "PreHumanTaskLambdaArn": outputs["PreLabelingLambdaArn"],
        "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": outputs["PostLabelingLambdaArn"]},
        "TaskTitle": choices.title,
        "TaskDescription": choices.description,
        "NumberOfHumanWorkersPerDataObject": choices.workers,
        "TaskTimeLimitInSeconds": choices.seconds_per_task,
        "TaskAvailabilityLifetimeInSeconds": choices.seconds_available,
    }
    if choices.keywords:
        human["TaskKeywords"] = list(choices.keywords)
    document: dict[str, Json] = {
        "LabelingJobName": choices.name,
        "LabelAttributeName": choices.label_attribute or choices.name,
        "RoleArn": outputs["SagemakerServiceRoleArn"],
        "InputConfig": {
            "DataSource": {"S3DataSource": {"ManifestS3Uri": choices.manifest or outputs["ManifestS3Path"]}}
        },
        "OutputConfig": {"S3OutputPath": outputs["ProposedOutputPath"]},
        "HumanTaskConfig": human,
    }
    if "LabelCategoriesS3Uri" in outputs:
        document["LabelCategoryConfigS3Uri"] = outputs["LabelCategoriesS3Uri"]
    return LabelingRequest(document)


def _workteam(outputs: Mapping[str, str], choices: JobChoices, aws: Aws) -> str:
    arn = choices.workteam_arn or outputs.get("WorkteamArn", "")
    if not arn:
        raise InvalidConfiguration(
            "the stack has no work team",
            expected=f"the ARN of a private team in {aws.region}",
            remedy="give --workteam ARN, or deploy the stack with --set Workforce=New",
        )
    return arn
