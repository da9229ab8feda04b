"""Environment variables as values; a refusal names the variable."""

from __future__ import annotations

import pytest

from tracemark.errors import InvalidConfiguration
from tracemark.settings import bucket_names, object_uri, whole_number
from tracemark.storage.s3uri import S3Uri


@pytest.mark.parametrize("environment", [{}, {"MAX_ROWS": ""}, {"MAX_ROWS": "  "}], ids=["unset", "empty", "blank"])
def test_a_number_that_is_not_set_has_its_default(environment: dict[str, str]) -> None:
    assert whole_number(environment, "MAX_ROWS", 7) == 7


@pytest.mark.parametrize(("text", "number"), [("1", 1), (" 42\n", 42), ("007", 7), ("9" * 15, 10**15 - 1)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert whole_number({"MAX_ROWS": text}, "MAX_ROWS", 7) == number


@pytest.mark.parametrize(
    "text", ["0", "000", "-1", "+1", "1.5", "1e6", "1_000", "1,000", "many", "٣", "1" + "0" * 15, "1 2"]
)
def test_what_is_no_positive_number_is_refused_with_its_variable(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match=r"^MAX_ROWS is .*; correct or unset MAX_ROWS$"):
        whole_number({"MAX_ROWS": text}, "MAX_ROWS", 7)


@pytest.mark.parametrize("environment", [{}, {"ALLOWED_BUCKETS": ""}, {"ALLOWED_BUCKETS": " "}])
def test_without_an_allow_list_every_bucket_is_allowed(environment: dict[str, str]) -> None:
    assert bucket_names(environment, "ALLOWED_BUCKETS") is None


def test_an_allow_list_is_read() -> None:
    found = bucket_names({"ALLOWED_BUCKETS": "one-bucket, two.bucket"}, "ALLOWED_BUCKETS")

    assert found == frozenset({"one-bucket", "two.bucket"})


@pytest.mark.parametrize(
    "text", [",", "one-bucket,", "Bucket", "one-bucket/key", "s3://one-bucket", "*", "ab", "a b c"]
)
def test_an_allow_list_with_something_else_is_refused_and_never_ignored(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match=r"^ALLOWED_BUCKETS holds "):
        bucket_names({"ALLOWED_BUCKETS": text}, "ALLOWED_BUCKETS")


@pytest.mark.parametrize("environment", [{}, {"LABEL_CATEGORIES": ""}, {"LABEL_CATEGORIES": " "}])
def test_a_uri_that_is_not_set_is_none(environment: dict[str, str]) -> None:
    assert object_uri(environment, "LABEL_CATEGORIES") is None


def test_a_uri_is_read() -> None:
    found = object_uri({"LABEL_CATEGORIES": " s3://bucket/a b.json "}, "LABEL_CATEGORIES")

    assert found == S3Uri("bucket", "a b.json")


@pytest.mark.parametrize("text", ["labels.json", "s3://bucket", "https://bucket/key"])
def test_what_is_no_uri_is_refused_with_its_variable(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match=r"^LABEL_CATEGORIES holds "):
        object_uri({"LABEL_CATEGORIES": text}, "LABEL_CATEGORIES")
