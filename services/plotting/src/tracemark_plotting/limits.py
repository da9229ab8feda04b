"""How large a log may be. A module of its own: plotter and settings each import what the other must not wait for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The maximum bytes and rows of a log, and channels of a profile.

    trace_disk_bytes: how much disk the trace file of a log may take while it is made; None: as much as there is.
    """

    csv_bytes: int
    rows: int
    channels: int
    trace_disk_bytes: int | None = None
