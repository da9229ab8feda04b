"""The whole service, watched from outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from starlette.testclient import TestClient
from support.waiting import wait_until
from support.webhook_receiver import Receiver

from tracemark_groundtruth.running.webhook_settings import WebhookSettings
from tracemark_groundtruth.service import Service, ServiceSettings, running

ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is watched is the same on both: one kind is enough here."""
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture
def service(shop: Any) -> Iterator[Service]:
    with running(shop.database, shop.client, shop.functions, ServiceSettings(ORIGIN)) as service:
        yield service


def figures(service: Service) -> str:
    answer = TestClient(service.app, base_url=ORIGIN, client=("127.0.0.1", 5_000)).get("/metrics")
    assert answer.status_code == 200
    return answer.text


def test_the_figures_of_a_service_are_its_own(service: Service) -> None:
    TestClient(service.app, base_url=ORIGIN).get("/sign-in")

    found = figures(service)

    assert 'tracemark_request_seconds_count{route="GET /sign-in",status="2xx"} 1.0' in found
    assert "tracemark_state_up 1.0" in found
    assert 'tracemark_tasks_total{event="lent"} 0.0' in found
    assert "process_resident_memory_bytes" in found


def test_a_failure_of_s3_is_counted_and_a_missing_object_is_none(shop: Any, service: Service) -> None:
    with pytest.raises(ClientError):
        shop.client.get_object(Bucket="welds", Key="not there")
    before = figures(service)
    shop.client.meta.events.register_first("before-send.s3", refused)
    try:
        with pytest.raises(ClientError):
            shop.client.get_object(Bucket="welds", Key="any")
    finally:
        shop.client.meta.events.unregister("before-send.s3", refused)

    assert 'tracemark_s3_failures_total{kind="denied"} 0.0' in before
    assert 'tracemark_s3_failures_total{kind="denied"} 1.0' in figures(service)


def refused(request: Any, **_: object) -> Any:
    return AWSResponse(request.url, 403, {}, Body(b"<Error><Code>AccessDenied</Code></Error>"))


class Body:
    """The raw body of an answer of S3, as botocore reads it."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self._data


def test_a_client_is_not_watched_any_more_once_the_service_is_over(shop: Any) -> None:
    emitter = shop.client.meta.events

    with running(shop.database, shop.client, shop.functions, ServiceSettings(ORIGIN)):
        during = emitter.emit("response-received.s3.GetObject", response_dict={"status_code": 200})
    after = emitter.emit("response-received.s3.GetObject", response_dict={"status_code": 200})

    assert len(during) == len(after) + 1


@pytest.mark.parametrize(
    ("origin", "local"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("https://labels.example.org", False),
        ("http://192.0.2.7:8000", False),
    ],
)
def test_figures_are_shown_without_a_token_only_where_nobody_else_comes(origin: str, local: bool) -> None:
    assert ServiceSettings(origin).metrics_access.local is local


def test_a_service_tells_its_webhooks_and_counts_how_that_went(shop: Any) -> None:
    with Receiver([500]) as receiver:
        settings = ServiceSettings(ORIGIN, webhooks=WebhookSettings((receiver.url,), b"s" * 32))
        with running(shop.database, shop.client, shop.functions, settings) as service:
            shop.job("a")
            wait_until(lambda: 'outcome="failed"} 1.0' in figures(service), "the first attempt")
