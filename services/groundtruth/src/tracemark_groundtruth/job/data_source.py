"""Where the objects of a job come from: a manifest, a topic of SNS, or both."""

from __future__ import annotations

from dataclasses import dataclass

from tracemark.document import Node
from tracemark.errors import InvalidDocument
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.job.patterns import TOPIC_ARN

CONTENT_CLASSIFIERS = ("FreeOfPersonallyIdentifiableInformation", "FreeOfAdultContent")


@dataclass(frozen=True, slots=True)
class DataSource:
    """The sources of a job; one of them is there. With a topic the job is a streaming one."""

    manifest: S3Uri | None
    topic_arn: str | None

    @classmethod
    def parse(cls, config: Node) -> DataSource:
        """Read `InputConfig`.

        Raises:
            InvalidDocument, InvalidUri: neither source is there, or a value is not allowed.
        """
        source = config["DataSource"]
        s3, sns = source.get("S3DataSource"), source.get("SnsDataSource")
        if s3 is None and sns is None:
            raise InvalidDocument(
                "key 'S3DataSource' is missing in 'InputConfig.DataSource'",
                place=source.source,
                expected="S3DataSource, SnsDataSource for a streaming job, or both",
                remedy="add the key",
            )
        _check_attributes(config.get("DataAttributes"))
        return cls(s3["ManifestS3Uri"].uri() if s3 else None, TOPIC_ARN.read(sns["SnsTopicArn"]) if sns else None)


def _check_attributes(attributes: Node | None) -> None:
    classifiers = attributes.get("ContentClassifiers") if attributes else None
    for classifier in classifiers.items() if classifiers else ():
        if classifier.value not in CONTENT_CLASSIFIERS:
            classifier.refuse(f"one of {', '.join(CONTENT_CLASSIFIERS)}")
