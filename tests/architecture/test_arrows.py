"""Which part may import which, and which module may know what."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from support.source_code import ARROWS, ROOT, SOURCES, imports, modules, tops


@pytest.mark.parametrize("package", SOURCES)
def test_a_package_imports_only_the_siblings_its_arrow_points_to(package: str) -> None:
    allowed = ARROWS[package] | {package}

    wrong = {str(module): tops(module) & set(SOURCES) - allowed for module in modules(package)}

    assert {module: names for module, names in wrong.items() if names} == {}


def test_prelabel_reaches_plotting_only_through_its_wiring() -> None:
    users = {module.name for module in modules("tracemark_prelabel") if "tracemark_plotting" in tops(module)}

    assert users == {"wiring.py"}


@pytest.mark.parametrize("package", ["tracemark_plotting", "tracemark_prelabel", "tracemark_postlabel"])
def test_only_the_wiring_of_a_function_reads_the_environment(package: str) -> None:
    readers = {module.name for module in modules(package) if reads_environment(module)}

    assert readers == {"wiring.py"}


def reads_environment(module: Path) -> bool:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") for node in ast.walk(tree))


@pytest.mark.parametrize("library", ["kaleido", "choreographer"])
def test_only_the_browser_module_and_its_program_know_chromium(library: str) -> None:
    users = {module.name for package in SOURCES for module in modules(package) if library in tops(module)}

    assert users <= {"browser.py", "chromium.py"}


def test_what_the_post_labeling_image_runs_needs_no_data_frames_and_no_browser() -> None:
    heavy = {"pandas", "plotly", "kaleido"}

    packages = ("tracemark_postlabel", "tracemark_stack")

    found = {str(module): tops(module) & heavy for package in packages for module in modules(package)}

    assert {module: names for module, names in found.items() if names} == {}


@pytest.mark.parametrize("package", SOURCES)
def test_no_module_is_longer_than_300_lines(package: str) -> None:
    lengths = {str(module): len(module.read_text(encoding="utf-8").splitlines()) for module in modules(package)}

    assert {module: length for module, length in lengths.items() if length > 300} == {}


@pytest.mark.parametrize("package", SOURCES)
def test_no_function_is_longer_than_40_lines(package: str) -> None:
    long = [
        f"{module}:{node.lineno} {node.name}"
        for module in modules(package)
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > 40
    ]

    assert long == []


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or node.lineno) - first.lineno + 1


@pytest.mark.parametrize(
    "function", ["tracemark_plotting", "tracemark_prelabel", "tracemark_postlabel", "tracemark_stack"]
)
def test_a_handler_has_at_most_40_lines_of_code(function: str) -> None:
    handler = (ROOT / SOURCES[function] / "handler.py").read_text(encoding="utf-8")

    code = [line for line in handler.splitlines() if line.strip() and not line.strip().startswith(("#", '"""'))]

    assert len(code) <= 40


@pytest.mark.parametrize("package", SOURCES)
def test_no_module_has_a_name_that_says_nothing(package: str) -> None:
    empty = {"utils.py", "helpers.py", "common.py", "manager.py", "misc.py"}

    assert {module.name for module in modules(package)} & empty == set()


@pytest.mark.parametrize("room", ["aws", "checks"])
def test_the_rooms_of_the_command_line_draw_nothing_and_ask_nobody(room: str) -> None:
    folder = ROOT / SOURCES["tracemark_cli"] / room
    users = {module.name for module in folder.rglob("*.py") if tops(module) & {"click", "rich"}}

    assert list(folder.rglob("*.py"))
    assert users == set()


def test_the_room_for_aws_knows_no_check_and_no_command() -> None:
    folder = ROOT / SOURCES["tracemark_cli"] / "aws"
    known = {name for module in folder.rglob("*.py") for name in imports(module) if name.startswith("tracemark_cli.")}
    allowed = tuple(f"tracemark_cli.{room}" for room in ("aws", "errors", "local.images", "local.engine"))

    assert {name for name in known if not name.startswith(allowed)} == set()
