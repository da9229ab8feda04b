"""S3 as the object store: exact keys, bounds, and every failure of the service as an error of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from tracemark.errors import AccessDenied, BucketNotAllowed, ObjectMissing, ObjectTooLarge, StorageUnavailable
from tracemark.storage import s3upload
from tracemark.storage.objects import NewObject
from tracemark.storage.s3objects import S3Objects, require_answer, s3_client
from tracemark.storage.s3uri import S3Uri

if TYPE_CHECKING:
    from unit.shared.conftest import FaultyS3

URI = S3Uri("bucket", "a.csv")
PNG = NewObject(b"png", "image/png", {"tracemark-version": "1"})

Action = Callable[[S3Objects], object]
READ: Action = lambda objects: objects.read(URI, limit=100)  # noqa: E731
ETAG: Action = lambda objects: objects.etag(URI)  # noqa: E731
METADATA: Action = lambda objects: objects.metadata(URI)  # noqa: E731
WRITE: Action = lambda objects: objects.write(URI, PNG)  # noqa: E731


def UPLOAD(objects: S3Objects) -> None:  # one of the actions above
    with objects.writing(URI, "application/zip", {}) as sink:
        sink.write(b"zip")


ACTIONS = pytest.mark.parametrize(
    "action", [READ, ETAG, METADATA, WRITE, UPLOAD], ids=["read", "etag", "metadata", "write", "upload"]
)

KEYS = [
    "a b.csv",
    " a.csv ",
    "a+b.csv",
    "a%2Fb.csv",
    "a%20b.csv",
    "%",
    "100%.csv",
    "Schweißnaht/溶接😀.csv",
    "u\u0308.csv",
    "\"quoted\" 'twice'.csv",
    "../secret.csv",
    "a/../b.csv",
    "./a.csv",
    "/a.csv",
    "a//b.csv",
    "a/",
    "s3://bucket/a.csv",
    "a?versionId=1",
    "a#b.csv",
    "a&b=c;d.csv",
    "a\\b.csv",
    "<a>.csv",
    "iteration-1/2020-09-15_16:16:11.json",
    "~$*!().csv",
]


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture
def bucket() -> Iterator[Any]:
    """A client of a simulated S3 with one empty bucket, called bucket."""
    with mock_aws():
        client = s3_client()
        client.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


@pytest.fixture
def impatient(faulty_s3: FaultyS3, monkeypatch: pytest.MonkeyPatch) -> S3Objects:
    """The store on a server that misbehaves, with botocore's own retries but without its waiting."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)
    client = boto3.client(
        "s3",
        endpoint_url=faulty_s3.endpoint,
        config=Config(
            connect_timeout=1,
            read_timeout=0.2,
            retries={"mode": "standard", "total_max_attempts": 4},
            s3={"addressing_style": "path"},
        ),
    )
    return S3Objects(client)


@pytest.mark.parametrize("key", KEYS)
def test_an_object_is_read_back_from_the_very_key_it_was_written_to(bucket: Any, key: str) -> None:
    objects, uri = S3Objects(bucket), S3Uri.parse(f"s3://bucket/{key}")

    objects.write(uri, NewObject(key.encode(), "text/csv"))

    assert objects.read(uri, limit=1_000).data == key.encode()


def test_no_key_is_another_key(bucket: Any) -> None:
    objects = S3Objects(bucket)
    for key in KEYS:
        objects.write(S3Uri("bucket", key), NewObject(key.encode(), "text/csv"))

    found = {entry["Key"] for entry in bucket.list_objects_v2(Bucket="bucket")["Contents"]}

    assert found == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_the_request_names_the_very_key_and_no_other(faulty_s3: FaultyS3, impatient: S3Objects, key: str) -> None:
    impatient.etag(S3Uri("bucket", key))

    assert [unquote(request) for request in faulty_s3.requests] == [f"HEAD /bucket/{key}"]


