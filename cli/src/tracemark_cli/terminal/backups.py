"""What a backup holds, in a line for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracemark_groundtruth.state.backup import Contents

_SHOWN = ("jobs", "objects", "tasks", "workers")


def contents_line(contents: Contents) -> str:
    """Return how many rows of what a backup holds, and the version of its tables."""
    found = ((contents.rows.get(name, 0), name) for name in _SHOWN)
    counts = ", ".join(f"{count} {name.removesuffix('s') if count == 1 else name}" for count, name in found)
    return f"{counts} (version {contents.version})"
