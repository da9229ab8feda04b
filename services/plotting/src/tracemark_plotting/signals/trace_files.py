"""Trace files in S3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.storage.objects import LargeObjects
from tracemark.storage.s3uri import S3Uri
from tracemark_plotting.signals.clock import clocks
from tracemark_plotting.signals.trace_file import MEDIA_TYPE, About, write_trace_file
from tracemark_plotting.trace import Trace


@dataclass(frozen=True, slots=True)
class TraceFiles:
    """Writes trace files to `store`, each while it is made; its levels lie in temporary files meanwhile."""

    store: LargeObjects

    def write(self, uri: S3Uri, trace: Trace, metadata: Mapping[str, str]) -> None:
        """Write the trace file of a log.

        Raises:
            AccessDenied, BucketNotAllowed, ObjectMissing, StorageUnavailable: S3 did not take it.
        """
        with self.store.writing(uri, MEDIA_TYPE, metadata) as sink:
            write_trace_file(About.of(trace), clocks(trace), sink)
