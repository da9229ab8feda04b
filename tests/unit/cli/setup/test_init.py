"""`tracemark init`: from a folder to the documents of a job, without touching the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_cli.main import main
from tracemark_groundtruth.job.labeling_job import LabelingJob

LOG = b"Time (s);Strom (A)\n0,0;101,5\n0,1;102,25\n0,2;99,5\n"
NO_UNIT = b"tick;Strom (A)\n0;101,5\n10;102,25\n20;99,5\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "Schweißungen Mai"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.csv").write_bytes(LOG)
        (folder / f"{name}.jpg").write_bytes(b"photograph")
    return folder


def init(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["init", *map(str, arguments)])


def job_bucket(data: Path) -> Path:
    (found,) = [path for path in (data / ".tracemark-job").iterdir() if path.is_dir()]
    return found


def manifest(data: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (job_bucket(data) / "manifest.jsonl").read_text().splitlines()]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_sample_of_a_folder_is_a_manifest_of_its_own_and_the_job_is_on_it(data: Path) -> None:
    for name in "cdefgh":
        (data / f"{name}.jpg").write_bytes(b"photograph")

    ended = init(data, "--pair", "single", "--sample", "3", "--seed", "7")
    before = snapshot(data)
    again = init(data, "--pair", "single", "--sample", "3", "--seed", "7")

    assert (ended.exit_code, again.exit_code) == (0, 0), ended.output
    assert snapshot(data) == before
    job = LabelingJob.parse((data / ".tracemark-job/job.yaml").read_bytes(), "job.yaml")
    assert job.manifest
    part = [json.loads(line) for line in (job_bucket(data) / job.manifest.key).read_text().splitlines()]
    assert (len(part), len(manifest(data))) == (3, 10)
    assert [line for line in manifest(data) if line in part] == part
    assert "selected: 3 of 10 lines" in ended.output
    assert (job_bucket(data) / f"{job.manifest.key}.selection.json").is_file()


def test_a_filter_that_leaves_nothing_writes_nothing(data: Path) -> None:
    before = snapshot(data)

    ended = init(data, "--filter", "shift=night")

    assert (ended.exit_code, "no line is left by the filter 'shift=night'" in ended.output) == (1, True)
    assert snapshot(data) == before


def test_a_folder_becomes_a_job_that_the_contract_reads(data: Path) -> None:
    before = snapshot(data)

    ended = init(data, "--classes", "Good Weld,Burn Through")

    assert ended.exit_code == 0, ended.output
    home = data / ".tracemark-job"
    job = LabelingJob.parse((home / "job.yaml").read_bytes(), "job.yaml")
    assert yaml.safe_load((home / "buckets.yaml").read_bytes()) == {job_bucket(data).name.removesuffix("-job"): ".."}
    bucket = job_bucket(data)
    assert job.manifest
    assert job.manifest.bucket == bucket.name
    assert json.loads((bucket / "labels.json").read_text())["labels"] == [
        {"label": "Good Weld"},
        {"label": "Burn Through"},
    ]
    assert (bucket / job.ui_template.key).is_file()
    lines = manifest(data)
    documents = [json.loads((bucket / line["source"].split("/", 3)[3]).read_text()) for line in lines]
    name = bucket.name.removesuffix("-job")
    assert documents[0] == {
        "sensor_data": {"s3Path": f"s3://{name}/a.csv"},
        "image": {"s3Path": f"s3://{name}/a.jpg"},
        "profile": {"s3Path": f"s3://{bucket.name}/profiles/profile.yaml"},
    }
    assert {path: data for path, data in snapshot(data).items() if not path.startswith(".tracemark-job")} == before


def test_the_profile_is_commented_and_read_by_the_language(data: Path) -> None:
    init(data)

    document = (job_bucket(data) / "profiles/profile.yaml").read_bytes()

    profile = SensorProfile.parse(document, "profile.yaml")
    assert (profile.text.delimiter, profile.text.decimal, profile.time.columns) == (";", ",", ("Time (s)",))
    assert [(channel.key, channel.title, channel.unit) for channel in profile.channels] == [("strom", "Strom", "A")]
    assert document.startswith(b"# ")


def test_everything_that_was_found_and_left_is_told(data: Path) -> None:
    (data / "notes.md").write_text("x")
    (data / "lonely.csv").write_bytes(LOG)

    told = init(data).output

    assert "2 items, by equal stems" in told
    assert "notes.md" in told
    assert "lonely.csv" in told
    assert "101,5" in told


def test_a_log_without_any_table_is_left_over_with_the_reason_and_the_others_go_on(data: Path) -> None:
    (data / "c.csv").write_text("not a log at all")
    (data / "c.jpg").write_bytes(b"photograph")
    (data / "~$a.csv").write_bytes(b"\0" * 165)

    ended = init(data, "-o", str(data.parent / "job"))

    assert ended.exit_code == 0, ended.output
    assert "2 items added" in ended.output
    assert "c.csv" in ended.output
    assert "no two rows of numbers were found" in " ".join(ended.output.replace("│", " ").split())
    assert "~$a.csv" not in ended.output


def test_where_no_log_has_a_table_the_options_are_asked_for(data: Path) -> None:
    for name in ("a", "b"):
        (data / f"{name}.csv").write_text("not a log at all")

    ended = init(data)

    assert (ended.exit_code, "--delimiter" in ended.output) == (1, True)


def test_what_is_not_certain_is_refused_with_the_option_and_nothing_is_written(data: Path) -> None:
    for name in ("a", "b"):
        (data / f"{name}.csv").write_bytes(NO_UNIT)

    ended = init(data)

    assert ended.exit_code == 1
    assert "--time" in ended.output
    assert not (data / ".tracemark-job").exists()


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ('Good, good,"Porosität, Größe ≥ 0,5 mm"', ["Good", "good", "Porosität, Größe ≥ 0,5 mm"]),
        ('5" pipe, "a ""b"", c"', ['5" pipe', 'a "b", c']),
        (" Good ,Bad\n", ["Good", "Bad"]),
    ],
)
def test_a_class_with_a_comma_stands_in_quotes_and_the_classes_are_told(
    data: Path, given: str, names: list[str]
) -> None:
    ended = init(data, "--classes", given)
    again = init(data)

    labels = json.loads((job_bucket(data) / "labels.json").read_text())["labels"]
    assert [each["label"] for each in labels] == names
    assert f"classes: {', '.join(map(repr, names))}\n" in ended.output
    assert f"classes: {', '.join(map(repr, names))}\n" in again.output


def test_a_class_that_a_comma_splits_shows_in_what_is_told(data: Path) -> None:
    assert "classes: 'Good', 'larger than 0', '5 mm'\n" in init(data, "--classes", "Good,larger than 0,5 mm").output


def test_classes_that_the_user_edited_are_those_that_are_told(data: Path) -> None:
    init(data)
    (job_bucket(data) / "labels.json").write_text('{"labels": [{"label": "Own"}]}')

    assert "classes: 'Own'\n" in init(data, "--classes", "Other").output


@pytest.mark.parametrize("given", ['Good,"Bad', 'Good,"Bad" weld', "Good\nBad"])
def test_quotes_that_do_not_end_are_refused_with_how_to_write_a_comma(data: Path, given: str) -> None:
    ended = init(data, "--classes", given)

    assert ended.exit_code == 1
    assert "is not understood" in ended.output
    assert "'Good,\"Pore, 0.5 mm\"'" in ended.output
    assert not (data / ".tracemark-job").exists()


def test_one_item_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(LOG)

    told = init(tmp_path).output

    assert "1 item, one for each file" in told
    assert "1 item added to the manifest" in told


def test_columns_that_are_not_drawn_are_told_and_stand_in_the_profile(data: Path) -> None:
    for name in ("a", "b"):
        (data / f"{name}.csv").write_bytes(
            b"t [s];I [A];state;load\n0,0;1,5;IDLE;45%\n0,1;2,5;WELD;46%\n0,2;9,5;WELD;47%\n"
        )

    told = init(data).output

    left = "state (words, such as 'IDLE'), load ('45%' is no plain number: export the numbers alone)"
    assert f"not drawn: {left}" in told
    assert f"# Not drawn: {left}." in (job_bucket(data) / "profiles/profile.yaml").read_text()


def test_the_option_that_was_named_answers(data: Path) -> None:
    for name in ("a", "b"):
        (data / f"{name}.csv").write_bytes(NO_UNIT)

    ended = init(data, "--time", "tick", "--time-unit", "ms")

    assert ended.exit_code == 0, ended.output
    assert b"unit: ms" in (job_bucket(data) / "profiles/profile.yaml").read_bytes()


def test_a_folder_that_grew_appends_to_the_manifest_and_asks_nothing_again(data: Path) -> None:
    for name in ("a", "b"):
        (data / f"{name}.csv").write_bytes(NO_UNIT)
    init(data, "--time", "tick", "--time-unit", "ms", "--classes", "X,Y")
    before = (job_bucket(data) / "manifest.jsonl").read_bytes()
    (data / "A new one.csv").write_bytes(NO_UNIT)
    (data / "A new one.jpg").write_bytes(b"photograph")

    ended = init(data)

    assert ended.exit_code == 0, ended.output
    after = (job_bucket(data) / "manifest.jsonl").read_bytes()
    assert after.startswith(before)
    assert len(manifest(data)) == 3
    assert b'"X"' in (job_bucket(data) / "labels.json").read_bytes()


def test_a_second_run_writes_nothing_when_nothing_changed(data: Path) -> None:
    init(data)
    before = {path: path.stat().st_mtime_ns for path in (data / ".tracemark-job").rglob("*") if path.suffix != ".json"}

    ended = init(data)

    assert "0 items added to the manifest, which had 2" in ended.output
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_the_user_edited_is_kept_and_named(data: Path) -> None:
    init(data)
    labels = job_bucket(data) / "labels.json"
    labels.write_text('{"labels": [{"label": "Mine"}]}')

    ended = init(data, "--classes", "Other,Classes")

    assert "Mine" in labels.read_text()
    assert "kept as you edited it" in ended.output


def test_a_file_that_came_to_a_known_item_is_named_and_its_document_kept(data: Path) -> None:
    (data / "w1").mkdir()
    (data / "w1/log.csv").write_bytes(LOG)
    (data / "w1/a.jpg").write_bytes(b"x")
    for name in ("a", "b"):
        (data / f"{name}.csv").unlink()
        (data / f"{name}.jpg").unlink()
    init(data)
    (data / "w1/b.jpg").write_bytes(b"x")

    told = init(data).output

    assert "w1/b.jpg" in told
    assert "it is new beside" in told


def test_another_place_for_the_job_leaves_the_folder_untouched(data: Path, tmp_path: Path) -> None:
    before = snapshot(data)

    ended = init(data, "-o", tmp_path / "job")

    assert ended.exit_code == 0, ended.output
    assert snapshot(data) == before
    (place,) = yaml.safe_load((tmp_path / "job/buckets.yaml").read_bytes()).values()
    assert (tmp_path / "job" / place).resolve() == data.resolve()


def test_logs_of_two_kinds_have_a_profile_each(data: Path) -> None:
    (data / "b.csv").write_bytes(b"Time (ms),Voltage (V)\n0,20.5\n10,21.5\n20,20\n")

    ended = init(data)

    assert ended.exit_code == 0, ended.output
    assert sorted(path.name for path in (job_bucket(data) / "profiles").iterdir()) == [
        "profile-1.yaml",
        "profile-2.yaml",
    ]


def test_logs_of_one_header_and_two_kinds_of_time_have_a_profile_each(data: Path) -> None:
    (data / "a.csv").write_bytes(
        b"timestamp;Strom (A)\n1700000000000;101,5\n1700000000010;102,25\n1700000000020;99,5\n"
    )
    (data / "b.csv").write_bytes(b"timestamp;Strom (A)\n0,00;101,5\n0,01;102,25\n0,02;99,5\n")

    ended = init(data)

    assert ended.exit_code == 0, ended.output
    profiles = [SensorProfile.parse(path.read_bytes(), "p") for path in (job_bucket(data) / "profiles").iterdir()]
    assert sorted(profile.time.unit.value for profile in profiles) == ["ms", "unknown"]


def test_a_gap_that_only_a_later_log_holds_is_in_the_profile_of_all(data: Path) -> None:
    (data / "b.csv").write_bytes(LOG.replace(b"102,25", b"OL") + b"End of recording\n")

    ended = init(data)

    assert ended.exit_code == 0, ended.output
    (profile,) = (job_bucket(data) / "profiles").iterdir()
    text = SensorProfile.parse(profile.read_bytes(), "p").text
    assert (text.gaps, text.footer_marks) == (("OL",), ("End of recording",))


def test_what_a_later_log_asks_of_its_values_is_asked(data: Path) -> None:
    (data / "b.csv").write_bytes(LOG.replace(b"102,25", b"-9999"))

    asked, answered = init(data), init(data, "--gap", "-9999")

    assert asked.exit_code != 0
    assert "b.csv" in asked.output
    assert "--gap -9999" in " ".join(asked.output.split())
    assert answered.exit_code == 0, answered.output
    (profile,) = (job_bucket(data) / "profiles").iterdir()
    assert SensorProfile.parse(profile.read_bytes(), "p").text.gap_numbers == (-9999.0,)


def test_a_profile_that_is_given_is_used_for_all(data: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "name: own\ndelimiter: ;\ndecimal: ','\ntime: {column: 0, unit: s}\nchannels: [{key: a, column: 1, title: A}]\n"
    )

    ended = init(data, "--profile", own)

    assert ended.exit_code == 0, ended.output
    assert (job_bucket(data) / "profiles/profile.yaml").read_bytes() == own.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--classes", "A,A"], "listed twice"),
        (["--classes", ""], "not empty"),
        (["--items", "gone.csv"], "cannot be read"),
        (["-o", "inside"], "lies in the folder of the data"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_written(data: Path, arguments: list[str], said: str) -> None:
    given = [str(data / argument) if argument == "inside" else argument for argument in arguments]
    before = snapshot(data)

    ended = init(data, *given)

    assert ended.exit_code == 1
    assert said in ended.output
    assert snapshot(data) == before


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    ended = init(tmp_path)

    assert ended.exit_code == 1
    assert "no item was found" in ended.output
    assert list(tmp_path.iterdir()) == []


def test_a_log_is_guessed_alone(data: Path) -> None:
    ended = CliRunner().invoke(main, ["profile", "guess", str(data / "a.csv"), "-o", str(data / "p.yaml")])

    assert ended.exit_code == 0, ended.output
    assert SensorProfile.parse((data / "p.yaml").read_bytes(), "p").text.decimal == ","


def test_a_guess_that_is_not_certain_ends_with_what_to_give(data: Path) -> None:
    (data / "a.csv").write_bytes(NO_UNIT)

    ended = CliRunner().invoke(main, ["profile", "guess", str(data / "a.csv")])

    assert ended.exit_code == 1
    assert "--time" in ended.output


def test_a_guess_alone_advises_no_option_that_it_does_not_have(data: Path) -> None:
    log = data / "jsonl.txt"
    log.write_text('{"t": 0, "i": 1}\n{"t": 1, "i": 2}\n')
    unclear = data / "unclear.csv"
    unclear.write_bytes(NO_UNIT)

    refused = CliRunner().invoke(main, ["profile", "guess", str(log)])
    asked = CliRunner().invoke(main, ["profile", "guess", str(unclear), "--channel", "bogus"])

    assert "it is JSON, which is not read: export it as CSV, Parquet or Excel\n" in refused.output
    assert "there is no column 'bogus'; there are tick, Strom (A)" in asked.output
    assert "--profile" not in refused.output + asked.output


def test_a_tab_is_called_so(data: Path) -> None:
    (data / "tab.csv").write_bytes(b"t (s)\tI (A)\n0.0\t1.5\n0.1\t2.5\n0.2\t9.5\n")

    told = CliRunner().invoke(main, ["profile", "guess", str(data / "tab.csv")]).output

    assert ("│ delimiter │ tab" in told, "\ufffd" in told) == (True, False)
