"""Where the commands' S3 is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Storage:
    """Where a job's S3 is: a client for the engine, and the variables with which functions find it."""

    client: Any
    environment: Mapping[str, str]