def test_what_is_written_is_there_with_its_media_type_and_metadata(bucket: Any) -> None:
    S3Objects(bucket).write(URI, PNG)

    found = bucket.get_object(Bucket="bucket", Key="a.csv")

    assert (found["Body"].read(), found["ContentType"], found["Metadata"]) == (
        b"png",
        "image/png",
        {"tracemark-version": "1"},
    )


def test_a_file_is_written_from_front_to_back_with_media_type_and_metadata(bucket: Any) -> None:
    with S3Objects(bucket).writing(URI, "application/zip", {"tracemark-version": "1"}) as sink:
        sink.write(b"every ")
        sink.write(b"byte")
        assert sink.tell() == 10

    found = bucket.get_object(Bucket="bucket", Key="a.csv")
    assert found["Body"].read() == b"every byte"
    assert (found["ContentType"], found["Metadata"]) == ("application/zip", {"tracemark-version": "1"})


def test_nothing_that_is_written_is_an_object_too(bucket: Any) -> None:
    with S3Objects(bucket).writing(URI, "application/zip", {}):
        pass

    assert bucket.get_object(Bucket="bucket", Key="a.csv")["Body"].read() == b""


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> int:
    """Parts of the fewest bytes that S3 takes."""
    monkeypatch.setattr(s3upload, "PART_BYTES", 5 * 1024 * 1024)
    return 5 * 1024 * 1024


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_file_of_many_parts_is_written_whole(bucket: Any, small_parts: int, more: int) -> None:
    data = (bytes(range(251)) * 70_000)[: 3 * small_parts + more]

    with S3Objects(bucket).writing(URI, "application/zip", {"tracemark-version": "1"}) as sink:
        for first in range(0, len(data), 700_001):
            sink.write(data[first : first + 700_001])

    found = bucket.get_object(Bucket="bucket", Key="a.csv")
    assert found["Body"].read() == data
    assert (found["ContentType"], found["Metadata"]) == ("application/zip", {"tracemark-version": "1"})


def test_more_than_a_part_at_once_is_written_whole(bucket: Any, small_parts: int) -> None:
    with S3Objects(bucket).writing(URI, "application/zip", {}) as sink:
        sink.write(bytes(2 * small_parts + 7))

    assert bucket.head_object(Bucket="bucket", Key="a.csv")["ContentLength"] == 2 * small_parts + 7


def _write_and_fail(bucket: Any, data: bytes) -> None:
    with S3Objects(bucket).writing(URI, "application/zip", {}) as sink:
        sink.write(data)
        raise ZeroDivisionError


def test_what_ends_with_an_error_leaves_neither_object_nor_parts(bucket: Any, small_parts: int) -> None:
    with pytest.raises(ZeroDivisionError):
        _write_and_fail(bucket, bytes(small_parts + 1))

    assert "Contents" not in bucket.list_objects_v2(Bucket="bucket")
    assert "Uploads" not in bucket.list_multipart_uploads(Bucket="bucket")


def test_what_ends_with_an_error_leaves_the_object_that_was_there(bucket: Any) -> None:
    S3Objects(bucket).write(URI, PNG)

    with pytest.raises(ZeroDivisionError):
        _write_and_fail(bucket, b"half of it")

    assert bucket.get_object(Bucket="bucket", Key="a.csv")["Body"].read() == b"png"


def test_an_object_is_replaced_whole(bucket: Any) -> None:
    objects = S3Objects(bucket)
    objects.write(URI, PNG)

    objects.write(URI, NewObject(b"x", "text/csv"))

    assert (objects.read(URI, limit=9).data, objects.metadata(URI)) == (b"x", {})


def test_the_etag_is_the_same_read_and_asked_for(bucket: Any) -> None:
    objects = S3Objects(bucket)
    objects.write(URI, PNG)

    assert objects.etag(URI) == objects.read(URI, limit=100).etag


def test_another_content_has_another_etag(bucket: Any) -> None:
    objects = S3Objects(bucket)
    objects.write(URI, PNG)
    before = objects.etag(URI)

    objects.write(URI, NewObject(b"other", "image/png"))

    assert objects.etag(URI) != before


