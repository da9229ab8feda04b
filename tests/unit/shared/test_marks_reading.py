"""What is a mark, what kind of field a value is, and what of a broken one is left out."""

from __future__ import annotations

import base64
import contextlib
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tracemark.document import Json
from tracemark.errors import InvalidDocument
from tracemark.marks.kind import Kind, shape_of
from tracemark.marks.mark import Box, Entity, Frame, Path, Polygon, Span
from tracemark.marks.mask import MAX_CLASSES, Mask, color_of, instances_json, read_instances
from tracemark.marks.png import decoded, encoded
from tracemark.marks.raster import Region
from tracemark.marks.reading import MAX_MARKS, MAX_POLYGONS, read_marks

SIZE = {"width": 640, "height": 480}
SQUARE = [{"x": 0, "y": 0}, {"x": 4, "y": 0}, {"x": 4, "y": 4}]
BOX = {"label": "Pore", "left": 1, "top": 2, "width": 3, "height": 4}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"label": "Good Weld"}, Kind.SINGLE),
        ({"labels": ["Scratch", "Dent"]}, Kind.SEVERAL),
        ({"labels": []}, Kind.SEVERAL),
        ({"yes": True, "no": False}, Kind.SEVERAL),
        ({"on": True}, Kind.TOGGLE),
        (True, Kind.TOGGLE),
        (5, Kind.NUMBER),
        (0.5, Kind.NUMBER),
        ("near the crater", Kind.TEXT),
        ({"entities": [{"startOffset": 0, "endOffset": 4, "label": "part"}]}, Kind.ENTITIES),
        ([{"label": "Pore", "channel": "current", "start": 1, "end": 2}], Kind.SPANS),
        ([], Kind.SPANS),
        ({"boundingBoxes": [], "inputImageProperties": SIZE}, Kind.BOXES),
        ({"polygons": []}, Kind.POLYGONS),
        ({"polylines": []}, Kind.POLYLINES),
        ({"lines": []}, Kind.LINES),
        ({"keypoints": []}, Kind.KEYPOINTS),
        ({"labelMappings": {}, "labeledImage": {"pngImageData": ""}}, Kind.MASK),
        ({"instances": [], "labeledImage": {"pngImageData": ""}}, Kind.INSTANCES),
        (None, Kind.UNKNOWN),
        ({}, Kind.UNKNOWN),
        ([1], Kind.UNKNOWN),
        ({"label": 1}, Kind.UNKNOWN),
        ({"labels": "Dent"}, Kind.UNKNOWN),
        ({"boundingBoxes": 7}, Kind.UNKNOWN),
    ],
)
def test_the_kind_of_a_field_is_told_by_the_shape_of_its_value(value: Json, kind: Kind) -> None:
    assert shape_of(value) is kind


def test_the_marks_of_each_kind_are_read_in_the_order_of_what_they_are() -> None:
    spans = [{"label": "Pore", "channel": "", "start": 5, "end": 6}, {"label": "Crack", "start": 2}]
    entities = {"entities": [{"startOffset": 3, "endOffset": 9, "label": "part"}]}
    paths = [{"label": "Bead", "vertices": SQUARE[:2]}]

    assert read_marks(Kind.SPANS, spans).marks == (Span("Crack", 2, 2), Span("Pore", 5, 6))
    assert read_marks(Kind.ENTITIES, entities).marks == (Entity("part", 3, 9),)
    assert read_marks(Kind.BOXES, {"boundingBoxes": [BOX]}).marks == (Box("Pore", 1, 2, 3, 4),)
    assert read_marks(Kind.KEYPOINTS, {"keypoints": [{"label": "Tip", "x": 1, "y": 2}]}).marks == (
        Path("Tip", ((1, 2),)),
    )
    assert read_marks(Kind.LINES, {"lines": paths}).marks == (Path("Bead", ((0, 0), (4, 0))),)
    assert read_marks(Kind.POLYLINES, {"polylines": paths}).marks == (Path("Bead", ((0, 0), (4, 0))),)
    assert read_marks(Kind.POLYGONS, {"polygons": [{"label": "Bead", "vertices": SQUARE}]}).marks == (
        Polygon("Bead", ((0, 0), (4, 0), (4, 4))),
    )


