"""The main job from the command line with the functions in containers gives what it gives in process."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tracemark_cli.main import main

pytestmark = pytest.mark.container


def labels(folder: Path) -> list[Any]:
    manifest = folder / "tracemark-demo/output/WeldingLabelJob1/manifests/output/output.manifest"
    return [json.loads(line)["WeldingLabelJob1"] for line in manifest.read_text(encoding="utf-8").splitlines()]


def test_containers_give_the_labels_that_the_process_gives(tmp_path: Path, emulator: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    CliRunner().invoke(main, ["samples", str(one), "--count", "3"])
    shutil.copytree(one, other)

    inside = CliRunner().invoke(main, ["run", str(one / "job.yaml")])
    outside = CliRunner().invoke(
        main, ["run", str(other / "job.yaml"), "--containers", "--emulator", str(emulator), "--concurrency", "2"]
    )

    assert (inside.exit_code, outside.exit_code) == (0, 0), outside.output
    assert labels(one) == labels(other)
    assert sorted(file.name for file in (one / "tracemark-demo/plots").iterdir()) == sorted(
        file.name for file in (other / "tracemark-demo/plots").iterdir()
    )
