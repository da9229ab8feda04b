"""The output of a streaming job as it comes: its topic is told, and its output manifest is written now and then."""

from __future__ import annotations

import logging

from tracemark.errors import EnvironmentFault
from tracemark_groundtruth.running.context import ActiveJob
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE
from tracemark_groundtruth.s3.refused_file import write_refused
from tracemark_groundtruth.state.streams import Stream, Streams, line_count
from tracemark_groundtruth.streams.topic import Notification

PUBLISH_SECONDS = 10.0
"""The output manifest is written at most this often."""

_LINES_PER_SECOND = 1_000.0  # and a long one more rarely: it is written whole
_TOLD_AT_ONCE = 100

logger = logging.getLogger(__name__)


def publish(active: ActiveJob) -> bool:
    """Tell the topic of finished objects, and write the output manifest if it is time; return whether either was done.

    Raises:
        StreamRefused: the topic is not there, or may not be used.
        StreamUnavailable, StorageUnavailable, StateUnavailable: try again later.
    """
    streams = Streams(active.context.database, active.job_id)
    stream = streams.stream()
    if stream is None:
        return False
    is_time = bool(stream.unpublished) and active.now >= _publication(active, stream)
    if is_time:  # first, so that a topic that does not answer keeps nothing else waiting
        write_output(active)
        streams.published(stream.unpublished, active.now)
    return (stream.notifies and tell(active)) or is_time


def tell(active: ActiveJob) -> bool:
    """Tell the job's output topic of some finished objects; return whether it took any.

    Raises:
        StreamRefused: the topic is not there, or may not be used.
        StreamUnavailable, StateUnavailable: try again later.
    """
    topic = active.context.endpoints.topic(active.job)
    streams = Streams(active.context.database, active.job_id)
    notices = streams.notices(_TOLD_AT_ONCE) if topic else ()
    if topic is None or not notices:
        return False
    taken = topic.tell([Notification(one.line_index, one.line.decode().rstrip("\n")) for one in notices])
    streams.told(taken)
    return bool(taken)


def leave_topic(active: ActiveJob) -> None:
    """Send nothing more of the input topic to the job's queue; that it cannot be done is logged, and ends nothing."""
    try:
        active.context.endpoints.leave(active.job)
    except EnvironmentFault as error:
        logger.warning("a queue stays subscribed", extra={"job": active.job.name, "cause": str(error)})


def write_output(active: ActiveJob) -> None:
    """Write the output manifest as it is now, those of unfinished objects as they came, and what was refused.

    Raises:
        StorageUnavailable, StateUnavailable: try again later.
    """
    active.storage.upload(active.tree.output_manifest, active.objects.output(), JSON_LINES_TYPE)
    write_refused(
        active.storage, active.tree.output_manifest, Streams(active.context.database, active.job_id).refused()
    )


def next_publication(active: ActiveJob) -> float | None:
    """Return when the output manifest is to be written next, in seconds since 1970; None while it lacks nothing.

    Raises:
        StateUnavailable: try again later.
    """
    stream = Streams(active.context.database, active.job_id).stream() if active.job.is_streaming else None
    return _publication(active, stream) if stream and stream.unpublished else None


def _publication(active: ActiveJob, stream: Stream) -> float:
    if stream.published_at is None:
        return active.now
    lines = line_count(active.context.database, active.job_id)
    return stream.published_at + max(PUBLISH_SECONDS, lines / _LINES_PER_SECOND)
