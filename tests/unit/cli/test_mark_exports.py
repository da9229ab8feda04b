"""Exports of marks, each read back by the format's own reader or by its published rules."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image
from pyarrow import parquet
from pycocotools.coco import COCO
from support.finished_jobs import field_item, item, job
from support.painted import instances, mask

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.document import Json
from tracemark.errors import InvalidDocument
from tracemark.marks.kind import Kind
from tracemark_cli.formats import coco, label_studio
from tracemark_cli.formats.brush import brush_rle
from tracemark_cli.formats.coco import run_lengths
from tracemark_cli.formats.label_studio_fields import FieldResults
from tracemark_cli.formats.mask_files import MaskFolder
from tracemark_cli.formats.table import write_csv, write_parquet
from tracemark_cli.formats.written import Written
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import Item
from tracemark_groundtruth.finished.job_field import decided_fields
from tracemark_groundtruth.finished.lineage import Lineage
from tracemark_groundtruth.finished.record import Record

READERS_OWN_WARNING = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""What pycocotools' compiled part warns of since numpy 2: nothing that the file could change."""

SIZE = {"width": 20, "height": 10}
SURE = {"confidence": 0.75, "votes": 3}
BOXES: Json = {
    "boundingBoxes": [{"label": "Pore", "left": 2, "top": 1, "width": 6, "height": 4, **SURE, "tie": True}],
    "inputImageProperties": SIZE,
}
CORNERS = [{"x": 1, "y": 1}, {"x": 9, "y": 1}, {"x": 9, "y": 5}]
POLYGONS: Json = {"polygons": [{"label": "Crack", "vertices": CORNERS, **SURE}], "inputImageProperties": SIZE}
POINTS: Json = {"keypoints": [{"label": "Tip", "x": 5, "y": 5}], "inputImageProperties": SIZE}
LINE: Json = {"lines": [{"label": "Edge", "vertices": CORNERS[:2]}], "inputImageProperties": SIZE}
ENTITIES: Json = {"entities": [{"startOffset": 2, "endOffset": 5, "label": "Part"}]}
SPANS: Json = [{"label": "Pore", "channel": "current", "start": 1.5, "end": 4, **SURE}]
MASK = mask("pp..", ".c..", p="Pore", c="Crack")
INSTANCES = instances("aab.", "..b.", a="Pore", b="Pore")
EVERY: Mapping[str, tuple[Kind, Json]] = {
    "weld": (Kind.SINGLE, "Pore"),
    "also": (Kind.SEVERAL, ["Pore", "Crack"]),
    "rework": (Kind.TOGGLE, True),
    "size": (Kind.NUMBER, 2),
    "why": (Kind.TEXT, "=1+1"),
    "boxes": (Kind.BOXES, BOXES),
    "outlines": (Kind.POLYGONS, POLYGONS),
    "tips": (Kind.KEYPOINTS, POINTS),
    "edges": (Kind.LINES, LINE),
    "parts": (Kind.ENTITIES, ENTITIES),
    "spans": (Kind.SPANS, SPANS),
    "paint": (Kind.MASK, MASK),
    "things": (Kind.INSTANCES, INSTANCES),
    "image": (Kind.UNKNOWN, [{"odd": 1}]),
}
FULL = field_item(3, EVERY, {})
PLAIN = item(4, {"a": "Crack"}, ConsolidatedLabel("Crack", "weld", 0.5))
FAILED = item(5, {}, None)
LINEAGE = Lineage(image="s3://welds/images/3.png", sensor_data="s3://welds/3.csv")


def finished(*items: Item) -> FinishedJob:
    named = [Item(each.line, each.standing, each.label, each.answers, "weld", each.failure) for each in items]
    return job(named, ("Pore", "Crack"))


def records(found: FinishedJob) -> list[Record]:
    return [Record(found.name, each, LINEAGE) for each in found.items]


def read_coco(tmp_path: Path, *items: Item) -> tuple[Any, Written]:
    found = finished(*items)
    written = coco.write(tmp_path / "coco.json", records(found), found.classes)
    return COCO(str(tmp_path / "coco.json")), written


def test_pycocotools_reads_boxes_polygons_and_instances(tmp_path: Path) -> None:
    read, written = read_coco(tmp_path, FULL, PLAIN, FAILED)

    (image,) = read.loadImgs(read.getImgIds())
    found = read.loadAnns(read.getAnnIds(imgIds=[3]))
    names = {each["id"]: each["name"] for each in read.loadCats(read.getCatIds())}
    assert (image["file_name"], image["width"], image["height"], written.objects) == ("images/3.png", 20, 10, 1)
    assert [names[each["category_id"]] for each in found] == ["Pore", "Crack", "Pore", "Pore"]
    assert [each["bbox"] for each in found] == [[2, 1, 6, 4], [1, 1, 8, 4], [0, 0, 2, 1], [2, 0, 1, 2]]
    assert [each["area"] for each in found] == [24, 16, 2, 2]
    assert (found[0]["confidence"], found[0]["votes"], found[0]["tie"], found[0]["field"]) == (0.75, 3, True, "boxes")


