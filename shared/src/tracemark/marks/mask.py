"""Painted masks: a class, or an instance, for each pixel of a picture."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument
from tracemark.marks.png import MAX_PIXELS, bands, decoded, encoded
from tracemark.marks.raster import Region, region_of
from tracemark.marks.reading import MAX_MARKS, is_name

Indices = NDArray[np.uint8]

MAX_CLASSES = 254

MAX_CELLS = 2 * MAX_PIXELS
"""The windows around all instances of a picture together, each of which is kept pixel by pixel."""

_COLOR = re.compile(r"#([0-9a-fA-F]{6})")
_PALETTE = ("#2ca02c", "#1f77b4", "#ff7f0e", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#bcbd22", "#17becf")
_BACKGROUNDS = (0x000000, 0xFFFFFF)
# Beyond the well-known ones, colors that no two classes share: a step that is prime to 2^24.
_STEP = 0x9E3779


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """`pixels[row, column]` is 0 where nothing is painted, else one more than the place of the class in `labels`.

    `strays` is the number of pixels that were painted in no class's color.
    """

    labels: tuple[str, ...]
    pixels: Indices
    strays: int = 0

    @classmethod
    def parse(cls, value: Json) -> Mask:
        """Read what `crowd-semantic-segmentation` answers; pixels in no color of a class are not painted.

        Opaque black or white is a background, other colors of no class are `strays`.

        Raises:
            InvalidDocument: it is of another shape, or its picture cannot be read.
        """
        node = Node(value, "answer")
        mapped = node["labelMappings"].mapping() if "labelMappings" in node.mapping() else {}
        colors = {name: Node(entry, "answer")["color"].text() for name, entry in mapped.items() if is_name(name)}
        return cls(tuple(sorted(colors)), *_painted([colors[name] for name in sorted(colors)], node))

    def of(self, labels: Sequence[str]) -> Indices:
        """Return the pixels as places in another list of classes, which holds all of this mask's."""
        places = np.array([0, *(labels.index(name) + 1 for name in self.labels)], dtype=np.uint8)
        return np.asarray(places[self.pixels])

    def to_json(self) -> Mapping[str, Json]:
        """Return `{"labelMappings", "labeledImage", "inputImageProperties"}` with the classes that are painted."""
        used = [place for place in np.unique(self.pixels).tolist() if place]
        colors = {self.labels[place - 1]: color_of(place - 1) for place in used}
        return {
            "labelMappings": {name: {"color": color} for name, color in colors.items()},
            **painted_json(self.pixels, len(self.labels)),
        }


def read_instances(value: Json) -> tuple[tuple[Region, ...], tuple[int, int], int]:
    """Read what `crowd-instance-segmentation` answers: the painted instances, and the picture's height and width.

    The third is the number of pixels that were painted in no instance's color. An instance of which no pixel is left is
    none.

    Raises:
        InvalidDocument: it is of another shape, or its picture cannot be read.
    """
    labels, pixels, strays = _read_instances(value)
    found: list[Region] = []
    cells = 0
    for place, label in enumerate(labels, start=1):
        region = region_of(label, pixels == place)
        if region is not None:
            found.append(region)
            cells += region.cells.size
        if cells > MAX_CELLS:
            raise InvalidDocument("the instances reach too far", expected=f"windows of at most {MAX_CELLS:,} pixels")
    height, width = pixels.shape
    return tuple(found), (height, width), strays


def read_painted_instances(value: Json) -> tuple[tuple[str, ...], Indices]:
    """Read the same as labels in their order, and as pixels: 0 or one more than the place of the instance.

    Raises:
        InvalidDocument: it is of another shape, or its picture cannot be read.
    """
    return _read_instances(value)[:2]


def _read_instances(value: Json) -> tuple[tuple[str, ...], Indices, int]:
    node = Node(value, "answer")
    listed = list(node["instances"].items())
    if len(listed) > min(MAX_MARKS, MAX_CLASSES):
        raise InvalidDocument(f"{len(listed):,} instances", expected=f"at most {MAX_CLASSES}")
    labels = tuple(each["label"].text() for each in listed)
    if not all(map(is_name, labels)):
        raise InvalidDocument("an instance has no usable label")
    return labels, *_painted([each["color"].text() for each in listed], node)


def instances_json(regions: Sequence[Region], size: tuple[int, int]) -> Mapping[str, Json]:
    """Return `{"instances", "labeledImage", "inputImageProperties"}`; later regions are painted over earlier ones."""
    pixels = np.zeros(size, np.uint8)
    for place, region in enumerate(regions[:MAX_CLASSES], start=1):
        top, left, bottom, right = region.bounds
        pixels[top:bottom, left:right][region.cells] = place
    named = [{"color": color_of(place), "label": region.label} for place, region in enumerate(regions)]
    return {"instances": named, **painted_json(pixels, len(regions))}


def painted_json(pixels: Indices, colors: int) -> Mapping[str, Json]:
    """Return the picture of a mask as an answer holds it, in the colors of the first `colors` classes."""
    painted = [(*bytes.fromhex(color_of(place)[1:]), 255) for place in range(colors)]
    palette = np.array([(0, 0, 0, 0), *painted], dtype=np.uint8)
    height, width = pixels.shape
    image = base64.b64encode(encoded(pixels, palette)).decode()
    return {
        "labeledImage": {"pngImageData": image},
        "inputImageProperties": {"width": width, "height": height},
    }


def color_of(place: int) -> str:
    """Return the color of the class or instance at a place, `#rrggbb`, another for each place."""
    if place < len(_PALETTE):
        return _PALETTE[place]
    return f"#{(place + 1) * _STEP % 0xFFFFFF:06x}"


def _painted(colors: Sequence[str], node: Node) -> tuple[Indices, int]:
    if len(colors) > MAX_CLASSES:
        raise InvalidDocument(f"{len(colors):,} colors", expected=f"at most {MAX_CLASSES}")
    text = node["labeledImage"]["pngImageData"].text()
    try:
        data = base64.b64decode(text.rpartition("base64,")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidDocument("the picture of the mask is not in base64") from error
    codes = [_code(color) for color in colors]
    picture = decoded(data)
    height, width = picture.shape[:2]
    pixels, strays = np.zeros((height, width), np.uint8), 0
    for rows in bands(height, width):
        red, green, blue, opacity = np.moveaxis(picture[rows].astype(np.int32), 2, 0)
        code, is_opaque = (red << 16) + (green << 8) + blue, opacity > 0
        for place, own in enumerate(codes, start=1):
            pixels[rows][(code == own) & is_opaque] = place
        strays += int(np.count_nonzero(is_opaque & (pixels[rows] == 0) & ~np.isin(code, _BACKGROUNDS)))
    return pixels, strays


def _code(color: str) -> int:
    found = _COLOR.fullmatch(color.strip())
    if not found:
        raise InvalidDocument("a class of the mask has no color", expected='"#rrggbb"')
    return int(found[1], 16)
