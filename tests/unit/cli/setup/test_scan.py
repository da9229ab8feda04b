"""Every file of a folder is found, or named with the reason why it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tracemark.errors import InvalidConfiguration
from tracemark_cli.setup.scan import scan


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_photographs_logs_sounds_and_films_are_found_below_the_folder(tmp_path: Path) -> None:
    put(tmp_path, "b/2.JPG", "a/1.csv.gz", "a/1.flac", "film.mp4")

    found = scan(tmp_path)

    assert [(str(file.path), file.kind.value) for file in found.files] == [
        ("a/1.csv.gz", "log"),
        ("a/1.flac", "sound"),
        ("b/2.JPG", "photograph"),
        ("film.mp4", "film"),
    ]


def test_links_empty_files_and_strangers_are_named(tmp_path: Path) -> None:
    put(tmp_path, "notes.md", "labels.csv")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "out.csv").symlink_to("/etc/hostname")
    (tmp_path / "gone.csv").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "elsewhere").symlink_to("/etc")

    reasons = {left.path: left.reason for left in scan(tmp_path).left}

    assert reasons.keys() == {"notes.md", "labels.csv", "empty.csv", "out.csv", "gone.csv", "pipe.csv", "elsewhere"}
    assert reasons["empty.csv"] == "it is empty"
    assert "link" in reasons["out.csv"]
    assert "link" in reasons["elsewhere"]
    assert reasons["pipe.csv"] == "it is no regular file"


def test_a_name_that_is_no_unicode_is_named_and_cannot_forge_a_line(tmp_path: Path) -> None:
    with (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv"))).open("wb") as file:
        file.write(b"x")
    (tmp_path / "a\nb.csv").write_bytes(b"x")

    left = scan(tmp_path).left

    assert [word in each.reason for word, each in zip(("Unicode", "control character"), left, strict=True)] == [
        True,
        True,
    ]
    assert all(each.reason.endswith("rename it") for each in left)
    assert all("\n" not in each.path for each in left)


def test_hidden_files_are_counted_only(tmp_path: Path) -> None:
    put(tmp_path, ".DS_Store", ".tracemark-job/a.csv", "~$a.xlsx", "a.jpg")

    found = scan(tmp_path)

    assert (len(found.files), found.left, found.hidden) == (1, (), 3)


def test_every_entry_is_told_for_the_progress_bar(tmp_path: Path) -> None:
    put(tmp_path, *(f"{number}.csv" for number in range(20)))
    told: list[None] = []

    scan(tmp_path, lambda: told.append(None))

    assert len(told) == 20


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="there is no folder"):
        scan(tmp_path / "nowhere")
