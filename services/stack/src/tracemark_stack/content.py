"""The use case: the content of a stack's bucket when the stack is created, updated or deleted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracemark.deadline import Deadline
from tracemark_stack.answer import Done
from tracemark_stack.bucket import S3Bucket
from tracemark_stack.emptying import Emptying, keep
from tracemark_stack.request import RequestType, StackRequest
from tracemark_stack.sample_data import put_samples
from tracemark_stack.stack import Stacks

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BucketContent:
    """The function as a value: its S3 client, the stacks it can look up, and the folder of the packed samples.

    `pause` waits for some seconds.
    """

    s3: Any
    stacks: Stacks
    samples: Path
    pause: Callable[[float], None] = time.sleep

    def follow(self, request: StackRequest, deadline: Deadline) -> Done:
        """Carry out one request; repeating it changes nothing.

        Raises:
            TracemarkError: it could not be carried out; the text appears in the stack's events.
        """
        bucket = S3Bucket(self.s3, request.properties.bucket)
        if request.request_type is RequestType.DELETE:
            return self._remove(request, bucket, deadline)
        if request.wants_samples:
            return Done(written=put_samples(self.samples, request.properties.bucket.bucket, bucket))
        return Done()

    def _remove(self, request: StackRequest, bucket: S3Bucket, deadline: Deadline) -> Done:
        if not self.stacks.is_being_removed(request.stack):
            # An update that is rolled back, or that drops this resource: the bucket stays, with its data.
            _log.warning("the stack stays; nothing is removed")
            return Done()
        if request.properties.keep_data:
            keep(bucket, deadline)
            return Done()
        return Done(removed=Emptying(bucket, deadline, self.pause).run())
