"""crowd-kit's algorithms on the cases that standard input holds; runs in the benchmark's own environment.

In: JSON, a list of cases `{"batch", "rows": [[task, worker, label], ...]}`, `batch` a number or null for all objects.
Out: by method, for each case, seconds and `{task: [label, probability]}`. GLAD, which takes seconds for each call, is
left out of batches below 50.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from multiprocessing import Pool
from typing import Any

import pandas
from crowdkit.aggregation import GLAD, DawidSkene, MajorityVote, OneCoinDawidSkene

METHODS: dict[str, Any] = {
    "crowd-kit majority": MajorityVote,
    "crowd-kit dawid-skene": lambda: DawidSkene(n_iter=100),
    "crowd-kit one-coin": lambda: OneCoinDawidSkene(n_iter=100),
    "crowd-kit glad": GLAD,
}


def solve(method: str, case: dict[str, Any]) -> tuple[float, dict[str, list[Any]]]:
    frame = pandas.DataFrame(case["rows"], columns=["task", "worker", "label"])
    began = time.perf_counter()
    shares = METHODS[method]().fit_predict_proba(frame)
    seconds = time.perf_counter() - began
    best = shares.idxmax(axis=1)
    return seconds, {task: [best[task], float(shares.loc[task].max())] for task in shares.index}


def is_feasible(method: str, case: dict[str, Any]) -> bool:
    return "glad" not in method or case["batch"] is None or case["batch"] >= 50


def main() -> None:
    warnings.simplefilter("ignore")  # crowd-kit's own, about the libraries below it
    cases = json.load(sys.stdin)
    with Pool(2) as pool:
        solved = {
            name: pool.starmap(solve, [(name, case) for case in cases if is_feasible(name, case)], chunksize=1)
            for name in METHODS
        }
    json.dump(solved, sys.stdout)


if __name__ == "__main__":
    main()
