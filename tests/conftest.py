"""What tests of every kind share: the reference data beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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
