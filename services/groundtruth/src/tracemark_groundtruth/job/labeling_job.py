"""A labeling job as `CreateLabelingJob` describes it, every published limit checked."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from tracemark.contract.output_line import OutputLines
from tracemark.document import REQUEST_DEPTH, Node, read_json, within_depth, within_utf8
from tracemark.errors import InvalidDocument
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.job.data_source import DataSource
from tracemark_groundtruth.job.patterns import ATTRIBUTE_NAME, JOB_NAME, KEYWORD, LAMBDA_ARN, ROLE, TOPIC_ARN, WORKTEAM
from tracemark_groundtruth.job.stopping import NO_CONDITIONS, StoppingConditions
from tracemark_groundtruth.job.tags import read_tags

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html and the pages it links to;
# patterns and maxima as in botocore's service model (2026-11), where they are listed but not enforced.
MAX_DOCUMENT_BYTES = 1024 * 1024
MAX_TITLE = 128
MAX_DESCRIPTION = 255
MAX_KEYWORDS = 5
MAX_WORKERS = 9
TIME_LIMIT_SECONDS = (30, 28_800)
AVAILABILITY_SECONDS = (60, 2_592_000)
MAX_CONCURRENT_TASKS = 5_000

_MAX_PART_BYTES = 255

DEFAULT_AVAILABILITY_SECONDS = 864_000
DEFAULT_CONCURRENT_TASKS = 1_000
DEFAULT_REGION = "eu-west-1"


@dataclass(frozen=True, slots=True)
class LabelingJob:
    """A custom labeling job; the two functions may be absent, as in the API.

    `manifest` is None only for a streaming job, which has an `input_topic_arn`: objects come while it runs.
    """

    name: str
    label_attribute_name: str
    manifest: S3Uri | None
    output: S3Prefix
    role_arn: str
    workteam_arn: str
    ui_template: S3Uri
    title: str
    description: str
    workers_per_object: int
    task_time_limit_seconds: int
    keywords: tuple[str, ...] = ()
    task_availability_seconds: int = DEFAULT_AVAILABILITY_SECONDS
    max_concurrent_tasks: int = DEFAULT_CONCURRENT_TASKS
    pre_function_arn: str | None = None
    post_function_arn: str | None = None
    label_categories: S3Uri | None = None
    input_topic_arn: str | None = None
    output_topic_arn: str | None = None
    stopping: StoppingConditions = NO_CONDITIONS

    @classmethod
    def parse(cls, data: bytes, source: str) -> LabelingJob:
        """Read a `CreateLabelingJob` request in JSON or YAML; keys that a job here does not use are ignored.

        Raises:
            InvalidDocument, InvalidUri: naming the key, its value, what is allowed and what to do.
        """
        return cls.of(read_request(data, source))

    @classmethod
    def of(cls, document: Node) -> LabelingJob:
        """Read a `CreateLabelingJob` request.

        Raises:
            InvalidDocument, InvalidUri: see `parse`.
        """
        human, categories = document["HumanTaskConfig"], document.get("LabelCategoryConfigS3Uri")
        source, topic = DataSource.parse(document["InputConfig"]), document["OutputConfig"].get("SnsTopicArn")
        read_tags(document.get("Tags"))
        consolidation = human.get("AnnotationConsolidationConfig")
        pre = human.get("PreHumanTaskLambdaArn")
        return cls(
            name=JOB_NAME.read(document["LabelingJobName"]),
            label_attribute_name=_attribute_name(document["LabelAttributeName"]),
            manifest=source.manifest,
            output=_output_path(document["OutputConfig"]["S3OutputPath"]),
            role_arn=ROLE.read(document["RoleArn"]),
            label_categories=categories.uri() if categories else None,
            workteam_arn=WORKTEAM.read(human["WorkteamArn"]),
            ui_template=human["UiConfig"]["UiTemplateS3Uri"].uri(),
            pre_function_arn=LAMBDA_ARN.read(pre) if pre else None,
            post_function_arn=LAMBDA_ARN.read(consolidation["AnnotationConsolidationLambdaArn"])
            if consolidation
            else None,
            title=read_text(human["TaskTitle"], MAX_TITLE),
            description=read_text(human["TaskDescription"], MAX_DESCRIPTION),
            keywords=_keywords(human.get("TaskKeywords")),
            workers_per_object=human["NumberOfHumanWorkersPerDataObject"].integer(1, MAX_WORKERS),
            task_time_limit_seconds=human["TaskTimeLimitInSeconds"].integer(*TIME_LIMIT_SECONDS),
            task_availability_seconds=_integer(
                human.get("TaskAvailabilityLifetimeInSeconds"), AVAILABILITY_SECONDS, DEFAULT_AVAILABILITY_SECONDS
            ),
            max_concurrent_tasks=_integer(
                human.get("MaxConcurrentTaskCount"), (1, MAX_CONCURRENT_TASKS), DEFAULT_CONCURRENT_TASKS
            ),
            input_topic_arn=source.topic_arn,
            output_topic_arn=TOPIC_ARN.read(topic) if topic else None,
            stopping=StoppingConditions.parse(document.get("StoppingConditions")),
        )

    @property
    def is_streaming(self) -> bool:
        """Whether objects come while the job runs, so that it stays open until it is stopped."""
        return self.input_topic_arn is not None

    @property
    def labeling_job_arn(self) -> str:
        """The job's ARN; as in captured events the name in it is lower-cased."""
        partition, account = self.role_arn.split(":")[1], self.role_arn.split(":")[4]
        return f"arn:{partition}:sagemaker:{self._region}:{account}:{self.metadata_name}"

    @property
    def team(self) -> str:
        """The name of the work team."""
        return self.workteam_arn.rpartition("/")[2]

    @property
    def metadata_name(self) -> str:
        """The `job-name` in label metadata."""
        return f"labeling-job/{self.name.lower()}"

    @property
    def output_lines(self) -> OutputLines:
        """What writes the lines of the job's output manifest."""
        return OutputLines(self.label_attribute_name, self.metadata_name)

    @property
    def _region(self) -> str:
        arns = (self.pre_function_arn, self.post_function_arn, self.workteam_arn)
        regions = (arn.split(":")[3] for arn in arns if arn)
        return next((region for region in regions if region), DEFAULT_REGION)


