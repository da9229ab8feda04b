"""A page with a field of every kind, end to end: three workers in browsers, the service, the post function in its
container, the report, and each export read back by its own reader."""

from __future__ import annotations

import base64
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
import yaml
from PIL import Image
from playwright.sync_api import Browser
from pycocotools.coco import COCO
from support.every_field import PAGE, SHAPES, TEXT, Hands
from support.service_process import PASSWORD, ServiceProcess, tracemark
from support.task_page import Screen
from support.waiting import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.container]

JOB = "WeldingLabelJob1"
WORKERS = {"anna": 0, "bert": 1, "carl": 2}
POST = "arn:aws:lambda:eu-west-1:111122223333:function:PostLabelingLambda-tracemark"
READER = Path(__file__).parents[1] / "support/label_studio_reader.py"
EMULATOR = Path(__file__).parents[2] / ".build/aws-lambda-rie"


@pytest.fixture(scope="module")
def labeled(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose job three workers have finished."""
    folder = tmp_path_factory.mktemp("every-field")
    tracemark("samples", str(folder), "--count", "1")
    (folder / "tracemark-demo/templates/weld-classification.liquid.html").write_text(PAGE, encoding="utf-8")
    functions = {POST: {"image": "tracemark-postlabel:latest"}}
    options = ("--emulator", str(EMULATOR))
    with ServiceProcess(folder, functions, variables={"SHOW": "signals"}, options=options) as service:
        for name in WORKERS:
            tracemark("worker", "add", name, "--password-stdin", "--data", str(folder))
        service.sagemaker.create_labeling_job(**yaml.safe_load((folder / "job.yaml").read_text(encoding="utf-8")))
        for name, shift in WORKERS.items():
            answer(chromium, service, name, shift)
        service.wait_for("Completed", JOB)
    return folder


def answer(chromium: Browser, service: ServiceProcess, name: str, shift: int) -> None:
    context = chromium.new_context(base_url=service.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(1000 * PATIENCE_SECONDS)
    screen = Screen(context.new_page())
    screen.sign_in(name, PASSWORD)

    def offered() -> bool:
        screen.page.goto("/")
        return screen.page.get_by_role("button", name="Start working").is_visible()

    wait_until(offered, "a task", pause=0.5)
    screen.start()
    Hands(screen, shift).fill()
    screen.submit()
    context.close()


@pytest.fixture(scope="module")
def content(labeled: Path) -> dict[str, Any]:
    """What the post function wrote of the object."""
    manifest = labeled / f"tracemark-demo/output/{JOB}/manifests/output/output.manifest"
    (line,) = manifest.read_text(encoding="utf-8").splitlines()
    return dict(json.loads(line)[JOB])


def answers(labeled: Path) -> list[dict[str, Any]]:
    """Return what the service has stored of the workers, in the order in which they worked."""
    stored = labeled / f"tracemark-demo/output/{JOB}/annotations/worker-response"
    (file,) = stored.rglob("*.json")
    return [each["answerContent"] for each in json.loads(file.read_text(encoding="utf-8"))["answers"]]


def export(labeled: Path, kind: str, target: Path) -> Path:
    shown = tracemark("export", str(labeled / "job.yaml"), "--format", kind, "-o", str(target))
    assert "1 of 1 objects" in shown
    return target


AGREED = {
    "WeldingClassification": "Good Weld",
    "faults": ["Pore", "Undercut"],
    "side": "Root",
    "zones": ["End", "Start"],
    "serial": "W-7 ü",
    "remark": "=clean",
    "seen": "ripples",
    "rework": True,
    "grade": "C",
    "gas": "Argon",
    "passes": "2",
    "shift": "late",
    "note": "bead\nat the edge",
    "cleaned": ["yes"],
    "hand": "right",
}
"""The verdicts on what all three workers answered alike."""
MARKED = ("words", "arc", "looked", *SHAPES)


def test_every_element_of_the_page_is_answered_by_every_worker(labeled: Path) -> None:
    given = answers(labeled)

    assert [set(each) for each in given] == [{*AGREED, "size", *MARKED}] * len(WORKERS)
    assert [each["size"] for each in given] == [3, 4, 5]
    assert [each["boxes"]["boundingBoxes"][0]["left"] for each in given] == pytest.approx([256, 268.8, 281.6], abs=1)


def test_what_all_answered_alike_is_the_verdict(content: dict[str, Any]) -> None:
    assert {name: content[name] for name in AGREED} == AGREED
    assert content["size"] == 4
    assert "problem" not in content


def test_marks_lie_where_the_worker_in_the_middle_set_them(labeled: Path, content: dict[str, Any]) -> None:
    middle = answers(labeled)[1]

    for name, key in (("boxes", "boundingBoxes"), ("lines", "lines"), ("keypoints", "keypoints")):
        (found,) = content[name][key]
        assert (found["votes"], found["confidence"]) == (3, 1)
        assert {place: found[place] for place in middle[name][key][0]} == middle[name][key][0]
    assert content["polylines"]["polylines"][0]["vertices"] == middle["polylines"]["polylines"][0]["vertices"]
    assert [(each["start"], each["end"]) for each in content["arc"]] == [
        (each["start"], each["end"]) for each in json.loads(middle["arc"])
    ]
    assert content["looked"]["boundingBoxes"][0]["label"] == "Crack"
    assert content["words"]["entities"][0]["startOffset"] == TEXT.index("pore")


def test_the_report_has_every_field(labeled: Path, tmp_path: Path) -> None:
    tracemark("report", str(labeled / "job.yaml"), "-o", str(tmp_path / "report.html"))

    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {each["field"] for each in told["fields"]} == {*AGREED, "size", *MARKED}
    assert "<h2>Fields</h2>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_pandas_reads_the_tables(labeled: Path, tmp_path: Path) -> None:
    table = pandas.read_csv(export(labeled, "csv", tmp_path / "labels.csv"))
    typed = pandas.read_parquet(export(labeled, "parquet", tmp_path / "labels.parquet"))

    for rows in (table, typed):
        assert (rows["label"][0], rows["field.size"][0], rows["field.grade"][0]) == ("Good Weld", 4, "C")
    assert (table["field.remark"][0], typed["field.remark"][0]) == ("'=clean", "=clean")
    assert list(typed["field.faults"][0]) == AGREED["faults"]


def test_pandas_reads_the_spans_and_finds_their_samples(labeled: Path, tmp_path: Path) -> None:
    rows = pandas.read_csv(export(labeled, "spans-csv", tmp_path / "spans.csv"))
    typed = pandas.read_parquet(export(labeled, "spans-parquet", tmp_path / "spans.parquet"))

    times = pandas.read_csv(labeled / "tracemark-demo/sensor_data/weld.1.csv", header=None)[0]
    spans = rows[rows["field"] == "arc"]
    assert list(rows["field"]) == list(typed["field"]) == ["words", "arc", "arc"]
    assert [times[int(place)] for place in spans["first_sample"]] == list(spans["start"])
    assert [times[int(place)] for place in spans["last_sample"]] == list(spans["end"])
    assert list(typed["start"]) == list(rows["start"])


# pycocotools 2.0 hands out arrays in the way of numpy 1.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_pycocotools_reads_boxes_polygons_and_instances(labeled: Path, content: dict[str, Any], tmp_path: Path) -> None:
    read = COCO(str(export(labeled, "coco", tmp_path / "coco.json")))

    found = {each["field"]: each for each in read.loadAnns(read.getAnnIds(imgIds=[0]))}
    assert set(found) == {"boxes", "polygons", "instances", "looked"}
    box = content["boxes"]["boundingBoxes"][0]
    assert found["boxes"]["bbox"] == [box["left"], box["top"], box["width"], box["height"]]
    assert all(read.annToMask(each).any() for each in found.values())


def test_pillow_reads_the_masks(labeled: Path, content: dict[str, Any], tmp_path: Path) -> None:
    folder = export(labeled, "masks", tmp_path / "masks")

    for name in ("mask", "instances"):
        decided = np.array(picture(content[name]["labeledImage"]["pngImageData"]).convert("RGBA"))[..., 3] > 0
        painted = np.array(Image.open(folder / name / "0.png"))
        assert painted.shape == (960, 1280)
        assert ((painted == 1) == decided).all()
        assert painted.any()


def picture(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_label_studios_own_converter_reads_every_field(
    labeled: Path, content: dict[str, Any], tmp_path: Path, project: Path
) -> None:
    python = project / ".build/label-studio-venv/bin/python"
    assert python.is_file(), "run scripts/tool label-studio first"
    tasks = export(labeled, "label-studio", tmp_path / "tasks.json")

    read = subprocess.run(
        [python, READER, tasks.with_suffix(".xml"), tasks], check=True, capture_output=True, text=True
    ).stdout

    found = json.loads(read.splitlines()[-1])
    task, brushes = found["task"], found["brushes"]
    assert set(task) >= {*AGREED, "size", *MARKED}
    assert (task["grade"], task["faults"]["choices"], task["note"]) == ("C", AGREED["faults"], AGREED["note"])
    assert task["boxes"][0]["x"] / 100 * 1280 == pytest.approx(content["boxes"]["boundingBoxes"][0]["left"])
    assert [each["start"] for each in task["arc"]] == [each["start"] for each in content["arc"]]
    for name in ("mask", "instances"):
        decided = np.array(picture(content[name]["labeledImage"]["pngImageData"]).convert("RGBA"))[..., 3] > 0
        assert brushes[name] == int(decided.sum())
