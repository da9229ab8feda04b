"""What images copy is let into the context of their builds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILES = sorted(
    file for folder in ("images", "services", "deploy", "benchmarks") for file in (ROOT / folder).rglob("Dockerfile")
)


def let_in() -> list[str]:
    """Return the patterns of what is let into the context: all else is left out."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert lines[0] == "*"
    return [line[1:] for line in lines if line.startswith("!")]


def copied(dockerfile: Path) -> Iterator[str]:
    text = dockerfile.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        yield from line.split()[:-1]


def is_in(source: str, pattern: str) -> bool:
    return fnmatch(source, pattern) or fnmatch(source, f"{pattern}/*") or pattern.startswith(f"{source}/")


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda file: str(file.parent.relative_to(ROOT)))
def test_what_an_image_copies_is_in_the_context_of_its_build(dockerfile: Path) -> None:
    patterns = let_in()

    left_out = [source for source in copied(dockerfile) if not any(is_in(source, each) for each in patterns)]

    assert left_out == []
