"""The map of the code, docs/architecture.md, and CONTRIBUTING.md name every room and only what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.source_code import ARROWS, ROOT, SOURCES

MAP = ROOT / "docs/architecture.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
_TOP_LEVEL = (
    *("shared/", "services/", "images/", "cli/", "ui/", "infra/", "deploy/", "samples/", "tests/", "docs/"),
    "scripts/",
)
_CODE = re.compile(r"`([^`\n]+)`")


def named(document: Path) -> set[str]:
    return set(_CODE.findall(document.read_text(encoding="utf-8")))


def rooms(package: str) -> set[str]:
    """Return the names of the packages directly inside a package."""
    return {file.parent.name for file in (ROOT / SOURCES[package]).glob("*/__init__.py")}


def section(package: str) -> str:
    """Return the part of the map that is about a package: from its path to the next one."""
    _, found, rest = MAP.read_text(encoding="utf-8").partition(f"**`{SOURCES[package]}/`**")
    assert found, f"the map has no section on {SOURCES[package]}"
    return rest.partition("\n**`")[0].partition("\n## ")[0]


@pytest.mark.parametrize("package", [package for package in SOURCES if rooms(package)])
def test_the_map_names_every_room_of_a_package_and_no_other(package: str) -> None:
    rows = [line for line in section(package).splitlines() if line.startswith("| `")]

    assert {name for row in rows for name in re.findall(r"`(\w+)/`", row.split("|")[1])} == rooms(package)


@pytest.mark.parametrize("package", SOURCES)
def test_the_drawing_of_the_map_shows_every_package(package: str) -> None:
    drawing = MAP.read_text(encoding="utf-8").partition("```mermaid")[2].partition("```")[0]

    assert f'"{SOURCES[package].partition("/src/")[0]}/<br>' in drawing


@pytest.mark.parametrize("document", [MAP, CONTRIBUTING], ids=lambda document: document.name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    paths = {text for text in named(document) if text.startswith(_TOP_LEVEL) and " " not in text}

    assert len(paths) > 5
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_the_map_shows_the_imports_that_the_packages_may_make() -> None:
    drawing = MAP.read_text(encoding="utf-8").partition("```mermaid")[2].partition("```")[0]
    arrow = re.compile(r'^\s*(\w+)(?:\[".*"\])? --> ([\w &]+)$', re.MULTILINE)

    shown = {(source, target) for source, targets in arrow.findall(drawing) for target in targets.split(" & ")}

    names = {"shared": "tracemark", **{p.removeprefix("tracemark_"): p for p in SOURCES}}
    assert {(names[source], names[target]) for source, target in shown} <= {
        (package, other) for package, others in ARROWS.items() for other in others
    }
    assert {(source, target) for source, target in shown} >= {("prelabel", "plotting"), ("plotting", "shared")}
