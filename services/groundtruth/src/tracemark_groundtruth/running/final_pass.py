"""The final pass of a job that is about to complete: its failure is told, and never the job's."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from tracemark.contract.manifest import DataObject
from tracemark.errors import one_line
from tracemark_groundtruth.job.prepared import Answered
from tracemark_groundtruth.running.context import ActiveJob
from tracemark_groundtruth.state.batches import Batches

logger = logging.getLogger(__name__)

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StoredAnswers:
    """The answers as the service holds them, hundreds for each question; S3 has each in an object of its own."""

    batches: Batches
    strays: Sequence[str] = ()

    def answered(self, lines: Iterable[DataObject]) -> Generator[Answered]:
        """See `AnswerSource.answered`.

        Raises:
            StateUnavailable: the database does not answer.
        """
        remaining = iter(lines)
        while some := list(islice(remaining, _AT_ONCE)):
            yield from self.batches.consolidated(some)


def final_pass(active: ActiveJob) -> str | None:
    """Make the final pass, if the service makes one; return why it failed, None where it did not."""
    if active.context.final_pass is None or active.job.post_function_arn is None:  # raw answers are all it asked for
        return None
    try:
        active.context.final_pass(active.job, active.storage, StoredAnswers(active.batches))
    except Exception as error:  # the labels are written, and whatever happens here takes none of them away
        logger.exception("the final pass failed", extra={"job": active.job.name})
        return one_line(f"the final pass failed, the output manifest is complete: {error}")
    return None
