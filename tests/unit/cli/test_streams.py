"""The queues and topics that the service's environment names."""

from __future__ import annotations

import pytest

from tracemark.errors import InvalidConfiguration
from tracemark_cli.local.streams import stream_endpoints
from tracemark_groundtruth.streams.endpoints import NO_ENDPOINTS, StreamEndpoints

TOPIC = "arn:aws:sns:eu-west-1:111122223333:welds"
QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/welds"
LOCAL = "http://127.0.0.1:9324/queue/welds"


def addresses(found: StreamEndpoints) -> list[str]:
    return [client.meta.endpoint_url for client in (found.sqs, found.sns) if client]


def test_nothing_is_read_unless_something_is_named() -> None:
    assert stream_endpoints({"AWS_REGION": "eu-west-1"}) is NO_ENDPOINTS


def test_endpoints_are_used_as_they_are_named() -> None:
    found = stream_endpoints({"AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_SNS": "http://[::1]:2"})

    assert addresses(found) == ["http://127.0.0.1:1", "http://[::1]:2"]
    assert (found.reads_queues, found.queues) == (True, {})


def test_a_queue_of_aws_is_read_in_the_services_region() -> None:
    found = stream_endpoints({"TRACEMARK_INPUT_QUEUES": f" {TOPIC}={QUEUE} , ", "AWS_REGION": "eu-west-3"})

    assert (found.queues, addresses(found)) == ({TOPIC: QUEUE}, ["https://sqs.eu-west-3.amazonaws.com"])


def test_a_topic_alone_is_told_and_nothing_is_read() -> None:
    found = stream_endpoints({"AWS_ENDPOINT_URL_SNS": "http://127.0.0.1:2"})

    assert (found.reads_queues, addresses(found)) == (False, ["http://127.0.0.1:2"])


@pytest.mark.parametrize("text", ["welds", f"{TOPIC}=", f"{TOPIC}=s3://welds", f"welds={QUEUE}", f"={QUEUE}"])
def test_what_is_no_topic_with_a_queue_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match=r"TRACEMARK_INPUT_QUEUES.*separated by commas"):
        stream_endpoints({"TRACEMARK_INPUT_QUEUES": text})


def test_a_queue_elsewhere_needs_its_endpoint_as_boto3_asks_no_other_host() -> None:
    with pytest.raises(InvalidConfiguration, match="set AWS_ENDPOINT_URL_SQS as well"):
        stream_endpoints({"TRACEMARK_INPUT_QUEUES": f"{TOPIC}={LOCAL}"})

    queues = {"TRACEMARK_INPUT_QUEUES": f"{TOPIC}={LOCAL}", "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:9324"}
    assert stream_endpoints(queues).queues == {TOPIC: LOCAL}
