"""Compares the consolidation policies with each other and with crowd-kit's on answers whose true labels are known.

Without --data: the finished Ground Truth job in ../shared/data, simulated crowds and a job of a million answers, and
benchmarks/consolidation.json is written. With
--data FILE.csv: any other set, columns `task,worker,label`; its truth, columns `task,label`, is --truth or, beside
FILE, its name with `answers` replaced by `truth`, `FILE-truth.csv`, `FILE_truth.csv` or `truth.csv`. Objects stand in
the order of the answers, and the first n answers of each are used: one to five and all, in large sets all alone. A
label that only the order of the classes decided counts as the mean over the classes that are tied. Our own rows come
first, and are kept when crowd-kit is not there. `make bench-consolidation` makes crowd-kit's environment.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from answer_sets import Answers, DataSet, Judged, csv_set, finished_job
from crowds import SHAPES, crowd

from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId
from tracemark_postlabel.consolidation.dawid_skene import DawidSkene
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, Evidence
from tracemark_postlabel.consolidation.majority import Majority
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.weighted import Weighted

ROOT = Path(__file__).parents[1]
JOB = ROOT.parent / "shared/data/ground-truth-job"
RESULTS = ROOT / "benchmarks/consolidation.json"
REFERENCE = ROOT / ".build/bench-consolidation-venv/bin/python"
ABSTAIN = "Not sure"
BATCHES = (5, 10, 50, None)
POLICIES: tuple[Policy, ...] = (Ensemble(), Weighted(), Majority(), DawidSkene())
WITH_MEMORY = ("ensemble", "weighted")
CROWD_SEEDS = (1, 2, 3)
REFERENCES = ("crowd-kit majority", "crowd-kit dawid-skene", "crowd-kit one-coin", "crowd-kit glad")
LEAST_GLAD_BATCH = 50  # GLAD takes seconds for each call
MAX_REFERENCE_BATCHES = 10  # crowd-kit takes up to a second for each call, so small batches take many minutes
MAX_REFERENCE_SECONDS = 200
MANY_ANSWERS = 20_000  # more than this many are not judged a part at a time: all policies still end within minutes


Ties = Mapping[str, Sequence[str]]
"""For each task the classes between which nothing but their order decided; none where something did."""


@dataclass(frozen=True)
class Row:
    data: str
    method: str
    answers: int
    batch: int | str
    memory: bool
    accuracy: float
    brier: float
    auroc: float | None
    ece: float
    seconds: float | None


@dataclass(frozen=True)
class LargeRow(Row):
    megabytes: int


def main() -> None:
    options = arguments()
    data = csv_set(options.data, options.truth) if options.data else finished_job(JOB)
    target = options.output or (None if options.data else RESULTS)
    rows = []
    print(HEAD)
    for found in all_rows(data, whole=options.data is None):
        rows += found
        print(*map(shown, found), sep="\n", flush=True)
    if target:
        target.write_text(as_json(rows), encoding="utf-8")


def all_rows(data: DataSet, whole: bool) -> Iterator[list[Row]]:
    """Yield our rows, then the built-in's, then those of crowd-kit, a method at a time."""
    for policy in POLICIES:
        yield ours(data, policy)
    if data.built_in:
        yield [row(data, "ground truth built-in", data.most, None, False, data.built_in, None)]
    if whole:
        for name in SHAPES:
            yield [each for policy in POLICIES for each in simulated(name, policy)]
        yield [large(way) for way in ("payloads", "final pass")]
    if not REFERENCE.is_file():
        print(f"crowd-kit is not there ({REFERENCE.relative_to(ROOT)}, which 'make bench-consolidation' makes)")
        if whole:
            print("its rows are those of the last run:")
            yield kept_references()
        return
    for method in REFERENCES:
        yield references(data, method)


def as_json(rows: Sequence[Row]) -> str:
    lines = ",\n".join(json.dumps(asdict(each)) for each in rows)
    return f"[\n{lines}\n]\n"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="answers as CSV task,worker,label")
    parser.add_argument("--truth", type=Path, help="true labels as CSV task,label [default: beside --data, see above]")
    parser.add_argument("--output", type=Path, help="where the rows go as JSON [default with --data: only printed]")
    return parser.parse_args()


