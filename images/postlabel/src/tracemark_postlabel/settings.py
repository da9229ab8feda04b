"""The post-labeling function's environment as a validated value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracemark.contract.answer_fields import DEFAULT_ABSTAIN_LABEL
from tracemark.errors import InvalidConfiguration, quoted
from tracemark.settings import bucket_names, object_prefix, object_uri, one_of, whole_number
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_postlabel.names import is_classifier, is_label

POLICIES = ("ensemble", "weighted", "majority", "dawid-skene")
DEFAULT_PAYLOAD_BYTES = 64 * 1024 * 1024
DEFAULT_ANSWER_BYTES = 256 * 1024


class ContentStyle(StrEnum):
    """What stands under the label attribute: our object, or a class index as built-in consolidation writes it."""

    TRACEMARK = "tracemark"
    GROUNDTRUTH = "groundtruth"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the function can be told; an empty variable counts as absent.

    `allowed_buckets` of None allows every bucket, `classifier_name` of None takes the name most answers use,
    `worker_memory` of None remembers nothing, `gold_manifest` of None knows no gold items.
    """

    abstain_label: str = DEFAULT_ABSTAIN_LABEL
    label_categories: S3Uri | None = None
    allowed_buckets: frozenset[str] | None = None
    classifier_name: str | None = None
    max_payload_bytes: int = DEFAULT_PAYLOAD_BYTES
    max_answer_bytes: int = DEFAULT_ANSWER_BYTES
    policy: str = POLICIES[0]
    content_style: ContentStyle = ContentStyle.TRACEMARK
    worker_memory: S3Prefix | None = None
    worker_memory_salt: str = ""
    gold_manifest: S3Uri | None = None

    @classmethod
    def parse(cls, environ: Mapping[str, str]) -> Settings:
        """Read the variables, each called as its field in capitals.

        Raises:
            InvalidConfiguration: one of them holds a value that cannot be used.
        """
        abstain = _name(environ, "ABSTAIN_LABEL", is_label, "a category name of 1 to 200 characters")
        return cls(
            abstain_label=abstain or DEFAULT_ABSTAIN_LABEL,
            label_categories=object_uri(environ, "LABEL_CATEGORIES"),
            allowed_buckets=bucket_names(environ, "ALLOWED_BUCKETS"),
            classifier_name=_name(environ, "CLASSIFIER_NAME", is_classifier, "a name that is no key of a verdict"),
            max_payload_bytes=whole_number(environ, "MAX_PAYLOAD_BYTES", DEFAULT_PAYLOAD_BYTES),
            max_answer_bytes=whole_number(environ, "MAX_ANSWER_BYTES", DEFAULT_ANSWER_BYTES),
            policy=one_of(environ, "CONSOLIDATION_POLICY", POLICIES),
            content_style=ContentStyle(one_of(environ, "CONTENT_STYLE", tuple(ContentStyle))),
            worker_memory=object_prefix(environ, "WORKER_MEMORY"),
            worker_memory_salt=environ.get("WORKER_MEMORY_SALT", ""),
            gold_manifest=object_uri(environ, "GOLD_MANIFEST"),
        )


def _name(environ: Mapping[str, str], variable: str, fits: Callable[[str], bool], expected: str) -> str | None:
    text = environ.get(variable, "").strip()
    if text and not fits(text):
        raise InvalidConfiguration(
            f"{variable} holds {quoted(text)}", expected=expected, remedy=f"correct or unset {variable}"
        )
    return text or None