def read_request(data: bytes, source: str) -> Node:
    """Return a request in JSON or YAML, unchecked.

    Raises:
        InvalidDocument: it is neither, too large, or has a text that UTF-8 cannot hold.
    """
    if len(data) > MAX_DOCUMENT_BYTES:
        raise InvalidDocument(
            f"the job document has {len(data):,} bytes",
            place=source,
            expected=f"at most {MAX_DOCUMENT_BYTES:,}",
            remedy="pass a CreateLabelingJob request",
        )
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return within_utf8(read_json(data, source, depth=REQUEST_DEPTH))
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(data, yaml.SafeLoader)):
            raise _not_yaml(source, "it uses an alias (*name)")
        found = within_depth(Node(yaml.safe_load(data), source))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _not_yaml(source, str(error)) from error
    return within_utf8(found)


def _output_path(node: Node) -> S3Prefix:
    found = node.prefix()
    # What lies in a folder cannot be written there: the job would never end.
    parts = found.key.removesuffix("/").split("/") if found.key else []
    if any(part in ("", ".", "..") or len(part.encode()) > _MAX_PART_BYTES for part in parts):
        node.refuse("a prefix whose parts are not empty, '.' or '..', and of at most 255 bytes")
    return found


def _not_yaml(source: str, cause: str) -> InvalidDocument:
    return InvalidDocument(
        f"this is neither JSON nor plain YAML ({cause})",
        place=source,
        expected="a CreateLabelingJob request in JSON or YAML",
        remedy="correct the file",
    )


def _attribute_name(node: Node) -> str:
    name = ATTRIBUTE_NAME.read(node)
    if name == "source" or name.endswith(("-metadata", "-ref")):
        node.refuse("a name that is not 'source' and does not end in '-metadata' or '-ref'")
    return name


def read_text(node: Node, most: int) -> str:
    """Return a text of 1 to `most` characters.

    Raises:
        InvalidDocument: it is no string, empty or longer.
    """
    text = node.text()
    return text if len(text) <= most else node.refuse(f"1 to {most} characters (it has {len(text):,})")


def _keywords(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    keywords = tuple(KEYWORD.read(keyword) for keyword in node.items())
    return keywords if 1 <= len(keywords) <= MAX_KEYWORDS else node.refuse(f"1 to {MAX_KEYWORDS} keywords")


def _integer(node: Node | None, bounds: tuple[int, int], default: int) -> int:
    return default if node is None else node.integer(*bounds)
