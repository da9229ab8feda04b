"""Exported cells and their harmlessness."""

from __future__ import annotations

import csv
import io

import pytest
from pyarrow import parquet

from tracemark_cli.exports import as_csv, as_parquet, harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1d1+1", "  =cmd|' /C calc'!A0"])
def test_a_cell_that_begins_like_a_formula_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Good Weld", "s3://b/k", "0.5", '{"a": 1}', "a=b"])
def test_any_other_cell_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_a_comment_with_commas_and_quotes_comes_back_from_the_csv() -> None:
    data = as_csv([{"object": "0", "label": 'a, "b"\nc', "comments": ["=x"]}])

    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))

    assert rows == [["object", "label", "comments"], ["0", 'a, "b"\nc', '["=x"]']]


def test_a_label_that_is_no_unicode_is_exported_as_well() -> None:
    data = as_parquet([{"object": "0", "label": "a\ud800", "votes": {"a\ud800": 1}, "comments": ["\udfff"]}])

    (row,) = parquet.read_table(io.BytesIO(data)).to_pylist()

    assert (row["label"], row["comments"]) == (r"a\ud800", [r"\udfff"])
