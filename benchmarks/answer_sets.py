"""Answers of many workers whose true labels are known: the finished job, or any other set as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

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


def csv_set(file: Path, truth: Path | None) -> DataSet:
    """Read a set; the last answer of a worker to a task counts.

    Raises:
        SystemExit: a file cannot be read, or none of the tasks has a true label; the text says what to do.
    """
    answers: dict[str, dict[str, str]] = {}
    for line in read_csv(file, ("task", "worker", "label")):
        answers.setdefault(line["task"], {})[line["worker"]] = line["label"]
    found = truth or truth_beside(file)
    true = {line["task"]: line["label"] for line in read_csv(found, ("task", "label"))}
    if not answers.keys() & true.keys():
        raise SystemExit(f"{found}: none of its tasks is in {file}; the column 'task' must hold the same names in both")
    return DataSet(file.stem, {task: list(given.items()) for task, given in answers.items()}, true)


def truth_beside(file: Path) -> Path:
    names = [file.name.replace("answers", "truth"), f"{file.stem}-truth.csv", f"{file.stem}_truth.csv", "truth.csv"]
    for name in names:
        if name != file.name and file.with_name(name).is_file():
            return file.with_name(name)
    raise SystemExit(f"no truth beside {file}: tried {', '.join(names)}; name it with --truth")


def read_csv(file: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise SystemExit(
                    f"{file}: no column {', '.join(missing)}; its first line must name {','.join(columns)}, "
                    f"and names {','.join(reader.fieldnames or ()) or 'nothing'}"
                )
            lines = [cells(file, reader.line_num, line, columns) for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SystemExit(f"{file}: cannot be read as CSV in UTF-8 ({error})") from error
    if not lines:
        raise SystemExit(f"{file}: no line below the first")
    return lines


def cells(file: Path, number: int, line: Mapping[str, str | None], columns: Sequence[str]) -> dict[str, str]:
    found = {name: (line[name] or "").strip() for name in columns}
    empty = [name for name, value in found.items() if not value]
    if empty:
        raise SystemExit(f"{file} line {number}: no {', '.join(empty)}; each line must hold {','.join(columns)}")
    return found


def finished_job(folder: Path) -> DataSet:
    if not folder.is_dir():
        raise SystemExit(f"the finished job is not at {folder}; name a set of answers with --data")
    lines = [json.loads(line) for line in (folder / "output.manifest").read_text(encoding="utf-8").splitlines()]
    true = {each["ImageId"]: each["Label"] for each in json.loads((folder / "true_labels.json").read_text())}
    answers = {file.parent.name: response(file) for file in (folder / "worker-response").glob("iteration-*/*/*.json")}
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