def test_the_metadata_of_an_object_is_read(bucket: Any) -> None:
    objects = S3Objects(bucket)
    objects.write(URI, PNG)

    assert objects.metadata(URI) == {"tracemark-version": "1"}


def test_an_object_that_is_not_there_has_no_metadata(bucket: Any) -> None:
    assert S3Objects(bucket).metadata(URI) is None


def test_an_object_at_the_bound_is_read(bucket: Any) -> None:
    S3Objects(bucket).write(URI, PNG)

    assert S3Objects(bucket).read(URI, limit=3).data == b"png"


def test_an_object_over_the_bound_is_refused_with_its_size(bucket: Any) -> None:
    S3Objects(bucket).write(URI, PNG)

    with pytest.raises(ObjectTooLarge, match=r"^s3://bucket/a.csv: the object has 3 bytes; expected at most 2 bytes"):
        S3Objects(bucket).read(URI, limit=2)


@pytest.mark.parametrize("action", [READ, ETAG], ids=["read", "etag"])
def test_a_missing_object_is_named(bucket: Any, action: Action) -> None:
    with pytest.raises(ObjectMissing, match=r"^s3://bucket/a.csv: there is no such object"):
        action(S3Objects(bucket))


@pytest.mark.parametrize("action", [READ, WRITE], ids=["read", "write"])
def test_a_missing_bucket_is_named(bucket: Any, action: Action) -> None:
    bucket.delete_bucket(Bucket="bucket")

    with pytest.raises(ObjectMissing, match=r"^s3://bucket/a.csv: bucket 'bucket' does not exist"):
        action(S3Objects(bucket))


@ACTIONS
def test_a_bucket_that_is_not_allowed_is_refused(faulty_s3: FaultyS3, impatient: S3Objects, action: Action) -> None:
    confined = S3Objects(impatient.client, frozenset({"other-bucket", "third-bucket"}))

    with pytest.raises(BucketNotAllowed, match=r"^s3://bucket/a.csv: .*expected one of other-bucket, third-bucket"):
        action(confined)


@ACTIONS
def test_a_bucket_that_is_not_allowed_is_never_asked(faulty_s3: FaultyS3, impatient: S3Objects, action: Action) -> None:
    confined = S3Objects(impatient.client, frozenset())

    with pytest.raises(BucketNotAllowed):
        action(confined)

    assert faulty_s3.requests == []


def test_an_allowed_bucket_is_used(faulty_s3: FaultyS3, impatient: S3Objects) -> None:
    confined = S3Objects(impatient.client, frozenset({"bucket"}))

    assert confined.etag(URI) == '"etag"'


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "AccessDenied", AccessDenied),
        (403, "AllAccessDisabled", AccessDenied),
        (403, "InvalidAccessKeyId", AccessDenied),
        (403, "SignatureDoesNotMatch", AccessDenied),
        (404, "NoSuchKey", ObjectMissing),
        (404, "NoSuchBucket", ObjectMissing),
        (400, "ExpiredToken", StorageUnavailable),
        (503, "SlowDown", StorageUnavailable),
        (500, "InternalError", StorageUnavailable),
    ],
)
def test_an_error_of_s3_is_ours_with_uri_and_code_or_cause(
    faulty_s3: FaultyS3, impatient: S3Objects, status: int, code: str, kind: type[Exception]
) -> None:
    faulty_s3.answers(faulty_s3.error(status, code))

    with pytest.raises(kind, match=rf"^s3://bucket/a.csv: .*({code}|there is no such object|does not exist)"):
        impatient.read(URI, limit=100)


@pytest.mark.parametrize(("status", "kind"), [(403, AccessDenied), (404, ObjectMissing), (503, StorageUnavailable)])
def test_an_error_without_a_body_is_known_by_its_status(
    faulty_s3: FaultyS3, impatient: S3Objects, status: int, kind: type[Exception]
) -> None:
    faulty_s3.answers(faulty_s3.error(status, "not sent to HEAD"))

    with pytest.raises(kind, match=r"^s3://bucket/a.csv: "):
        impatient.etag(URI)


