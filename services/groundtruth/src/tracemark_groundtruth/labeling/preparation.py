"""From a manifest line to what workers are shown of it, by the pre-annotation function."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import TypeVar

from tracemark.contract.manifest import DataObject
from tracemark.contract.preannotation import PreAnnotationRequest, PreAnnotationResponse
from tracemark.errors import FunctionFailed, InvalidDocument, InvalidEvent, one_line, quoted
from tracemark_groundtruth.errors import BatchTooLarge, JobFailed
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.answers import Task
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.prepared import LeftOut
from tracemark_groundtruth.job.result import ALREADY_LABELED
from tracemark_groundtruth.labeling.categories import with_job_categories

DEFAULT_CONCURRENCY = 4

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Preparation:
    """Prepares the objects of one job; `prepare` is safe to call from several threads.

    `categories` are those of the job, None when it names no category file.
    """

    job: LabelingJob
    function: Function
    categories: Sequence[str] | None = None

    def prepare(self, line: DataObject) -> Task | LeftOut:
        """Return what workers are shown of an object, or why they are not.

        Raises:
            JobFailed: the pre-annotation function failed twice, or its answer is not one.
        """
        if self.job.label_attribute_name in line.attributes:
            return LeftOut(line, ALREADY_LABELED)
        response = self._invoke(line)
        if not response.is_human_annotation_required:
            error = response.task_input.get("error")
            return LeftOut(line, one_line(str(error)) if error else "")
        return Task(line.id, with_job_categories(response.task_input, self.categories, line.id))

    def _invoke(self, line: DataObject) -> PreAnnotationResponse:
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


def invoke_twice(function: Function, payload: object) -> object:
    """Return the function's answer, asking a second time when the first call failed.

    Raises:
        BatchTooLarge: it is too large, as it would be a second time.
        FunctionFailed: the second call failed, too.
    """
    try:
        return function.invoke(payload)
    except BatchTooLarge:
        raise
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
