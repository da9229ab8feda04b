"""Runs inside the benchmark's container: one log drawn by each contestant in turn; the medians as JSON on its output.

Arguments: the number of rows (0: the real weld) and the names of the other contestants.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from charts import Matplotlib, Ours, Stock, log, read_bare

OTHERS: dict[str, type[Stock] | type[Matplotlib]] = {"stock": Stock, "matplotlib": Matplotlib}
ROUNDS = 11
REAL = Path("/weld.csv")


def main() -> None:
    rows, contestants = int(sys.argv[1]), sys.argv[2:]
    data = real_weld() if rows == 0 else log(rows)
    print(json.dumps({"rows": data.count(b"\n"), **measure(data, contestants)}))


def real_weld() -> bytes:
    """Return the real weld that the host mounts, as time in ms and three channels; without one, as many rows."""
    if not REAL.is_file():
        return log(340)
    rows = [line.split(",") for line in REAL.read_text().splitlines()[1:]]
    return "".join(f"{index * 109},{row[3]},{row[6]},{row[8]},0,0\n" for index, row in enumerate(rows)).encode()


def measure(data: bytes, contestants: list[str]) -> dict[str, float]:
    """Return medians in seconds; the contestants take turns, so a change of the machine's speed hits all alike."""
    ours = Ours()
    others: dict[str, Stock | Matplotlib] = {name: OTHERS[name]() for name in contestants}
    trace = ours.read(data)
    figures = ours.figures(trace)
    works: dict[str, Callable[[], object]] = {
        "ours": lambda: ours.draw(data),
        **{name: partial(other.draw, data) for name, other in others.items()},
        "ours_read": lambda: ours.read(data),
        "pandas_read": lambda: read_bare(data),
        "ours_figure": lambda: ours.figures(trace),
        "ours_render": lambda: ours.render(figures),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if turn:  # the first turn warms up
                taken[name].append(time.perf_counter() - start)
    for contestant in (ours, *others.values()):
        contestant.close()
    return {name: round(median(seconds), 5) for name, seconds in taken.items()}


if __name__ == "__main__":
    main()
