"""What one task costs the service's processor, beside Label Studio's, and what a job of a million objects takes.

`make bench-service` runs these parts with the others of `service.py`. A worker asks for what the portal's page asks
for: the answer is sent, the next task comes with what is reserved behind it, and the frame of that one is loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from label_studio_server import LabelStudio, label_studio_server
from plain_http import PlainHttp
from support.portal_worker import PortalWorker, done
from support.service_process import BUCKET, JOB, PASSWORD, FunctionServer, ServiceProcess

from tracemark.document import Json

TEMPLATE = Path("ui/weld-classification.liquid.html")
LABELS = ("Good Weld", "Burn Through", "Contamination", "Lack of Fusion", "Not sure")
TEAM = 8
LABEL_STUDIO_TASKS = 100
PAGES = 200
_CHOICES = (
    '<View><Text name="t" value="$t"/><Choices name="c" toName="t">'
    '<Choice value="a"/><Choice value="b"/></Choices></View>'
)

Row = dict[str, Any]
Running = Callable[..., Any]


class Looper(PortalWorker):
    """Works as the portal's page does; `turns` are the seconds from an answer until what follows is loaded."""

    thinks = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.turns: list[float] = []
        self.connection = PlainHttp(self.url)

    def answer_all(self, where: str) -> None:
        """Answer task after task until the job is over or nothing is free."""
        path = where.partition("?")[0]
        token = self.token(path)
        self._frame(path)
        self._load(self._asked("POST", f"{path}/next", "{}", token)["task"])
        # A hundred people do not press a key at the same moment.
        time.sleep(self.thinks * (crc32(self.name.encode()) % 100) / 100)
        while path:
            time.sleep(self.thinks)
            begun = time.perf_counter()
            after = self._asked("POST", f"{path}/answers", json.dumps(self._judged(path)), token)
            self.accepted.append(path)
            self._load(after["ahead"])
            self.turns.append(time.perf_counter() - begun)
            path = f"/tasks/{after['next']['task']}" if after["next"] and not self.over() else ""

    def _judged(self, path: str) -> dict[str, Any]:
        """Return an answer: seven in ten items are the first label."""
        drawn = crc32(path.encode()) % 100
        return self.content(LABELS[0] if drawn < 70 else LABELS[1 + drawn % 4])

    def _load(self, view: Json) -> None:
        if isinstance(view, dict):
            self._frame(f"/tasks/{view['task']}")

    def _frame(self, path: str) -> None:
        frame = self._plain("GET", f"{path}/frame")
        assert b"cannot be shown" not in frame, frame

    def _asked(self, method: str, path: str, body: str, token: str) -> Any:
        headers = {"Content-Type": "application/json", "X-CSRF-Token": token}
        return json.loads(self._plain(method, path, body, headers))

    def _plain(self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None) -> bytes:
        sent = {"Cookie": self.cookie, **(headers or {})}
        found = self.connection.request(method, path, body.encode(), sent)
        assert found.status == 200, found.data
        return found.data


class WeldFunctions(FunctionServer):
    """Functions whose task input is that of the welding page."""

    def answer(self, event: Any) -> Json:
        """Answer an event of either function."""
        if "dataObject" not in event:
            return super().answer(event)
        picture = f"s3://{BUCKET}/picture.png"
        charts: list[Json] = [{"key": name, "title": name, "file": picture} for name in ("current", "voltage", "gas")]
        image: Json = {"file": picture, "title": "Weld"}
        return {"taskInput": {"image": image, "channels": charts, "labels": list(LABELS), "notes": []}}


def task_cost(options: argparse.Namespace, service: Running) -> Row:
    """Return the milliseconds of the service's processor time for a task, and how many times that Label Studio takes.

    An object is answered by `--each` workers, so that a task of ours bears its part of preparing and consolidating one.
    What follows the last label, the decision of the whole job from all answers, is told apart: Label Studio has no
    such. It is measured before and after, as a machine is not always equally fast, and with one worker: on SQLite it
    answers some of eight with the status 500.
    """
    with label_studio_server() as peer:
        project = peer.ask("/api/projects", {"title": "texts", "label_config": _CHOICES})["id"]
        peer.ask(f"/api/projects/{project}/import", [{"t": f"text {n}"} for n in range(3 * LABEL_STUDIO_TASKS)])
        label_studio_task_ms(peer, project)  # warms it up
        earlier = label_studio_task_ms(peer, project)
        ours = our_task_ms(int(options.each), service)
        later = label_studio_task_ms(peer, project)
    theirs = (earlier + later) / 2
    print(" ".join(f"{name}={value:.4g}" for name, value in ours.items()), flush=True)
    print(f"Label Studio before and after: {earlier:.1f} and {later:.1f} ms a task", flush=True)
    return {
        **{name: round(value, 2) for name, value in ours.items()},
        "label_studio_task_cpu_ms": round(theirs, 1),
        "label_studio_over_ours": round(theirs / ours["task_cpu_ms"], 1),
    }


