"""`tracemark backup` while a job is labeled, `tracemark restore` after everything is gone, and the job goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from support.portal_worker import PortalWorker
from support.service_process import (
    JOB,
    PASSWORD,
    FunctionServer,
    ServiceProcess,
    make_bucket,
    output,
    saved,
    tracemark,
)
from support.waiting import wait_until

OBJECTS = 24


def test_a_job_that_was_backed_up_while_it_ran_goes_on_after_a_restore(tmp_path: Path) -> None:
    make_bucket(tmp_path, OBJECTS)
    file = tmp_path / "monday.backup"
    with FunctionServer(tmp_path) as functions, ServiceProcess(tmp_path, functions.arns) as service:
        service.prepare(["ada"], 1)
        over = {"now": False}
        ada = PortalWorker(service.url, "ada", PASSWORD, JOB, lambda: over["now"])
        ada.thread.start()
        wait_until(lambda: len(ada.accepted) >= 4, "four answers", lambda: str(ada.failure) if ada.failure else None)
        before = list(ada.accepted)
        said = tracemark("backup", str(file), "--data", str(tmp_path))

        service.end(signal.SIGKILL)
        for state in (tmp_path / ".tracemark").glob("state.db*"):
            state.unlink()
        told = tracemark("restore", str(file), "--data", str(tmp_path))
        service.start()
        wait_until(lambda: len(output_or_none(tmp_path)) == OBJECTS, "the whole output", lambda: None)
        over["now"] = True
        ada.thread.join()
        service.wait_for("Completed")

    answers = saved(tmp_path)
    assert f"1 job, {OBJECTS} objects" in said
    assert "secret" in said
    assert "restored from" in told
    assert ada.failure is None
    assert set(before) <= set(answers)
    assert len(output(tmp_path)) == OBJECTS


def output_or_none(folder: Path) -> list[object]:
    try:
        return list(output(folder))
    except FileNotFoundError:
        return []


def test_a_restore_beside_a_running_service_is_refused(tmp_path: Path) -> None:
    make_bucket(tmp_path, 1)
    file = tmp_path / "monday.backup"
    with ServiceProcess(tmp_path, {}):
        tracemark("backup", str(file), "--data", str(tmp_path))
        done = subprocess.run(
            [str(Path(sys.executable).with_name("tracemark")), "restore", str(file), "--data", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert "another service runs" in done.stderr
