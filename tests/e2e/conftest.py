"""The synthetic data set of `make demo`, drawn once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracemark_cli.main import main


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "demo"
    made = CliRunner().invoke(main, ["samples", str(folder), "--count", "12", "--seed", "7"])
    assert made.exit_code == 0, made.output
    return folder


@pytest.fixture
def samples(drawn: Path, tmp_path: Path) -> Path:
    """A copy of the data set that a test may write into."""
    return Path(shutil.copytree(drawn, tmp_path / "demo"))
