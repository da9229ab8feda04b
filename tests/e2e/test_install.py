"""The command from its wheels, on a machine that has Python and nothing of this project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from support.label_process import LabelProcess, labels
from support.waiting import wait_until

PIPX = "pipx==1.8.0"


def test_the_line_of_the_readme_installs_a_command_that_labels_a_folder_and_a_package_that_loads_it(
    tmp_path: Path, project: Path, reference_data: Path
) -> None:
    home, pipx, folder = tmp_path / "pipx", tmp_path / "tools/bin", tmp_path / "welds"
    shutil.copytree(reference_data / "welds", folder)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {
        "PIPX_HOME": str(home),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_MAN_DIR": str(tmp_path / "man"),
    }
    environment["PATH"] = f"{pipx}:{environment['PATH']}"

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [str(word) for word in command], cwd=tmp_path, env=environment, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(project / "scripts/dist", tmp_path / "dist")
    pages = ZipFile(next((tmp_path / "dist").glob("tracemark_groundtruth-*.whl"))).namelist()
    run(sys.executable, "-m", "venv", tmp_path / "tools")
    run(pipx / "python", "-m", "pip", "install", PIPX)
    run("sh", "-c", line_of(project / "README.md", "pipx install"))
    with LabelProcess(
        folder, ("--classes", "Good Weld,Burn Through"), program=str(tmp_path / "bin/tracemark")
    ) as running:
        person, task = running.person("welds-1", "Good Weld")
        person.answer(task, person.token(task))
        wait_until(lambda: "Good Weld" in labels(folder).values(), "the label")
        assert running.end() == 0
    script = "import tracemark; print(len(tracemark.load('welds').items), tracemark.__file__)"
    loaded = run(next(home.glob("venvs/tracemark-cli/bin/python")), "-c", script)

    assert "tracemark_groundtruth/rendering/built/crowd-elements.js" in pages
    assert loaded.startswith("5 ")
    assert str(home) in loaded


def line_of(document: Path, start: str) -> str:
    """Return the command of a document that begins so, as a reader types it."""
    found = [line.removeprefix("$ ") for line in document.read_text("utf-8").splitlines()]
    return next(line for line in found if line.startswith(start))
