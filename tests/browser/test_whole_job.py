"""A whole job as people run it: the service, its functions, two workers in browsers, and Ground Truth's output tree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser
from support.service_process import PASSWORD, ServiceProcess, tracemark
from support.task_page import Screen
from support.waiting import PATIENCE_SECONDS, wait_until

ITEMS = 5
LEASE_SECONDS = 30  # the least that the API allows
CLASSES = ["Good Weld", "Burn Through", "Contamination", "Lack of Fusion", "Lack of Shielding Gas"]


@dataclass
class Clicked:
    """What the workers chose, by object id."""

    labels: dict[str, str] = field(default_factory=dict)
    workers: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, item: str, label: str) -> None:
        assert item not in self.labels, f"object {item} came twice"
        self.labels[item], self.workers[item] = label, name


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ServiceProcess]:
    tracemark("samples", str(tmp_path), "--count", str(ITEMS))
    with ServiceProcess(tmp_path, {}) as process:  # functions that are not named are tracemark's own
        for name in ("anna", "bert"):
            tracemark("worker", "add", name, "--password-stdin", "--data", str(tmp_path))
        yield process


def open_screen(chromium: Browser, service: ServiceProcess, name: str) -> Screen:
    context = chromium.new_context(base_url=service.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(1000 * PATIENCE_SECONDS)
    screen = Screen(context.new_page())
    screen.sign_in(name, PASSWORD)
    return screen


def item(screen: Screen) -> str:
    """Return the id of the object that the task shows, as its manifest line is counted: from 0."""
    screen.wait()
    found = re.search(r"weld\.([0-9]+)\.png", screen.find(".weld figcaption").first.inner_text())
    assert found
    return str(int(found[1]) - 1)


def test_the_output_tree_holds_what_the_workers_clicked(chromium: Browser, service: ServiceProcess) -> None:
    request = yaml.safe_load((service.folder / "job.yaml").read_text(encoding="utf-8"))
    request["HumanTaskConfig"] |= {"NumberOfHumanWorkersPerDataObject": 1, "TaskTimeLimitInSeconds": LEASE_SECONDS}
    service.sagemaker.create_labeling_job(**request)
    anna, bert = (open_screen(chromium, service, name) for name in ("anna", "bert"))
    wait_for_tasks(anna)
    clicked = Clicked()

    anna.start()
    expired = item(anna)
    declined = decline_one(bert)
    by_keyboard(bert, clicked, ITEMS - 2)
    anna.page.get_by_text("The time for this task is over").wait_for()
    by_mouse(anna, clicked)

    assert clicked.workers[declined] == clicked.workers[expired] == "anna"
    assert sorted(clicked.labels) == [str(number) for number in range(ITEMS)]
    compare(service, clicked)


def wait_for_tasks(screen: Screen) -> None:
    """Wait until the service has charted the first item."""

    def offered() -> bool:
        screen.page.goto("/")
        return screen.page.get_by_role("button", name="Start working").is_visible()

    wait_until(offered, "a task", pause=0.2)


def decline_one(screen: Screen) -> str:
    wait_for_tasks(screen)
    screen.start()
    declined = item(screen)
    with screen.page.expect_navigation():
        screen.page.get_by_role("button", name="Decline").click()
    return declined


def by_keyboard(screen: Screen, clicked: Clicked, count: int) -> None:
    """Answer `count` tasks by the number keys and Enter; the last leads to the page that says so."""
    for _ in range(count):
        if "/tasks/" not in screen.page.url:
            wait_for_tasks(screen)
            screen.start()
        number = item(screen)
        screen.press(str(int(number) + 1))
        screen.submit_by_key()
        clicked.note("bert", number, CLASSES[int(number)])
    assert screen.page.get_by_role("heading", name="Nothing to do right now").is_visible()


def by_mouse(screen: Screen, clicked: Clicked) -> None:
    """Answer every task that is left with the mouse."""
    screen.start()
    while "/tasks/" in screen.page.url:
        number = item(screen)
        screen.find(".choice").get_by_text(CLASSES[int(number)], exact=True).click()
        screen.submit()
        clicked.note("anna", number, CLASSES[int(number)])


def compare(service: ServiceProcess, clicked: Clicked) -> None:
    service_job = "WeldingLabelJob1"
    service.wait_for("Completed", service_job)
    output = service.folder / "tracemark-demo/output" / service_job
    lines = (output / "manifests/output/output.manifest").read_text(encoding="utf-8").splitlines()
    labels = {str(n): json.loads(line)[service_job]["WeldingClassification"] for n, line in enumerate(lines)}
    assert labels == clicked.labels
    assert raw_answers(output) == {number: [label] for number, label in clicked.labels.items()}
    assert worker_names(service, output) == clicked.workers


def responses(output: Path) -> dict[str, list[dict[str, Any]]]:
    files = sorted((output / "annotations/worker-response").rglob("*.json"))
    return {file.parent.name: json.loads(file.read_text(encoding="utf-8"))["answers"] for file in files}


def raw_answers(output: Path) -> dict[str, list[str]]:
    return {
        number: [answer["answerContent"]["WeldingClassification"]["label"] for answer in answers]
        for number, answers in responses(output).items()
    }


def worker_names(service: ServiceProcess, output: Path) -> dict[str, str]:
    listed = tracemark("worker", "list", "--data", str(service.folder))
    names = {found[2]: found[1] for found in re.finditer(r"(\w+) +│ (private\.\S+)", listed)}
    return {number: names[answers[0]["workerId"]] for number, answers in responses(output).items()}
