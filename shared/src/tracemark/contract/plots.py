"""What one asks of a plotter and what it answers: the protocol between pre-labeling and plotting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tracemark.contract.dataset import Log, offset_seconds
from tracemark.deadline import Deadline
from tracemark.document import Json, Node
from tracemark.errors import InvalidConfiguration, InvalidDocument
from tracemark.profile.sensor_profile import Channel
from tracemark.profile.shipped import ProfileReference, ShippedProfile
from tracemark.storage.s3uri import S3Prefix, S3Uri

SENSOR_DATA_PREFIX = "sensor_data/"
PLOTS_PREFIX = "plots/"
PROFILE_METADATA = "tracemark-profile-name"
"""The metadata of a chart under which its profile stands, percent-encoded: the URI, or the name of a shipped one."""
TRACE_FILE_ENDING = ".zarr.zip"


class ImageFormat(StrEnum):
    """The file format of a chart; its value is the file's extension."""

    PNG = "png"
    SVG = "svg"

    @property
    def media_type(self) -> str:
        """The value of the `Content-Type` header."""
        return "image/svg+xml" if self is ImageFormat.SVG else "image/png"


@dataclass(frozen=True, slots=True)
class PlotRequest:
    """Draw the log at `sensor_data`, one chart per channel, below `destination`; `profile` of None: the default.

    offset: seconds that are added to the times of the log.
    """

    sensor_data: S3Uri
    destination: S3Prefix
    profile: ProfileReference | None = None
    format: ImageFormat = ImageFormat.PNG
    offset: float = 0.0

    @classmethod
    def parse(cls, event: Node) -> PlotRequest:
        """Read `{"sensor_data": {"s3Path"}, "destination": {"s3Path"}, "profile"?, "format"?, "offset"?}`.

        `profile` is `{"s3Path": …}` or `{"name": …}`, `format` is `png` or `svg`, `offset` a number of seconds.

        Raises:
            InvalidDocument, InvalidUri: a key is missing, or holds something else.
        """
        profile, image_format, offset = (event.get(key) for key in ("profile", "format", "offset"))
        return cls(
            sensor_data=event["sensor_data"]["s3Path"].uri(),
            destination=event["destination"]["s3Path"].prefix(),
            profile=parse_profile(profile) if profile else None,
            format=_format(image_format) if image_format else ImageFormat.PNG,
            offset=offset_seconds(offset) if offset else 0.0,
        )

    @classmethod
    def of(cls, log: Log, default_profile: ProfileReference | None) -> PlotRequest:
        """Return the request for a log of an item to label: its charts go below `plots/` in the bucket of the log."""
        return cls(
            sensor_data=log.file,
            destination=S3Prefix(log.file.bucket, PLOTS_PREFIX),
            profile=log.profile or default_profile,
            offset=log.offset,
        )

    def to_json(self) -> dict[str, Json]:
        """Return the request as `parse` reads it."""
        event: dict[str, Json] = {
            "sensor_data": {"s3Path": str(self.sensor_data)},
            "destination": {"s3Path": str(self.destination)},
            "format": self.format.value,
        }
        if self.profile:
            event["profile"] = profile_json(self.profile)
        return {**event, "offset": self.offset} if self.offset else event

    @property
    def stem(self) -> str:
        """What the keys of its charts begin with, below the destination: the log's own key.

        Without a leading `sensor_data/`; so logs of the same name in different folders do not collide.
        """
        return f"{self.sensor_data.key.removeprefix(SENSOR_DATA_PREFIX)}-"

    def file(self, channel: Channel) -> S3Uri:
        """Return where the chart of a channel goes: the one table that writer, answer and tests share.

        It is the stem, the channel's file name, and the offset if there is one: other times are another chart.
        """
        moved = f"{self.offset:+g}s" if self.offset else ""
        return self.destination.object(f"{self.stem}{channel.file}{moved}.{self.format.value}")

    @property
    def trace_file(self) -> S3Uri:
        """Where the log's trace file goes, beside the charts; no chart's name ends like it."""
        log = self.sensor_data.key.removeprefix(SENSOR_DATA_PREFIX)
        return self.destination.object(f"{log}{TRACE_FILE_ENDING}")


@dataclass(frozen=True, slots=True)
class Plot:
    """One chart that was written."""

    key: str
    title: str
    unit: str
    file: S3Uri

    @classmethod
    def parse(cls, node: Node) -> Plot:
        """Read what `to_json` returns."""
        unit = node.get("unit")
        return cls(
            node["key"].text(),
            node["title"].text(),
            unit.text() if unit and unit.value else "",
            node["file"].uri(),
        )

    def to_json(self) -> dict[str, Json]:
        """Return `{"key", "title", "unit", "file"}`."""
        return {"key": self.key, "title": self.title, "unit": self.unit, "file": str(self.file)}


@dataclass(frozen=True, slots=True)
class PlotResult:
    """The charts of one log, in profile order; `rendered` is False when all was there already and still right.

    notes: what was done to the log, in words for whoever looks at its charts; empty when nothing was.
    trace: the log's trace file; None when the plotter writes charts only.
    """

    plots: tuple[Plot, ...]
    rendered: bool
    notes: tuple[str, ...] = ()
    trace: S3Uri | None = None

    @classmethod
    def parse(cls, node: Node) -> PlotResult:
        """Read what `to_json` returns.

        Raises:
            InvalidDocument, InvalidUri: it is something else.
        """
        plots, notes = tuple(Plot.parse(plot) for plot in node["plots"].items()), node.get("notes")
        trace = node.get("trace")
        return cls(plots, node["rendered"].flag(), notes.texts() if notes else (), trace.uri() if trace else None)

    def to_json(self) -> Mapping[str, Json]:
        """Return `{"plots": [...], "rendered": …, "notes"?: [...], "trace"?: "s3://…"}`; what is not, has no key."""
        notes = {"notes": list(self.notes)} if self.notes else {}
        trace = {"trace": str(self.trace)} if self.trace else {}
        return {"plots": [plot.to_json() for plot in self.plots], "rendered": self.rendered, **notes, **trace}


class Plotter(Protocol):
    """Draws a log: in this process, or by invoking the plotting function."""

    def plot(self, request: PlotRequest, deadline: Deadline) -> PlotResult:
        """Write the charts of a log and return where they are.

        Raises:
            DataError: the log cannot be drawn.
            EnvironmentFault: storage, browser or function failed.
        """


def parse_profile(node: Node) -> ProfileReference:
    """Read `{"s3Path": …}` or `{"name": …}`.

    Raises:
        InvalidDocument, InvalidUri: it is neither, or no shipped profile has this name.
    """
    name = node.get("name")
    if name is None:
        return node["s3Path"].uri()
    try:
        return ShippedProfile.parse(name.text())
    except InvalidConfiguration as error:
        raise InvalidDocument(error.what, place=node.source, expected=error.expected, remedy=error.remedy) from error


def profile_json(profile: ProfileReference) -> dict[str, Json]:
    """Return a profile as `parse_profile` reads it."""
    return {"s3Path": str(profile)} if isinstance(profile, S3Uri) else {"name": profile.name}


def _format(node: Node) -> ImageFormat:
    if node.value not in tuple(ImageFormat):
        node.refuse("png or svg")
    return ImageFormat(node.value)