@pytest.mark.parametrize("status", [403, 404])
def test_metadata_that_cannot_be_seen_count_as_not_there(
    faulty_s3: FaultyS3, impatient: S3Objects, status: int
) -> None:
    faulty_s3.answers(faulty_s3.error(status, "not sent to HEAD"))

    assert impatient.metadata(URI) is None


@ACTIONS
def test_a_server_that_stays_busy_is_asked_four_times_and_then_named(
    faulty_s3: FaultyS3, impatient: S3Objects, action: Action
) -> None:
    faulty_s3.answers(faulty_s3.error(503, "SlowDown"))

    with pytest.raises(StorageUnavailable, match=r"^s3://bucket/a.csv: S3 answered with an error"):
        action(impatient)

    assert len(faulty_s3.requests) == 4


@ACTIONS
def test_a_server_that_was_busy_once_is_asked_again(faulty_s3: FaultyS3, impatient: S3Objects, action: Action) -> None:
    faulty_s3.answers(faulty_s3.error(503, "SlowDown"), faulty_s3.whole(b""))

    action(impatient)

    assert len(faulty_s3.requests) == 2


@ACTIONS
def test_a_server_that_stays_silent_is_an_error_of_ours(
    faulty_s3: FaultyS3, impatient: S3Objects, action: Action
) -> None:
    faulty_s3.answers(faulty_s3.silence())

    with pytest.raises(StorageUnavailable, match=r"^s3://bucket/a.csv: S3 did not answer"):
        action(impatient)


def test_a_server_that_stays_silent_is_asked_four_times_only(faulty_s3: FaultyS3, impatient: S3Objects) -> None:
    faulty_s3.answers(faulty_s3.silence())

    with pytest.raises(StorageUnavailable):
        impatient.read(URI, limit=100)

    assert len(faulty_s3.requests) == 4


@ACTIONS
def test_a_server_that_is_not_there_is_an_error_of_ours(
    faulty_s3: FaultyS3, impatient: S3Objects, action: Action
) -> None:
    nobody = boto3.client("s3", endpoint_url="http://127.0.0.1:9", config=impatient.client.meta.config)

    with pytest.raises(StorageUnavailable, match=r"^s3://bucket/a.csv: S3 did not answer .*EndpointConnectionError"):
        action(S3Objects(nobody))


def test_a_body_that_is_cut_off_once_is_read_again(faulty_s3: FaultyS3, impatient: S3Objects) -> None:
    faulty_s3.answers(faulty_s3.cut_off(b"0,1\n1,2\n", after=4), faulty_s3.whole(b"0,1\n1,2\n"))

    assert impatient.read(URI, limit=100).data == b"0,1\n1,2\n"


def test_a_body_that_is_always_cut_off_is_never_taken_for_the_object(faulty_s3: FaultyS3, impatient: S3Objects) -> None:
    faulty_s3.answers(faulty_s3.cut_off(b"0,1\n1,2\n", after=4))

    with pytest.raises(StorageUnavailable, match=r"^s3://bucket/a.csv: the object was incomplete in each of 3 reads"):
        impatient.read(URI, limit=100)


def test_a_body_that_stalls_once_is_read_again(faulty_s3: FaultyS3, impatient: S3Objects) -> None:
    faulty_s3.answers(faulty_s3.stalled(b"0,1\n1,2\n", after=4), faulty_s3.whole(b"0,1\n1,2\n"))

    assert impatient.read(URI, limit=100).data == b"0,1\n1,2\n"


def test_a_body_that_always_stalls_is_an_error_of_ours(faulty_s3: FaultyS3, impatient: S3Objects) -> None:
    faulty_s3.answers(faulty_s3.stalled(b"0,1\n1,2\n", after=4))

    with pytest.raises(StorageUnavailable, match=r"^s3://bucket/a.csv: the object was incomplete in each of 3 reads"):
        impatient.read(URI, limit=100)


