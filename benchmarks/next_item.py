"""Measures the loop from item to item: from Enter to the next item painted, and a scripted expert on both templates.

The service's own task queue in SQLite on the disk, this repository's welding template, a photograph and three charts of
a file each, and for the signals a trace file. The expert looks at each channel once and then answers: with charts by
opening each large and closing it, with signals by zooming in three times and fitting again.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from browser_probe import tab
from PIL import Image
from playwright.sync_api import Page
from starlette.applications import Starlette
from support.fake_s3 import MemoryS3
from support.live_server import serving
from support.task_page import Screen
from support.waiting import wait_until
from view_files import trace_file

from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark_groundtruth.job.answers import Task
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.objects import JobObjects
from tracemark_groundtruth.state.stored_task_queue import StoredTaskQueue
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.state.task_queue import Account
from tracemark_groundtruth.state.teams import Teams
from tracemark_groundtruth.web.portal.app import guards, portal_routes
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.sessions import COOKIE, Sessions
from tracemark_groundtruth.web.portal.sign_in import Attempts, Authenticator
from tracemark_groundtruth.web.settings import WebSettings

TEMPLATE = Path(__file__).parents[1] / "ui/weld-classification.liquid.html"
SKETCHES = TEMPLATE.with_name("weld-sketches")
SAMPLES = 10_000
LABELS = ("Good Weld", "Burn Through", "Contamination", "Lack of Fusion", "Not sure")
CHANNELS = ("current", "voltage", "flow")
_SECRET = b"n" * 32

# Absolute moments, for each frame has a clock of its own: when Enter was pressed, and when what is shown is painted
# with all its pictures and signals. A lazy picture in closed instructions is not shown, and never loads.
_IS_DRAWN = """() => [...document.images].every((image) => image.complete || !image.checkVisibility())
  && [...document.querySelectorAll("signal-view")].every((view) => view.timing)"""
_WATCH = """
var tell = (what, moment) => window.parent.postMessage({ bench: what, moment: performance.timeOrigin + moment }, "*");
if (window.parent === window) {
  globalThis.bench = {};
  addEventListener("message", ({ data }) => { if (data?.bench) globalThis.bench[data.bench] = data.moment; });
} else {
  addEventListener("keydown", (event) => { if (event.key === "Enter") tell("entered", event.timeStamp); }, true);
  const isDrawn = IS_DRAWN;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => tell("painted", performance.now());
  const watch = () => requestAnimationFrame(() => (isDrawn() ? channel.port2.postMessage(null) : watch()));
  document.addEventListener("tracemark-shown", watch);
  addEventListener("load", () => document.querySelector('meta[name="tracemark-ahead"]') || watch());
}
""".replace("IS_DRAWN", _IS_DRAWN)


def next_items(folder: Path, items: int) -> dict[str, Any]:
    """Return what `view.json` holds of the loop: milliseconds to the next item, the expert's seconds and strokes."""
    charts, signals = (_label(folder, items, with_signals) for with_signals in (False, True))
    waits = charts.waits + signals.waits
    return {
        "next_item_p50_ms": round(statistics.median(waits), 1),
        "next_item_p95_ms": round(statistics.quantiles(waits, n=20)[-1], 1),
        "next_items": len(waits),
        "load_average": round(os.getloadavg()[0], 1),
        "expert": {"charts": charts.expert, "signals": signals.expert},
    }


@dataclass
class Labeled:
    """What a run of items took: milliseconds from Enter to each next item, seconds and key strokes of the expert."""

    waits: list[float]
    expert: dict[str, float]


def _label(folder: Path, items: int, with_signals: bool) -> Labeled:
    with _served(folder, 2 * items + 2, with_signals) as site, tab(site.address) as opened:
        page = opened.page
        page.add_init_script(_WATCH)
        page.context.add_cookies([{"name": COOKIE, "value": site.cookie, "url": site.address}])
        screen = Screen(page)
        screen.start()
        waits = [_next(screen, number) for number in range(items)]
        began, strokes = time.perf_counter(), 0
        for number in range(items):
            strokes += _look(screen, with_signals)
            _next(screen, number)
            strokes += 2
        seconds = (time.perf_counter() - began) / items
        expert = {"seconds_per_item": round(seconds, 2), "strokes_per_item": round(strokes / items, 1)}
        return Labeled(waits, {**expert, "tab_mb": opened.megabytes()})


def _next(screen: Screen, number: int) -> float:
    """Answer an item once the next one is loaded ahead; return the milliseconds from Enter until that is painted."""
    page = screen.page
    _wait_for_prefetch(page)
    screen.press(str(number % len(LABELS) + 1))
    page.evaluate("bench = {}")
    page.keyboard.press("Enter")
    found = wait_until(lambda: page.evaluate("bench.entered && bench.painted && bench"), "the next item", pause=0.01)
    screen.wait()
    return float(found["painted"] - found["entered"])


