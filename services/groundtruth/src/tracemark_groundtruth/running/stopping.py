"""When a job ends before all of its objects are labeled: its stopping conditions, or ten days without an object."""

from __future__ import annotations

from tracemark_groundtruth.running.context import ActiveJob
from tracemark_groundtruth.state.claims import SHOWN
from tracemark_groundtruth.state.jobs import UNFINISHED
from tracemark_groundtruth.state.streams import Streams, line_count
from tracemark_groundtruth.state.tables import ObjectState

# https://docs.aws.amazon.com/sagemaker/latest/dg/sms-streaming-stop-labeling-job.html
IDLE_SECONDS = 10 * 24 * 3_600


def allowance(active: ActiveJob) -> int | None:
    """Return how many more objects workers may be shown, None for any number.

    No more are shown than may be labeled: the job never has more labels than its conditions allow.
    """
    if not active.has_conditions:
        return None
    return max(0, _limit(active) - active.objects.count(*SHOWN))


def stop_reason(active: ActiveJob) -> str | None:
    """Return why the job is to be stopped now, None if it is not."""
    if active.has_conditions:
        return _condition_met(active)
    return _idle(active) if active.job.is_streaming else None


def _condition_met(active: ActiveJob) -> str | None:
    limit = _limit(active)
    if active.objects.count(ObjectState.LABELED) < limit or not active.objects.count(*UNFINISHED):
        return None
    return active.job.stopping.told(limit)


def _idle(active: ActiveJob) -> str | None:
    stream = Streams(active.context.database, active.job_id).stream()
    if stream is None or active.now - stream.active_at < IDLE_SECONDS or active.objects.count(*UNFINISHED):
        return None
    return f"stopped: no object came for {IDLE_SECONDS // 86_400} days"


def idle_end(active: ActiveJob) -> float | None:
    """Return when a streaming job ends if no object comes, in seconds since 1970; None for any other job.

    Raises:
        StateUnavailable: try again later.
    """
    stream = Streams(active.context.database, active.job_id).stream() if active.job.is_streaming else None
    return stream.active_at + IDLE_SECONDS if stream and not active.objects.any(*UNFINISHED) else None


def shown_limit(active: ActiveJob) -> int | None:
    """Return how many objects workers may be shown in all, None for any number."""
    return _limit(active) if active.has_conditions else None


def _limit(active: ActiveJob) -> int:
    return active.job.stopping.limit(line_count(active.context.database, active.job_id))
