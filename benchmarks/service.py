"""Measures the labeling service, and writes service.json.

Tasks per second, how long a worker waits from an answer until what follows is loaded, and memory as a job grows; the
processor time of a service that nobody uses; what two processes do of which one alone would do half; what a task costs,
beside Label Studio; and a job of a million objects.

`make bench-service` runs it. The service is one process, its S3 and its workers are another on the same machine;
workers speak HTTP as browsers do. In one run they answer at once, which tells how much the service can do; in another
they think five seconds about each task and have not begun together, which tells how long a turn takes while a hundred
really work. With PostgreSQL the cluster is one of the benchmark's own, durable.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from service_tasks import Patient, hired, million, own_seconds, processor_seconds, task_cost, work
from support.portal_worker import done
from support.postgres import Cluster
from support.service_process import (
    JOB,
    FunctionServer,
    ServiceProcess,
    job_request,
    make_bucket,
    responses,
)

from tracemark_groundtruth.s3.embedded import EmbeddedS3
from tracemark_groundtruth.state.data_folder import open_state
from tracemark_groundtruth.state.teams import ensure_team

TEAM_AT_ONCE = 100
THINKING_SECONDS = 5.0
OPEN_OBJECTS = 10
SETTLING_SECONDS, IDLE_SECONDS = 10, 60
SHARING_TEAM = 16
RESULTS = Path(__file__).with_name("service.json")

Row = dict[str, str | float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=3, help="answers that an object needs")
    parser.add_argument("--workers", type=int, default=TEAM_AT_ONCE)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--many", type=int, default=100_000, help="objects of the job by which memory is measured")
    parser.add_argument("--shared", type=int, default=1_000, help="objects of the job that processes share")
    parser.add_argument("--million", type=int, default=1_000_000, help="objects of the job whose import is measured")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--part", choices=list(PARTS), action="append", help="this alone; others are kept")
    options = parser.parse_args()
    found = json.loads(options.results.read_text()) if options.results.exists() else {}
    for part in options.part or PARTS:
        found.update(PARTS[part](options))
        options.results.write_text(json.dumps(found, indent=2) + "\n")


def labeling(options: argparse.Namespace) -> list[Row]:
    """Let teams label whole jobs: at once as fast as they can, and a tenth of it thinking."""
    return [
        label(kind, objects, options.each, options.workers, thinks)
        for kind in options.database or ["sqlite", "postgresql"]
        for objects, thinks in ((options.objects, 0.0), (options.objects // 10, THINKING_SECONDS))
    ]


def growing(options: argparse.Namespace) -> list[Row]:
    """Measure memory with a small job, and with one of many objects."""
    return [grow(objects) for objects in (1_000, options.many)]


def label(kind: str, objects: int, each: int, workers: int, thinks: float = 0.0) -> Row:
    """Let a team label a whole job, check that nobody answered twice, and return how fast it went."""
    names = [f"worker{number}" for number in range(workers)]
    with service(kind, objects) as running:
        running.prepare(names, each, MaxConcurrentTaskCount=1_000)
        running.wait_for("InProgress")
        team = team_of([running], names, objects * each, thinks)
        begun, before, others = time.perf_counter(), processor_seconds(running.pid), own_seconds()
        work(team)
        seconds = time.perf_counter() - begun
        service_s, elsewhere_s = processor_seconds(running.pid) - before, own_seconds() - others
        running.wait_for("Completed")
        check(responses(running.folder), objects, each)
        turns = sorted(turn for worker in team for turn in worker.turns)
        return shown(
            {
                "database": kind,
                "objects": objects,
                "answers_each": each,
                "workers": workers,
                "thinking_s": thinks,
                "tasks_per_s": round(objects * each / seconds, 1),
                "service_cpu_ms": round(1000 * service_s / (objects * each), 2),
                "elsewhere_cpu_ms": round(1000 * elsewhere_s / (objects * each), 2),
                "page_p50_ms": round(1000 * statistics.median(turns)),
                "page_p95_ms": round(1000 * turns[int(len(turns) * 0.95)]),
                "peak_mb": memory(running)["VmHWM"],
            }
        )


def grow(objects: int) -> Row:
    """Return the memory of a service with a job of so many objects: imported, worked on, and stopped."""
    with service("sqlite", objects) as running:
        running.prepare(["ada", "bob"], 1)
        running.wait_for("InProgress")
        imported = memory(running)["VmRSS"]
        work(team_of([running], ["ada", "bob"], 500))
        worked = memory(running)["VmRSS"]
        running.sagemaker.stop_labeling_job(LabelingJobName=JOB)
        running.wait_for("Stopped")
        most = memory(running)["VmHWM"]
        return shown({"objects": objects, "imported_mb": imported, "at_work_mb": worked, "peak_mb": most})


def shown(row: Row) -> Row:
    """Print a row as soon as it is there, and return it."""
    print(" ".join(f"{name}={value}" for name, value in row.items()), flush=True)
    return row


def idle(options: argparse.Namespace) -> list[Row]:
    """Measure services that nobody uses, with no open job, one, and a hundred."""
    return [rest((options.database or ["sqlite"])[0], jobs) for jobs in (0, 1, 100)]


def rest(kind: str, jobs: int) -> Row:
    """Return how much of a core a service takes over a minute in which nothing happens; its S3 is its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tracemark-bench-")))
        url = stack.enter_context(Cluster(())).database() if kind == "postgresql" else ""
        make_bucket(folder, OPEN_OBJECTS)
        functions = stack.enter_context(FunctionServer(folder))
        running = stack.enter_context(ServiceProcess(folder, functions.arns, url))
        with open_state(folder, url or None) as database:
            ensure_team(database, "readers")
        names = [f"{JOB}{number}" for number in range(jobs)]
        for name in names:
            running.sagemaker.create_labeling_job(**{**job_request(1), "LabelingJobName": name})
        for name in names:
            running.wait_for("InProgress", name)
        time.sleep(SETTLING_SECONDS)
        before = processor_seconds(running.pid)
        time.sleep(IDLE_SECONDS)
        used = processor_seconds(running.pid) - before
        return shown({"open_jobs": jobs, "core_percent": round(100 * used / IDLE_SECONDS, 3)})


