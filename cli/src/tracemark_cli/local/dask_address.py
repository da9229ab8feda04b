"""The address of a Dask cluster as the user gives it; read without Dask, which need not be installed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec

from tracemark.errors import InvalidConfiguration, quoted

LOCAL = "local"
_MAX_WORKERS = 256


@dataclass(frozen=True, slots=True)
class DaskAddress:
    """The scheduler's address, or, where that is empty, the number of worker processes to start on this machine."""

    scheduler: str
    workers: int = 0

    @classmethod
    def parse(cls, text: str) -> DaskAddress:
        """Read an address: a scheduler's, or `local`, `local:N` or nothing.

        Raises:
            InvalidConfiguration: N is no number of processes.
        """
        given = text.strip()
        name, _, count = given.partition(":")
        if given and name != LOCAL:
            return cls(given)
        if not count and ":" not in given:
            return cls("", min(os.cpu_count() or 1, _MAX_WORKERS))
        if not (count.isascii() and count.isdigit() and 1 <= int(count) <= _MAX_WORKERS):
            raise InvalidConfiguration(
                f"{quoted(count)} is no number of worker processes",
                place=f"--dask {quoted(given)}",
                expected=f"{LOCAL}:1 to {LOCAL}:{_MAX_WORKERS}",
                remedy="give the number of processes, or leave it out for one for each processor",
            )
        return cls("", int(count))

    @property
    def is_local(self) -> bool:
        """Whether the workers are processes that the command starts on this machine."""
        return not self.scheduler


def require_dask() -> None:
    """Refuse to go on where Dask is not installed.

    Raises:
        InvalidConfiguration: it is missing.
    """
    if find_spec("distributed") is None:
        raise InvalidConfiguration(
            "--dask needs the package distributed, which is not installed",
            remedy="install it: pip install 'tracemark-cli[dask]'",
        )
