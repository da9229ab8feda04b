"""S3 URIs as values: one object (`S3Uri`) or everything below a location (`S3Prefix`), kept exactly as written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracemark.errors import InvalidUri, quoted

MAX_KEY_BYTES = 1024

_SCHEME = "s3://"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.ASCII)
_IP_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EXAMPLE = "s3://bucket/key"


@dataclass(frozen=True, slots=True, order=True)
class S3Uri:
    """The address of one S3 object; `str()` returns exactly the text that was parsed.

    A key is opaque: `+`, `%`, `//`, `..`, spaces and a further `s3://` in it mean themselves, nothing is decoded.
    """

    bucket: str
    key: str

    @classmethod
    def parse(cls, text: object) -> S3Uri:
        """Parse `s3://bucket/key`.

        Raises:
            InvalidUri: not a string, another scheme, a bad bucket name, an empty key, a key with control characters
                or lone surrogates, or a key of more than 1,024 bytes in UTF-8.
        """
        bucket, key = _split(text)
        if not key:
            raise _uri_error(text, "it names no object", f"a key after the bucket, as in {_EXAMPLE}")
        return cls(bucket, key)

    @property
    def name(self) -> str:
        """The part of the key after its last slash."""
        return self.key.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True, order=True)
class S3Prefix:
    """A location in a bucket that contains objects; `key` is empty for the whole bucket, else it ends in a slash."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, text: object) -> S3Prefix:
        """Parse `s3://bucket`, `s3://bucket/` or `s3://bucket/some/prefix` with or without its last slash.

        Raises:
            InvalidUri: as for `S3Uri.parse`, but the key may be empty.
        """
        bucket, key = _split(text)
        return cls(bucket, key if not key or key.endswith("/") else f"{key}/")

    def object(self, key: str) -> S3Uri:
        """Return the object at `key` below this prefix.

        Raises:
            InvalidUri: the whole key is empty, too long or not printable.
        """
        return S3Uri.parse(f"{self}{key}")

    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.key}"


def _split(text: object) -> tuple[str, str]:
    if not isinstance(text, str):
        raise _uri_error(text, f"it is a {type(text).__name__}, not a string", _EXAMPLE)
    if not text.startswith(_SCHEME):
        raise _uri_error(text, "it does not begin with s3://", _EXAMPLE)
    bucket, _, key = text.removeprefix(_SCHEME).partition("/")
    _check_bucket(text, bucket)
    _check_key(text, key)
    return bucket, key


def _check_bucket(text: str, bucket: str) -> None:
    if not 3 <= len(bucket) <= 63 or not _BUCKET.fullmatch(bucket) or _IP_ADDRESS.fullmatch(bucket):
        raise _uri_error(
            text,
            f"{quoted(bucket)} is not a bucket name",
            "3 to 63 lower-case letters, digits, hyphens and single dots, not an IP address",
        )


def _check_key(text: str, key: str) -> None:
    if _CONTROL.search(key):
        raise _uri_error(text, "its key contains a control character", "a key of printable characters")
    try:
        size = len(key.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise _uri_error(text, "its key is not valid Unicode", "a key that UTF-8 can encode") from error
    if size > MAX_KEY_BYTES:
        raise _uri_error(text, f"its key has {size:,} bytes", f"at most {MAX_KEY_BYTES:,} bytes in UTF-8")


def _uri_error(text: object, what: str, expected: str) -> InvalidUri:
    return InvalidUri(
        f"{quoted(text)} is no S3 URI: {what}",
        expected=expected,
        remedy="correct the URI where it is written",
    )
