"""Amazon S3 as the object store: explicit time-outs, bounded retries, errors that name the URI and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, NoReturn, TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from tracemark.errors import (
    AccessDenied,
    BucketNotAllowed,
    ObjectMissing,
    ObjectTooLarge,
    StorageUnavailable,
    one_line,
    quoted,
)
from tracemark.storage.objects import NewObject, StoredObject
from tracemark.storage.s3upload import S3Upload
from tracemark.storage.s3uri import S3Prefix, S3Uri

_READ_ATTEMPTS = 3
_CHUNK_BYTES = 1024 * 1024
_CUT_OFF = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
_MISSING = {"NoSuchKey", "NoSuchBucket", "NotFound", "404"}
_DENIED = {
    "AccessDenied",
    "Forbidden",
    "403",
    "AllAccessDisabled",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
}

# Another write came first, or was under way.
_OVERTAKEN = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}

T = TypeVar("T")


def s3_client(**options: Any) -> Any:
    """Return a boto3 S3 client whose calls end within seconds; `options` go to boto3 (`endpoint_url`, keys).

    botocore's own time-outs are 60 s each, longer than most functions have.
    """
    import boto3  # takes a third of a second to import, and many commands need no client
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=32,
    )
    return without_asking(boto3.client("s3", config=config, **options))


def without_asking(client: Any) -> Any:
    """Have a boto3 S3 client send small bodies without asking first whether S3 wants them, and return it."""
    client.meta.events.register_last("before-call.s3", _send_at_once)
    return client


def _send_at_once(params: Mapping[str, Any], **_: Any) -> None:
    """Send a small body with its headers: asking first whether S3 wants it is a quarter of the client's work."""
    body = params.get("body")
    if isinstance(body, BytesIO) and body.getbuffer().nbytes < _CHUNK_BYTES:
        params["headers"].pop("Expect", None)


