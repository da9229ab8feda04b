"""Reading environment variables into values, with errors that name the variable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tracemark.errors import InvalidConfiguration, InvalidUri, quoted
from tracemark.storage.s3uri import S3Prefix, S3Uri

_WHOLE_NUMBER = re.compile(r"0*[1-9][0-9]{0,14}", re.ASCII)


def whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    """Return a variable as a whole number of at least 1, or `default` when it is unset or empty.

    Raises:
        InvalidConfiguration: it is something else.
    """
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not _WHOLE_NUMBER.fullmatch(text):
        raise InvalidConfiguration(
            f"{name} is {quoted(text)}",
            expected="a whole number of at least 1 and at most 15 digits",
            remedy=f"correct or unset {name}",
        )
    return int(text)


def bucket_names(environment: Mapping[str, str], name: str) -> frozenset[str] | None:
    """Return a variable as a set of bucket names, separated by commas; None (every bucket) when unset or empty.

    Raises:
        InvalidConfiguration: one of them is not a bucket name.
    """
    text = environment.get(name, "").strip()
    return frozenset(_bucket(name, bucket.strip()) for bucket in text.split(",")) if text else None


def object_uri(environment: Mapping[str, str], name: str) -> S3Uri | None:
    """Return a variable as the URI of an object, or None when it is unset or empty.

    Raises:
        InvalidConfiguration: it is something else.
    """
    text = environment.get(name, "").strip()
    try:
        return S3Uri.parse(text) if text else None
    except InvalidUri as error:
        raise _refusal(name, text, error.expected) from error


def object_prefix(environment: Mapping[str, str], name: str) -> S3Prefix | None:
    """Return a variable as an S3 prefix, or None when it is unset or empty.

    Raises:
        InvalidConfiguration: it is something else.
    """
    text = environment.get(name, "").strip()
    try:
        return S3Prefix.parse(text) if text else None
    except InvalidUri as error:
        raise _refusal(name, text, error.expected) from error


def one_of(environment: Mapping[str, str], name: str, allowed: Sequence[str]) -> str:
    """Return a variable that is one of several words, the first of them when it is unset or empty.

    Raises:
        InvalidConfiguration: it is not one of them.
    """
    text = environment.get(name, "").strip() or allowed[0]
    if text not in allowed:
        raise _refusal(name, text, f"one of {', '.join(allowed)}")
    return text


def _bucket(name: str, bucket: str) -> str:
    try:
        prefix = S3Prefix.parse(f"s3://{bucket}")
    except InvalidUri as error:
        raise _refusal(name, bucket, error.expected) from error
    if prefix.key:
        raise _refusal(name, bucket, "bucket names separated by commas, without keys")
    return prefix.bucket


def _refusal(name: str, value: str, expected: str) -> InvalidConfiguration:
    return InvalidConfiguration(f"{name} holds {quoted(value)}", expected=expected, remedy=f"correct or unset {name}")