def test_without_credentials_the_error_is_ours(
    faulty_s3: FaultyS3, impatient: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient.client._request_signer, "_credentials", None)

    with pytest.raises(StorageUnavailable, match=r"NoCredentialsError.*check endpoint, Region, credentials"):
        impatient.read(URI, limit=100)


def test_the_client_s_time_outs_are_shorter_than_a_function_s() -> None:
    config = s3_client().meta.config

    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (2, 10, 4)


@pytest.mark.parametrize(
    ("body", "asked"),
    [(b"", False), (b"small", False), (bytes(1024 * 1024 - 1), False), (bytes(1024 * 1024), True)],
    ids=["empty", "small", "just small", "large"],
)
def test_a_small_body_is_sent_without_asking_first(bucket: Any, body: bytes, asked: bool) -> None:
    headers = sent_headers(bucket)

    S3Objects(bucket).write(URI, NewObject(body, "image/png"))

    assert ["Expect" in sent for sent in headers] == [asked]
    assert S3Objects(bucket).read(URI, limit=len(body)).data == body


def test_a_file_is_sent_after_asking_however_small_it_is(bucket: Any) -> None:
    headers = sent_headers(bucket)

    with TemporaryFile() as file:
        bucket.put_object(Bucket="bucket", Key="a", Body=file)

    assert ["Expect" in sent for sent in headers] == [True]


def sent_headers(client: Any) -> list[dict[str, bytes]]:
    """Return a list to which the headers of each request are added."""
    found: list[dict[str, bytes]] = []
    client.meta.events.register_first("before-send.s3", lambda request, **_: found.append(dict(request.headers)))
    return found


def test_an_object_is_created_once(bucket: Any) -> None:
    objects = S3Objects(bucket)

    first = objects.replace(URI, PNG, etag=None)
    second = objects.replace(URI, NewObject(b"later", "image/png"), etag=None)

    assert (first, second) == (True, False)
    assert objects.read(URI, limit=100).data == b"png"


def test_an_object_is_replaced_only_as_it_was_read(bucket: Any) -> None:
    objects = S3Objects(bucket)
    objects.write(URI, PNG)
    etag = objects.etag(URI)

    first = objects.replace(URI, NewObject(b"first", "image/png"), etag=etag)
    late = objects.replace(URI, NewObject(b"late", "image/png"), etag=etag)

    assert (first, late) == (True, False)
    assert objects.read(URI, limit=100).data == b"first"


def test_an_object_that_went_meanwhile_is_not_replaced(bucket: Any) -> None:
    assert S3Objects(bucket).replace(URI, PNG, etag='"0"') is False


def test_a_bucket_that_is_not_there_is_no_lost_race(bucket: Any) -> None:
    with pytest.raises(ObjectMissing):
        S3Objects(bucket).replace(S3Uri("no-such-bucket", "a"), PNG, etag='"0"')


@pytest.mark.parametrize(("status", "answers"), [(200, True), (403, True), (404, True), (500, False), (503, False)])
def test_an_s3_that_refuses_has_answered_and_one_that_cannot_has_not(status: int, answers: bool) -> None:
    class Client:
        def list_buckets(self, **_: object) -> None:
            if status >= 300:
                response = {"Error": {"Code": "X"}, "ResponseMetadata": {"HTTPStatusCode": status}}
                raise ClientError(response, "ListBuckets")

    with nullcontext() if answers else pytest.raises(StorageUnavailable, match="did not answer"):
        require_answer(Client())


def test_an_s3_where_nothing_listens_has_not_answered() -> None:
    client = s3_client(endpoint_url="http://127.0.0.1:9", aws_access_key_id="a", aws_secret_access_key="b")

    with pytest.raises(StorageUnavailable, match="did not answer"):
        require_answer(client)
