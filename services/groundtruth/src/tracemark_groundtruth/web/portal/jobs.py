"""The endpoints of the list of jobs, and of starting to work on one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from tracemark.errors import quoted
from tracemark_groundtruth.errors import JobNotOpen
from tracemark_groundtruth.state.task_queue import LeasedTask
from tracemark_groundtruth.web.portal.pages import page
from tracemark_groundtruth.web.portal.policy import PAGE
from tracemark_groundtruth.web.portal.portal import AuthenticatedRequest, Portal


@dataclass(frozen=True, slots=True)
class Following:
    """Where a worker goes next: the path, and the task if it is one."""

    location: str
    task: LeasedTask | None = None


def show_jobs(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Show the worker's jobs with their progress."""
    return page("jobs", {**of_worker(portal, visit), "jobs": portal.task_queue.jobs(visit.account.worker_id)})


def start(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Take a task of the job and go to it.

    Raises:
        JobNotOpen, StateUnavailable: see `TaskQueue.take`.
    """
    job_name = visit.request.path_params["job"]
    return RedirectResponse(take_next(portal, visit, job_name).location, 303, headers=PAGE)


def show_done(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Show that there is no task left, for now or for good.

    Raises:
        JobNotOpen: there is no such job, or it is not one of the worker's.
    """
    name = visit.request.path_params["job"]
    jobs = portal.task_queue.jobs(visit.account.worker_id)
    job = next((job for job in jobs if job.name == name), None)
    if job is None and not portal.task_queue.has_ended(visit.account.worker_id, name):
        raise JobNotOpen(f"there is no job {quoted(name)} for you", remedy="choose another job")
    last = portal.task_queue.last(visit.account.worker_id, name) if job else None
    values = {"job": job, "last": last, "saved": "saved" in visit.request.query_params}
    return page("done", {**of_worker(portal, visit), **values})


def take_next(portal: Portal, visit: AuthenticatedRequest, job_name: str) -> Following:
    """Take the worker's next task of a job; return it with its path, or the path of the page that says there is none.

    Raises:
        JobNotOpen, StateUnavailable: see `TaskQueue.take`.
    """
    task = portal.task_queue.take(visit.account.worker_id, job_name)
    return Following(f"/tasks/{task.task_id}", task) if task else Following(f"/jobs/{job_name}/done")


def of_worker(portal: Portal, visit: AuthenticatedRequest) -> dict[str, Any]:
    """Return the values for the head of a signed-in worker's pages."""
    return {"account": visit.account, "token": portal.sessions.form_token(visit.session)}