def our_task_ms(each: int, service: Running) -> Mapping[str, float]:
    """Return the milliseconds of a task: of the service's processor time, of deciding the job, and of all others."""
    objects = 1_000
    with service("sqlite", objects, WeldFunctions) as running:
        (running.folder / BUCKET / "template.html").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        names = [f"worker{number}" for number in range(TEAM)]
        running.prepare(names, each, MaxConcurrentTaskCount=1_000)
        running.wait_for("InProgress")
        team = hired(running, names, lambda: done(team) >= objects * each)
        running.http.request("GET", f"{running.url}/sign-in")
        before, others = processor_seconds(running.pid), own_seconds()
        work(team)
        until_labeled(running)
        worked = processor_seconds(running.pid)
        running.wait_for("Completed")
        ended, elsewhere = processor_seconds(running.pid), own_seconds() - others
    a_task = 1000 / done(team)
    return {
        "task_cpu_ms": a_task * (worked - before),
        "deciding_cpu_ms": a_task * (ended - worked),
        "task_cpu_elsewhere_ms": a_task * elsewhere,
    }


def until_labeled(running: ServiceProcess) -> None:
    """Wait until no object waits for its label: the last answers are consolidated behind the workers."""
    while True:
        job = running.sagemaker.describe_labeling_job(LabelingJobName=JOB)
        if job["LabelingJobStatus"] != "InProgress" or not job["LabelCounters"]["Unlabeled"]:
            return
        time.sleep(0.5)


def label_studio_task_ms(peer: LabelStudio, project: int) -> float:
    """Return the milliseconds of Label Studio's processor time for a task, by what its page asks for at each."""
    choice = {"from_name": "c", "to_name": "t", "type": "choices", "value": {"choices": ["a"]}}
    before = processor_seconds(peer.pid)
    for _ in range(LABEL_STUDIO_TASKS):
        task = peer.ask(f"/api/dm/actions?id=next_task&project={project}", {})
        peer.ask(f"/api/label_links?project={project}&expand=label")
        peer.ask(f"/api/tasks/{task['id']}/annotations?project={project}", {"result": [choice], "lead_time": 1.0})
    return 1000 * (processor_seconds(peer.pid) - before) / LABEL_STUDIO_TASKS


def million(options: argparse.Namespace, service: Running) -> Row:
    """Return how long a million objects take to the first task, the memory, and how its pages compare with few."""
    large, small = large_job(int(options.million), service), large_job(1_000, service)
    ratio = large["page_p95_ms"] / small["page_p95_ms"]
    return {
        "import_1m_s": round(large["first_task_s"], 1),
        "import_1m_mb": large["peak_mb"],
        "page_1m_over_1k": round(ratio, 2),
    }


def large_job(objects: int, service: Running) -> Mapping[str, float]:
    """Measure a job of so many objects: seconds to the first task, memory, and a turn at the 95th percentile."""
    with service("sqlite", objects) as running:
        begun = time.perf_counter()
        running.prepare(["ada"], 1)
        running.wait_for("InProgress")
        (ada,) = hired(running, ["ada"], lambda: len(ada.accepted) >= PAGES)
        first = ada.first_task()
        seconds = time.perf_counter() - begun
        ada.answer_all(first)
        turns = sorted(ada.turns)
        status = Path(f"/proc/{running.pid}/status").read_text()
        peak = next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))
        running.sagemaker.stop_labeling_job(LabelingJobName=JOB)
    row = {
        "objects": objects,
        "first_task_s": seconds,
        "peak_mb": peak,
        "page_p50_ms": 1000 * statistics.median(turns),
        "page_p95_ms": 1000 * turns[int(len(turns) * 0.95)],
    }
    print(" ".join(f"{name}={value:.4g}" for name, value in row.items()), flush=True)
    return row


class Patient(Looper):
    """A worker who waits until there is a first task."""

    def first_task(self) -> str:
        """Return the path of the first task."""
        while True:
            token = self.token("/")
            where = self.ask("POST", f"/jobs/{self.job}/work", {"token": token}).headers.get("location", "")
            if where.startswith("/tasks/"):
                return where
            time.sleep(0.2)


def hired(running: ServiceProcess, names: list[str], over: Callable[[], bool]) -> list[Patient]:
    """Sign workers in, one after the other: passwords are slow to check, by design."""
    team = [Patient(running.url, name, PASSWORD, JOB, over) for name in names]
    for worker in team:
        worker.sign_in()
    return team


def work(team: list[Patient]) -> None:
    """Let a team work until each of them is done."""
    for worker in team:
        worker.thread.start()
    for worker in team:
        worker.thread.join()
        if worker.failure:
            raise worker.failure


def own_seconds() -> float:
    """Return the processor time that this process has taken so far: the workers, the functions and S3."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return float(int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
