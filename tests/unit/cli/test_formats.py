"""Exports of one job in every format, hostile data included."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from support.finished_jobs import item, job

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark_cli.formats import label_studio
from tracemark_cli.formats.groundtruth import GroundTruthManifest
from tracemark_cli.formats.table import SCHEMA, harmless, write_csv, write_parquet
from tracemark_groundtruth.finished.lineage import Lineage
from tracemark_groundtruth.finished.record import Record

LINEAGE = Lineage(
    image="s3://welds/images/0.png",
    sensor_data="s3://welds/sensor_data/0.csv",
    profile="welding",
    plots=("s3://welds/plots/0.csv-current.png",),
    drawn_by="0.1.0",
    log_etag="abc",
    profile_digest="def",
)
LABEL = ConsolidatedLabel("Burn Through", "c", 0.6667, {"Burn Through": 2, "Good Weld": 1}, 0.3, 0.4, "weighted")
LABELED = item(0, {"a": "Burn Through"}, LABEL, gold="Burn Through")
ABSTAINED = item(1, {"a": "Not sure"}, ConsolidatedLabel("Not sure", confidence=0.0, votes={"Not sure": 1}))
FAILED = item(2, {}, None)
JOB = job([LABELED, ABSTAINED, FAILED])
RECORDS = [Record("WeldingLabelJob1", each, LINEAGE if each is LABELED else Lineage()) for each in JOB.items]


def test_a_training_job_gets_pictures_with_class_indices_and_no_abstentions() -> None:
    (line,) = map(json.loads, GroundTruthManifest.of(JOB, "Not sure").lines(RECORDS))

    assert (line["source-ref"], line["weld"]) == ("s3://welds/images/0.png", 1)
    assert line["weld-metadata"] == {
        "class-name": "Burn Through",
        "confidence": 0.67,
        "class-map": {"0": "Good Weld", "1": "Burn Through"},
        "type": "groundtruth/image-classification",
        "human-annotated": "yes",
    }
    assert (line["weld-lineage"]["policy"], line["weld-lineage"]["plots"]) == ("weighted", list(LINEAGE.plots))


def csv_rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_csv_has_a_row_for_each_object_with_its_lineage(tmp_path: Path) -> None:
    written = write_csv(tmp_path / "labels.csv", RECORDS)

    first, second, third = csv_rows(tmp_path / "labels.csv")
    assert (written, second["label"], third["outcome"], third["label"]) == (3, "Not sure", "failed", "")
    assert {name: first[name] for name in ("label", "confidence", "votes", "policy", "profile", "drawn_by")} == {
        "label": "Burn Through",
        "confidence": "0.6667",
        "votes": '{"Burn Through": 2, "Good Weld": 1}',
        "policy": "weighted",
        "profile": "welding",
        "drawn_by": "0.1.0",
    }


def test_half_a_character_of_a_worker_is_written_out(tmp_path: Path) -> None:
    records = [
        Record("j", item(0, {"a": "x"}, ConsolidatedLabel("x", comments=("a \ud800",), votes={"\ud800": 1})), Lineage())
    ]

    write_csv(tmp_path / "labels.csv", records)
    write_parquet(tmp_path / "labels.parquet", records)

    (found,) = csv_rows(tmp_path / "labels.csv")
    assert "a \\\\ud800" in found["comments"]
    assert parquet.read_table(tmp_path / "labels.parquet").to_pylist()[0]["comments"] == ["a \\ud800"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\uff1d"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    records = [
        Record(
            "j", item(0, {"a": text}, ConsolidatedLabel(text, comments=(text,), problem=text), source=text), Lineage()
        )
    ]

    write_csv(tmp_path / "labels.csv", records)

    (found,) = csv_rows(tmp_path / "labels.csv")
    assert (found["label"], found["remark"], found["source"]) == (f"'{text}",) * 3
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in found.values())


@given(st.text())
def test_a_cell_that_is_harmless_keeps_its_text(text: str) -> None:
    assert harmless(text).removeprefix("'" if harmless(text) != text else "") == text


def test_parquet_keeps_the_types(tmp_path: Path) -> None:
    written = write_parquet(tmp_path / "labels.parquet", RECORDS)

    found: Any = parquet.read_table(tmp_path / "labels.parquet")
    first = found.slice(0, 1).to_pylist()[0]
    assert (written, found.num_rows, found.schema.equals(SCHEMA)) == (3, 3, True)
    assert (first["votes"], first["plots"]) == ([("Burn Through", 2), ("Good Weld", 1)], list(LINEAGE.plots))
    assert (first["tie"], first["confidence"], first["gold"]) == (False, 0.6667, "Burn Through")


def test_no_objects_make_an_empty_table(tmp_path: Path) -> None:
    assert (write_parquet(tmp_path / "a.parquet", []), write_csv(tmp_path / "a.csv", [])) == (0, 0)

    assert parquet.read_table(tmp_path / "a.parquet").num_rows == 0


def test_what_utf8_cannot_hold_is_escaped(tmp_path: Path) -> None:
    records = [Record("j", item(0, {"a": "x"}, ConsolidatedLabel("x"), source="half \ud800"), Lineage())]

    write_parquet(tmp_path / "a.parquet", records)
    write_csv(tmp_path / "a.csv", records)

    assert csv_rows(tmp_path / "a.csv")[0]["source"] == "half \\ud800"
    assert parquet.read_table(tmp_path / "a.parquet").to_pylist()[0]["source"] == "half \\ud800"


def test_label_studio_gets_tasks_with_annotations_and_predictions(tmp_path: Path) -> None:
    written = label_studio.write(tmp_path / "tasks.json", RECORDS, JOB.classes)

    first, _, failed = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    choice = first["annotations"][0]["result"][0]
    assert (written, choice["value"]) == (3, {"choices": ["Burn Through"]})
    assert [round(each["score"], 2) for each in first["predictions"]] == [0.67, 0.33]
    assert (first["data"]["image"], first["meta"]["profile"]) == ("s3://welds/images/0.png", "welding")
    assert (failed["annotations"], failed["predictions"]) == ([], [])


def test_the_labeling_interface_names_what_the_tasks_use(tmp_path: Path) -> None:
    label_studio.write(tmp_path / "tasks.json", RECORDS, ['a "quoted" <class>', "b"])

    interface = ElementTree.parse(tmp_path / "tasks.xml").getroot()
    (task, *_) = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    choice = task["annotations"][0]["result"][0]
    choices = interface.find(f"Choices[@name='{choice['from_name']}'][@toName='{choice['to_name']}']")
    assert choices is not None
    assert [each.get("value") for each in choices] == ['a "quoted" <class>', "b"]
    assert interface.find(f"Image[@name='{choice['to_name']}']") is not None
