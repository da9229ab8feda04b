"""Failures of S3, counted where they happen: at each attempt, before it is made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_EVENT = "response-received.s3"
_OWN_ID = "tracemark counts failures"


@contextmanager
def storage_watched(client: Any, note: Callable[[str], None]) -> Iterator[None]:
    """Have `note` told of every failed attempt of a boto3 client while the block runs: how it failed.

    An object that is not there, or was written by another first, is an answer and no failure.
    """

    def received(response_dict: Mapping[str, Any] | None, **_: Any) -> None:
        failure = storage_failure(response_dict["status_code"] if response_dict else None)
        if failure:
            note(failure)

    client.meta.events.register(_EVENT, received, unique_id=_OWN_ID)
    try:
        yield
    finally:
        client.meta.events.unregister(_EVENT, unique_id=_OWN_ID)


def storage_failure(status: int | None) -> str | None:
    """Return how S3 failed with an HTTP status, None for no answer at all; None if it did not fail."""
    if status is None:
        return "no answer"
    if status >= 500:
        return "server error"
    return "denied" if status in (401, 403) else None
