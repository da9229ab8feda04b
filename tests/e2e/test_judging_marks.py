"""A job whose page asks for fields of every kind: answered, decided, reported and exported from the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from pyarrow import parquet
from pycocotools.coco import COCO
from support.painted import instances, mask

from tracemark.document import Json
from tracemark_cli.main import main

pytestmark = pytest.mark.browser

WORKERS = ("anna", "ben", "carl")
SIZE = {"width": 100, "height": 80}
OBJECTS = 3


def run(*arguments: object) -> Result:
    found = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert found.exit_code == 0, found.output
    return found


def answer(shift: int) -> dict[str, Json]:
    """Return what a worker submits whose marks lie `shift` beside the others'."""
    box = {"label": "Pore", "left": 10 + shift, "top": 10, "width": 20, "height": 20}
    corners = [{"x": 50 + shift, "y": 10}, {"x": 80 + shift, "y": 10}, {"x": 80 + shift, "y": 40}]
    spans = [{"label": "Arc", "channel": "current", "start": 100 + 10 * shift, "end": 400}]
    rows = ["." * shift + "p" * 10 + "." * (10 - shift)] * 4
    return {
        "WeldingClassification": {"label": "Good Weld"},
        "pores": {"boundingBoxes": [box], "inputImageProperties": SIZE},
        "seams": {"polygons": [{"label": "Seam", "vertices": corners}], "inputImageProperties": SIZE},
        "arc": json.dumps(spans),
        "paint": mask(*rows, p="Pore"),
        "things": instances(*rows, p="Pore"),
        "size": 5 + shift,
        "rework": {"on": True},
        "remark": "=HYPERLINK(1)",
    }


@pytest.fixture(scope="module")
def marked(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(drawn, tmp_path_factory.mktemp("marked") / "demo"))
    manifest = folder / "tracemark-demo/manifest.jsonl"
    kept = manifest.read_text(encoding="utf-8").splitlines()[:OBJECTS]
    manifest.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    answers = [
        {"datasetObjectId": str(place), "workerId": worker, "answerContent": answer(shift)}
        for place in range(OBJECTS)
        for shift, worker in enumerate(WORKERS)
    ]
    (folder / "answers.jsonl").write_text("".join(json.dumps(each) + "\n" for each in answers), encoding="utf-8")
    run("run", folder / "job.yaml", "--answers", folder / "answers.jsonl")
    return folder


def export(marked: Path, kind: str, target: Path) -> Path:
    shown = run("export", marked / "job.yaml", "--format", kind, "-o", target)
    assert shown.output.startswith(f"{OBJECTS} of {OBJECTS} objects: ")
    return target


def test_the_report_measures_every_field(marked: Path, tmp_path: Path) -> None:
    run("report", marked / "job.yaml", "-o", tmp_path / "report.html")

    twin = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    fields = {each["field"]: each for each in twin["fields"]}
    found: dict[str, Any] = {name: each["agreement"] for name, each in fields.items()}
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert {each["kind"] for each in fields.values()} >= {"single choice", "boxes", "spans", "mask", "number", "text"}
    # Boxes of 20 pixels that lie 1, 1 and 2 pixels apart.
    assert found["pores"]["overlap"]["mean_iou"] == pytest.approx((2 * 19 / 21 + 18 / 22) / 3)
    assert (found["pores"]["overlap"]["f1"], set(found["pores"]["overlap"]["by_worker"])) == (1, set(WORKERS))
    # Of 300 ms that anybody marked, two thirds of the pairs differ on 20; a thirtieth of the marks is a gap.
    expected = 1 - (20 / 300 * 2 / 3) / (1 - (1 / 30) ** 2 - (29 / 30) ** 2)
    assert found["arc"]["krippendorff_alpha"] == pytest.approx(expected)
    assert (found["size"]["distance"], found["paint"]["distance"]) == ("interval", "nominal, of pixels")
    assert "<h2>Fields</h2>" in html
    assert "<details><summary>pores: classes</summary>" in html


def test_pycocotools_reads_what_was_decided(marked: Path, tmp_path: Path) -> None:
    read = COCO(str(export(marked, "coco", tmp_path / "coco.json")))

    found = read.loadAnns(read.getAnnIds(imgIds=[0]))
    assert sorted(each["field"] for each in found) == ["pores", "seams", "things"]
    assert next(each["bbox"] for each in found if each["field"] == "pores") == [11, 10, 20, 20]


def test_spans_tell_the_samples_of_the_log(marked: Path, tmp_path: Path) -> None:
    (row, *_) = parquet.read_table(export(marked, "spans-parquet", tmp_path / "spans.parquet")).to_pylist()
    times = [float(line.partition(",")[0]) for line in (marked / log_of(row)).read_text(encoding="utf-8").splitlines()]

    covered = [place for place, time in enumerate(times) if row["start"] <= time <= row["end"]]
    assert (row["start"], row["end"], row["channel"]) == (110, 400, "current")
    assert (row["first_sample"], row["last_sample"]) == (covered[0], covered[-1])


def log_of(row: dict[str, Any]) -> str:
    return str(row["sensor_data"]).removeprefix("s3://")


def test_masks_are_pictures(marked: Path, tmp_path: Path) -> None:
    folder = export(marked, "masks", tmp_path / "masks")

    painted = np.array(Image.open(folder / "paint/0.png"))
    assert painted.shape == (4, 20)
    assert painted[0].tolist() == [0] + [1] * 10 + [0] * 9


def test_label_studio_and_tables_have_every_field(marked: Path, tmp_path: Path) -> None:
    tasks = json.loads(export(marked, "label-studio", tmp_path / "tasks.json").read_text(encoding="utf-8"))
    rows = parquet.read_table(export(marked, "parquet", tmp_path / "labels.parquet")).to_pylist()

    results = {each["from_name"]: each["type"] for each in tasks[0]["annotations"][0]["result"]}
    assert results.keys() == answer(0).keys()
    assert results["arc"] == "timeserieslabels"
    assert (rows[0]["field.size"], rows[0]["field.rework"], rows[0]["label"]) == (6, True, "Good Weld")
    assert "'=HYPERLINK(1)" in export(marked, "csv", tmp_path / "labels.csv").read_text(encoding="utf-8")


def test_a_folder_is_no_file_and_a_file_no_folder(marked: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for kind, target in (("csv", tmp_path), ("masks", tmp_path / "file")):
        found = CliRunner().invoke(main, ["export", str(marked / "job.yaml"), "--format", kind, "-o", str(target)])
        assert (found.exit_code, "is a" in found.output) == (2, True)
