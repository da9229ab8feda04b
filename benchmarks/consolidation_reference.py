"""One of crowd-kit's algorithms on the cases that standard input holds; runs in the benchmark's own environment.

In: its name as argument; JSON, a list of cases `[[task, worker, label], ...]`.
Out: for each case, in order and as soon as it is solved, a line: JSON, seconds and `{task: [label, probability]}`.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

import pandas
from crowdkit.aggregation import GLAD, DawidSkene, MajorityVote, OneCoinDawidSkene

METHODS: dict[str, Any] = {
    "crowd-kit majority": MajorityVote,
    "crowd-kit dawid-skene": lambda: DawidSkene(n_iter=100),
    "crowd-kit one-coin": lambda: OneCoinDawidSkene(n_iter=100),
    "crowd-kit glad": GLAD,
}


def solve(method: str, case: list[list[str]]) -> tuple[float, dict[str, list[Any]]]:
    frame = pandas.DataFrame(case, columns=["task", "worker", "label"])
    began = time.perf_counter()
    shares = METHODS[method]().fit_predict_proba(frame)
    seconds = time.perf_counter() - began
    best = shares.idxmax(axis=1)
    return seconds, {task: [best[task], float(shares.loc[task].max())] for task in shares.index}


def main() -> None:
    warnings.simplefilter("ignore")  # crowd-kit's own, about the libraries below it
    for case in json.load(sys.stdin):
        print(json.dumps(solve(sys.argv[1], case)), flush=True)


if __name__ == "__main__":
    main()
