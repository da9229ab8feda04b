"""What probes are told: alive without the database, ready only with everything that work needs, and always soon."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.testclient import TestClient
from support.waiting import wait_until

from tracemark.errors import StorageUnavailable
from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.web.health import HealthChecks, Readiness


@dataclass
class Part:
    """Something that the service needs, which a test breaks."""

    failure: Exception | None = None
    asked: int = 0
    hangs: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hangs.set()

    def __call__(self) -> None:
        self.asked += 1
        self.hangs.wait(60)
        if self.failure:
            raise self.failure


@dataclass
class Probe:
    """A load balancer in front of a service."""

    database: Part = field(default_factory=Part)
    s3: Part = field(default_factory=Part)
    moment: float = 0.0

    def __post_init__(self) -> None:
        self.readiness = Readiness({"database": self.database, "s3": self.s3}, seconds=1.0, now=lambda: self.moment)
        guard = Middleware(TrustedHostMiddleware, allowed_hosts=["labels.example.org"])
        app = Starlette(middleware=[Middleware(HealthChecks, readiness=self.readiness), guard])
        self.client = TestClient(app, base_url="http://10.1.2.3:8000")

    def get(self, path: str) -> tuple[int, object]:
        self.moment += 5
        found = self.client.get(path)
        return found.status_code, found.json()


@pytest.fixture
def probe() -> Iterator[Probe]:
    made = Probe()
    with made.client:
        yield made
        made.database.hangs.set()
        made.s3.hangs.set()


def test_a_service_that_can_work_is_ready_under_whatever_host_name_it_is_asked(probe: Probe) -> None:
    assert probe.get("/readyz") == (200, {"database": "ready", "s3": "ready"})


def break_database(probe: Probe) -> None:
    probe.database.failure = StateUnavailable("the state cannot be read (secret detail)")


def break_s3(probe: Probe) -> None:
    probe.s3.failure = StorageUnavailable("S3 does not answer")


def hang_database(probe: Probe) -> None:
    probe.database.hangs.clear()


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (break_database, {"database": "not ready", "s3": "ready"}),
        (break_s3, {"database": "ready", "s3": "not ready"}),
        (hang_database, {"database": "not ready", "s3": "ready"}),
    ],
)
def test_a_service_that_cannot_work_is_alive_but_not_ready_until_it_can(
    probe: Probe, spoil: Callable[[Probe], None], expected: object
) -> None:
    spoil(probe)

    assert probe.get("/readyz") == (503, expected)
    assert probe.get("/healthz") == (200, {"status": "alive"})

    probe.database.failure = probe.s3.failure = None
    probe.database.hangs.set()
    # The thread that hung may not have gone yet.
    wait_until(lambda: probe.get("/readyz")[0] == 200, "readiness")


def test_probes_do_not_pile_up_behind_a_part_that_hangs(probe: Probe) -> None:
    hang_database(probe)

    for _ in range(5):
        assert probe.get("/readyz")[0] == 503

    assert probe.database.asked == 1


def test_whoever_asks_again_at_once_asks_nothing_of_the_database(probe: Probe) -> None:
    probe.get("/readyz")
    asked = probe.database.asked

    for _ in range(9):
        assert probe.client.get("/readyz").status_code == 200

    assert probe.database.asked == asked


def test_being_alive_asks_nothing_of_anything(probe: Probe) -> None:
    probe.get("/healthz")

    assert (probe.database.asked, probe.s3.asked) == (0, 0)


def test_why_a_service_is_not_ready_is_logged_once_and_not_told(probe: Probe, caplog: pytest.LogCaptureFixture) -> None:
    break_database(probe)

    told = [str(probe.get("/readyz")) for _ in range(3)]

    assert not any("secret detail" in text for text in told)
    (record,) = [record for record in caplog.records if record.message == "readiness changed"]
    assert "secret detail" in str(vars(record)["cause"])


def test_other_paths_and_methods_are_left_to_the_service(probe: Probe) -> None:
    answers = [
        probe.client.get("/healthz/").status_code,
        probe.client.get("/", headers={"Host": "labels.example.org"}).status_code,
        probe.client.post("/healthz").status_code,
        probe.client.head("/readyz").status_code,
    ]

    assert answers == [400, 404, 405, 200]
