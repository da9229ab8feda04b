"""Emptying a bucket that may still receive writes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tracemark.deadline import Deadline
from tracemark.errors import ObjectMissing, quoted
from tracemark_stack.bucket import Bucket, Refusal
from tracemark_stack.errors import BucketNotEmpty, DataKept, DeletionRefused

_log = logging.getLogger(__name__)

# A denial takes seconds to reach all of S3, and an upload that started before it may still complete.
_QUIET_SWEEPS = 2
_PAUSE_SECONDS = 2.0
_FRUITLESS_SWEEPS = 4
# For counting the rest and answering CloudFormation.
_LAST_SECONDS = 20.0
_SECONDS_TO_ANSWER = 5.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """One pass over the first pages: the number removed, and what S3 refused to delete."""

    removed: int
    refusals: Sequence[Refusal] = ()

    @property
    def quiet(self) -> bool:
        """Whether there was nothing left."""
        return not self.removed and not self.refusals

    @property
    def fruitless(self) -> bool:
        """Whether S3 refused to delete everything that was left."""
        return not self.removed and bool(self.refusals)


@dataclass(frozen=True)
class Emptying:
    """How a bucket is emptied; `pause` waits for some seconds."""

    bucket: Bucket
    deadline: Deadline
    pause: Callable[[float], None] = field(repr=False)

    def run(self) -> int:
        """Remove every version, marker and unfinished upload; return their number; a missing bucket counts as empty.

        Each sweep lists from the first page: a continued listing misses what was written or deleted meanwhile.

        Raises:
            BucketNotEmpty: time runs out.
            DeletionRefused: S3 refuses to delete what is left.
            AccessDenied, StorageUnavailable: S3 refused a listing or an abort, or did not respond.
        """
        try:
            self.bucket.deny_writes()
            return self._sweep_until_quiet()
        except ObjectMissing:
            _log.info("there is no bucket to empty")
            return 0

    def _sweep_until_quiet(self) -> int:
        removed = quiet = fruitless = 0
        while self.deadline.left() > _LAST_SECONDS:
            sweep = _sweep(self.bucket)
            _log.info("bucket swept", extra={"removed": sweep.removed, "refused": len(sweep.refusals)})
            removed += sweep.removed
            quiet = quiet + 1 if sweep.quiet else 0
            fruitless = fruitless + 1 if sweep.fruitless else 0
            if quiet == _QUIET_SWEEPS:
                return removed
            if fruitless == _FRUITLESS_SWEEPS:
                raise _refusal(sweep.refusals)
            if not sweep.removed:
                self.pause(_PAUSE_SECONDS)
        raise self._time_out()

    def _time_out(self) -> BucketNotEmpty:
        left = count(self.bucket, self.deadline)
        return BucketNotEmpty(f"time ran out: {left} left", remedy="delete again")


def keep(bucket: Bucket, deadline: Deadline) -> None:
    """Do nothing when the bucket is empty or does not exist.

    Raises:
        DataKept: it is not empty.
        AccessDenied, StorageUnavailable: S3 refused the listing, or did not respond.
    """
    try:
        empty = not bucket.versions() and not bucket.uploads()
    except ObjectMissing:
        return
    if not empty:
        raise DataKept(
            f"KeepData is true and the bucket is not empty ({count(bucket, deadline)})",
            remedy="empty it and delete the stack again, or force the deletion, which leaves the bucket behind",
        )


def count(bucket: Bucket, deadline: Deadline) -> str:
    """Return the number of versions, markers and unfinished uploads in words, or a lower bound when time runs out."""
    counted = 0
    for page in bucket.pages():
        if deadline.left() < _SECONDS_TO_ANSWER:
            return f"more than {counted:,} objects"
        counted += page
    return f"{counted:,} objects"


def _sweep(bucket: Bucket) -> Sweep:
    uploads = bucket.uploads()
    for upload in uploads:
        bucket.abort(upload)
    versions = bucket.versions()
    refusals = bucket.delete(versions) if versions else ()
    return Sweep(len(uploads) + len(versions) - len(refusals), refusals)


def _refusal(refusals: Sequence[Refusal]) -> DeletionRefused:
    first = refusals[0]
    return DeletionRefused(
        f"S3 refuses to delete {len(refusals):,} objects, the first of them {quoted(first.version.key)} ({first.code})",
        remedy="check for a lock, a legal hold or a policy that forbids it; then delete again",
    )
