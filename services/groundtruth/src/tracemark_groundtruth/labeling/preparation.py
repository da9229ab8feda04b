"""From a manifest line to its answers: the pre-annotation function, then the workers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import TypeVar

from tracemark.contract.manifest import DataObject
from tracemark.contract.preannotation import PreAnnotationRequest, PreAnnotationResponse
from tracemark.errors import FunctionFailed, InvalidDocument, InvalidEvent, one_line, quoted
from tracemark_groundtruth.errors import JobFailed
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.answers import Answer, AnswerSource, Task
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.result import ALREADY_LABELED
from tracemark_groundtruth.labeling.categories import with_job_categories

DEFAULT_BATCH_SIZE = 50
DEFAULT_CONCURRENCY = 4

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Answered:
    """An object with at least one answer."""

    line: DataObject
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An object that was shown to workers and that nobody answered."""

    line: DataObject


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An object that no worker is shown; `reason` is empty when the function gave none."""

    line: DataObject
    reason: str


Prepared = Answered | Unanswered | LeftOut


@dataclass(frozen=True)
class Showing:
    """Asks the pre-annotation function of a job what workers are shown; `show` is safe to call from several threads.

    `categories` are those of the job, None when it names no category file.
    """

    job: LabelingJob
    function: Function
    categories: Sequence[str] | None = None

    def show(self, line: DataObject) -> Task | LeftOut:
        """Return what workers are shown of an object, or why they are not.

        Raises:
            JobFailed: the pre-annotation function failed twice, or its answer is not one.
        """
        if self.job.label_attribute_name in line.attributes:
            return LeftOut(line, ALREADY_LABELED)
        response = self._ask(line)
        if not response.is_human_annotation_required:
            error = response.task_input.get("error")
            return LeftOut(line, one_line(str(error)) if error else "")
        return Task(line.id, with_job_categories(response.task_input, self.categories, line.id))

    def _ask(self, line: DataObject) -> PreAnnotationResponse:
        request = PreAnnotationRequest.of(line, self.job.labeling_job_arn).to_json()
        try:
            answer = invoke_twice(self.function, request)
            return PreAnnotationResponse.parse(answer, f"answer of function {quoted(self.function.name)}")
        except (FunctionFailed, InvalidDocument, InvalidEvent) as error:
            raise JobFailed(
                f"the pre-annotation function {quoted(self.function.name)} failed: {error}",
                place=f"job {quoted(self.job.name)} object {quoted(line.id)} ({quoted(line.source)})",
                remedy="correct the cause and run the job again",
            ) from error


@dataclass(frozen=True)
class Preparation:
    """Prepares the objects of one job; `prepare` is safe to call from several threads."""

    job: LabelingJob
    function: Function
    workers: AnswerSource
    categories: Sequence[str] | None = None

    def prepare(self, line: DataObject) -> Prepared:
        """Return what came of one object; the task input is not kept.

        Raises:
            JobFailed: see `Showing.show`.
        """
        shown = Showing(self.job, self.function, self.categories).show(line)
        if isinstance(shown, LeftOut):
            return shown
        answers = self.workers.answers(shown, self.job.workers_per_object)
        return Answered(line, answers) if answers else Unanswered(line)


def invoke_twice(function: Function, payload: object) -> object:
    """Return the function's answer, asking a second time when the first call failed.

    Raises:
        FunctionFailed: the second call failed, too.
    """
    try:
        return function.invoke(payload)
    except FunctionFailed:
        return function.invoke(payload)


def in_order(executor: Executor, call: Callable[[T], R], items: Iterable[T], ahead: int) -> Generator[R]:
    """Yield `call(item)` for each item, in their order, while at most `ahead` of them are under way.

    When the consumer stops, or a call raises, calls that have not begun are never made.
    """
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(call, item))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def in_batches(prepared: Iterable[Prepared], size: int) -> Iterator[list[Prepared]]:
    """Cut a sequence so that each piece but the last holds exactly `size` answered objects."""
    batch: list[Prepared] = []
    answered = 0
    for item in prepared:
        batch.append(item)
        answered += isinstance(item, Answered)
        if answered == size:
            yield batch
            batch, answered = [], 0
    if batch:
        yield batch
