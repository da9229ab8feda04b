"""`tracemark` on a machine whose clock is set while it runs: it is wrong by the seconds in the file CLOCK_FILE."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracemark_cli.main import main
from tracemark_groundtruth import service

_FILE = Path(os.environ["CLOCK_FILE"])
_time = time.time


def off() -> float:
    return float(_FILE.read_text() or 0)


def _wrong_time() -> float:
    return _time() + off()


def _wrong_moment() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=off())


if __name__ == "__main__":
    time.time = _wrong_time
    service._utc = _wrong_moment
    main()
