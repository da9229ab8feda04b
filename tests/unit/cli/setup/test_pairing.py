"""Files are put together to items by what is certain; everything else is left and named."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.errors import InvalidDocument
from tracemark_cli.setup.files import FoundFile, kind_of
from tracemark_cli.setup.items_table import read_items
from tracemark_cli.setup.pairing import Pairing, Rule, pair


def files(*paths: str) -> tuple[FoundFile, ...]:
    found = []
    for path in sorted(paths):
        kind = kind_of(PurePosixPath(path))
        assert kind is not None
        found.append(FoundFile(PurePosixPath(path), kind))
    return tuple(found)


def groups(pairing: Pairing) -> dict[str, set[str]]:
    return {item.id: {str(file.path) for file in item.files} for item in pairing.items}


def test_equal_stems_make_an_item() -> None:
    pairing = pair(files("a.csv", "a.jpg", "b.csv", "b.jpg"))

    assert pairing.rule is Rule.STEM
    assert groups(pairing) == {"a": {"a.csv", "a.jpg"}, "b": {"b.csv", "b.jpg"}}


def test_a_folder_for_each_item_is_an_item_with_all_its_photographs() -> None:
    pairing = pair(files("w1/log.csv", "w1/x.jpg", "w1/y.jpg", "w1/log.flac", "w2/log.csv", "w2/z.jpg"))

    assert pairing.rule is Rule.FOLDER
    assert groups(pairing) == {
        "w1": {"w1/log.csv", "w1/x.jpg", "w1/y.jpg", "w1/log.flac"},
        "w2": {"w2/log.csv", "w2/z.jpg"},
    }


def test_folders_for_each_kind_pair_by_stem() -> None:
    pairing = pair(files("images/a.jpg", "images/b.jpg", "logs/a.csv", "logs/b.csv"))

    assert groups(pairing) == {"a": {"images/a.jpg", "logs/a.csv"}, "b": {"images/b.jpg", "logs/b.csv"}}


def test_the_same_names_below_folders_for_each_kind_stay_apart() -> None:
    pairing = pair(files("images/day 1/a.jpg", "images/day 2/a.jpg", "logs/day 1/a.csv", "logs/day 2/a.csv"))

    assert groups(pairing) == {
        "day 1/a": {"images/day 1/a.jpg", "logs/day 1/a.csv"},
        "day 2/a": {"images/day 2/a.jpg", "logs/day 2/a.csv"},
    }


def test_an_id_in_both_names_makes_an_item_of_several_photographs() -> None:
    pairing = pair(
        files(
            "run_0012_sensor.csv", "IMG-0012-left.jpg", "IMG-0012-right.jpg", "run_0013_sensor.csv", "IMG-0013-left.jpg"
        )
    )

    assert pairing.rule is Rule.ID
    assert groups(pairing) == {
        "run_0012_sensor": {"run_0012_sensor.csv", "IMG-0012-left.jpg", "IMG-0012-right.jpg"},
        "run_0013_sensor": {"run_0013_sensor.csv", "IMG-0013-left.jpg"},
    }


def test_a_name_with_the_ids_of_two_logs_is_left_and_named() -> None:
    pairing = pair(files("weld_2.csv", "weld_12.csv", "photo_2_12.jpg", "photo_2.jpg"), Rule.ID)

    assert groups(pairing) == {"weld_2": {"weld_2.csv", "photo_2.jpg"}}
    assert {left.path: left.reason for left in pairing.left}["photo_2_12.jpg"].startswith(
        "its name holds ids of several"
    )


def test_the_same_stem_twice_is_left_with_both_files_named() -> None:
    pairing = pair(files("x/a.csv", "y/a.csv", "images/a.jpg", "x/b.csv", "images/b.jpg"), Rule.STEM)

    assert groups(pairing) == {"b": {"x/b.csv", "images/b.jpg"}}
    assert all("x/a.csv and y/a.csv" in left.reason for left in pairing.left)
    assert {left.path for left in pairing.left} == {"x/a.csv", "y/a.csv", "images/a.jpg"}


def test_names_that_look_alike_are_alike_in_any_alphabet() -> None:
    pairing = pair(files("Schweiß\u0308.csv", "schweiß̈.JPG", "焊缝.csv", "焊缝.jpg", "e\u0301.csv", "\u00e9.jpg"))

    assert {len(item.files) for item in pairing.items} == {2}
    assert len(pairing.items) == 3


def test_photographs_alone_are_an_item_each() -> None:
    pairing = pair(files("good/1.jpg", "bad/1.jpg", "bad/1.png"))

    assert pairing.rule is Rule.SINGLE
    assert sorted(groups(pairing)) == ["bad/1.jpg", "bad/1.png", "good/1"]


def test_items_stand_in_the_order_in_which_people_count() -> None:
    assert [item.id for item in pair(files("w10.jpg", "w2.jpg", "w1.jpg")).items] == ["w1", "w2", "w10"]


@given(st.lists(st.from_regex(r"(a|b|c1|c2)/(x|y_?[0-9]{1,2}|z)\.(csv|jpg|png|flac)", fullmatch=True), unique=True))
def test_every_file_is_in_one_item_or_left_with_a_reason(paths: list[str]) -> None:
    pairing = pair(files(*paths))

    placed = [str(file.path) for item in pairing.items for file in item.files]
    left = [file.path for file in pairing.left]
    assert sorted(placed + left) == sorted(paths)
    assert len({item.id for item in pairing.items}) == len(pairing.items)
    assert all(file.reason for file in pairing.left)


def table(folder: Path, text: str) -> Path:
    written = folder / "items.csv"
    written.write_text(text, encoding="utf-8")
    return written


def test_a_table_says_which_files_belong_together(tmp_path: Path) -> None:
    found = files("p/1.jpg", "p/2.jpg", "p/3.jpg", "l/a.csv", "l/b.csv")

    pairing = read_items(
        table(tmp_path, "item,log,photograph,photograph\none,l/a.csv,p/1.jpg,p/2.jpg\ntwo,l/b.csv,,\n"), found
    )

    assert groups(pairing) == {"one": {"l/a.csv", "p/1.jpg", "p/2.jpg"}, "two": {"l/b.csv"}}
    assert [(left.path, left.reason) for left in pairing.left] == [("p/3.jpg", "items.csv does not name it")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item,log\none,gone.csv\n", "line 2: there is no usable file 'gone.csv'"),
        ("item,log\none,../l/a.csv\n", "line 2: there is no usable file '../l/a.csv'"),
        ("item,protocol\none,l/a.csv\n", "line 1: the column 'protocol' is unknown"),
        ("item\none\n", "line 1: the table names no files"),
        ("item,log\none,l/a.csv\ntwo,l/a.csv\n", "line 3: 'l/a.csv' is part of 'one' and of 'two'"),
        ("item,log\n../x,l/a.csv\n", "the item '../x' has no usable name"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_items(table(tmp_path, text), files("l/a.csv"))

    assert said in str(refused.value)