def ours(data: DataSet, policy: Policy) -> list[Row]:
    rows = []
    for count in counts(data):
        for batch in BATCHES:
            for memory in (False, True) if policy.name in WITH_MEMORY and batch else (False,):
                judged, tied, seconds = decide(policy, data.first(count), batch, memory)
                rows.append(row(data, policy.name, count, batch, memory, judged, seconds, tied))
    return rows


def simulated(name: str, policy: Policy) -> list[Row]:
    """Return the means over a few crowds of a shape: decided at once, in payloads of 50, in payloads with memory."""
    rows = []
    for batch, memory in ((None, False), (50, False), (50, True)):
        if memory and policy.name not in WITH_MEMORY:
            continue
        found = []
        for data in (crowd(name, seed) for seed in CROWD_SEEDS):
            judged, tied, seconds = decide(policy, data.answers, batch, memory)
            found.append(row(data, policy.name, data.most, batch, memory, judged, seconds, tied))
        rows.append(mean_row(found))
    return rows


def mean_row(rows: Sequence[Row]) -> Row:
    figures = {
        name: [value for value in (getattr(each, name) for each in rows) if value is not None]
        for name in ("accuracy", "brier", "auroc", "ece", "seconds")
    }
    means = {name: round(sum(values) / len(values), 4) if values else None for name, values in figures.items()}
    return replace(rows[0], data=f"simulated: {rows[0].data}", **means)  # type: ignore[arg-type]


def counts(data: DataSet) -> Sequence[int]:
    if sum(map(len, data.answers.values())) > MANY_ANSWERS:
        return (data.most,)
    return range(1, data.most + 1) if data.most <= 5 else (1, 2, 3, 4, 5, data.most)


def decide(policy: Policy, answers: Answers, batch: int | None, memory: bool) -> tuple[Judged, Ties, float]:
    ballots = [
        Ballot(task, tuple(Vote(WorkerId(who), label) for who, label in given)) for task, given in answers.items()
    ]
    slate = Slate.listed(sorted({label for given in answers.values() for _, label in given}), ABSTAIN)
    evidence, judged, tied = NO_EVIDENCE, {}, {}
    began = time.perf_counter()
    for at in range(0, len(ballots), batch or len(ballots)):
        part = ballots[at : at + (batch or len(ballots))]
        for verdict in policy.decide(part, slate, evidence):
            judged[verdict.object_id] = (verdict.label, verdict.confidence)
            tied[verdict.object_id] = verdict.undecided
        evidence = evidence + Evidence.of(part) if memory else evidence
    return judged, tied, time.perf_counter() - began


def references(data: DataSet, method: str) -> list[Row]:
    """Return the rows of one of crowd-kit's methods, on the same answers in the same batches where these are few."""
    plan = [(count, batch) for count in counts(data) for batch in BATCHES if is_feasible(data, method, batch)]
    parts = [in_batches(data.first(count), batch) for count, batch in plan]
    results = iter(solved(method, [rows for part in parts for rows in part]))
    rows = []
    for (count, batch), part in zip(plan, parts, strict=True):
        found = [solution for _ in part if (solution := next(results, None))]
        if len(found) < len(part):
            break
        judged = {task: (label, sure) for _, tasks in found for task, (label, sure) in tasks.items()}
        rows.append(row(data, method, count, batch, False, judged, sum(seconds for seconds, _ in found)))
    return rows


def kept_references() -> list[Row]:
    """Return crowd-kit's rows of an earlier run: its methods and the finished job stay as they are."""
    rows = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else []
    return [Row(**each) for each in rows if each["method"] in REFERENCES]


def solved(method: str, cases: Sequence[Any]) -> list[Any]:
    """Return crowd-kit's solutions in order; those that took too long, or failed, are missing at the end."""
    script = Path(__file__).with_name("consolidation_reference.py")
    command = ["timeout", str(MAX_REFERENCE_SECONDS), str(REFERENCE), str(script), method]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        command, input=json.dumps(cases), env={**os.environ, **one_thread}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"more than {MAX_REFERENCE_SECONDS} s"])[-1]
        print(f"{method} did not come to its end ({why}); what it solved till then:")
    return [json.loads(line) for line in done.stdout.splitlines() if line.endswith("]")]


