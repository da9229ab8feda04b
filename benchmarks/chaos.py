"""Labels for some minutes while everything fails at random, and says whether an answer was lost or doubled.

`make chaos MINUTES=10` runs it. Two processes of the service share one durable PostgreSQL and an S3 in a process of its
own; twenty workers speak HTTP as browsers do, each request with either process. Meanwhile a service is killed and
started again, the database crashes, S3 hangs, or a clock is set. After the first third one of the two services is
killed no more, so that its memory and descriptors tell whether they grow. Ends with 1 if something was lost, doubled
or left without a label.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from support.portal_worker import PortalWorker
from support.postgres import Cluster
from support.service_process import BUCKET, PASSWORD, FunctionServer, ServiceProcess, job_request, make_bucket

from tracemark.document import Node
from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.s3.embedded import EmbeddedS3
from tracemark_groundtruth.state.accounts import Accounts, hash_password
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import ACTIVE, Jobs
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.state.teams import ensure_team

WORKERS, OBJECTS, EACH, JOBS_AT_ONCE = 20, 200, 2, 2
THINK_SECONDS = 0.5
SAMPLE_SECONDS = 10.0
CALM_SECONDS = (5.0, 15.0)
LEASE_SECONDS = 120
LARGEST_CLOCK_ERROR = 400.0  # beyond a lease, within what a session and a signature allow
KILLED_SHARE = 1 / 3
END_SECONDS = 900.0
SPARED, S3 = "the service that was killed no more", "S3"


@dataclass
class Rest:
    """Whether everything is over, and which jobs there are."""

    ends_at: float
    jobs: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def is_over(self) -> bool:
        return time.monotonic() > self.ends_at and not self.open


class Worker(PortalWorker):
    """Works on any open job, with any process; now and then changes an answer, declines a task or gives one back.

    `kept` holds, for each task that was answered, the answers of which one must have been saved.
    """

    urls: Sequence[str]
    rest: Rest
    dice: random.Random

    def _work(self) -> None:
        self.kept: dict[str, set[str]] = {}
        while not self.over():
            token = self.token("/")
            if not token:
                self.sign_in()
                continue
            for job in self.dice.sample(self.rest.open, len(self.rest.open)):
                where = self.ask("POST", f"/jobs/{job}/work", {"token": token}).headers.get("location", "")
                if where.startswith("/tasks/"):
                    self.answer_all(where)
            time.sleep(THINK_SECONDS)

    def answer(self, path: str, token: str, method: str = "POST") -> str:
        time.sleep(self.dice.uniform(0, 2 * THINK_SECONDS))
        chance = self.dice.random()
        if chance < 0.05:
            self.ask("POST", f"{path}/{'decline' if chance < 0.01 else 'stop'}", {"token": token})
            return ""
        before = len(self.accepted)
        following = super().answer(path, token, method)
        if len(self.accepted) > before:
            self.kept[path] = {self.accepted[-1]}
            if chance > 0.95:
                self._change(path, token)
        return following

    def _change(self, path: str, token: str) -> None:
        label = f"{self.name} {path}, changed"
        headers = {"Content-Type": "application/json", "X-CSRF-Token": token}
        found = self.ask("PUT", f"{path}/answers", json.dumps(self.content(label)), headers)
        # Where it is final, it may have been changed by an attempt whose response was lost.
        self.kept[path] = {label} if found.status == 200 else {label, *self.kept[path]}

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        self.url = self.dice.choice(self.urls)
        return super().ask(method, path, body, headers)


@dataclass
class Samples:
    """Megabytes and descriptors of one process over time."""

    rows: list[tuple[float, float, int]] = field(default_factory=list)

    def take(self, pid: int) -> None:
        with suppress(OSError, ValueError):
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            descriptors = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
            self.rows.append((time.monotonic(), pages * os.sysconf("SC_PAGE_SIZE") / 1e6, descriptors))

    def told(self) -> str:
        """Say what the last two thirds of the time show: before, caches fill."""
        rows = np.array(self.rows[len(self.rows) // 3 :])
        if len(rows) < 3:
            return "too few samples"
        minutes = (rows[:, 0] - rows[0, 0]) / 60
        text = f"{len(rows)} samples in {minutes[-1]:.1f} min"
        for column, name in ((1, "MB"), (2, "descriptors")):
            values = rows[:, column]
            slope = float(np.polyfit(minutes, values, 1)[0])
            flat = abs(slope) * minutes[-1] <= max(10.0, 0.1 * values.mean())
            text += (
                f"; {name} {values[0]:.0f} to {values[-1]:.0f}, at most {values.max():.0f}, {slope:+.2f} a minute"
                f" ({'flat' if flat else 'NOT flat'})"
            )
        return text


@dataclass
class Chaos:
    """Everything that can fail, and what failed how often."""

    cluster: Cluster
    s3: subprocess.Popen[str]
    services: Sequence[ServiceProcess]
    clocks: Sequence[Path]
    dice: random.Random
    spared: ServiceProcess | None = None
    count: Counter[str] = field(default_factory=Counter)

    def strike(self) -> None:
        blow = self.dice.choice([self.kill, self.kill, self.crash_database, self.hang_s3, self.set_clock])
        self.count[blow.__name__] += 1
        say(blow.__name__)
        blow()

    def kill(self) -> None:
        service = self.dice.choice([one for one in self.services if one is not self.spared])
        service.end(signal.SIGTERM if self.dice.random() < 0.2 else signal.SIGKILL)
        time.sleep(self.dice.uniform(0, 2))
        service.start()

    def crash_database(self) -> None:
        self.cluster.stop()
        time.sleep(self.dice.uniform(0, 4))
        self.cluster.start()

    def hang_s3(self) -> None:
        self.s3.send_signal(signal.SIGSTOP)
        time.sleep(self.dice.uniform(1, 10))
        self.s3.send_signal(signal.SIGCONT)

    def set_clock(self) -> None:
        change = self.dice.choice([-LARGEST_CLOCK_ERROR, -30.0, 0.0, 5.0, 30.0, LARGEST_CLOCK_ERROR])
        both = self.dice.random() < 0.7
        for clock in self.clocks if both else [self.dice.choice(self.clocks)]:
            replacement = clock.with_suffix(".new")
            replacement.write_text(str(change))
            replacement.replace(clock)


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


@contextmanager
def s3_process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Mapping[str, str]]]:
    command = [sys.executable, __file__, "s3", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process, json.loads(process.stdout.readline())
        process.send_signal(signal.SIGCONT)
        process.terminate()


def serve_s3(folder: Path) -> None:
    with EmbeddedS3(folder, durable=True) as s3:
        print(json.dumps(dict(s3.environment)), flush=True)
        threading.Event().wait()


def persistently(work: Callable[[], Any]) -> Any:
    """Do what needs the database, which may be away."""
    while True:
        try:
            return work()
        except StateUnavailable:
            time.sleep(0.5)


def keep_jobs_coming(database: Database, rest: Rest) -> None:
    """Enter jobs while there is time, and note which are open, until all are over."""
    end = rest.ends_at + END_SECONDS
    while not rest.is_over() and time.monotonic() < end:
        active = {record.name for record in persistently(lambda: Jobs(database).list(*ACTIVE))}
        rest.open[:] = [name for name in rest.jobs if name in active]
        if time.monotonic() < rest.ends_at and len(rest.open) < JOBS_AT_ONCE:
            name = f"Chaos-{len(rest.jobs) + 1}"
            persistently(partial(enter, database, name))
            rest.jobs.append(name)
            rest.open.append(name)
        time.sleep(0.5)


def enter(database: Database, name: str) -> None:
    """Enter a job; does nothing where an attempt whose end was not told has done it."""
    request = {**job_request(EACH, TaskTimeLimitInSeconds=LEASE_SECONDS), "LabelingJobName": name}
    Jobs(database).add(LabelingJob.of(Node(request, name)), request)


def prepare(database: Database) -> list[str]:
    names = [f"worker{number}" for number in range(WORKERS)]
    ensure_team(database, "readers")
    password = hash_password(PASSWORD)
    for name in names:
        Accounts(database).add(name, password, ["readers"])
    return names


def verdict(folder: Path, rest: Rest, team: Sequence[Worker], database: Database) -> list[str]:
    """Return in words what is wrong; nothing where nothing is."""
    wrong = [f"a worker failed: {worker.failure!r}" for worker in team if worker.failure]
    states = {record.name: (record.status, record.failure_reason) for record in Jobs(database).list()}
    wrong += [f"{job} is {states.get(job)}" for job in rest.jobs if states.get(job, ("",))[0] != JobStatus.COMPLETED]
    saved, labeled = Counter[str](), 0
    for job in rest.jobs:
        output = folder / BUCKET / "output" / job
        for file in (output / "annotations/worker-response").rglob("*.json"):
            answers = json.loads(file.read_bytes())["answers"]
            saved.update(one["answerContent"]["class"]["label"] for one in answers)
            if len({one["workerId"] for one in answers}) != EACH:
                wrong.append(f"{job}: {file.parent.name} has {len(answers)} answers")
        manifest = output / "manifests/output/output.manifest"
        lines = [json.loads(line) for line in manifest.read_text().splitlines()] if manifest.exists() else []
        labeled += sum("kind" in line for line in lines)
        if [line["source"] for line in lines] != [f"text {number}" for number in range(OBJECTS)]:
            wrong.append(f"{job}: its output manifest has {len(lines)} lines")
    kept = [labels for worker in team for labels in worker.kept.values()]
    lost = [labels for labels in kept if sum(saved[label] for label in labels) == 0]
    doubled = [label for label, count in saved.items() if count > 1]
    doubled += [str(labels) for labels in kept if sum(saved[label] for label in labels) > 1]
    untold = saved.keys() - {label for labels in kept for label in labels}
    say(f"{len(rest.jobs)} jobs, {labeled} of {len(rest.jobs) * OBJECTS} objects labeled, {len(kept)} answers accepted")
    say(f"{len(lost)} lost, {len(doubled)} doubled, {len(untold)} saved of which nobody was told")
    wrong += [f"lost: {labels}" for labels in lost] + [f"doubled: {label}" for label in doubled]
    wrong += [f"nobody was told of: {label}" for label in untold]
    return wrong + ([] if labeled == len(rest.jobs) * OBJECTS else ["objects without a label"])


def run(folder: Path, minutes: float, dice: random.Random) -> list[str]:
    make_bucket(folder / "s3", OBJECTS)
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster(options=()))
        url = cluster.database()
        functions = stack.enter_context(FunctionServer(folder / "s3"))
        s3, environment = stack.enter_context(s3_process(folder / "s3"))
        services, clocks = [], []
        program = (sys.executable, str(Path(__file__).with_name("clocked_service.py")))
        for name in ("one", "two"):
            (folder / name).mkdir()
            clocks.append(folder / f"{name}.clock")
            clocks[-1].write_text("0")
            variables = {**environment, "CLOCK_FILE": str(clocks[-1])}
            options = ("--changeable-seconds", "5")
            service = ServiceProcess(folder / name, functions.arns, url, variables, options, program)
            services.append(stack.enter_context(service))
        database = Database.open(url)
        stack.callback(database.dispose)
        rest = Rest(time.monotonic() + 60 * minutes)
        team = [hire(name, services, rest, dice) for name in prepare(database)]
        chaos = Chaos(cluster, s3, services, clocks, dice)
        samples = let_it_run(chaos, database, rest, team, minutes)
        wrong = verdict(folder / "s3", rest, team, database)
        say(f"what was done: {dict(chaos.count)}")
        for name, one in samples.items():
            say(f"{name}: {one.told()}")
        return wrong


def hire(name: str, services: Sequence[ServiceProcess], rest: Rest, dice: random.Random) -> Worker:
    worker = Worker(services[0].url, name, PASSWORD, "", rest.is_over)
    worker.urls, worker.rest = [service.url for service in services], rest
    worker.dice = random.Random(dice.random())
    return worker


def let_it_run(
    chaos: Chaos, database: Database, rest: Rest, team: Sequence[Worker], minutes: float
) -> Mapping[str, Samples]:
    samples = {SPARED: Samples(), S3: Samples()}
    source = threading.Thread(target=keep_jobs_coming, args=(database, rest))
    for thread in (source, *(worker.thread for worker in team)):
        thread.daemon = True
        thread.start()
    over = threading.Event()
    sampler = threading.Thread(target=keep_sampling, args=(chaos, samples, over))
    sampler.start()
    try:
        strike_until_over(chaos, rest, source, time.monotonic() + KILLED_SHARE * minutes * 60)
    finally:
        over.set()
        sampler.join()
    for worker in team:
        worker.thread.join(60)
    return samples


def keep_sampling(chaos: Chaos, samples: Mapping[str, Samples], over: threading.Event) -> None:
    while not over.wait(SAMPLE_SECONDS):
        samples[S3].take(chaos.s3.pid)
        if chaos.spared and chaos.spared.process:
            samples[SPARED].take(chaos.spared.process.pid)


def strike_until_over(chaos: Chaos, rest: Rest, source: threading.Thread, spare_at: float) -> None:
    strike_at = 0.0
    while source.is_alive():
        if chaos.spared is None and time.monotonic() > spare_at:
            chaos.spared = chaos.services[1]
            say("the second service is killed no more")
        if strike_at <= time.monotonic() < rest.ends_at:
            chaos.strike()
            strike_at = time.monotonic() + chaos.dice.uniform(*CALM_SECONDS)
        time.sleep(0.2)


def main() -> None:
    if sys.argv[1:2] == ["s3"]:
        serve_s3(Path(sys.argv[2]))
        return
    minutes, seed = float(sys.argv[1]) if sys.argv[1:] else 10.0, random.SystemRandom().randrange(10**6)
    say(f"{minutes:g} minutes, dice {seed}")
    with tempfile.TemporaryDirectory(prefix="tracemark-chaos-") as folder:
        wrong = run(Path(folder), minutes, random.Random(seed))
        if wrong and (kept := os.environ.get("CHAOS_LOGS")):
            for name in ("one", "two"):
                Path(kept, f"{name}.log").write_bytes((Path(folder) / name / "log.txt").read_bytes())
    for one in wrong[:50]:
        say(one)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