@READERS_OWN_WARNING
def test_masks_that_pycocotools_makes_cover_what_was_marked(tmp_path: Path) -> None:
    read, _ = read_coco(tmp_path, field_item(0, {"i": (Kind.INSTANCES, INSTANCES), "b": (Kind.BOXES, BOXES)}, {}))

    one, other, *_ = [read.annToMask(each) for each in read.loadAnns(read.getAnnIds())]

    # The picture's size is that of the first field that tells one.
    assert one.tolist() == [[1, 1, 0, 0], [0, 0, 0, 0]]
    assert other.tolist() == [[0, 0, 1, 0], [0, 0, 1, 0]]


def test_what_coco_has_no_place_for_is_told(tmp_path: Path) -> None:
    nowhere = field_item(1, {"boxes": (Kind.BOXES, {"boundingBoxes": BOXES["boundingBoxes"]})}, {})
    odd = field_item(2, {"boxes": (Kind.BOXES, {**BOXES, "boundingBoxes": [{"label": "Pore"}]})}, {})

    _, written = read_coco(tmp_path, FULL, nowhere, odd)

    assert written.notes == [
        "1 marks left out: not of the shape of its kind",
        "1 objects left out: their answers do not tell the size of the picture",
        "1 verdicts left out: COCO has no place for keypoints",
        "1 verdicts left out: COCO has no place for lines",
        "1 verdicts left out: COCO has no place for mask",
    ]


@READERS_OWN_WARNING
@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_run_lengths_are_those_that_pycocotools_counts(cells: NDArray[np.bool_]) -> None:
    from pycocotools import mask as reader

    height, width = cells.shape
    packed = reader.frPyObjects({"size": [height, width], "counts": run_lengths(cells)}, height, width)

    assert np.array_equal(reader.decode(packed).astype(bool), cells)


def test_masks_are_pictures_with_one_value_for_a_class_in_all_of_them(tmp_path: Path) -> None:
    found = finished(FULL, field_item(6, {"paint": (Kind.MASK, mask("c", c="Crack"))}, {}))

    written = MaskFolder.of(found).write(tmp_path / "masks", records(found))

    index = json.loads((tmp_path / "masks/index.json").read_text(encoding="utf-8"))
    pictures = {each["file"]: np.array(Image.open(tmp_path / "masks" / each["file"])) for each in index["masks"]}
    values = {name: each["value"] for name, each in index["classes"].items()}
    assert values == {"Pore": 1, "Crack": 2}
    assert pictures["paint/3.png"].tolist() == [[1, 1, 0, 0], [0, 2, 0, 0]]
    assert pictures["paint/6.png"].tolist() == [[2]]
    assert pictures["things/3.png"].tolist() == [[1, 1, 2, 0], [0, 0, 2, 0]]
    assert [each["label"] for each in index["masks"][1]["instances"]] == ["Pore", "Pore"]
    assert (written.objects, list(written.notes)) == (2, [])


def test_fields_whose_names_no_folder_can_have_are_kept_apart(tmp_path: Path) -> None:
    names = ["../a", "..-a", "../A", ".."]
    found = finished(field_item(0, {name: (Kind.MASK, MASK) for name in names}, {}))

    MaskFolder.of(found).write(tmp_path / "masks", records(found))

    folders = [
        each["file"].partition("/")[0] for each in json.loads((tmp_path / "masks/index.json").read_bytes())["masks"]
    ]
    assert len({name.lower() for name in folders}) == len(names)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["masks"]


def test_a_mask_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    broken = {**MASK, "labeledImage": {"pngImageData": "AAAA"}}
    found = finished(field_item(0, {"paint": (Kind.MASK, broken)}, {}))

    written = MaskFolder.of(found).write(tmp_path, records(found))

    assert written.objects == 0
    assert written.notes[0].startswith("1 masks left out: the picture of the mask cannot be read")


def test_more_classes_than_a_pixel_has_values_are_refused() -> None:
    masks = [mask("x", x=f"c{number}") for number in range(255)]
    found = finished(*[field_item(place, {"paint": (Kind.MASK, each)}, {}) for place, each in enumerate(masks)])

    with pytest.raises(InvalidDocument, match="255 classes"):
        MaskFolder.of(found)


def tasks(tmp_path: Path, *items: Item) -> tuple[list[Json], ElementTree.Element, FieldResults]:
    found = finished(*items)
    fields = FieldResults.of(found)
    label_studio.write(tmp_path / "tasks.json", records(found), found.classes, fields)
    written = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    return written, ElementTree.parse(tmp_path / "tasks.xml").getroot(), fields


