"""The queues and topics of the service's environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tracemark.errors import InvalidConfiguration, quoted
from tracemark_groundtruth.job.patterns import TOPIC_ARN
from tracemark_groundtruth.streams.endpoints import NO_ENDPOINTS, StreamEndpoints

SQS_ENDPOINT = "AWS_ENDPOINT_URL_SQS"
SNS_ENDPOINT = "AWS_ENDPOINT_URL_SNS"
QUEUES = "TRACEMARK_INPUT_QUEUES"

_REGION = "AWS_REGION"
_OWN_REGION = "eu-west-1"
_WORDS = "<ARN of a topic>=<URL of a queue>, separated by commas"


def stream_endpoints(environ: Mapping[str, str]) -> StreamEndpoints:
    """Return what streaming jobs read and tell: nothing, unless an endpoint or a queue is named.

    Raises:
        InvalidConfiguration: TRACEMARK_INPUT_QUEUES is not valid.
    """
    sqs, sns = environ.get(SQS_ENDPOINT), environ.get(SNS_ENDPOINT)
    queues = _queues(environ.get(QUEUES, ""), own_endpoint=bool(sqs))
    if not (queues or sqs or sns):
        return NO_ENDPOINTS
    region = environ.get(_REGION) or environ.get("AWS_DEFAULT_REGION") or _OWN_REGION
    return StreamEndpoints(
        _client("sqs", sqs, region) if sqs or queues else None, _client("sns", sns, region) if sns else None, queues
    )


def _client(service: str, endpoint: str | None, region: str) -> Any:
    import boto3  # takes a third of a second to import
    from botocore.config import Config

    # A long poll is silent for twenty seconds.
    config = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client(service, region_name=region, endpoint_url=endpoint, config=config)


def _queues(text: str, *, own_endpoint: bool) -> dict[str, str]:
    pairs = [part.strip() for part in text.split(",") if part.strip()]
    queues = dict(_pair(pair) for pair in pairs)
    for url in queues.values() if not own_endpoint else ():
        if not (urlsplit(url).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn")):
            # boto3 sends to the endpoint, whatever the queue's address is.
            raise InvalidConfiguration(
                f"{QUEUES} names the queue {quoted(url)}, which is not on AWS", remedy=f"set {SQS_ENDPOINT} as well"
            )
    return queues


def _pair(text: str) -> tuple[str, str]:
    topic, _, url = text.partition("=")
    if not TOPIC_ARN.regex.fullmatch(topic) or not url.startswith(("http://", "https://")):
        raise InvalidConfiguration(
            f"{QUEUES} contains {quoted(text)}", expected=_WORDS, remedy="correct or unset the variable"
        )
    return topic, url
