"""Objects of a job in S3: whole prefixes cleared, errors that name the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from tracemark.document import json_bytes
from tracemark.errors import AccessDenied, ObjectMissing, StorageUnavailable, TracemarkError
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.s3.job_storage import JobStorage

PREFIX = S3Prefix.parse("s3://welds/output/Job")
URI = S3Uri("welds", "output/Job/a.json")


class Broken:
    """A client whose every call raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Callable[..., None]:
        def call(**_: object) -> None:
            raise self.error

        return call


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Any")


def test_more_objects_than_one_page_lists_are_all_deleted(s3: Any) -> None:
    for number in range(1_050):
        s3.put_object(Bucket="welds", Key=f"output/Job/{number}", Body=b"")

    JobStorage(s3).delete_all(PREFIX)

    assert s3.list_objects_v2(Bucket="welds")["KeyCount"] == 0


def test_a_prefix_with_unusual_keys_is_cleared(s3: Any) -> None:
    for key in ("a b+%20", "ü/日本", "x//y", "..", "2021-11-01_17:42:26.json", "<&>'\""):
        s3.put_object(Bucket="welds", Key=f"output/Job/{key}", Body=b"")

    JobStorage(s3).delete_all(PREFIX)

    assert not JobStorage(s3).holds_any(PREFIX)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused("NoSuchBucket"), ObjectMissing),
        (refused("AccessDenied"), AccessDenied),
        (refused("SlowDown"), StorageUnavailable),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), StorageUnavailable),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1:1"), StorageUnavailable),
    ],
)
@pytest.mark.parametrize(
    "use",
    [
        lambda storage: storage.read(URI, 10),
        lambda storage: storage.write(URI, b"", "text/plain"),
        lambda storage: storage.holds_any(PREFIX),
    ],
)
def test_every_error_of_s3_becomes_one_that_names_the_place(
    error: Exception, kind: type[TracemarkError], use: Callable[[JobStorage], object]
) -> None:
    with pytest.raises(kind, match="s3://welds/output/Job/"):
        use(JobStorage(Broken(error)))


def test_an_object_that_s3_will_not_delete_is_named() -> None:
    class Stubborn:
        def list_objects_v2(self, **_: object) -> dict[str, Any]:
            return {"Contents": [{"Key": "output/Job/locked"}]}

        def delete_objects(self, **_: object) -> dict[str, Any]:
            return {"Errors": [{"Key": "output/Job/locked", "Code": "AccessDenied", "Message": "locked"}]}

    with pytest.raises(AccessDenied, match="output/Job/locked"):
        JobStorage(Stubborn()).delete_all(PREFIX)


@pytest.mark.parametrize("value", ["ü日本", "\ud800", {"a": ["\udfff", "ü"]}])
def test_any_text_that_json_knows_is_written_and_read_back(value: Any) -> None:
    assert json.loads(json_bytes(value)) == value