def test_label_studio_gets_a_result_of_the_type_of_each_field(tmp_path: Path) -> None:
    (task, plain, failed), interface, fields = tasks(tmp_path, FULL, PLAIN, FAILED)

    results = {each["from_name"]: each for each in task["annotations"][0]["result"]}
    values = {name: each["value"] for name, each in results.items()}
    assert values["weld"] == {"choices": ["Pore"]}
    assert values["also"] == {"choices": ["Pore", "Crack"]}
    assert (values["rework"], values["size"]) == ({"choices": ["true"]}, {"number": 2})
    assert values["boxes"] == {
        "x": 10, "y": 10, "width": 30, "height": 40, "rotation": 0, "rectanglelabels": ["Pore"]
    }  # fmt: skip
    assert values["outlines"]["points"] == [[5, 10], [45, 10], [45, 50]]
    assert (values["outlines"]["closed"], values["edges"]["closed"]) == (True, False)
    assert values["spans"] == {"start": 1.5, "end": 4, "instant": False, "timeserieslabels": ["Pore"]}
    assert results["spans"]["meta"] == {"text": ["current"]}
    assert values["parts"] == {"start": 2, "end": 5, "labels": ["Part"]}
    assert (results["boxes"]["original_width"], results["boxes"]["score"]) == (20, 0.75)
    assert plain["annotations"][0]["result"][0]["value"] == {"choices": ["Crack"]}
    assert (failed["annotations"], list(fields.notes)) == ([], [])
    assert interface.tag == "View"


def test_every_result_names_a_tag_of_the_interface_and_one_of_its_labels(tmp_path: Path) -> None:
    (task, *_), interface, _ = tasks(tmp_path, FULL)

    tags = {each.get("name"): each for each in interface}
    for result in task["annotations"][0]["result"]:
        control, value = tags[result["from_name"]], result["value"]
        assert (control.get("toName"), control.tag.lower()) == (result["to_name"], result["type"])
        assert result["to_name"] in tags
        given = value.get("choices") or value.get(result["type"])
        listed = [each.get("value") for each in control]
        assert not listed or set(given) <= set(listed)
    ids = [each["id"] for each in task["annotations"][0]["result"]]
    assert len(set(ids)) == len(ids)


def decoded_brush(data: list[int]) -> list[int]:
    """Read run lengths by the rules of Label Studio's brush tool, runs of one value alone."""
    bits = "".join(f"{byte:08b}" for byte in data)
    place = 0

    def take(count: int) -> int:
        nonlocal place
        place += count
        return int(bits[place - count : place], 2)

    size, word = take(32), take(5) + 1
    widths = [take(4) + 1 for _ in range(4)]
    values: list[int] = []
    while len(values) < size:
        assert take(1) == 1
        length = take(widths[take(2)]) + 1
        values += [take(word)] * length
    return values


@given(arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_a_brush_covers_what_was_painted(cells: NDArray[np.bool_]) -> None:
    found = np.array(decoded_brush(brush_rle(cells))).reshape(*cells.shape, 4)

    assert np.array_equal(found, np.repeat(cells[:, :, None] * 255, 4, axis=2))


def test_a_run_longer_than_any_width_is_written_in_parts() -> None:
    assert sum(decoded_brush(brush_rle(np.ones((200, 200), dtype=bool)))) == 255 * 160_000


def test_each_question_has_a_column_of_its_type(tmp_path: Path) -> None:
    found = finished(FULL, PLAIN, FAILED)

    write_parquet(tmp_path / "a.parquet", records(found), decided_fields(found))

    full, plain, failed = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert (full["field.weld"], full["field.also"], full["field.rework"], full["field.size"]) == (
        "Pore",
        ["Pore", "Crack"],
        True,
        2.0,
    )
    assert json.loads(full["field.boxes"]) == BOXES
    assert json.loads(full["field.things"]) == {"Pore": 2}
    assert (plain["field.weld"], plain["field.size"], failed["field.weld"]) == ("Crack", None, None)


def test_no_answer_to_a_question_is_a_formula(tmp_path: Path) -> None:
    found = finished(field_item(0, {"weld": (Kind.SINGLE, "x"), "=2": (Kind.TEXT, "=1+1")}, {}))

    write_csv(tmp_path / "a.csv", records(found), decided_fields(found))

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["field.=2"] == "'=1+1"


def test_a_field_that_batches_tell_differently_loses_nothing(tmp_path: Path) -> None:
    number = field_item(0, {"weld": (Kind.SINGLE, "x"), "size": (Kind.NUMBER, 2)}, {})
    text = field_item(1, {"weld": (Kind.SINGLE, "x"), "size": (Kind.TEXT, "about 2")}, {})
    found = finished(number, text)

    write_parquet(tmp_path / "a.parquet", records(found), decided_fields(found))

    rows = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert [row["field.size"] for row in rows] == ["2", "about 2"]
