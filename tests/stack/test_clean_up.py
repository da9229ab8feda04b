"""The bucket is emptied whatever is in it and whoever still writes to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from support.emulated_aws import EmulatedAws
from support.labeling_walk import take_on_job_role

from tracemark.deadline import Deadline
from tracemark.document import Node
from tracemark.errors import ObjectMissing
from tracemark_stack.bucket import Refusal, S3Bucket, Version
from tracemark_stack.emptying import Emptying
from tracemark_stack.errors import BucketNotEmpty, DeletionRefused
from tracemark_stack.request import BucketArn

if TYPE_CHECKING:
    from stack.conftest import Deploy

pytestmark = pytest.mark.stack

BUCKET = "cleaned"
ARN = BucketArn.parse(Node(f"arn:aws:s3:::{BUCKET}", "test"))


def fill(s3: Any, bucket: str, versions: int, uploads: int) -> None:
    """Put versions of 500 keys, delete markers on 100 of them, and uploads that nobody finishes."""

    def put(number: int) -> None:
        s3.put_object(Bucket=bucket, Key=f"output/{number % 500}.json", Body=b"{}")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(put, range(versions - 100)))
        list(pool.map(lambda number: s3.delete_object(Bucket=bucket, Key=f"output/{number}.json"), range(100)))
    for number in range(uploads):
        s3.create_multipart_upload(Bucket=bucket, Key=f"output/large-{number}.json")


class CountedBucket(S3Bucket):
    """A bucket that counts its pages of deletions."""

    pages_deleted = 0

    def delete(self, versions: Sequence[Version]) -> Sequence[Refusal]:
        refusals = super().delete(versions)
        CountedBucket.pages_deleted += 1
        return refusals


class AfterOnePage(Deadline):
    """A deadline that leaves time for one page of deletions, however long that takes, and for counting the rest."""

    def left(self) -> float:
        return 20.0 if CountedBucket.pages_deleted else 25.0


@pytest.fixture(scope="module")
def s3(aws: EmulatedAws) -> Any:
    return aws.client("s3")


@pytest.fixture
def bucket(s3: Any) -> Iterator[S3Bucket]:
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    yield S3Bucket(s3, ARN)
    with suppress(s3.exceptions.NoSuchBucket):
        s3.delete_bucket_policy(Bucket=BUCKET)
        Emptying(S3Bucket(s3, ARN), Deadline.after(600), lambda _: None).run()
        s3.delete_bucket(Bucket=BUCKET)


def test_a_stack_with_2500_versions_unfinished_uploads_and_a_writer_goes_whole(
    aws: EmulatedAws, deploy: Deploy
) -> None:
    stack = deploy("well-filled")
    assert stack.create() == "CREATE_COMPLETE"
    bucket, writes, refusals = stack.outputs["BucketName"], threading.Event(), list[str]()
    fill(aws.client("s3"), bucket, versions=2_500, uploads=3)
    job = take_on_job_role(stack)

    def write() -> None:
        try:
            for number in range(100_000):
                job.s3.put_object(Bucket=bucket, Key=f"output/late-{number}.json", Body=b"{}")
                writes.set()
        except ClientError as error:
            refusals.append(error.response["Error"]["Code"])

    writer = threading.Thread(target=write)
    writer.start()
    writes.wait(10)

    status = stack.delete()

    writer.join()
    assert status == "DELETE_COMPLETE", stack.failures
    assert refusals == ["AccessDenied"]
    assert bucket not in {found["Name"] for found in aws.client("s3").list_buckets()["Buckets"]}


def test_what_is_emptied_twice_is_empty_and_so_is_what_is_not_there(s3: Any, bucket: S3Bucket) -> None:
    fill(s3, BUCKET, versions=120, uploads=2)
    emptying = Emptying(bucket, Deadline.after(600), lambda _: None)

    first, second = emptying.run(), emptying.run()
    s3.delete_bucket(Bucket=BUCKET)

    assert (first, second, emptying.run()) == (122, 0, 0)
    with pytest.raises(ObjectMissing):
        bucket.versions()


def test_time_that_runs_out_says_how_much_is_left_and_the_next_time_goes_on(s3: Any, bucket: S3Bucket) -> None:
    fill(s3, BUCKET, versions=1_050, uploads=1)

    with pytest.raises(BucketNotEmpty, match="50 objects left; delete again"):
        Emptying(CountedBucket(s3, ARN), AfterOnePage(0), time.sleep).run()

    assert Emptying(bucket, Deadline.after(600), lambda _: None).run() == 50


def test_an_object_that_may_not_be_deleted_is_named(s3: Any) -> None:
    s3.create_bucket(
        Bucket="locked",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
        ObjectLockEnabledForBucket=True,
    )
    arn = BucketArn.parse(Node("arn:aws:s3:::locked", "test"))
    for number in range(3):
        s3.put_object(Bucket="locked", Key=f"output/{number}.json", Body=b"{}")
    s3.put_object_legal_hold(Bucket="locked", Key="output/1.json", LegalHold={"Status": "ON"})
    emptying = Emptying(S3Bucket(s3, arn), Deadline.after(600), lambda _: None)

    with pytest.raises(DeletionRefused, match=r"output/1\.json' \(AccessDenied\)"):
        emptying.run()

    assert [version.key for version in S3Bucket(s3, arn).versions()] == ["output/1.json"]