def sharing(options: argparse.Namespace) -> float:
    """Return how much more two processes on one PostgreSQL do than one.

    What a service of so many processes does is the tasks for each second of processor time of the one that works most:
    with a core for each of them, and the workers elsewhere, that is its speed. One is measured before and after two, as
    a machine is not always equally fast.
    """
    before, two, after = (share(count, options) for count in (1, 2, 1))
    return round(2 * two / (before + after), 2)


def share(processes: int, options: argparse.Namespace) -> float:
    """Let a team label a job with so many processes; return the tasks for each second of the busiest one's time."""
    objects, each = int(options.shared), int(options.each)
    names = [f"worker{number}" for number in range(SHARING_TEAM)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tracemark-bench-")))
        url = stack.enter_context(Cluster(())).database()
        make_bucket(folder / "s3", objects)
        functions = stack.enter_context(FunctionServer(folder / "s3"))
        s3 = stack.enter_context(EmbeddedS3(folder / "s3", durable=True))
        running = []
        for number in range(processes):
            (folder / f"{number}").mkdir()
            process = ServiceProcess(folder / f"{number}", functions.arns, url, variables=dict(s3.environment))
            running.append(stack.enter_context(process))
        running[0].prepare(names, each)
        running[0].wait_for("InProgress")
        team = team_of(running, names, objects * each)
        before = [processor_seconds(one.pid) for one in running]
        begun = time.perf_counter()
        work(team)
        seconds = time.perf_counter() - begun
        running[0].wait_for("Completed")
        used = [processor_seconds(one.pid) - spent for one, spent in zip(running, before, strict=True)]
        check(responses(folder / "s3"), objects, each)
    tasks = objects * each
    shown(
        {
            "processes": processes,
            "tasks_per_s": round(tasks / seconds, 1),
            "processor_s": ", ".join(f"{one:.1f}" for one in used),
            "tasks_per_processor_s": round(tasks / max(used), 1),
        }
    )
    return float(tasks / max(used))


@contextmanager
def service(kind: str, objects: int, answering: type[FunctionServer] = FunctionServer) -> Iterator[ServiceProcess]:
    """Yield a service with a bucket of so many objects, and functions that answer as `answering` does."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tracemark-bench-")))
        url = stack.enter_context(Cluster(())).database() if kind == "postgresql" else ""
        make_bucket(folder / "s3", objects)
        functions = stack.enter_context(answering(folder / "s3"))
        s3 = stack.enter_context(EmbeddedS3(folder / "s3", durable=True))
        yield stack.enter_context(ServiceProcess(folder / "s3", functions.arns, url, variables=dict(s3.environment)))


def team_of(running: list[ServiceProcess], names: list[str], answers: int, thinks: float = 0.0) -> list[Patient]:
    """Sign workers in, at each of several processes in turn."""
    team: list[Patient] = []

    def is_over() -> bool:
        return done(team) >= answers

    for number, name in enumerate(names):
        team += hired(running[number % len(running)], [name], is_over)
        team[-1].thinks = thinks
    return team


def check(answers: dict[str, list[dict[str, str]]], objects: int, each: int) -> None:
    assert len(answers) == objects, len(answers)
    for found in answers.values():
        assert len(found) == len({answer["workerId"] for answer in found}) == each, found


def memory(running: ServiceProcess) -> dict[str, int]:
    """Return the megabytes that the service has now (VmRSS) and had at most (VmHWM)."""
    assert running.process
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    return {name: int(size) // 1024 for name, size in re.findall(r"(VmRSS|VmHWM):\s+(\d+) kB", status)}


PARTS: Mapping[str, Callable[[argparse.Namespace], Mapping[str, Any]]] = {
    "labeling": lambda options: {"labeling": labeling(options)},
    "memory": lambda options: {"memory": growing(options)},
    "idle": lambda options: {"idle": idle(options)},
    "two_over_one": lambda options: {"two_over_one": sharing(options)},
    "task": lambda options: task_cost(options, service),
    "million": lambda options: million(options, service),
}


if __name__ == "__main__":
    main()
