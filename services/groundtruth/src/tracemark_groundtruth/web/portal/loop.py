"""The endpoints of the loop from task to task: the next one ahead of time, and the way back to answers given."""

from __future__ import annotations

from starlette.responses import Response

from tracemark_groundtruth.state.task_queue import LeasedTask
from tracemark_groundtruth.web.portal.policy import PAGE
from tracemark_groundtruth.web.portal.portal import AuthenticatedRequest, Portal
from tracemark_groundtruth.web.portal.task_view import TaskView
from tracemark_groundtruth.web.responses import JsonAnswer


def reserve(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Reserve what comes after a task that the worker holds: `{"task": its view, or null}`.

    Raises:
        TaskNotHeld, TaskExpired, TaskAnswered, JobNotOpen, StateUnavailable: see `TaskQueue.held` and `reserve`.
    """
    worker = visit.account.worker_id
    held = portal.task_queue.held(worker, task_id(visit))
    return _viewed(portal, visit, portal.task_queue.reserve(worker, held.job_name))


def give_back(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """End a reservation, as the page does that is left.

    Raises:
        StateUnavailable: see `TaskQueue`.
    """
    portal.task_queue.give_back(visit.account.worker_id, task_id(visit))
    return Response(status_code=204, headers=PAGE)


def show_before(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Return the last answer before a task that can still be changed: `{"task": its view, or null}`.

    Raises:
        TaskNotHeld, StateUnavailable: see `TaskQueue.before`.
    """
    return _viewed(portal, visit, portal.task_queue.before(visit.account.worker_id, task_id(visit)))


def show_view(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Return a task that is held, or answered and still to be changed: `{"task": its view}`.

    Raises:
        TaskNotHeld, TaskExpired, AnswerFinal, StateUnavailable: see `TaskQueue.seen`.
    """
    return _viewed(portal, visit, portal.task_queue.seen(visit.account.worker_id, task_id(visit)))


def task_id(visit: AuthenticatedRequest) -> str:
    """Return the id of the task that a request is about."""
    return str(visit.request.path_params["task"])


def _viewed(portal: Portal, visit: AuthenticatedRequest, task: LeasedTask | None) -> Response:
    view = TaskView.of(portal, visit, task).to_json() if task else None
    return JsonAnswer({"task": view}, headers=PAGE)