@pytest.mark.parametrize(
    ("kind", "bad", "fault"),
    [
        (Kind.SPANS, {"label": "Pore", "start": 5, "end": 4}, "backwards"),
        (Kind.SPANS, {"label": "Pore", "start": 90, "end": 101}, "outside the log"),
        (Kind.SPANS, {"label": "Pore", "start": float("nan"), "end": 4}, "not of the shape of its kind"),
        (Kind.SPANS, {"label": " ", "start": 1, "end": 4}, "not of the shape of its kind"),
        (Kind.SPANS, {"label": "x" * 201, "start": 1, "end": 4}, "no usable label"),
        (Kind.SPANS, {"label": "\ud800", "start": 1, "end": 4}, "no usable label"),
        (Kind.SPANS, {"label": "Pore", "start": 1, "channel": "a\nb"}, "no usable channel"),
        (Kind.ENTITIES, {"label": "part", "startOffset": -1, "endOffset": 4}, "outside the text"),
        (Kind.ENTITIES, {"label": "part", "startOffset": 4, "endOffset": 4}, "empty"),
        (Kind.ENTITIES, {"label": "part", "startOffset": 9, "endOffset": 4}, "backwards"),
        (Kind.ENTITIES, {"label": "part", "startOffset": 0.5, "endOffset": 4}, "not of the shape of its kind"),
        (Kind.BOXES, {**BOX, "left": 639}, "outside the picture"),
        (Kind.BOXES, {**BOX, "top": -5}, "outside the picture"),
        (Kind.BOXES, {**BOX, "width": 0}, "without area"),
        (Kind.BOXES, {**BOX, "height": -4}, "without area"),
        (Kind.BOXES, {**BOX, "height": "4"}, "not of the shape of its kind"),
        (Kind.BOXES, None, "not of the shape of its kind"),
        (Kind.KEYPOINTS, {"label": "Tip", "x": 641.5, "y": 2}, "outside the picture"),
        (Kind.LINES, {"label": "Bead", "vertices": SQUARE}, "not of two points"),
        (Kind.POLYLINES, {"label": "Bead", "vertices": SQUARE[:1]}, "of too few points"),
        (Kind.POLYGONS, {"label": "Bead", "vertices": SQUARE[:2]}, "of too few points"),
        (
            Kind.POLYGONS,
            {"label": "Bead", "vertices": [{"x": 1, "y": 1}, {"x": 2, "y": 1}, {"x": 3, "y": 1}]},
            "without area",
        ),
    ],
)
def test_a_bad_mark_is_left_out_with_its_reason_and_the_others_stay(kind: Kind, bad: Json, fault: str) -> None:
    good: dict[Kind, Json] = {
        Kind.SPANS: {"label": "Pore", "start": 1, "end": 2},
        Kind.ENTITIES: {"label": "part", "startOffset": 0, "endOffset": 4},
        Kind.BOXES: BOX,
        Kind.KEYPOINTS: {"label": "Tip", "x": 1, "y": 2},
    }
    path = {"label": "Bead", "vertices": SQUARE if kind is Kind.POLYGONS else SQUARE[:2]}
    listed = [good.get(kind, path), bad]
    keys = {Kind.BOXES: "boundingBoxes", Kind.ENTITIES: "entities"}
    value = listed if kind is Kind.SPANS else {keys.get(kind, kind.value): listed, "inputImageProperties": SIZE}

    found = read_marks(kind, value, extent=(0, 100) if kind is Kind.SPANS else None)

    assert len(found.marks) == 1
    assert found.problems == (f"1 of 2 marks left out: {fault}",)


def test_the_same_mark_twice_is_one() -> None:
    found = read_marks(Kind.BOXES, {"boundingBoxes": [BOX, BOX]})

    assert (len(found.marks), found.problems) == (1, ("1 of 2 marks left out: the same mark twice",))


def test_what_elements_round_at_the_border_of_a_picture_is_inside() -> None:
    box = {**BOX, "left": 637.5, "top": -0.5}

    found = read_marks(Kind.BOXES, {"boundingBoxes": [box], "inputImageProperties": SIZE})

    assert (len(found.marks), found.frame) == (1, Frame(640, 480))


def test_polygons_have_a_lower_bound_than_boxes() -> None:
    polygons = [{"label": "Bead", "vertices": SQUARE}] * (MAX_POLYGONS + 1)

    with pytest.raises(InvalidDocument, match="301 marks, more than 300"):
        read_marks(Kind.POLYGONS, {"polygons": polygons})


@pytest.mark.parametrize(
    "value",
    [
        {"boundingBoxes": [BOX] * (MAX_MARKS + 1)},
        {"boundingBoxes": {}},
        {"boundingBoxes": [{"vertices": [0] * 20_001}]},
        7,
    ],
)
def test_a_field_that_no_hand_made_is_refused_as_a_whole(value: Json) -> None:
    with pytest.raises(InvalidDocument):
        read_marks(Kind.BOXES, value)


KEYS = ("label", "start", "end", "boundingBoxes", "instances", "labeledImage", "left", "x")
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner),
)


@given(anything)
def test_no_value_breaks_the_reading_of_any_kind(value: Any) -> None:
    shape_of(value)
    for kind in (Kind.SPANS, Kind.ENTITIES, Kind.BOXES, Kind.POLYGONS, Kind.LINES, Kind.KEYPOINTS):
        try:
            found = read_marks(kind, value)
        except InvalidDocument:
            continue
        assert all(mark.label for mark in found.marks)


