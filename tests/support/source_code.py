"""The project's own source code, for tests of its architecture."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

SOURCES = {
    "tracemark": "shared/src/tracemark",
    "tracemark_plotting": "services/plotting/src/tracemark_plotting",
    "tracemark_prelabel": "images/prelabel/src/tracemark_prelabel",
    "tracemark_postlabel": "images/postlabel/src/tracemark_postlabel",
    "tracemark_groundtruth": "services/groundtruth/src/tracemark_groundtruth",
    "tracemark_samples": "samples/src/tracemark_samples",
    "tracemark_stack": "services/stack/src/tracemark_stack",
    "tracemark_cli": "cli/src/tracemark_cli",
}

ARROWS: dict[str, set[str]] = {
    "tracemark": set(),
    "tracemark_plotting": {"tracemark"},
    "tracemark_prelabel": {"tracemark", "tracemark_plotting"},
    "tracemark_postlabel": {"tracemark"},
    "tracemark_groundtruth": {"tracemark"},
    "tracemark_samples": set(),
    "tracemark_stack": {"tracemark"},
    "tracemark_cli": set(SOURCES) - {"tracemark_cli", "tracemark_stack"},
}
"""The siblings that each package may import."""


def modules(package: str) -> Iterator[Path]:
    files = sorted((ROOT / SOURCES[package]).rglob("*.py"))
    assert files, f"{package} has no modules"
    return iter(files)


def imports(module: Path) -> set[str]:
    """Return every dotted name that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def tops(module: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(module)}
