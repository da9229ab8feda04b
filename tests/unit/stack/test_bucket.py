"""The bucket in S3."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto.s3.models import s3_backends

from tracemark.deadline import Deadline
from tracemark.document import Node
from tracemark.errors import AccessDenied, ObjectMissing
from tracemark_stack.bucket import Refusal, S3Bucket, Upload, Version
from tracemark_stack.emptying import Emptying
from tracemark_stack.request import BucketArn

ARN = BucketArn.parse(Node("arn:aws:s3:::welds", "test"))


def left(client: Any) -> int:
    page = client.list_object_versions(Bucket="welds")
    uploads = client.list_multipart_uploads(Bucket="welds")
    return len([*page.get("Versions", ()), *page.get("DeleteMarkers", ()), *uploads.get("Uploads", ())])


def put_quickly(key: str, numbers: Iterable[int]) -> None:
    """Put objects past the client, which takes ten times as long."""
    backend: Any = s3_backends["123456789012"]["aws"]
    for number in numbers:
        backend.put_object("welds", key.format(number), b"{}")


def at_once(_: float) -> None:
    """Wait for nothing."""


def test_2500_versions_with_markers_and_unfinished_uploads_all_go(s3: Any) -> None:
    put_quickly("output/{}.json", [number % 800 for number in range(2_400)])
    for number in range(100):
        s3.delete_object(Bucket="welds", Key=f"output/{number}.json")
    for number in range(4):
        upload = s3.create_multipart_upload(Bucket="welds", Key=f"output/large-{number}.json")
        s3.upload_part(
            Bucket="welds", Key=f"output/large-{number}.json", UploadId=upload["UploadId"], PartNumber=1, Body=b"part"
        )

    removed = Emptying(S3Bucket(s3, ARN), Deadline.after(600), at_once).run()

    assert removed == 2_504
    assert left(s3) == 0
    s3.delete_bucket(Bucket="welds")


def test_a_second_time_there_is_nothing_to_do_and_then_no_bucket(s3: Any) -> None:
    s3.put_object(Bucket="welds", Key="manifest.jsonl", Body=b"")
    emptying = Emptying(S3Bucket(s3, ARN), Deadline.after(600), at_once)

    first, second = emptying.run(), emptying.run()
    s3.delete_bucket(Bucket="welds")

    assert (first, second, emptying.run()) == (1, 0, 0)


def test_a_writer_is_stopped_and_what_it_wrote_goes(s3: Any) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def write() -> None:
        try:
            for number in range(5_000):
                s3.put_object(Bucket="welds", Key=f"output/late-{number}.json", Body=b"{}")
                begun.set()
        except ClientError:
            stopped.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)

    Emptying(S3Bucket(s3, ARN), Deadline.after(600), lambda _: writer.join()).run()

    assert stopped.is_set()
    assert left(s3) == 0


def test_an_upload_that_is_finished_while_the_bucket_is_emptied_is_no_error(s3: Any) -> None:
    S3Bucket(s3, ARN).abort(Upload("output/large.json", "gone"))


def test_the_denial_joins_the_policy_that_is_there(s3: Any) -> None:
    tls = {
        "Sid": "DenyWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::welds/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket="welds", Policy=json.dumps({"Version": "2012-10-17", "Statement": [tls]}))

    S3Bucket(s3, ARN).deny_writes()

    policy = json.loads(s3.get_bucket_policy(Bucket="welds")["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["DenyWithoutTls", "DenyWritesWhileEmptying"]


def test_a_bucket_without_policy_gets_the_denial(s3: Any) -> None:
    S3Bucket(s3, ARN).deny_writes()

    policy = json.loads(s3.get_bucket_policy(Bucket="welds")["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["DenyWritesWhileEmptying"]


def test_every_entry_of_the_list_of_errors_is_returned(s3: Any) -> None:
    versions = [Version("a", "1"), Version("b", "2")]
    errors = [{"Key": "b", "VersionId": "2", "Code": "InternalError", "Message": "We encountered an internal error."}]

    with Stubber(s3) as stubber:
        stubber.add_response("delete_objects", {"Errors": errors})
        refusals = S3Bucket(s3, ARN).delete(versions)

    assert refusals == [Refusal(Version("b", "2"), "InternalError")]


def test_a_refused_listing_says_which_bucket(s3: Any) -> None:
    with Stubber(s3) as stubber:
        stubber.add_client_error("list_object_versions", "AccessDenied", http_status_code=403)
        with pytest.raises(AccessDenied, match="s3://welds/"):
            S3Bucket(s3, ARN).versions()


def test_a_bucket_that_is_not_there_is_told_apart(s3: Any) -> None:
    s3.delete_bucket(Bucket="welds")

    with pytest.raises(ObjectMissing):
        S3Bucket(s3, ARN).deny_writes()


def test_all_pages_are_counted(s3: Any) -> None:
    put_quickly("output/{}.json", range(1_001))
    s3.create_multipart_upload(Bucket="welds", Key="large")

    assert sum(S3Bucket(s3, ARN).pages()) == 1_002


def test_what_is_there_is_not_written_over(s3: Any) -> None:
    s3.put_object(Bucket="welds", Key="manifest.jsonl", Body=b"mine")

    written = S3Bucket(s3, ARN).put_new("manifest.jsonl", b"sample", "application/jsonl")

    assert not written
    assert s3.get_object(Bucket="welds", Key="manifest.jsonl")["Body"].read() == b"mine"


def test_what_is_not_there_is_written_with_its_type(s3: Any) -> None:
    written = S3Bucket(s3, ARN).put_new("images/weld.1.png", b"png", "image/png")

    assert written
    assert s3.head_object(Bucket="welds", Key="images/weld.1.png")["ContentType"] == "image/png"