@dataclass(frozen=True)
class S3Objects:
    """An `ObjectStore` on a boto3 S3 client; `allowed_buckets` of None allows every bucket."""

    client: Any
    allowed_buckets: frozenset[str] | None = None

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        """See `ObjectStore.read`; an incomplete body is requested again, up to three times."""
        return self._persistently(uri, lambda: self._read_once(uri, limit))

    def download(self, uri: S3Uri, into: IO[bytes], *, limit: int) -> None:
        """Copy an object of at most `limit` bytes into a file; the object may be larger than memory.

        Raises:
            ObjectMissing, ObjectTooLarge: see `ObjectStore.read`.
        """
        self._persistently(uri, lambda: self._copy_once(uri, into, limit))

    def etag(self, uri: S3Uri) -> str:
        """See `ObjectStore.etag`."""
        self._check(uri)
        head = ask(uri, lambda: self.client.head_object(Bucket=uri.bucket, Key=uri.key))
        return str(head["ETag"])

    def metadata(self, uri: S3Uri) -> Mapping[str, str] | None:
        """See `ObjectStore.metadata`. Without `s3:ListBucket` a missing key is 403: it counts as missing."""
        self._check(uri)
        try:
            head = ask(uri, lambda: self.client.head_object(Bucket=uri.bucket, Key=uri.key))
        except (ObjectMissing, AccessDenied):
            return None
        return dict(head["Metadata"])

    def write(self, uri: S3Uri, new: NewObject) -> None:
        """See `ObjectStore.write`."""
        self._check(uri)
        ask(
            uri,
            lambda: self.client.put_object(
                Bucket=uri.bucket,
                Key=uri.key,
                Body=new.data,
                ContentType=new.content_type,
                Metadata=dict(new.metadata),
            ),
        )

    @contextmanager
    def writing(self, uri: S3Uri, content_type: str, metadata: Mapping[str, str]) -> Iterator[S3Upload]:
        """See `LargeObjects.writing`; a large object goes in parts, and memory holds one of them."""
        self._check(uri)
        headers = {"ContentType": content_type, "Metadata": dict(metadata)}
        upload = S3Upload(self.client, uri, headers, lambda request: ask(uri, request))
        try:
            yield upload
            upload.finish()
        except BaseException:
            upload.abort()
            raise

    def replace(self, uri: S3Uri, new: NewObject, *, etag: str | None) -> bool:
        """See `SharedObjects.replace`.

        A conditional write: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        self._check(uri)
        condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        try:
            self.client.put_object(
                Bucket=uri.bucket,
                Key=uri.key,
                Body=new.data,
                ContentType=new.content_type,
                Metadata=dict(new.metadata),
                **condition,
            )
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if code in _OVERTAKEN or (etag is not None and code in _MISSING - {"NoSuchBucket"}):
                return False
            _refused(uri, error)
        except BotoCoreError as error:
            _silent(uri, error)
        return True

    def _persistently(self, uri: S3Uri, attempt: Callable[[], T]) -> T:
        self._check(uri)
        cause: Exception | None = None
        for _ in range(_READ_ATTEMPTS):
            try:
                return attempt()
            except _CUT_OFF as error:
                cause = error
        raise StorageUnavailable(
            f"the object was incomplete in each of {_READ_ATTEMPTS} reads",
            place=str(uri),
            remedy="try again; if it persists, check the network between function and bucket",
        ) from cause

    def _read_once(self, uri: S3Uri, limit: int) -> StoredObject:
        answer = ask(uri, lambda: self.client.get_object(Bucket=uri.bucket, Key=uri.key))
        length = int(answer["ContentLength"])
        with closing(answer["Body"]) as body:  # as a context manager it would give its raw stream
            if length > limit:
                raise _too_large(uri, length, limit)
            data = body.read()
        if len(data) != length:
            raise IncompleteReadError(actual_bytes=len(data), expected_bytes=length)
        return StoredObject(data, str(answer["ETag"]))

    def _copy_once(self, uri: S3Uri, into: IO[bytes], limit: int) -> None:
        answer = ask(uri, lambda: self.client.get_object(Bucket=uri.bucket, Key=uri.key))
        length = int(answer["ContentLength"])
        into.seek(0)
        into.truncate()
        with closing(answer["Body"]) as body:
            if length > limit:
                raise _too_large(uri, length, limit)
            into.writelines(body.iter_chunks(_CHUNK_BYTES))
        if into.tell() != length:
            raise IncompleteReadError(actual_bytes=into.tell(), expected_bytes=length)

    def _check(self, uri: S3Uri) -> None:
        check_bucket(uri, self.allowed_buckets)


def check_bucket(uri: S3Uri, allowed: frozenset[str] | None) -> None:
    """Do nothing for an object in one of the allowed buckets; None allows every bucket.

    Raises:
        BucketNotAllowed: its bucket is none of them.
    """
    if allowed is not None and uri.bucket not in allowed:
        raise BucketNotAllowed(
            f"bucket {quoted(uri.bucket)} is not on the allow-list",
            place=str(uri),
            expected=f"one of {', '.join(sorted(allowed))}",
            remedy="correct the URI, or add the bucket to ALLOWED_BUCKETS",
        )


def ask(place: S3Uri | S3Prefix, request: Callable[[], T]) -> T:
    """Return what `request` returns, a call of a boto3 S3 client about `place`.

    Raises:
        ObjectMissing, AccessDenied, StorageUnavailable: the call failed, and so the client's own error.
    """
    try:
        return request()
    except ClientError as error:
        _refused(place, error)
    except BotoCoreError as error:
        _silent(place, error)


def require_answer(client: Any) -> None:
    """Return when S3 has answered a boto3 client's call, be it that the call is refused.

    Raises:
        StorageUnavailable: it did not answer, or said that it cannot.
    """
    try:
        client.list_buckets(MaxBuckets=1)
    except (ClientError, BotoCoreError) as error:
        answer = error.response if isinstance(error, ClientError) else {}
        if answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) >= 500:
            raise StorageUnavailable(
                f"S3 did not answer ({one_line(str(error), 300)})",
                remedy="try again; check endpoint, Region, credentials and network",
            ) from error


def _silent(place: S3Uri | S3Prefix, error: BotoCoreError) -> NoReturn:
    raise StorageUnavailable(
        f"S3 did not answer ({type(error).__name__}: {error})",
        place=str(place),
        remedy="try again; check endpoint, Region, credentials and network",
    ) from error


def _refused(place: S3Uri | S3Prefix, error: ClientError) -> NoReturn:
    code = str(error.response.get("Error", {}).get("Code", "unknown"))
    if code == "NoSuchBucket":
        raise ObjectMissing(
            f"bucket {place.bucket!r} does not exist", place=str(place), remedy="correct the bucket in the URI"
        ) from error
    if code in _MISSING:
        raise ObjectMissing(
            "there is no such object", place=str(place), remedy="upload it, or correct the key in the URI"
        ) from error
    if code in _DENIED:
        raise AccessDenied(
            f"S3 refused ({code}): the object is missing, or the role may not use it",
            place=str(place),
            expected="an existing object and a role that is allowed this action on it",
            remedy="check that the key exists, then the role's policy for this prefix",
        ) from error
    raise StorageUnavailable(
        f"S3 answered with an error ({code}: {error})",
        place=str(place),
        remedy="try again; see the S3 error code",
    ) from error


def _too_large(uri: S3Uri, size: int, limit: int) -> ObjectTooLarge:
    return ObjectTooLarge(
        f"the object has {size:,} bytes",
        place=str(uri),
        expected=f"at most {limit:,} bytes",
        remedy="split or thin out the object, or raise the limit",
        size=size,
    )
