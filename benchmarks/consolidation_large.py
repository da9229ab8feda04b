"""A million answers: 200,000 objects, 5 answers each, 20 classes, 500 workers; in payloads with memory, or at once.

The figures go to the standard output as one line of JSON. Making the answers is not timed, reading and writing the
memory is. `consolidation.py` runs it twice, because a process knows only the most memory it ever had.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Iterable, Mapping

from tracemark.errors import ObjectMissing
from tracemark.storage.objects import NewObject, StoredObject
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.memory import WorkerMemory, payload_digest
from tracemark_postlabel.whole_job import decide_job

OBJECTS, ANSWERS, WORKERS, PAYLOAD = 200_000, 5, 500, 1_000
NAMES = [f"class {number:02}" for number in range(20)]
CREW = [WorkerId(f"w{number}") for number in range(WORKERS)]
SLATE = Slate.listed(NAMES, "Not sure")


class OneObject:
    """A store of one object, as far as a memory needs one."""

    def __init__(self) -> None:
        self.found: StoredObject | None = None
        self.writes = 0

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        if self.found is None:
            raise ObjectMissing("nothing is remembered yet", place=str(uri))
        return self.found

    def replace(self, uri: S3Uri, new: NewObject, *, etag: str | None) -> bool:
        self.writes += 1
        self.found = StoredObject(new.data, str(self.writes))
        return True

    def etag(self, uri: S3Uri) -> str:
        return str(self.writes)

    def metadata(self, uri: S3Uri) -> Mapping[str, str] | None:
        return None

    def write(self, uri: S3Uri, new: NewObject) -> None:
        self.replace(uri, new, etag=None)


def ballots(first: int, count: int) -> list[Ballot]:
    return [ballot(task) for task in range(first, first + count)]


def ballot(task: int) -> Ballot:
    dice = random.Random(task)
    crew = dice.sample(range(WORKERS), ANSWERS)
    return Ballot(str(task), tuple(Vote(CREW[who], NAMES[said(task % 20, who, dice)]) for who in crew))


def said(true: int, worker: int, dice: random.Random) -> int:
    """Return a worker's class: right more often the better the worker, else as often the next class as any."""
    chance, accuracy = dice.random(), 0.5 + 0.4 * (worker * 37 % WORKERS) / WORKERS
    if chance < accuracy:
        return true
    return (true + 1) % 20 if chance < (1 + accuracy) / 2 else dice.randrange(20)


def in_payloads() -> tuple[float, list[tuple[bool, float]]]:
    memory = WorkerMemory(OneObject(), S3Uri("bucket", "memory.json"), "salt", job="job")
    seconds, judged = 0.0, []
    for first in range(0, OBJECTS, PAYLOAD):
        part = ballots(first, PAYLOAD)
        began = time.process_time()
        disguised = memory.disguised(part)
        digest = payload_digest("job", disguised)
        verdicts = Ensemble().decide(disguised, SLATE, memory.before(digest, disguised))
        memory.add(digest, disguised)
        seconds += time.process_time() - began
        judged += scored(verdicts)
    return seconds, judged


def at_once() -> tuple[float, list[tuple[bool, float]]]:
    whole = ballots(0, OBJECTS)
    began = time.process_time()
    verdicts = decide_job(whole, SLATE).verdicts
    return time.process_time() - began, scored(verdicts)


def scored(verdicts: Iterable[Verdict]) -> list[tuple[bool, float]]:
    return [(verdict.label == NAMES[int(verdict.object_id) % 20], verdict.confidence) for verdict in verdicts]


def main() -> None:
    from consolidation import calibration_error

    seconds, judged = in_payloads() if sys.argv[1] == "payloads" else at_once()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    figures = {
        "accuracy": round(sum(right for right, _ in judged) / len(judged), 4),
        "brier": round(sum((right - sure) ** 2 for right, sure in judged) / len(judged), 4),
        "ece": round(calibration_error(judged), 4),
        "seconds": seconds,
        "megabytes": megabytes,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
