"""The command from its wheels, on a machine that has Python and nothing of this project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image


def test_the_wheels_give_a_command_that_prepares_a_folder_and_a_package_that_loads_it(
    tmp_path: Path, project: Path
) -> None:
    wheels, python, folder = tmp_path / "dist", tmp_path / "venv/bin/python", tmp_path / "parts"
    folder.mkdir()
    Image.new("RGB", (64, 48)).save(folder / "a.jpg")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [str(word) for word in command], cwd=tmp_path, env=environment, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(project / "scripts/dist", wheels)
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    own = next(wheels.glob("tracemark_cli-*.whl"))
    run(python, "-m", "pip", "install", "--find-links", wheels, "--constraint", wheels / "constraints.txt", own)
    run(python.with_name("tracemark"), "init", folder)
    script = "import tracemark; print(list(tracemark.load('parts').items.index), tracemark.__file__)"
    loaded = run(python, "-c", script)

    assert loaded.startswith("['a']")
    assert str(tmp_path / "venv") in loaded
