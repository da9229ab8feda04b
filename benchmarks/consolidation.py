"""Compares the consolidation policies with each other and with crowd-kit's on answers whose true labels are known.

Without --data: the finished Ground Truth job in ../shared/data, and benchmarks/consolidation.json is written. With
--data FILE.csv: any other set, columns `task,worker,label`; its truth, columns `task,label`, is --truth or, beside
FILE, its name with `answers` replaced by `truth`, `FILE-truth.csv`, `FILE_truth.csv` or `truth.csv`. Objects stand in
the order of the answers, and the first n answers of each are used. `make bench-consolidation` makes crowd-kit's
environment.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

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
LEAST_GLAD_BATCH = 50  # as in the reference script
MAX_REFERENCE_BATCHES = 10  # crowd-kit takes up to a second for each call, so small batches take many minutes

Answers = Mapping[str, Sequence[tuple[str, str]]]
"""The answers to each task, as worker and label, in order."""
Judged = Mapping[str, tuple[str, float]]
"""A label and the confidence in it for each task."""


@dataclass(frozen=True)
class DataSet:
    name: str
    answers: Answers
    truth: Mapping[str, str]
    built_in: Judged | None = None

    def first(self, count: int) -> Answers:
        return {task: given[:count] for task, given in self.answers.items()}

    @property
    def most(self) -> int:
        return max(map(len, self.answers.values()))


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
    data = csv_set(options.data, options.truth) if options.data else real_job()
    rows = [*ours(data), *references(data)]
    if data.built_in:
        rows.append(row(data, "ground truth built-in", data.most, None, False, data.built_in, None))
    show(rows)
    target = options.output or (None if options.data else RESULTS)
    if target:
        lines = ",\n".join(json.dumps(asdict(each)) for each in rows)
        target.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    if not options.data:
        large()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="answers as CSV task,worker,label")
    parser.add_argument("--truth", type=Path, help="true labels as CSV task,label [default: beside --data, see above]")
    parser.add_argument("--output", type=Path, help="where the rows go as JSON [default with --data: only printed]")
    return parser.parse_args()


def csv_set(file: Path, truth: Path | None) -> DataSet:
    answers: dict[str, list[tuple[str, str]]] = {}
    for line in read_csv(file, ("task", "worker", "label")):
        answers.setdefault(line["task"], []).append((line["worker"], line["label"]))
    found = truth or truth_beside(file)
    return DataSet(file.stem, answers, {line["task"]: line["label"] for line in read_csv(found, ("task", "label"))})


def truth_beside(file: Path) -> Path:
    names = [file.name.replace("answers", "truth"), f"{file.stem}-truth.csv", f"{file.stem}_truth.csv", "truth.csv"]
    for name in names:
        if name != file.name and file.with_name(name).is_file():
            return file.with_name(name)
    raise SystemExit(f"no truth beside {file}: tried {', '.join(names)}; name it with --truth")


def read_csv(file: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise SystemExit(f"{file}: no column {', '.join(missing)} in {reader.fieldnames}; expected {columns}")
        return [{name: line[name].strip() for name in columns} for line in reader]


def real_job() -> DataSet:
    if not JOB.is_dir():
        raise SystemExit(f"the finished job is not at {JOB}; name a set of answers with --data")
    lines = [json.loads(line) for line in (JOB / "output.manifest").read_text(encoding="utf-8").splitlines()]
    true = {each["ImageId"]: each["Label"] for each in json.loads((JOB / "true_labels.json").read_text())}
    answers = {file.parent.name: response(file) for file in (JOB / "worker-response").glob("iteration-*/*/*.json")}
    metadata = [line["birds-open-images-clone-metadata"] for line in lines]
    return DataSet(
        "birds",
        dict(sorted(answers.items(), key=lambda item: int(item[0]))),
        {str(number): true[PurePosixPath(line["source-ref"]).stem] for number, line in enumerate(lines)},
        {str(number): (each["class-name"], each["confidence"]) for number, each in enumerate(metadata)},
    )


def response(file: Path) -> list[tuple[str, str]]:
    answers = json.loads(file.read_text())["answers"]
    return [(answer["workerId"], answer["answerContent"]["crowd-image-classifier"]["label"]) for answer in answers]


def ours(data: DataSet) -> list[Row]:
    rows = []
    for policy in POLICIES:
        for count in counts(data):
            for batch in BATCHES:
                for memory in (False, True) if policy.name == "weighted" and batch else (False,):
                    judged, seconds = decide(policy, data.first(count), batch, memory)
                    rows.append(row(data, policy.name, count, batch, memory, judged, seconds))
    return rows


def counts(data: DataSet) -> Sequence[int]:
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


def ballot(task: str, given: Sequence[tuple[str, str]]) -> Ballot:
    return Ballot(task, tuple(Vote(WorkerId(worker), label) for worker, label in given))


def references(data: DataSet) -> list[Row]:
    """crowd-kit's methods on the same answers in the same batches, where these are not too many."""
    if not REFERENCE.is_file():
        print(f"crowd-kit is not there ({REFERENCE.relative_to(ROOT)}): run 'make bench-consolidation'")
        return []
    plan = [(count, batch) for count in counts(data) for batch in BATCHES if is_feasible(data, batch)]
    parts = [in_batches(data.first(count), batch) for count, batch in plan]
    cases = [{"batch": batch, "rows": rows} for (_, batch), part in zip(plan, parts, strict=True) for rows in part]
    script = Path(__file__).with_name("consolidation_reference.py")
    done = subprocess.run([REFERENCE, script], input=json.dumps(cases), capture_output=True, text=True, check=True)
    rows = []
    for method, solved in json.loads(done.stdout).items():
        results = iter(solved)
        for (count, batch), part in zip(plan, parts, strict=True):
            if "glad" in method and batch and batch < LEAST_GLAD_BATCH:
                continue
            found = [next(results) for _ in part]
            judged = {task: (label, sure) for _, tasks in found for task, (label, sure) in tasks.items()}
            rows.append(row(data, method, count, batch, False, judged, sum(seconds for seconds, _ in found)))
    return rows


def is_feasible(data: DataSet, batch: int | None) -> bool:
    return batch is None or len(data.answers) / batch <= MAX_REFERENCE_BATCHES


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


def large() -> None:
    """100,000 objects, 5 answers each, 20 classes, in payloads of 1,000, with memory."""
    names = [f"class {number}" for number in range(20)]
    answers: dict[str, Any] = {
        str(task): [
            (f"w{(task * 7 + answer * 131) % 500}", names[(task + (task * 31 + answer * 17) % 10 // 8) % 20])
            for answer in range(5)
        ]
        for task in range(100_000)
    }
    _, seconds = decide(Weighted(), answers, 1_000, memory=True)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(f"100,000 objects x 5 answers, 20 classes, payloads of 1,000: {seconds:.1f} s, {megabytes:.0f} MB at most")


def show(rows: Sequence[Row]) -> None:
    print(
        f"{'method':24}{'answers':>8}{'batch':>7}{'memory':>8}{'accuracy':>10}{'brier':>8}{'auroc':>8}{'ece':>8}{'s':>9}"
    )
    for each in rows:
        sure = "-" if each.auroc is None else f"{each.auroc:.3f}"
        spent = "-" if each.seconds is None else f"{each.seconds:.3f}"
        memory = "on" if each.memory else "off"
        print(
            f"{each.method:24}{each.answers:>8}{each.batch:>7}{memory:>8}"
            f"{each.accuracy:>10.4f}{each.brier:>8.4f}{sure:>8}{each.ece:>8.4f}{spent:>9}"
        )


if __name__ == "__main__":
    main()
