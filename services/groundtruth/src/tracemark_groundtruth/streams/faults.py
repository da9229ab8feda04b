"""What SQS and SNS raise, as errors of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from tracemark.errors import one_line
from tracemark_groundtruth.errors import StreamRefused, StreamUnavailable

# Of both services, as their error codes are written in their models; queries and JSON spell some of them differently.
_FINAL = (
    "AccessDenied",
    "AuthorizationError",
    "InvalidAddress",
    "InvalidClientTokenId",
    "InvalidParameter",
    "InvalidSecurity",
    "NonExistentQueue",
    "NotFound",
    "QueueDoesNotExist",
    "SignatureDoesNotMatch",
    "UnrecognizedClient",
)


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raise what the block raises as an error that names `place`, a queue or a topic.

    Raises:
        StreamRefused: it is not there, or may not be used.
        StreamUnavailable: it does not answer, or not now.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        kind = StreamRefused if any(final in code for final in _FINAL) else StreamUnavailable
        raise kind(one_line(str(error), 300), place=place, remedy=_REMEDIES[kind]) from error
    except BotoCoreError as error:
        remedy = _REMEDIES[StreamUnavailable]
        raise StreamUnavailable(one_line(str(error), 300), place=place, remedy=remedy) from error


_REMEDIES = {
    StreamRefused: "check the ARN, the endpoint, and that the service's credentials may use it",
    StreamUnavailable: "check AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_SNS; it is tried again",
}
