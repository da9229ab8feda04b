"""Which logs of a folder share a profile: those of which the same is guessed, whenever they come and however called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_cli.main import main
from tracemark_cli.setup import placing, profiles

ROWS = range(30)


def numbers(*patterns: str) -> str:
    """Return rows of a time, by the first pattern, and of channels, by the further ones."""
    return "".join(
        ";".join([patterns[0].format(row), *(each.format(10 + row % 7) for each in patterns[1:])]) + "\n"
        for row in ROWS
    )


ONE = f"time_s;current_A\n{numbers('{:.2f}', '{}.5')}"
TWO = f"time_s;current_A;voltage_V\n{numbers('{:.2f}', '{}.5', '{}.25')}"
OTHER_ORDER = f"time_s;voltage_V;current_A\n{numbers('{:.2f}', '{}.25', '{}.5')}"
IN_AMPERES = f"Zeit;Strom\nms;A\n{numbers('{}', '{}')}"
IN_MILLIAMPERES = f"Zeit;Strom\nms;mA\n{numbers('{}', '{}')}"
IN_SECONDS = f"Zeit;Strom\ns;A\n{numbers('{}', '{}')}"
WITHOUT_UNITS = f"Zeit;Strom\n{numbers('{}', '{}')}"
WITH_COMMAS = f"Zeit (s);P (Pa)\n{numbers('{},5', '1.2{}')}"
WITH_POINTS = "Zeit (s);P (Pa)\n" + "".join(f"{row * 0.001:.3f};1.2{row:02}\n" for row in ROWS)
RATE = "Sample rate;{} Hz\nCurrent (A);Voltage (V)\n" + "".join(f"{row % 7}.5;{row % 5}.25\n" for row in ROWS)
DAY_FIRST = "t;A\n" + "".join(f"{13 + row // 10}.02.2024 10:00:{row:02};1{row % 7}\n" for row in ROWS)
YEAR_FIRST = "t;A\n" + "".join(f"2024-02-{13 + row // 10} 10:00:{row:02};1{row % 7}\n" for row in ROWS)
WITHOUT_HEADER = "".join(f"{row / 100:.2f};1{row % 7}.5\n" for row in ROWS)


def init(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["init", str(folder), *options])


def write(folder: Path, **logs: str) -> None:
    for name, log in logs.items():
        (folder / f"{name}.csv").write_text(log, encoding="utf-8")


def bucket(folder: Path) -> Path:
    (found,) = (path for path in (folder / ".tracemark-job").iterdir() if path.is_dir())
    return found


def profile_path(folder: Path, log: str) -> Path:
    document = json.loads((bucket(folder) / f"dataset/{log}.json").read_bytes())
    return bucket(folder) / str(document["profile"]["s3Path"]).split("/", 3)[3]


def profile(folder: Path, log: str) -> SensorProfile:
    return SensorProfile.parse(profile_path(folder, log).read_bytes(), log)


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in (bucket(folder) / "profiles").iterdir())


DIFFERENT = (
    ("a further channel", ONE, TWO),
    ("unit of a channel", IN_AMPERES, IN_MILLIAMPERES),
    ("unit of time", IN_AMPERES, IN_SECONDS),
    ("a row of units", IN_AMPERES, WITHOUT_UNITS),
    ("marks of numbers", WITH_COMMAS, WITH_POINTS),
    ("rate", RATE.format(1000), RATE.format(500)),
    ("format of time", DAY_FIRST, YEAR_FIRST),
    ("delimiter", ONE, ONE.replace(";", ",")),
)
PAIRS = [
    *(pytest.param(one, two, id=name) for name, one, two in DIFFERENT),
    *(pytest.param(two, one, id=f"{name}, the other way round") for name, one, two in DIFFERENT),
]


@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_logs_that_are_read_in_two_ways_have_a_profile_each(tmp_path: Path, one: str, two: str) -> None:
    write(tmp_path, a=one, b=two, c=one)

    ended = init(tmp_path)

    assert ended.exit_code == 0, ended.output
    assert profile_path(tmp_path, "a") == profile_path(tmp_path, "c")
    assert profile(tmp_path, "a") != profile(tmp_path, "b")


@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_a_log_that_comes_later_has_the_profile_that_it_would_have_had_alone(
    tmp_path: Path, one: str, two: str
) -> None:
    write(tmp_path, a=one)
    init(tmp_path)
    write(tmp_path, b=two, c=one)

    ended = init(tmp_path)

    assert ended.exit_code == 0, ended.output
    assert profile_path(tmp_path, "a") == profile_path(tmp_path, "c")
    later, alone = profile(tmp_path, "b"), tmp_path / "alone"
    alone.mkdir()
    write(alone, b=two)
    init(alone)
    expected = profile(alone, "b")
    assert (later.text, later.time, later.channels) == (expected.text, expected.time, expected.channels)


def test_why_a_profile_that_reads_a_new_log_does_not_hold_for_it_is_told(tmp_path: Path) -> None:
    write(tmp_path, a=IN_AMPERES)
    init(tmp_path)
    write(tmp_path, b=IN_MILLIAMPERES)

    told = " ".join(init(tmp_path).output.split())

    assert "profile.yaml reads it, but does not hold for it: 'Strom' is in mA, there in A" in told
    assert b"'Strom' is in mA, there in A" in profile_path(tmp_path, "b").read_bytes()


def test_columns_in_another_order_are_of_one_kind(tmp_path: Path) -> None:
    write(tmp_path, a=TWO, b=OTHER_ORDER)

    init(tmp_path)

    assert written(tmp_path) == ["profile.yaml"]


def test_what_the_user_edited_holds_for_logs_that_are_written_as_those_before(tmp_path: Path) -> None:
    write(tmp_path, a=IN_AMPERES)
    init(tmp_path)
    path = profile_path(tmp_path, "a")
    path.write_text(path.read_text().replace("unit: A", "unit: kA").replace("unit: ms", "unit: us"))
    write(tmp_path, b=IN_AMPERES)

    ended = init(tmp_path)

    assert ended.exit_code == 0, ended.output
    assert written(tmp_path) == ["profile.yaml"]
    assert profile(tmp_path, "b").channels[0].unit == "kA"


def test_a_profile_with_channels_that_the_user_chose_holds_and_draws_no_more(tmp_path: Path) -> None:
    write(tmp_path, a=TWO)
    init(tmp_path, "--channel", "current_A")
    write(tmp_path, b=TWO)

    init(tmp_path)

    assert written(tmp_path) == ["profile.yaml"]


def test_of_a_profile_whose_first_log_is_gone_the_units_are_compared(tmp_path: Path) -> None:
    write(tmp_path, a=IN_AMPERES)
    init(tmp_path)
    (tmp_path / "a.csv").unlink()
    write(tmp_path, b=IN_AMPERES, c=IN_MILLIAMPERES, d=IN_SECONDS)

    ended = init(tmp_path)

    assert ended.exit_code == 0, ended.output
    assert [profile_path(tmp_path, name).stem for name in "bcd"] == ["profile", "profile-1", "profile-2"]


def test_of_a_profile_whose_first_log_is_gone_the_marks_of_numbers_are_compared(tmp_path: Path) -> None:
    write(tmp_path, a=WITH_COMMAS)
    init(tmp_path)
    (tmp_path / "a.csv").unlink()
    write(tmp_path, b=WITH_POINTS, c=WITH_COMMAS, d=WITH_COMMAS.replace(",5", ""))

    init(tmp_path)

    assert [profile_path(tmp_path, name).stem for name in "bcd"] == ["profile-1", "profile", "profile"]


def test_what_a_profile_without_its_log_does_not_draw_of_another_is_told(tmp_path: Path) -> None:
    write(tmp_path, a=ONE)
    init(tmp_path)
    (tmp_path / "a.csv").unlink()
    write(tmp_path, b=TWO)

    ended = init(tmp_path)

    assert "b.csv is read by profile.yaml, which does not draw 'voltage_V'" in " ".join(ended.output.split())


def test_a_number_that_may_be_a_gap_is_asked_about_in_a_later_log_too(tmp_path: Path) -> None:
    write(tmp_path, a=ONE)
    init(tmp_path)
    write(tmp_path, b=ONE.replace(";16.5", ";-9999"))

    asked = init(tmp_path)

    assert asked.exit_code == 1
    assert "--gap -9999" in " ".join(asked.output.split())


def test_a_gap_that_the_profile_knows_is_not_asked_about_again(tmp_path: Path) -> None:
    log = ONE.replace(";16.5", ";-9999")
    write(tmp_path, a=log)
    init(tmp_path, "--gap", "-9999")
    write(tmp_path, b=log)

    ended = init(tmp_path)

    assert ended.exit_code == 0, ended.output
    assert written(tmp_path) == ["profile.yaml"]


def test_a_log_that_is_cut_off_cuts_no_other_log_of_its_folder(tmp_path: Path) -> None:
    write(tmp_path, a=ONE[: ONE.index("\n20.00") + 4], b=ONE)

    ended = init(tmp_path)

    assert ended.exit_code == 0, ended.output
    assert written(tmp_path) == ["profile.yaml"]
    assert profile(tmp_path, "b").text.footer_marks == ()


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_the_footer_of_a_log_ends_no_other_log_that_goes_on_behind_it(tmp_path: Path, names: str) -> None:
    rows = "".join(f"{tag};01.04.2023 11:02:{row:02};{row % 7},5;1\n" for row in ROWS for tag in ("Current", "Voltage"))
    head, end = "VarName;TimeString;VarValue;Validity\n", "$RT_COUNT$;30\n"
    again = rows.replace("11:02", "11:03")
    write(tmp_path, **dict(zip(names, (f"{head}{rows}{end}", f"{head}{rows}{end.strip()};;\n{again}"), strict=True)))

    ended = init(tmp_path)

    assert ended.exit_code == 0, ended.output
    assert [profile(tmp_path, name).text.footer_marks for name in names] == [("$RT_COUNT$",), ()]


@pytest.mark.parametrize("begun", [False, True])
def test_of_many_logs_only_those_that_look_otherwise_are_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    for module in (placing, profiles):
        monkeypatch.setattr(module, "MAX_COMPARED", 2)
    if begun:
        write(tmp_path, a0=IN_AMPERES)
        init(tmp_path)
    write(tmp_path, a1=IN_AMPERES, a2=IN_AMPERES, a3=IN_AMPERES, b=IN_MILLIAMPERES, c=IN_SECONDS, d=WITHOUT_UNITS)

    init(tmp_path)

    names = ("a1", "a2", "a3", "b", "c", "d")
    assert len({profile_path(tmp_path, name) for name in names}) == 4
    assert profile_path(tmp_path, "a3") == profile_path(tmp_path, "a1")
    assert profile(tmp_path, "b").channels[0].unit == "mA"


@pytest.mark.parametrize("names", ["abc", "cab", "bca"])
def test_the_marks_of_a_log_that_does_not_tell_them_are_those_of_the_others(tmp_path: Path, names: str) -> None:
    logs = (WITH_COMMAS, WITH_COMMAS, WITH_COMMAS.replace(",5", ""))
    write(tmp_path, **dict(zip(names, logs, strict=True)))

    ended = init(tmp_path)

    assert ended.exit_code == 0, ended.output
    assert written(tmp_path) == ["profile.yaml"]


@pytest.mark.parametrize("names", ["abc", "cab", "bca"])
def test_marks_that_the_others_tell_in_two_ways_are_asked_for(tmp_path: Path, names: str) -> None:
    logs = (WITH_COMMAS, WITH_POINTS, WITH_COMMAS.replace(",5", ""))
    write(tmp_path, **dict(zip(names, logs, strict=True)))

    ended = init(tmp_path)

    assert ended.exit_code == 1
    assert "--decimal" in ended.output


def test_a_later_log_whose_marks_two_profiles_tell_in_two_ways_is_asked_about(tmp_path: Path) -> None:
    write(tmp_path, a=WITH_COMMAS, b=WITH_POINTS)
    init(tmp_path)
    write(tmp_path, c=WITH_COMMAS.replace(",5", ""))

    ended = init(tmp_path)

    assert ended.exit_code == 1
    assert "--decimal" in ended.output


@pytest.mark.parametrize("names", ["abc", "cab", "bca"])
def test_dates_that_the_others_tell_in_two_ways_are_asked_for(tmp_path: Path, names: str) -> None:
    rows = "t;A\n" + "".join(f"{{}} 10:00:{row:02};1{row % 7}\n" for row in ROWS)
    logs = (rows.replace("{}", each) for each in ("13/02/2024", "02/13/2024", "01/02/2024"))
    write(tmp_path, **dict(zip(names, logs, strict=True)))

    ended = init(tmp_path)

    assert ended.exit_code == 1
    assert "--time-format" in ended.output


def test_columns_of_equal_positions_and_other_names_are_of_two_kinds(tmp_path: Path) -> None:
    rows = numbers("{}", "{}.5").replace(";", " ")
    write(tmp_path, a=f"# t Current\n{rows}", b=f"# t Voltage\n{rows}")

    init(tmp_path)

    assert {profile(tmp_path, name).channels[0].title for name in "ab"} == {"Current", "Voltage"}


def test_logs_without_a_header_that_begin_at_other_lines_have_a_profile_each(tmp_path: Path) -> None:
    write(tmp_path, a=WITHOUT_HEADER, b=f"recorded by;x\nroom;y\n{WITHOUT_HEADER}")

    ended = init(tmp_path, "--time", "0", "--time-unit", "s")

    assert ended.exit_code == 0, ended.output
    assert len(written(tmp_path)) == 2
