"""How large a log may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Most bytes and rows of a log, most channels of a profile."""

    csv_bytes: int
    rows: int
    channels: int
