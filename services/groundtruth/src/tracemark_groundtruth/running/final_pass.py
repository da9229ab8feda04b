"""The final pass of a job that is about to complete: its failure is told, and never the job's."""

from __future__ import annotations

import logging

from tracemark.errors import one_line
from tracemark_groundtruth.running.context import ActiveJob

logger = logging.getLogger(__name__)


def final_pass(active: ActiveJob) -> str | None:
    """Make the final pass, if the service makes one; return why it failed, None where it did not."""
    if active.context.final_pass is None or active.job.post_function_arn is None:  # raw answers are all it asked for
        return None
    try:
        active.context.final_pass(active.job, active.storage)
    except Exception as error:  # the labels are written, and whatever happens here takes none of them away
        logger.exception("the final pass failed", extra={"job": active.job.name})
        return one_line(f"the final pass failed, the output manifest is complete: {error}")
    return None
