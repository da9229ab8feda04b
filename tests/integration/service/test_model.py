"""A model of task queue and runner: whatever workers, time and killed processes do, no object is lost or lent twice."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from contextlib import suppress
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from support.service_model import BATCH_SECONDS, Killed, Process, World
from support.service_process import JOB, job_request

from tracemark.contract.manifest import DataObject
from tracemark.document import Node
from tracemark_groundtruth.errors import AnswerFinal, JobNotOpen, TaskAnswered, TaskExpired
from tracemark_groundtruth.job.arrival import Appended, Arrival
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.arrivals import Arrivals
from tracemark_groundtruth.state.claims import SHOWN
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import ACTIVE, JobRecord, Jobs
from tracemark_groundtruth.state.tables import (
    HELD,
    SAME_OBJECT,
    SAME_RESERVED_OBJECT,
    JobStatus,
    ObjectState,
    TaskState,
    objects,
    reservations,
    tasks,
)
from tracemark_groundtruth.state.teams import ensure_team
from tracemark_groundtruth.state.unattended import jobs_with_work

OBJECTS, EACH, OPEN_AT_ONCE = 8, 2, 4
MORE = 3
NAMES = ("ada", "bob", "eve")
LEASE, AVAILABLE = 60, 600
CONDITIONS: list[dict[str, int]] = [
    {},
    {"MaxHumanLabeledObjectCount": 5},
    {"MaxPercentageOfInputDatasetLabeled": 50},
]

processes = st.integers(0, 7)
workers = st.sampled_from(NAMES)


class Service(RuleBasedStateMachine):
    """One job; the subclasses say on which database, and how many processes run it."""

    url: ClassVar[str]
    count: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.url)
        self.watch = Database.open(self.url)  # what the model itself asks
        self.processes = [Process(self.world) for _ in range(self.count)]
        self.accepted = Counter[str]()
        self.given: dict[str, tuple[str, str]] = {}
        self.held: dict[str, Any] = {}
        self.sources = [str(index) for index in range(OBJECTS)]
        self.name = f"{JOB}-{uuid.uuid4().hex}"
        group = f"readers-{uuid.uuid4().hex[:12]}"
        ensure_team(self.watch, group)
        self.workers = {
            name: Accounts(self.watch).add(f"{name}-{uuid.uuid4().hex}", "no hash", [group]).worker_id for name in NAMES
        }
        self.group = group

    def teardown(self) -> None:
        try:
            self._finish()
        finally:
            for process in self.processes:
                process.exit.close()
            self.watch.dispose()

    @rule(number=processes)
    def look(self, number: int) -> None:
        record, process = self.record, self._process(number)
        with_work = jobs_with_work(process.database, [record], self.world.now)

        moved = process.advance(record)

        assert record.job_id in with_work or not moved, "the sweep would have missed it"

    @rule(number=processes, after=st.integers(0, 25))
    def die(self, number: int, after: int) -> None:
        process = self._process(number)
        process.database.lives = after
        while process.advance(self.record):
            pass
        self._bury(process)

    @rule(number=processes)
    def die_labeling(self, number: int) -> None:
        process = self._process(number)
        for name in NAMES:
            self._answer(process, name)
        self.world.now += BATCH_SECONDS + 1
        process.dies_labeling = True
        while process.advance(self.record):
            pass
        self._bury(process)

    @initialize(imported=st.booleans(), conditions=st.sampled_from(CONDITIONS))
    def begin(self, imported: bool, conditions: dict[str, int]) -> None:
        self._create(conditions)
        if imported:
            self._process(0).advance(self.record)

    @rule(number=processes, name=workers)
    def look_while_others_work(self, number: int, name: str) -> None:
        process, second = self._process(number), self._process(number + 1)

        def meanwhile() -> None:
            self._answer(second, name)
            for task_id in self.given:
                self._change(second, task_id)
            if second is not process:
                while second.advance(self.record):
                    pass

        process.meanwhile = meanwhile
        process.advance(self.record)
        process.meanwhile = None

    @rule(number=processes, name=workers)
    def take(self, number: int, name: str) -> None:
        self._take(self._process(number), name)

    @rule(number=processes, name=workers)
    def answer(self, number: int, name: str) -> None:
        self._answer(self._process(number), name)

    @rule(number=processes, name=workers)
    def reserve(self, number: int, name: str) -> None:
        process = self._process(number)
        self._take(process, name)
        with suppress(JobNotOpen):
            process.task_queue.reserve(self.workers[name], self.name)

    @rule(number=processes, name=workers)
    def sign_out(self, number: int, name: str) -> None:
        self._process(number).task_queue.leave(self.workers[name])

    @rule(number=processes, name=workers)
    def turn(self, number: int, name: str) -> None:
        process = self._process(number)
        self._take(process, name)
        if name in self.held:
            self._turn(process, name)

    @rule(number=processes, name=workers, after=st.integers(0, 5))
    def die_in_a_turn(self, number: int, name: str, after: int) -> None:
        process = self._process(number)
        self._take(process, name)
        process.database.lives = after
        with suppress(Killed):
            if name in self.held:
                self._turn(process, name)
        self._bury(process)

        if task := self.held.get(name):  # the worker, who was told nothing, asks again
            with suppress(TaskAnswered, TaskExpired):
                self._process(number).task_queue.submit(self.workers[name], task.task_id, _answer(name, task))
            if self._state(task) is TaskState.ANSWERED:
                self._accept(self.held.pop(name).task_id, name, _answer(name, task)["label"])

    @rule(number=processes, texts=st.lists(st.integers(OBJECTS - 2, OBJECTS + MORE - 1), max_size=3))
    def append(self, number: int, texts: list[int]) -> None:
        coming = [str(text) for text in texts]
        new = [text for text in dict.fromkeys(coming) if text not in self.sources]
        database, is_open = self._process(number).database, self.record.status is JobStatus.IN_PROGRESS

        done = Arrivals(database, self.record.job_id).append(
            [Arrival(DataObject(0, {"source": text})) for text in coming], self.world.now
        )

        if is_open:
            assert done == Appended(len(new), len(coming) - len(new))
            self.sources += new
        else:
            assert not isinstance(done, Appended)

    @precondition(lambda self: self.given)
    @rule(number=processes, choice=st.integers(0, 99))
    def change_an_answer(self, number: int, choice: int) -> None:
        self._change(self._process(number), sorted(self.given)[choice % len(self.given)])

    @precondition(lambda self: self.held)
    @rule(number=processes, declined=st.booleans(), choice=st.integers(0, 2))
    def give_back(self, number: int, declined: bool, choice: int) -> None:
        name = sorted(self.held)[choice % len(self.held)]
        queue, task = self._process(number).task_queue, self.held.pop(name)
        try:
            (queue.decline if declined else queue.release)(self.workers[name], task.task_id)
        except TaskExpired:
            assert self._is_over(task)

    @rule(seconds=st.sampled_from([1, 6, LEASE + 1, AVAILABLE + 1]))
    def forward(self, seconds: int) -> None:
        self.world.now += seconds

    @rule()
    def stop(self) -> None:
        Jobs(self.watch).advance(self.record.job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING)

    @invariant()
    def no_two_processes_prepare_one_object(self) -> None:
        assert self.world.faults == []

    @invariant()
    def no_place_is_lost_or_lent_twice(self) -> None:
        kept = tasks.c.state.in_([TaskState.HELD.value, TaskState.ANSWERED.value])
        theirs = select(func.count()).where(SAME_OBJECT, kept).correlate(objects).scalar_subquery()
        reserved = select(func.count()).where(SAME_RESERVED_OBJECT).correlate(objects).scalar_subquery()
        is_open = objects.c.state == ObjectState.OPEN.value
        with self.watch.reading() as connection:
            places = select(objects.c.free, theirs + reserved, is_open)
            rows = connection.execute(places.where(objects.c.job_id == self.record.job_id)).all()
        assert all(taken <= EACH for _, taken, _ in rows)
        assert all(free + taken == EACH for free, taken, open_ in rows if open_)
        assert sum(bool(open_) for *_, open_ in rows) <= OPEN_AT_ONCE

    @invariant()
    def every_answer_that_was_accepted_is_kept(self) -> None:
        answered = (tasks.c.job_id == self.record.job_id) & (tasks.c.state == TaskState.ANSWERED.value)
        with self.watch.reading() as connection:
            found = connection.scalars(select(tasks.c.answer).where(answered)).all()
        assert Counter(json.loads(answer)["label"] for answer in found) == +self.accepted

    @invariant()
    def workers_are_shown_no_more_objects_than_may_be_labeled(self) -> None:
        record, counts = self.record, Jobs(self.watch).counts(self.record.job_id)
        if record.request.get("StoppingConditions"):
            assert sum(counts.get(state, 0) for state in SHOWN) <= record.job.stopping.limit(len(self.sources))

    @property
    def record(self) -> JobRecord:
        found = Jobs(self.watch).find(self.name)
        assert found
        return found

    def _create(self, conditions: dict[str, int]) -> None:
        human = {
            "MaxConcurrentTaskCount": OPEN_AT_ONCE,
            "TaskTimeLimitInSeconds": LEASE,
            "TaskAvailabilityLifetimeInSeconds": AVAILABLE,
            "WorkteamArn": f"arn:aws:sagemaker:eu-west-1:261679111194:workteam/private-crowd/{self.group}",
        }
        request = {**job_request(EACH, **human), "LabelingJobName": self.name}
        if conditions:
            request["StoppingConditions"] = conditions
        self.world.objects["s3://texts/manifest.jsonl"] = b"".join(
            json.dumps({"source": source}).encode() + b"\n" for source in self.sources
        )
        assert Jobs(self.watch).add(LabelingJob.of(Node(request, "job")), request)

    def _process(self, number: int) -> Process:
        return self.processes[number % len(self.processes)]

    def _take(self, process: Process, name: str) -> None:
        try:
            task = process.task_queue.take(self.workers[name], self.name)
        except JobNotOpen:
            assert self.record.status is not JobStatus.IN_PROGRESS
            return
        before = self.held.get(name)
        if task and before and not self._is_over(before):
            assert task.task_id == before.task_id
        if task:
            self.held[name] = task

    def _answer(self, process: Process, name: str) -> None:
        self._take(process, name)
        task = self.held.pop(name, None)
        if task is None:
            return
        answer = _answer(name, task)
        try:
            process.task_queue.submit(self.workers[name], task.task_id, answer)
            self._accept(task.task_id, name, answer["label"])
        except TaskExpired:
            assert self._is_over(task)

    def _turn(self, process: Process, name: str) -> None:
        task, reserved = self.held[name], self._reserved(name)
        answer = _answer(name, task)
        try:
            turn = process.task_queue.turn(self.workers[name], task.task_id, answer)
        except TaskExpired:
            assert self._is_over(self.held.pop(name))
            return
        del self.held[name]
        self._accept(task.task_id, name, answer["label"])
        if turn.task:
            self.held[name] = turn.task
        assert reserved in (None, turn.task and turn.task.task_id), "what was reserved is what is lent next"

    def _change(self, process: Process, task_id: str) -> None:
        name, before = self.given[task_id]
        after = f"{before}, changed"
        try:
            process.task_queue.revise(self.workers[name], task_id, {"label": after})
        except AnswerFinal:
            return
        self._accept(task_id, name, after)
        self.accepted[before] -= 1

    def _reserved(self, name: str) -> str | None:
        """Return the task that is reserved for a worker and that they can be lent."""
        if self.record.status is not JobStatus.IN_PROGRESS or self._is_over(self.held[name]):
            return None
        can_be_lent = (objects.c.state == ObjectState.OPEN.value) & (objects.c.open_until > self.world.now)
        query = select(reservations.c.task_id).join(objects, SAME_RESERVED_OBJECT).where(can_be_lent)
        theirs = query.where(
            reservations.c.job_id == self.record.job_id,
            reservations.c.worker_id == str(self.workers[name]),
            reservations.c.expires_at > self.world.now,
        )
        with self.watch.reading() as connection:
            return connection.scalar(theirs)

    def _state(self, task: Any) -> TaskState:
        with self.watch.reading() as connection:
            return TaskState(connection.scalars(select(tasks.c.state).where(tasks.c.task_id == task.task_id)).one())

    def _bury(self, process: Process) -> None:
        process.database.lives = -1
        process.bury(self.watch)
        self.processes[self.processes.index(process)] = Process(self.world)

    def _accept(self, task_id: str, name: str, label: str) -> None:
        self.given[task_id] = (name, label)
        self.accepted[label] += 1

    def _is_over(self, task: Any) -> bool:
        return bool(task.expires_at.timestamp() <= self.world.now) or self.record.status is not JobStatus.IN_PROGRESS

    def _finish(self) -> None:
        """Let all time pass and every process look: the job ends, and its output says what was accepted."""
        for _ in range(3 * OBJECTS):
            self.world.now += AVAILABLE + LEASE
            while any([process.advance(self.record) for process in self.processes]):
                pass
        assert self.record.status in (JobStatus.COMPLETED, JobStatus.STOPPED), self.record.failure_reason
        assert self.record.status not in ACTIVE
        with self.watch.reading() as connection:
            held = select(func.count()).select_from(tasks).where(tasks.c.job_id == self.record.job_id, HELD)
            assert connection.scalar(held) == 0
        lines = self._output()
        answers = self._written()
        assert [line["source"] for line in lines] == self.sources
        assert Counter(label for found in answers.values() for label in found) == +self.accepted
        assert {str(index) for index, line in enumerate(lines) if "kind" in line} == answers.keys()

    def _output(self) -> list[Any]:
        manifest = self.world.objects[f"s3://texts/output/{self.name}/manifests/output/output.manifest"]
        return [json.loads(line) for line in manifest.splitlines()]

    def _written(self) -> dict[str, list[str]]:
        return {
            uri.split("/")[-2]: [answer["answerContent"]["label"] for answer in json.loads(data)["answers"]]
            for uri, data in self.world.objects.items()
            if "/worker-response/" in uri
        }


def _answer(name: str, task: Any) -> dict[str, str]:
    return {"label": f"{name} {task.task_id}"}


@pytest.fixture(params=[("sqlite", 1), ("postgresql", 1), ("postgresql", 2)], ids=lambda of: f"{of[1]} on {of[0]}")
def machine(request: pytest.FixtureRequest, tmp_path: Any) -> type[Service]:
    kind, count = request.param
    url = f"sqlite:///{tmp_path / 'state.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("cluster").database()
    return type("OnThatDatabase", (Service,), {"url": url, "count": count})


def test_no_object_is_lost_or_lent_twice(machine: type[Service]) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=checks)
    )
