"""From a folder of files to labels with one command, and on from there another day."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image
from support.label_process import LabelProcess, Person, labels
from support.waiting import wait_until

import tracemark

AT_ONCE = ("--changeable-seconds", "0")


def photographs(folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        Image.new("RGB", (64, 48), (40 * number, 90, 120)).save(folder / f"{name}.jpg")


def next_task(person: Person) -> str:
    """Return where the next task of the person's job is, once the service has made it ready."""
    found: list[str] = []

    def is_offered() -> bool:
        answer = person.ask("POST", f"/jobs/{person.job}/work", {"token": person.token("/")})
        found.append(answer.headers.get("location", ""))
        return found[-1].startswith("/tasks/")

    wait_until(is_offered, f"a task of {person.job}", pause=0.3)
    return found[-1]


def test_five_real_welds_are_labeled_with_one_command(reference_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "welds"
    shutil.copytree(reference_data / "welds", folder)
    before = sorted(folder.rglob("*"))

    with LabelProcess(folder, ("--classes", "Good Weld,Burn Through,Not sure")) as running:
        person, task = running.person("welds-1", "Good Weld")
        shown = person.ask("GET", f"{task}/frame").data.decode()
        person.answer(task, person.token(task))
        wait_until(lambda: "Good Weld" in labels(folder).values(), "the label")
        assert running.end() == 0

    loaded = tracemark.load(folder)
    weld = loaded.items.index[0]
    assert loaded.items["label"].tolist().count("Good Weld") == 1
    assert loaded.answers[["label", "marks"]].to_dict("records") == [{"label": "Good Weld", "marks": {}}]
    assert [len(each) for each in loaded.signals(weld)[0].values.values()] == [338] * 6
    assert shown.count("<figure") >= 2  # the photographs
    assert "<signal-view" in shown
    assert all(name in shown for name in ("Good Weld", "Burn Through"))
    assert sorted(labels(folder).values()) == ["", "", "", "", "Good Weld"]
    assert {file for file in folder.rglob("*") if ".tracemark-job" not in file.parts} == {
        *before,
        folder / "labels.csv",
    }


def test_the_next_call_goes_on_and_takes_what_came_into_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    photographs(folder, "a", "b")

    with LabelProcess(folder) as first:
        address = first.link()[0]
        person, task = first.person("parts-1")
        person.answer(task, person.token(task))
        wait_until(lambda: "Good" in labels(folder).values(), "the label")
        assert first.end() == 0
    photographs(folder, "c")
    with LabelProcess(folder, AT_ONCE) as second:
        assert second.link()[0] == address
        person, task = second.person("parts-1", "Not good")
        person.answer_all(task)
        person.job = "parts-2"
        person.answer_all(next_task(person))
        second.wait_for("nothing is left to label")
        second.wait_for("3 of 3 items are labeled")
    with LabelProcess(folder) as third:
        assert third.process.wait(120) == 0

    assert sorted(labels(folder).values()) == ["Good", "Not good", "Not good"]
    outputs = (folder / ".tracemark-job/parts-job/output").rglob("output.manifest")
    loaded = tracemark.load(folder)
    assert loaded.items["label"].to_dict() == labels(folder)
    assert sorted(loaded.answers["item"]) == ["a", "b", "c"]
    assert sum(len(file.read_text().splitlines()) for file in outputs) == 3
    assert "3 of 3 items are labeled" in third.told


def test_an_answer_is_in_the_file_at_once_can_be_changed_and_is_final_when_the_command_ends(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    photographs(folder, "a", "b")

    with LabelProcess(folder, ("--changeable-seconds", "86400")) as running:
        person, task = running.person("parts-1")
        person.answer(task, person.token(task))
        wait_until(lambda: labels(folder) == {"a": "Good", "b": ""}, "the first answer")
        person.choice = "Not good"
        person.answer(task, person.token(task), "PUT")
        wait_until(lambda: labels(folder) == {"a": "Not good", "b": ""}, "the other answer")
        person.answer(last := next_task(person), person.token(last))
        wait_until(lambda: labels(folder) == {"a": "Not good", "b": "Not good"}, "both answers")
        running.wait_for("every item is answered")
        changeable = tracemark.load(folder).items["label"].isna().all()
        assert running.end() == 0

    assert changeable
    assert tracemark.load(folder).items["label"].to_dict() == {"a": "Not good", "b": "Not good"}
    assert labels(folder) == {"a": "Not good", "b": "Not good"}
    assert "can still be changed" not in (folder / "labels.csv").read_text(encoding="utf-8-sig")
    assert "2 of 2 items are labeled" in running.told


def test_a_command_that_is_told_to_end_leaves_no_answer_out(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    photographs(folder, "a", "b")

    with LabelProcess(folder) as running:
        person, task = running.person("parts-1")
        person.answer(task, person.token(task))
        running.process.terminate()
        code = running.process.wait(120)

    assert code == 143
    assert tracemark.load(folder).items["label"].notna().tolist() == [True, False]
    assert labels(folder) == {"a": "Good", "b": ""}


def test_items_that_init_adds_meanwhile_are_taken_up(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    photographs(folder, "a")

    with LabelProcess(folder) as running:
        person, task = running.person("parts-1")
        document = folder / ".tracemark-job/parts-job/dataset/b.json"
        photographs(folder, "a", "b")
        document.write_text(json.dumps({"image": {"s3Path": "s3://parts/b.jpg"}}))
        with (folder / ".tracemark-job/parts-job/manifest.jsonl").open("a") as manifest:
            manifest.write('{"source":"s3://parts-job/dataset/b.json"}\n')
        running.wait_for("new items: they are the job parts-2")
        person.answer_all(task)
        person.job = "parts-2"
        person.answer_all(next_task(person))
        wait_until(lambda: labels(folder) == {"a": "Good", "b": "Good"}, "both labels")


def test_what_a_shell_was_set_to_for_another_job_does_not_matter(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    photographs(folder, "a")
    variables = {
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "TRACEMARK_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "ALLOWED_BUCKETS": "another",
        "LABEL_CATEGORIES": "s3://another/labels.json",
        "SENSOR_PROFILE": "s3://another/profile.yaml",
    }

    with LabelProcess(folder, AT_ONCE, variables=variables) as running:
        person, task = running.person("parts-1")
        person.answer_all(task)
        running.wait_for("1 of 1 item is labeled")

    assert labels(folder) == {"a": "Good"}


@pytest.mark.parametrize("view", [True, False], ids=["signals", "charts"])
def test_only_charts_need_a_browser_that_draws_and_without_one_nothing_is_begun(tmp_path: Path, view: bool) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.csv").write_text("t [s],U [V]\n" + "".join(f"{n / 10},{n % 7}\n" for n in range(50)))
    variables = {"BROWSER_PATH": str(tmp_path / "no-chromium"), "SHOW": "" if view else "charts"}

    with LabelProcess(folder, AT_ONCE, variables=variables) as running:
        if view:
            person, task = running.person("logs-1")
            assert "<signal-view" in person.ask("GET", f"{task}/frame").data.decode()
            person.answer_all(task)
            running.wait_for("1 of 1 item is labeled")
        else:
            assert running.process.wait(120) == 1

    assert view or "BROWSER_PATH" in running.told
    assert {file.name for file in folder.iterdir()} == (
        {"a.csv", "labels.csv", ".tracemark-job"} if view else {"a.csv"}
    )


def test_each_of_several_logs_of_an_item_has_a_view_of_its_own(tmp_path: Path) -> None:
    folder, table = tmp_path / "logs", tmp_path / "items.csv"
    folder.mkdir()
    for name, unit in (("u", "V"), ("i", "A")):
        rows = "".join(f"{n / 10},{n % 7}\n" for n in range(50))
        (folder / f"{name}.csv").write_text(f"t [s],{name} [{unit}]\n{rows}")
    table.write_text("item,log,log\na,u.csv,i.csv\n")

    with LabelProcess(folder, ("--items", str(table))) as running:
        person, task = running.person("logs-1")
        shown = person.ask("GET", f"{task}/frame").data.decode()

    assert shown.count("<signal-view") == 2


def test_a_file_of_labels_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    photographs(folder, "a")
    (folder / "labels.csv").write_text("my,own\n1,2\n")

    with LabelProcess(folder) as running:
        code = running.process.wait(120)

    assert code == 1
    assert "is not a file of labels that tracemark wrote" in running.told
    assert (folder / "labels.csv").read_text() == "my,own\n1,2\n"
    assert not (folder / ".tracemark-job").exists()


def test_a_folder_in_which_nothing_can_be_shown_fails_with_the_reason(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"no photograph")

    with LabelProcess(folder) as running:
        code = running.process.wait(120)

    assert code == 1
    assert "a: " in running.told
    assert labels(folder) == {"a": ""}
