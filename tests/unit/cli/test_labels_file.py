"""The file of labels beside the user's data: a row for each item, safe to open, never in place of somebody else's."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.errors import InvalidConfiguration
from tracemark_cli.formats.labels_file import ItemFiles, ItemLabel, labels_file, write_labels
from tracemark_cli.setup.job_folder import JobFolder


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    data = tmp_path / "welds"
    data.mkdir()
    return JobFolder.of(data, None)


def item(folder: JobFolder, name: str, **document: Any) -> str:
    file = folder.home / folder.job_bucket / "dataset" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document))
    return f"s3://{folder.job_bucket}/dataset/{name}.json"


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_item_has_a_row_and_every_file_a_column(folder: JobFolder) -> None:
    log, two = {"s3Path": "s3://welds/a/1.csv"}, [{"s3Path": "s3://welds/x.jpg"}, {"s3Path": "s3://else/y.jpg"}]
    first = item(folder, "a/1", sensor_data=log)
    second = item(folder, "b", image=two)
    file = labels_file(folder, None)

    write_labels(file, [ItemLabel(first, "Good", 0.5), ItemLabel(second, remark="left out: no")], ItemFiles(folder))

    assert rows(file.read_bytes()) == [
        ["item", "label", "confidence", "remark", "photograph", "photograph 2", "log"],
        ["a/1", "Good", "0.5000", "", "", "", "a/1.csv"],
        ["b", "", "", "left out: no", "x.jpg", "s3://else/y.jpg", ""],
    ]


def test_an_item_whose_document_is_wrong_or_missing_keeps_its_row(folder: JobFolder) -> None:
    wrong = item(folder, "wrong")
    sources = [wrong, f"s3://{folder.job_bucket}/dataset/missing.json", "no address"]
    file = labels_file(folder, None)

    write_labels(file, [ItemLabel(source) for source in sources], ItemFiles(folder))

    assert [row[0] for row in rows(file.read_bytes())[1:]] == ["wrong", "missing", "no address"]


@given(st.text(max_size=40))
def test_no_label_is_executed_by_a_spreadsheet_or_forges_a_row(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    data = tmp_path_factory.mktemp("data")
    folder = JobFolder.of(data, None)
    file = labels_file(folder, None)

    write_labels(file, [ItemLabel("s", text), ItemLabel("t", "x")], ItemFiles(folder))

    found = rows(file.read_bytes())
    assert [row[0] for row in found] == ["item", "s", "t"]
    assert not found[1][1].lstrip(" ").startswith(("=", "+", "-", "@"))


def test_the_file_lies_with_the_job_when_the_user_named_a_folder_for_it(folder: JobFolder, tmp_path: Path) -> None:
    assert labels_file(folder, None) == folder.data / "labels.csv"
    assert labels_file(folder, tmp_path / "elsewhere") == tmp_path / "elsewhere" / "labels.csv"


def test_a_file_that_tracemark_wrote_is_written_anew_and_another_is_refused(folder: JobFolder) -> None:
    file = labels_file(folder, None)
    write_labels(file, [], ItemFiles(folder))

    assert labels_file(folder, None) == file
    file.write_text("name,class\n")
    with pytest.raises(InvalidConfiguration, match="rename it"):
        labels_file(folder, None)


def test_a_file_that_cannot_be_written_is_named(folder: JobFolder) -> None:
    (folder.data / "labels.csv").mkdir()

    with pytest.raises(InvalidConfiguration, match=r"labels\.csv"):
        write_labels(folder.data / "labels.csv", [], ItemFiles(folder))
