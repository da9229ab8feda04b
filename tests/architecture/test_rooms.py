"""The rooms of the labeling service and of the command line: who may import whom, and what stands at their roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.source_code import ROOT, SOURCES, imports, modules, tops

SERVICE = ROOT / SOURCES["tracemark_groundtruth"]

BELOW_LABELING = {"state", "functions", "s3", "streams", "rendering", "job", "watching"}

# Entry points -> the runner -> what a job's batch does -> adapters -> what a job is. A room imports rooms below its
# own, never one of the same level.
ROOM_ARROWS = {
    "web": {"running", "labeling", "oidc", *BELOW_LABELING},
    "api": {"running", "labeling", *BELOW_LABELING},
    "running": {"labeling", *BELOW_LABELING},
    "finished": {"labeling", "s3", "job"},
    "labeling": BELOW_LABELING,
    "oidc": {"state", "job"},
    "state": {"job", "watching"},
    "functions": {"job"},
    "s3": {"job"},
    "streams": {"job"},
    "rendering": {"job"},
    "job": set(),
    "watching": set(),
}


def room_imports() -> Iterator[tuple[str, str, str]]:
    """Yield every import that crosses a room of the service: the room, its file, the other room."""
    for module in modules("tracemark_groundtruth"):
        file = module.relative_to(SERVICE)
        for name in imports(module):
            package, _, rest = name.partition(".")
            other = rest.partition(".")[0]
            if package == "tracemark_groundtruth" and other in ROOM_ARROWS and len(file.parts) > 1:
                yield file.parts[0], str(file), other


def test_every_room_of_the_service_has_arrows() -> None:
    rooms = {file.parent.relative_to(SERVICE).parts[0] for file in SERVICE.rglob("*.py") if file.parent != SERVICE}

    assert rooms == set(ROOM_ARROWS)


def test_a_room_of_the_service_imports_only_rooms_below_it() -> None:
    wrong = {(file, other) for room, file, other in room_imports() if other not in ROOM_ARROWS[room] | {room}}

    assert wrong == set()


def test_a_room_imports_nothing_of_the_root_but_errors() -> None:
    users = {
        str(module)
        for module in modules("tracemark_groundtruth")
        if module.parent != SERVICE and "tracemark_groundtruth.service" in imports(module)
    }

    assert users == set()


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("tracemark_groundtruth", {"__init__.py", "errors.py", "service.py"}),
        ("tracemark_cli", {"__init__.py", "errors.py", "main.py"}),
    ],
)
def test_the_root_of_a_package_with_rooms_is_nearly_empty(package: str, allowed: set[str]) -> None:
    assert {file.name for file in (ROOT / SOURCES[package]).glob("*.py")} == allowed


def test_only_state_writes_sql() -> None:
    users = {
        module.relative_to(SERVICE).parts[0]
        for module in modules("tracemark_groundtruth")
        if "sqlalchemy" in tops(module)
    }
    others = {package for package in SOURCES for module in modules(package) if "sqlalchemy" in tops(module)}

    assert (users, others) == ({"state"}, {"tracemark_groundtruth"})


@pytest.mark.parametrize("library", ["starlette", "jinja2"])
def test_only_the_entry_points_of_the_service_know_http(library: str) -> None:
    users = {
        module.relative_to(SERVICE).parts[0] for module in modules("tracemark_groundtruth") if library in tops(module)
    }

    assert users <= {"web", "api", "service.py"}


@pytest.mark.parametrize("library", ["prometheus_client", "opentelemetry"])
def test_only_the_room_of_those_who_watch_knows_the_libraries_of_figures_and_traces(library: str) -> None:
    rooms = {
        module.relative_to(SERVICE).parts[0] for module in modules("tracemark_groundtruth") if library in tops(module)
    }
    others = {package for package in SOURCES for module in modules(package) if library in tops(module)}

    assert (rooms, others) == ({"watching"}, {"tracemark_groundtruth"})


def test_a_file_of_commands_imports_no_other_file_of_commands() -> None:
    folder: Path = ROOT / SOURCES["tracemark_cli"] / "commands"
    users = {
        (module.stem, name.split(".")[2])
        for module in folder.glob("*.py")
        for name in imports(module)
        if name.startswith("tracemark_cli.commands.")
    }

    assert users == set()
