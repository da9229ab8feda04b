"""Which libraries a command imports: help is read often, and each of these takes a quarter of a second or more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tracemark_cli.main import COMMANDS, main
from tracemark_cli.terminal.reference import commands

HEAVY = ("boto3", "docker", "kaleido", "moto", "numpy", "pandas", "plotly", "pyarrow", "sqlalchemy", "starlette")

_REPORT = f"""
import json, sys
from tracemark_cli.main import main
try:
    main(sys.argv[1:], prog_name="tracemark")
except SystemExit as end:
    print(json.dumps([end.code, [name for name in {HEAVY!r} if name in sys.modules]]), file=sys.stderr)
"""


def heavy_imports(*words: str) -> list[str]:
    """Run `tracemark` in a process of its own; return which of HEAVY it imported."""
    call = [sys.executable, "-c", _REPORT, *words]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    code, heavy = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stdout
    return list(heavy)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_command_itself_imports_no_heavy_library(option: str) -> None:
    assert heavy_imports(option) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_imports_no_heavy_library(name: str) -> None:
    assert heavy_imports(name, "--help") == []


def test_listing_workers_imports_the_database_library_alone(tmp_path: Path) -> None:
    assert heavy_imports("worker", "list", "--data", str(tmp_path)) == ["sqlalchemy"]


def test_listing_the_commands_imports_none_of_them() -> None:
    script = (
        "import sys; from tracemark_cli.main import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert [name for name in done.stdout.split() if name.startswith("tracemark_cli.commands")] == []


def test_every_command_is_listed_with_the_first_line_of_its_own_help() -> None:
    own = {
        path[1]: (command.help or "").partition("\n")[0]
        for path, command in commands(main, ("tracemark",))
        if len(path) == 2
    }

    assert dict(COMMANDS) == own


def test_every_file_of_commands_is_listed() -> None:
    from tracemark_cli import commands as package

    files = {file.stem for file in Path(package.__path__[0]).glob("*.py")} - {"__init__"}

    assert set(COMMANDS) == files