def _wait_for_prefetch(page: Page) -> None:
    page.frame_locator("iframe.ahead").locator("crowd-form .fields").wait_for(state="attached")
    handle = page.wait_for_selector("iframe.ahead", state="attached")
    frame = handle.content_frame() if handle else None
    assert frame
    frame.wait_for_load_state("load")
    # Not Playwright's own `wait_for_function`: the policy of a task forbids the evaluation that it needs.
    wait_until(lambda: frame.evaluate(f"({_IS_DRAWN})()"), "what is loaded ahead", pause=0.02)
    page.wait_for_timeout(150)  # the look that anybody takes at an item


def _look(screen: Screen, with_signals: bool) -> int:
    """Look at every channel; return the key strokes and clicks."""
    if with_signals:
        screen.find("signal-view .frame").focus()
        screen.press("+", "+", "+", "f")
        return 4
    pictures = screen.find(".weld button")
    for number in range(1, 1 + len(CHANNELS)):
        pictures.nth(number).click()
        screen.press("Escape")
    return 2 * len(CHANNELS)


@dataclass(frozen=True)
class _Site:
    address: str
    cookie: str


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _served(folder: Path, items: int, with_signals: bool) -> Iterator[_Site]:
    state = folder / "loop.db"
    for file in folder.glob("loop.db*"):
        file.unlink()
    database = Database.in_file(state)
    s3, settings = _objects(folder, items), WebSettings(_SECRET)
    account = _offer(database, items, with_signals)
    task_queue = StoredTaskQueue(database, time.time)
    portal = Portal(task_queue, s3, settings, Authenticator(task_queue, Attempts(time.monotonic)), _now)
    sessions = Sessions(_SECRET)
    with serving(Starlette(routes=portal_routes(portal), middleware=guards(settings))) as address:
        yield _Site(address, sessions.cookie(sessions.begin(account, _now())))
    database.dispose()


def _objects(folder: Path, items: int) -> MemoryS3:
    """Every item has files of its own: nothing of one is in the browser's cache for the next."""
    photograph, chart = _picture((1600, 1000), "JPEG"), _picture((1000, 420), "PNG")
    trace = trace_file(folder, SAMPLES).read_bytes()
    s3 = MemoryS3({"s3://welds/template.html": (TEMPLATE.read_bytes(), "text/html")})
    for sketch in SKETCHES.glob("*.svg"):
        s3.objects[f"s3://welds/templates/weld-sketches/{sketch.name}"] = (sketch.read_bytes(), "image/svg+xml")
    for number in range(items):
        s3.objects[f"s3://welds/{number}/photograph.jpg"] = (photograph, "image/jpeg")
        s3.objects[f"s3://welds/{number}/log.zarr.zip"] = (trace, "application/zip")
        for channel in CHANNELS:
            s3.objects[f"s3://welds/{number}/{channel}.png"] = (chart, "image/png")
    return s3


def _picture(size: tuple[int, int], form: str) -> bytes:
    width, height = size
    grey = np.random.default_rng(3).normal(150, 12, (height, width)).clip(0, 255).astype(np.uint8)
    data = io.BytesIO()
    Image.fromarray(grey).convert("RGB").save(data, form)
    return data.getvalue()


def _offer(database: Database, items: int, with_signals: bool) -> Account:
    account = Accounts(database).add("anna", "no hash", ["welders"])
    Teams(database).add("welders", ["welders"], {})
    document = _document()
    job = LabelingJob.parse(json.dumps(document).encode(), "the benchmark")
    Jobs(database).add(job, document)
    record = Jobs(database).find(job.name)
    assert record
    objects = JobObjects(database, record.job_id)
    objects.add([DataObject(number, {"source": f"item {number}"}) for number in range(items)])
    shown = [Task(str(number), _task_input(number, with_signals)) for number in range(items)]
    objects.open(shown, 1, time.time() + 86_400)
    Jobs(database).advance(record.job_id, [JobStatus.INITIALIZING], JobStatus.IN_PROGRESS)
    return account


def _task_input(number: int, with_signals: bool) -> dict[str, Json]:
    at = f"s3://welds/{number}"
    channels: list[Json] = [{"title": name.title(), "file": f"{at}/{name}.png"} for name in CHANNELS]
    found: dict[str, Json] = {
        "image": {"title": f"weld {number}", "file": f"{at}/photograph.jpg"},
        "channels": channels,
        "labels": list(LABELS),
    }
    return found | ({"trace": {"file": f"{at}/log.zarr.zip"}} if with_signals else {})


def _document() -> dict[str, Json]:
    function = "arn:aws:lambda:eu-west-1:111122223333:function"
    return {
        "LabelingJobName": "Loop",
        "LabelAttributeName": "weld-class",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://welds/manifest.jsonl"}}},
        "OutputConfig": {"S3OutputPath": "s3://welds/output"},
        "RoleArn": "arn:aws:iam::111122223333:role/LabelingRole",
        "HumanTaskConfig": {
            "WorkteamArn": "arn:aws:sagemaker:eu-west-1:111122223333:workteam/private-crowd/welders",
            "UiConfig": {"UiTemplateS3Uri": "s3://welds/template.html"},
            "PreHumanTaskLambdaArn": f"{function}:pre",
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{function}:post"},
            "TaskTitle": "Classify welds",
            "TaskDescription": "Look at the weld and its signals",
            "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": 3600,
        },
    }
