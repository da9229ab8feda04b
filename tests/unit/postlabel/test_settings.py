"""The environment of the function as a value."""

from __future__ import annotations

import re

import pytest

from tracemark.errors import InvalidConfiguration
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.settings import Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    environ: dict[str, str] = {}

    settings = Settings.parse(environ)

    assert settings == Settings("Not sure", None, None, None, 67_108_864, 262_144)


def test_an_empty_variable_counts_as_absent() -> None:
    names = ("ABSTAIN_LABEL", "LABEL_CATEGORIES", "ALLOWED_BUCKETS", "CLASSIFIER_NAME", "MAX_PAYLOAD_BYTES")

    settings = Settings.parse(dict.fromkeys(names, " "))

    assert settings == Settings()


def test_every_variable_is_read() -> None:
    environ = {
        "ABSTAIN_LABEL": "Unclear",
        "LABEL_CATEGORIES": "s3://weld-bucket/labels.json",
        "ALLOWED_BUCKETS": "weld-bucket, other-bucket",
        "CLASSIFIER_NAME": "Weld",
        "MAX_PAYLOAD_BYTES": "1000",
        "MAX_ANSWER_BYTES": "100",
    }

    settings = Settings.parse(environ)

    buckets = frozenset({"weld-bucket", "other-bucket"})
    assert settings == Settings("Unclear", S3Uri("weld-bucket", "labels.json"), buckets, "Weld", 1000, 100)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ABSTAIN_LABEL", "x" * 201),
        ("LABEL_CATEGORIES", "labels.json"),
        ("LABEL_CATEGORIES", "s3://weld-bucket"),
        ("ALLOWED_BUCKETS", "Weld_Bucket"),
        ("ALLOWED_BUCKETS", "s3://weld-bucket"),
        ("CLASSIFIER_NAME", "votes"),
        ("CLASSIFIER_NAME", "x" * 201),
        ("MAX_PAYLOAD_BYTES", "64 MiB"),
        ("MAX_PAYLOAD_BYTES", "0"),
        ("MAX_PAYLOAD_BYTES", "-1"),
        ("MAX_ANSWER_BYTES", "1e6"),
        ("MAX_ANSWER_BYTES", "٣"),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_its_variable(variable: str, value: str) -> None:
    environ = {variable: value}

    with pytest.raises(InvalidConfiguration) as caught:
        Settings.parse(environ)

    assert re.match(f"{variable} (is|holds) '{re.escape(value[:40])}", str(caught.value))


def test_a_refusal_says_what_is_expected() -> None:
    environ = {"MAX_ANSWER_BYTES": "many"}

    with pytest.raises(InvalidConfiguration) as caught:
        Settings.parse(environ)

    assert caught.value.expected.startswith("a whole number of at least 1")
