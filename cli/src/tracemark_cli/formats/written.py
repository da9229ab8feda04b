"""What an export came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """How many objects were written, and in words what found no place in the format."""

    objects: int
    notes: Sequence[str] = ()


def counted(notes: Counter[str]) -> list[str]:
    """Return each note with how often it came up, the most frequent first."""
    return [f"{count:,} {note}" for note, count in sorted(notes.items(), key=lambda each: (-each[1], each[0]))]
