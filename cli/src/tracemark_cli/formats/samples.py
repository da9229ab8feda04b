"""Which samples of a log a span covers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from tracemark.contract.dataset import MAX_DATASET_BYTES, Dataset, Log
from tracemark.marks.mark import Span
from tracemark.profile.sensor_profile import MAX_PROFILE_BYTES, SensorProfile
from tracemark.profile.shipped import ProfileReference, profile_reference
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.finished.record import Record
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_plotting.limits import Limits
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.spill import Doubles, Spill
from tracemark_plotting.trace import Trace, read_log

Samples = tuple[int, int]
"""The first and the last sample, counted from 0 in the order of time."""


@dataclass(frozen=True, slots=True)
class Axes:
    """The logs of one object."""

    traces: tuple[Trace, ...]

    def samples(self, span: Span) -> Samples | None:
        """Return the samples from the start to the end of a span, of a point in time the nearest one.

        None where no sample lies in it, where its channel is in none or several of the logs, or where the channels of a
        log have times of their own and the span names no channel.
        """
        found = [axis for trace in self.traces for axis in _axes(trace, span.channel)]
        if len(found) != 1 or not len(found[0]):
            return None
        time = found[0]
        if span.start == span.end:
            nearest = _nearest(time, span.start)
            return nearest, nearest
        first, last = bisect_left(time, span.start), bisect_right(time, span.end) - 1
        return (first, last) if first <= last else None


@dataclass(frozen=True, slots=True)
class Logs:
    """Reads logs as their charts were drawn: by the profile that the document names, or the charts, or the default."""

    storage: JobStorage
    limits: Limits
    default_profile: ProfileReference

    def axes(self, record: Record, spill: Spill) -> Axes:
        """Return the times of an object's logs, which hold as long as `spill` is open: long ones lie there.

        Raises:
            DataError: the document, a log or a profile is missing or wrong.
            AccessDenied, StorageUnavailable: S3 refused, or did not answer.
        """
        uri = record.item.line.uri
        if uri is None or not uri.key.endswith(".json"):
            return Axes(())
        dataset = Dataset.parse(self.storage.read(uri, MAX_DATASET_BYTES), str(uri))
        return Axes(tuple(self._trace(log, record.lineage.profile, spill) for log in dataset.logs))

    def _trace(self, log: Log, drawn_by: str, spill: Spill) -> Trace:
        reference = log.profile or self._drawn_by(drawn_by)
        profile = reference.load() if not isinstance(reference, S3Uri) else self._profile(reference)
        with self.storage.download(log.file, self.limits.csv_bytes) as file:
            return read_log(
                LogFile(file, str(log.file)), profile, max_rows=self.limits.rows, offset=log.offset, spill=spill
            )

    def _drawn_by(self, profile: str) -> ProfileReference:
        # Several profiles are joined, and then each is one that a document names.
        return profile_reference(profile) if profile and "; " not in profile else self.default_profile

    def _profile(self, uri: S3Uri) -> SensorProfile:
        return _parsed(self.storage.read(uri, MAX_PROFILE_BYTES), str(uri))


@lru_cache(maxsize=8)
def _parsed(data: bytes, place: str) -> SensorProfile:
    return SensorProfile.parse(data, place)


def _nearest(time: Doubles, moment: float) -> int:
    """Return the sample that lies nearest to a moment; of two that are equally far, or of equal ones, the first."""
    after = bisect_left(time, moment)
    if after == 0:
        return 0
    before = bisect_left(time, time[after - 1])
    return before if after == len(time) or moment - time[before] <= time[after] - moment else after


def _axes(trace: Trace, channel: str) -> list[Doubles]:
    """Return the axes that a span of this channel may mean."""
    named = [each for each in trace.channels if channel in (each.channel.key, each.channel.title)]
    meant = named if channel else list(trace.channels)
    found = [exact.time for each in meant if (exact := trace.exact(each))]
    return list({id(time): time for time in found}.values())
