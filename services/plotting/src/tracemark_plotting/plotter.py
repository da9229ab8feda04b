"""Drawing one log: from its URI to its charts and its trace file in S3, unless all is there and still right."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import Protocol
from urllib.parse import quote

from tracemark.contract.plots import PROFILE_METADATA, ImageFormat, Plot, PlotRequest, PlotResult
from tracemark.deadline import Deadline
from tracemark.document import read_json
from tracemark.errors import InvalidDocument, InvalidProfile
from tracemark.profile.sensor_profile import MAX_PROFILE_BYTES, Channel, SensorProfile
from tracemark.profile.shipped import ProfileReference
from tracemark.storage.objects import LargeObjects, NewObject
from tracemark.storage.s3uri import S3Uri
from tracemark_plotting import __version__
from tracemark_plotting.figures import figures
from tracemark_plotting.limits import Limits
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.page import Figure
from tracemark_plotting.signals.trace_files import TraceFiles
from tracemark_plotting.spill import Spill, disk_watched
from tracemark_plotting.trace import Trace, read_log

_log = logging.getLogger(__name__)

_IN_MEMORY = 64 * 1024 * 1024
_WRITE_SECONDS = 2.0
_PARALLEL_WRITES = 4
_NOTES = "tracemark-notes"
_BOUND = "tracemark-trace-disk-bytes"
"""Stands at a trace file that holds extremes: with more disk it is to be written again."""
# S3 takes 2 KB of metadata; a letter that is not ASCII takes six bytes.
_NOTES_BYTES = 1_200
_PROFILE_BYTES = 400


class Renderer(Protocol):
    """Turns figures into images; see `Browser.render`."""

    def render(self, figures: Sequence[Figure], image_format: ImageFormat, deadline: Deadline) -> list[bytes]:
        """Return one image per figure, in order."""


@dataclass(frozen=True, slots=True)
class LogPlotter:
    """A `Plotter` in this process.

    Without `renderer` no charts are drawn, without `trace_files` no trace file is written.
    """

    store: LargeObjects
    renderer: Renderer | None
    limits: Limits
    default_profile: ProfileReference
    trace_files: TraceFiles | None = None

    def plot(self, request: PlotRequest, deadline: Deadline) -> PlotResult:
        """Write a chart of each channel, and the trace file; nothing is written before all charts are drawn.

        Raises:
            DataError: the log or its profile cannot be read.
            EnvironmentFault: storage or browser failed, or time ran out.
        """
        reference = request.profile or self.default_profile
        profile = self._profile(reference)
        request = replace(request, profile=reference)
        plots = tuple(_plot(channel, request) for channel in profile.channels) if self.renderer else ()
        result = PlotResult(plots, rendered=True, trace=request.trace_file if self.trace_files else None)
        inputs = _inputs(request, profile, self.store.etag(request.sensor_data))
        notes = self._notes_of_drawn(result, inputs)
        if notes is not None:
            return replace(result, rendered=False, notes=notes)
        with disk_watched(str(request.sensor_data)), self._spill() as spill:
            trace = self._trace(request, profile, spill)
            _log.info("log read", extra={"log": str(request.sensor_data), **trace.summary})
            images = self._images(trace, request, deadline)
            deadline.require(_WRITE_SECONDS, "write the charts")
            notes = short_notes(trace.notes)
            metadata = {**inputs, **_notes_metadata(notes)}
            if self.trace_files:
                self.trace_files.write(request.trace_file, trace, {**metadata, **self._bound_of(trace)})
        self._write(plots, images, request.format, metadata)
        return replace(result, notes=notes)

    def _bound_of(self, trace: Trace) -> dict[str, str]:
        return {} if trace.is_exact else {_BOUND: str(self.limits.trace_disk_bytes)}

    def _has_room_for_more(self, bound: str | None) -> bool:
        """Whether a file that holds extremes because of `bound` would be better today."""
        most = self.limits.trace_disk_bytes
        return bound is not None and (most is None or not bound.isdecimal() or most > int(bound))

    def _spill(self) -> Spill:
        most = self.limits.trace_disk_bytes
        return Spill(None if most is None else most // 2)  # beside the log, and then beside the levels

    def _images(self, trace: Trace, request: PlotRequest, deadline: Deadline) -> list[bytes]:
        return self.renderer.render(figures(trace), request.format, deadline) if self.renderer else []

    def _trace(self, request: PlotRequest, profile: SensorProfile, spill: Spill) -> Trace:
        """Read a log; a large one is kept in a temporary file meanwhile, so that memory is bounded."""
        log = request.sensor_data
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            self.store.download(log, file, limit=self.limits.csv_bytes)
            return read_log(
                LogFile(file, str(log)),
                profile,
                max_rows=self.limits.rows,
                offset=request.offset,
                spill=spill if self.trace_files else None,
            )

    def _profile(self, reference: ProfileReference) -> SensorProfile:
        if not isinstance(reference, S3Uri):
            return reference.load()
        document = self.store.read(reference, limit=MAX_PROFILE_BYTES)
        profile = SensorProfile.parse(document.data, str(reference))
        if len(profile.channels) > self.limits.channels:
            raise InvalidProfile(
                f"the profile has {len(profile.channels)} channels",
                place=str(reference),
                expected=f"at most {self.limits.channels}",
                remedy="name fewer channels, or raise MAX_CHANNELS",
            )
        return profile

    def _notes_of_drawn(self, result: PlotResult, inputs: Mapping[str, str]) -> tuple[str, ...] | None:
        """Return the notes beside files that are there and still right, None when one is not."""
        notes: tuple[str, ...] = ()
        for file in [*(plot.file for plot in result.plots), *([result.trace] if result.trace else [])]:
            found = dict(self.store.metadata(file) or {})
            notes = _parsed_notes(found.pop(_NOTES, ""))
            if self._has_room_for_more(found.pop(_BOUND, None)) or found != inputs:
                return None
        return notes

    def _write(
        self, plots: Sequence[Plot], images: Sequence[bytes], image_format: ImageFormat, inputs: Mapping[str, str]
    ) -> None:
        def write(plot: Plot, image: bytes) -> None:
            self.store.write(plot.file, NewObject(image, image_format.media_type, inputs))

        with ThreadPoolExecutor(_PARALLEL_WRITES) as pool:
            list(pool.map(write, plots, images))


def _plot(channel: Channel, request: PlotRequest) -> Plot:
    return Plot(channel.key, channel.title, channel.unit, request.file(channel))


def _inputs(request: PlotRequest, profile: SensorProfile, etag: str) -> dict[str, str]:
    """Return what a chart was made from, as the metadata of its object: the same inputs give the same chart."""
    return {
        "tracemark-version": __version__,
        "tracemark-log": sha256(str(request.sensor_data).encode()).hexdigest(),
        "tracemark-log-etag": etag.strip('"'),
        "tracemark-profile": sha256(repr(profile).encode()).hexdigest(),
        **_profile_name(request.profile),
        **({"tracemark-offset": repr(request.offset)} if request.offset else {}),
    }


def _profile_name(reference: ProfileReference | None) -> dict[str, str]:
    """Return which profile it was, for exports, unless its name is too long for the metadata of a chart."""
    if reference is None:
        return {}
    # Metadata travel as headers, which carry ASCII alone.
    name = quote(str(reference) if isinstance(reference, S3Uri) else reference.name, safe=":/ ")
    return {PROFILE_METADATA: name} if len(name) <= _PROFILE_BYTES else {}


def short_notes(notes: Sequence[str]) -> tuple[str, ...]:
    """Return as many notes as the metadata of a chart hold, and how many more there were."""
    kept: list[str] = []
    for note in notes:
        if len(json.dumps([*kept, note])) > _NOTES_BYTES:
            return (*kept, f"And {len(notes) - len(kept):,} more.")
        kept.append(note)
    return tuple(kept)


def _notes_metadata(notes: Sequence[str]) -> dict[str, str]:
    return {_NOTES: json.dumps(notes)} if notes else {}


def _parsed_notes(text: str) -> tuple[str, ...]:
    """Return what `_notes_metadata` wrote; nothing for what someone else did, whose other metadata differ, too."""
    try:
        return read_json(text, _NOTES).texts() if text else ()
    except InvalidDocument:
        return ()