def is_feasible(data: DataSet, method: str, batch: int | None) -> bool:
    if batch is None:
        return True
    least = LEAST_GLAD_BATCH if "glad" in method else 0
    return batch >= least and len(data.answers) / batch <= MAX_REFERENCE_BATCHES


def in_batches(answers: Answers, batch: int | None) -> list[list[list[str]]]:
    tasks = list(answers)
    size = batch or len(tasks)
    return [
        [[task, worker, label] for task in tasks[at : at + size] for worker, label in answers[task]]
        for at in range(0, len(tasks), size)
    ]


def row(
    data: DataSet,
    method: str,
    count: int,
    batch: int | None,
    memory: bool,
    judged: Judged,
    seconds: float | None,
    tied: Ties | None = None,
) -> Row:
    """Score the tasks whose truth is known; a confidence of 0 stands as it is."""
    ties = tied or {}
    scored = [
        (rightness(judged[task][0], true, ties.get(task, ())), judged[task][1])
        for task, true in data.truth.items()
        if task in judged
    ]
    return Row(
        data.name,
        method,
        count,
        batch or "all",
        memory,
        round(sum(right for right, _ in scored) / len(scored), 4),
        round(sum(right * (1 - sure) ** 2 + (1 - right) * sure**2 for right, sure in scored) / len(scored), 4),
        auroc(scored),
        round(calibration_error(scored), 4),
        None if seconds is None else round(seconds, 4),
    )


def rightness(label: str, true: str, tied: Sequence[str]) -> float:
    """Whether a label is true; of one that only the order of the classes decided, the mean over these classes."""
    return (true in tied) / len(tied) if tied else float(label == true)


def auroc(scored: Sequence[tuple[float, float]]) -> float | None:
    """The probability that a right label has more confidence than a wrong one, ties counting half (Mann-Whitney)."""
    right = sum(is_right for is_right, _ in scored)
    wrong = len(scored) - right
    if not right or not wrong:
        return None
    above, below = 0.0, 0.0
    for _, same in groupby(sorted(scored, key=itemgetter(1)), key=itemgetter(1)):
        group = [is_right for is_right, _ in same]
        here = sum(group)
        above += here * (below + (len(group) - here) / 2)
        below += len(group) - here
    return round(above / (right * wrong), 4)


def calibration_error(scored: Sequence[tuple[float, float]], bins: int = 10) -> float:
    """Expected calibration error over ten equal bins (Guo et al., ICML 2017)."""
    error = 0.0
    for number in range(bins):
        inside = [pair for pair in scored if min(int(pair[1] * bins), bins - 1) == number]
        error += abs(sum(is_right - sure for is_right, sure in inside))
    return error / len(scored)


def large(way: str) -> LargeRow:
    """Decide 200,000 objects of 5 answers and 20 classes in a process of its own, whose memory is its own."""
    script = Path(__file__).with_name("consolidation_large.py")
    done = subprocess.run([sys.executable, str(script), way], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"1,000,000 answers, 20 classes, {way}: {found['seconds']:.0f} s, {found['megabytes']:.0f} MB at most")
    figures = (found["accuracy"], found["brier"], None, found["ece"], round(found["seconds"], 1))
    in_payloads = way == "payloads"
    size = 1_000 if in_payloads else "all"
    return LargeRow("1,000,000 answers", "ensemble", 5, size, in_payloads, *figures, round(found["megabytes"]))


HEAD = f"{'method':24}{'answers':>8}{'batch':>7}{'memory':>8}{'accuracy':>10}{'brier':>8}{'auroc':>8}{'ece':>8}{'s':>9}"


def shown(each: Row) -> str:
    sure = "-" if each.auroc is None else f"{each.auroc:.3f}"
    spent = "-" if each.seconds is None else f"{each.seconds:.3f}"
    return (
        f"{each.method:24}{each.answers:>8}{each.batch:>7}{'on' if each.memory else 'off':>8}"
        f"{each.accuracy:>10.4f}{each.brier:>8.4f}{sure:>8}{each.ece:>8.4f}{spent:>9}"
    )


if __name__ == "__main__":
    main()
