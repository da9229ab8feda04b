"""The whole final pass over a million answers: 100,000 objects, the most a job may have, 10 answers each, 20 classes.

Read from worker responses, decided, written as manifest and changes. S3 is made up on the way: what it would take to
answer is not in the figures, nor is making the responses. `--objects N` takes fewer, `--answers N` others than 10 each:
more than a million answers in all go through files, and so do fewer with `--in-files`.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from consolidation_large import NAMES, WORKERS, said

from tracemark.document import json_bytes
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_cli.local.final_pass import decide
from tracemark_groundtruth.finished.change import Fate
from tracemark_groundtruth.finished.final_pass import FinalPass
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_postlabel.finished_job import IN_MEMORY_ANSWERS

OBJECTS, ANSWERS = 100_000, 10
RESPONSES = "output/Large/annotations/worker-response/iteration-1"
ARN = "arn:aws:lambda:eu-west-1:111122223333:function"
JOB = {
    "LabelingJobName": "Large",
    "LabelAttributeName": "class",
    "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://bucket/manifest.jsonl"}}},
    "OutputConfig": {"S3OutputPath": "s3://bucket/output"},
    "RoleArn": "arn:aws:iam::111122223333:role/LabelingRole",
    "HumanTaskConfig": {
        "WorkteamArn": "arn:aws:sagemaker:eu-west-1:111122223333:workteam/private-crowd/many",
        "UiConfig": {"UiTemplateS3Uri": "s3://bucket/template.liquid.html"},
        "PreHumanTaskLambdaArn": f"{ARN}:pre",
        "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{ARN}:post"},
        "TaskTitle": "Many",
        "TaskDescription": "Many answers",
        "NumberOfHumanWorkersPerDataObject": 9,
        "TaskTimeLimitInSeconds": 300,
    },
}


@dataclass(frozen=True)
class MadeUpStorage(JobStorage):
    """A job's S3 whose objects are made when they are read, and gone when they are written."""

    objects: int = OBJECTS
    each: int = ANSWERS

    def keys(self, prefix: S3Prefix) -> list[str]:
        return [f"{RESPONSES}/{number}/2026-11-26_12:00:00.json" for number in range(self.objects)]

    def read(self, uri: S3Uri, limit: int) -> bytes:
        return json_bytes({"answers": list(answers(int(uri.key.split("/")[-2]), self.each))})

    @contextmanager
    def download(self, uri: S3Uri, limit: int) -> Iterator[IO[bytes]]:
        with io.BytesIO(b"".join(map(line, range(self.objects)))) as file:
            yield file

    def upload(self, uri: S3Uri, chunks: Iterable[bytes], content_type: str) -> None:
        for _ in chunks:
            pass


def answers(number: int, each: int) -> Iterator[object]:
    dice = random.Random(number)
    for place in range(each):
        worker = (number * 7 + place * 131) % WORKERS
        yield {
            "answerContent": {"choice": {"label": NAMES[said(number % 20, worker, dice)]}},
            "workerId": f"private.eu-west-1.{worker:016}",
            "acceptanceTime": "2026-11-26T12:00:00.000Z",
            "submissionTime": "2026-11-26T12:00:30.000Z",
            "timeSpentInSeconds": 30.0,
        }


def line(number: int) -> bytes:
    label = {"choice": NAMES[(number + number % 7 // 6) % 20], "confidence": 0.5, "votes": {}}
    return json_bytes({"source": f"s3://bucket/{number}.json", "class": label, "class-metadata": {}}) + b"\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=OBJECTS)
    parser.add_argument("--answers", type=int, default=ANSWERS)
    parser.add_argument("--in-files", action="store_true")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    storage = MadeUpStorage(None, options.objects, options.answers)
    job = LabelingJob.parse(json.dumps(JOB).encode(), "job.json")

    in_memory = 0 if options.in_files else IN_MEMORY_ANSWERS
    began = time.process_time()
    result = FinalPass(storage, job, NAMES, lambda question: decide(storage, question, in_memory)).run()
    seconds = time.process_time() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    figures = {
        "answers": options.objects * options.answers,
        "changed": result.counts[Fate.CHANGED],
        "confirmed": result.counts[Fate.CONFIRMED],
        "cpu_seconds": round(seconds),
        "megabytes": round(megabytes),
    }
    options.output.write_text(json.dumps(figures) + "\n", encoding="utf-8")
    print(f"{figures['answers']:,} answers in one final pass: {seconds:.0f} s, {megabytes:.0f} MB at most")


if __name__ == "__main__":
    main()
