"""Compares the consolidation policies with each other and with crowd-kit's on answers whose true labels are known.

Without --data: the finished Ground Truth job in ../shared/data, and benchmarks/consolidation.json is written. With
--data FILE.csv: any other set, columns `task,worker,label`; its truth, columns `task,label`, is --truth or, beside
FILE, its name with `answers` replaced by `truth`, `FILE-truth.csv`, `FILE_truth.csv` or `truth.csv`. Objects stand in
the order of the answers, and the first n answers of each are used: one to five and all, in large sets all alone. Our
own rows come first, and are kept when crowd-kit is not there. `make bench-consolidation` makes crowd-kit's environment.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from answer_sets import Answers, DataSet, Judged, csv_set, finished_job

from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId
from tracemark_postlabel.consolidation.dawid_skene import DawidSkene
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
POLICIES: tuple[Policy, ...] = (Weighted(), Majority(), DawidSkene())
REFERENCES = ("crowd-kit majority", "crowd-kit dawid-skene", "crowd-kit one-coin", "crowd-kit glad")
LEAST_GLAD_BATCH = 50  # GLAD takes seconds for each call
MAX_REFERENCE_BATCHES = 10  # crowd-kit takes up to a second for each call, so small batches take many minutes
MAX_REFERENCE_SECONDS = 200
MANY_ANSWERS = 20_000  # more than this many are not judged a part at a time: all policies still end within minutes


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
        yield [large()]
    if not REFERENCE.is_file():
        print(f"no rows of crowd-kit, it is not there ({REFERENCE.relative_to(ROOT)}): run 'make bench-consolidation'")
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
            for memory in (False, True) if policy.name == "weighted" and batch else (False,):
                judged, seconds = decide(policy, data.first(count), batch, memory)
                rows.append(row(data, policy.name, count, batch, memory, judged, seconds))
    return rows


def counts(data: DataSet) -> Sequence[int]:
    if sum(map(len, data.answers.values())) > MANY_ANSWERS:
        return (data.most,)
    return range(1, data.most + 1) if data.most <= 5 else (1, 2, 3, 4, 5, data.most)


def decide(policy: Policy, answers: Answers, batch: int | None, memory: bool) -> tuple[Judged, float]:
    ballots = [
        Ballot(task, tuple(Vote(WorkerId(who), label) for who, label in given)) for task, given in answers.items()
    ]
    slate = Slate.listed(sorted({label for given in answers.values() for _, label in given}), ABSTAIN)
    evidence, judged = NO_EVIDENCE, {}
    began = time.perf_counter()
    for at in range(0, len(ballots), batch or len(ballots)):
        part = ballots[at : at + (batch or len(ballots))]
        for verdict in policy.decide(part, slate, evidence):
            judged[verdict.object_id] = (verdict.label, verdict.confidence)
        evidence = evidence + Evidence.of(part) if memory else evidence
    return judged, time.perf_counter() - began


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
    data: DataSet, method: str, count: int, batch: int | None, memory: bool, judged: Judged, seconds: float | None
) -> Row:
    """Score the tasks whose truth is known; a confidence of 0 stands as it is."""
    scored = [(judged[task][0] == true, judged[task][1]) for task, true in data.truth.items() if task in judged]
    right = sum(is_right for is_right, _ in scored)
    return Row(
        data.name,
        method,
        count,
        batch or "all",
        memory,
        round(right / len(scored), 4),
        round(sum((is_right - sure) ** 2 for is_right, sure in scored) / len(scored), 4),
        auroc(scored),
        round(calibration_error(scored), 4),
        None if seconds is None else round(seconds, 4),
    )


def auroc(scored: Sequence[tuple[bool, float]]) -> float | None:
    """The probability that a right label has more confidence than a wrong one, ties counting half (Mann-Whitney)."""
    right = [sure for is_right, sure in scored if is_right]
    wrong = [sure for is_right, sure in scored if not is_right]
    if not right or not wrong:
        return None
    ranks = mean_ranks(sorted(right + wrong))
    above = sum(ranks[sure] for sure in right) - len(right) * (len(right) + 1) / 2
    return round(above / (len(right) * len(wrong)), 4)


def mean_ranks(ordered: Sequence[float]) -> dict[float, float]:
    places: dict[float, list[int]] = {}
    for place, value in enumerate(ordered, start=1):
        places.setdefault(value, []).append(place)
    return {value: (found[0] + found[-1]) / 2 for value, found in places.items()}


def calibration_error(scored: Sequence[tuple[bool, float]], bins: int = 10) -> float:
    """Expected calibration error over ten equal bins (Guo et al., ICML 2017)."""
    error = 0.0
    for number in range(bins):
        inside = [pair for pair in scored if min(int(pair[1] * bins), bins - 1) == number]
        error += abs(sum(is_right - sure for is_right, sure in inside))
    return error / len(scored)


def large() -> Row:
    """100,000 objects, 5 answers each, 20 classes, in payloads of 1,000, with memory."""
    names = [f"class {number}" for number in range(20)]
    truth = {str(task): names[task % 20] for task in range(100_000)}
    answers: Answers = {
        str(task): [
            (f"w{(task * 7 + answer * 131) % 500}", names[(task + (task * 31 + answer * 17) % 10 // 8) % 20])
            for answer in range(5)
        ]
        for task in range(100_000)
    }
    judged, seconds = decide(Weighted(), answers, 1_000, memory=True)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(f"100,000 objects x 5 answers, 20 classes, payloads of 1,000: {seconds:.1f} s, {megabytes:.0f} MB at most")
    return row(DataSet("100,000 objects", answers, truth), "weighted", 5, 1_000, True, judged, seconds)


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
