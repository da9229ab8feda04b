"""What tests of every kind share: the reference data beside the project, and how properties are tried."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

# No test is timed: machines are noisy. CI tries the same examples each time, so that only a change of the code fails.
settings.register_profile(
    "tracemark", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("tracemark")

# Suites whose tests share something costly: an emulated AWS, a browser, a data set. Each stays in one process.
_TOGETHER = ("browser", "container", "e2e", "stack")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests must run in one process when several run at a time."""
    for item in items:
        suite, *rest = item.path.relative_to(ROOT / "tests").parts
        item.add_marker(pytest.mark.xdist_group(suite if suite in _TOGETHER else "/".join([suite, *rest])))


@pytest.fixture(scope="session")
def project() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The real welds and the finished job, which lie beside the project and are no part of it; CI always has them."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{folder} is missing: in CI it must be there")
        pytest.skip(f"{folder} is not on this machine")
    return folder
