"""The folders that `buckets.yaml` names, as the file is at the moment."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path

from tracemark.errors import TracemarkError
from tracemark_groundtruth.s3.folders import FILE, Folders

_log = logging.getLogger(__name__)

State = tuple[int, int] | None
"""The moment of the last change in nanoseconds, and the size; None while there is no file."""


@dataclass
class LiveBuckets:
    """Reads the file of the data folder `home` again when it has changed; threads may share it.

    What is wrong with a changed file is logged, and what was known before stays.
    """

    home: Path
    _folders: Folders
    _seen: State = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def read(cls, home: Path) -> LiveBuckets:
        """Read the file for the first time.

        Raises:
            InvalidConfiguration: see `Folders.read`.
        """
        seen = _state(home)
        return cls(home, _opened(home), seen)

    @property
    def folders(self) -> Folders:
        """The folders as they are named now."""
        with self._lock:
            state = _state(self.home)
            if state != self._seen:
                self._seen = state
                try:
                    self._folders = _opened(self.home)
                except (TracemarkError, OSError) as error:
                    _log.warning("the buckets stay as they were", extra={"cause": str(error)})
            return self._folders


def _opened(home: Path) -> Folders:
    folders = Folders.read(home)
    for bucket in folders.places:
        (home / bucket).mkdir(exist_ok=True)  # for what is made of the files, such as charts
    return folders


def _state(home: Path) -> State:
    try:
        found = (home / FILE).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