def png(pixels: np.ndarray[Any, Any], mode: str) -> bytes:
    image = Image.fromarray(pixels)
    stream = io.BytesIO()
    (image if mode == image.mode else image.convert(mode)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(("mode", "samples"), [("L", 1), ("LA", 2), ("RGB", 3), ("RGBA", 4), ("P", 1), ("1", 1)])
def test_a_png_is_decoded_as_pillow_decodes_it(mode: str, samples: int) -> None:
    dice = np.random.default_rng(7)
    # Gradients with noise: the encoder then chooses every filter there is.
    noise = np.cumsum(dice.integers(0, 7, (41, 53, samples)), axis=1).astype(np.uint8).squeeze()
    data = png(noise, mode)

    found = decoded(data)

    assert (found == np.array(Image.open(io.BytesIO(data)).convert("RGBA"))).all()


def test_what_is_encoded_pillow_can_read() -> None:
    indices = np.arange(12, dtype=np.uint8).reshape(3, 4) % 3
    palette = np.array([(0, 0, 0, 0), (255, 0, 0, 255), (0, 0, 255, 255)], dtype=np.uint8)

    found = np.array(Image.open(io.BytesIO(encoded(indices, palette))).convert("RGBA"))

    assert (found == palette[indices]).all()
    assert (decoded(encoded(indices, palette)) == palette[indices]).all()


GOOD_PNG = png(np.zeros((4, 4, 3), np.uint8), "RGB")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        GOOD_PNG[:-20],
        GOOD_PNG[:40] + b"\x00" + GOOD_PNG[41:],
        GOOD_PNG[:8],
        GOOD_PNG[:8] + GOOD_PNG[33:],
    ],
)
def test_a_picture_that_is_no_whole_png_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidDocument, match="the picture of the mask cannot be read"):
        decoded(data)


def test_a_picture_of_more_pixels_than_allowed_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(InvalidDocument, match="4 x 4 pixels"):
        decoded(GOOD_PNG, limit=15)


@given(st.binary(max_size=80), st.integers(0, 200))
def test_no_damage_to_a_png_escapes_as_another_error(junk: bytes, at: int) -> None:
    damaged = GOOD_PNG[:at] + junk + GOOD_PNG[at + len(junk) :]

    with contextlib.suppress(InvalidDocument):
        assert decoded(damaged).shape[2] == 4


def test_a_mask_is_read_back_as_it_is_written() -> None:
    mask = Mask(("Crack", "Pore"), np.array([[0, 1], [2, 2]], dtype=np.uint8))

    found = Mask.parse(mask.to_json())

    assert found.labels == mask.labels
    assert (found.pixels == mask.pixels).all()


def test_a_class_that_is_not_painted_is_not_written() -> None:
    mask = Mask(("Crack", "Pore"), np.array([[0, 2]], dtype=np.uint8))

    assert Mask.parse(mask.to_json()).labels == ("Pore",)


@pytest.mark.parametrize(
    "change",
    [
        {"labeledImage": {}},
        {"labeledImage": {"pngImageData": "###"}},
        {"labeledImage": {"pngImageData": base64.b64encode(b"GIF").decode()}},
        {"labelMappings": {"Pore": {"color": "red"}}},
        {"labelMappings": {"Pore": 7}},
        {"labelMappings": {str(n): {"color": "#000001"} for n in range(MAX_CLASSES + 1)}},
    ],
)
def test_a_mask_that_cannot_be_used_is_refused(change: Json) -> None:
    mask = Mask(("Pore",), np.array([[1]], dtype=np.uint8)).to_json()

    with pytest.raises(InvalidDocument):
        Mask.parse({**mask, **change})


def test_instances_whose_windows_take_too_much_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracemark.marks.mask.MAX_CELLS", 100)
    far = np.zeros((8, 8), dtype=bool)
    far[0, 0] = far[7, 7] = True
    value = instances_json([Region("Pore", place, place, far) for place in range(2)], (10, 10))

    with pytest.raises(InvalidDocument, match="the instances reach too far"):
        read_instances(value)


def test_an_instance_keeps_no_more_of_the_picture_than_its_window() -> None:
    regions, _, _ = read_instances(instances_json([Region("Pore", 1, 1, np.ones((2, 3), dtype=bool))], (600, 800)))

    assert (regions[0].cells.base, regions[0].cells.nbytes) == (None, 6)


def test_instances_are_read_back_as_they_are_written() -> None:
    one, two = np.ones((2, 3), dtype=bool), np.array([[True], [True]])

    regions, size, _ = read_instances(instances_json([Region("Pore", 1, 1, one), Region("Pore", 3, 5, two)], (6, 8)))

    assert size == (6, 8)
    assert [(region.label, region.bounds, region.area) for region in regions] == [
        ("Pore", (1, 1, 3, 4), 6),
        ("Pore", (3, 5, 5, 6), 2),
    ]


def test_each_class_has_a_color_of_its_own() -> None:
    assert len({color_of(place) for place in range(MAX_CLASSES)}) == MAX_CLASSES
