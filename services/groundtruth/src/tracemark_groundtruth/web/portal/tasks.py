"""The endpoints of one task: its page, its frame, submit, decline and release."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tracemark.contract.categories import MAX_CATEGORY_FILE_BYTES, Categories
from tracemark.document import REQUEST_DEPTH, read_json
from tracemark.errors import DataError, TracemarkError
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import JobNotOpen
from tracemark_groundtruth.labeling.template import MAX_TEMPLATE_BYTES
from tracemark_groundtruth.rendering.classifiers import classifiers
from tracemark_groundtruth.rendering.crowd_elements import with_crowd_elements
from tracemark_groundtruth.rendering.frame import frame_document
from tracemark_groundtruth.rendering.renderer import render, template_text
from tracemark_groundtruth.state.task_queue import LeasedTask
from tracemark_groundtruth.web.portal.jobs import next_location, of_worker
from tracemark_groundtruth.web.portal.offers import Offer
from tracemark_groundtruth.web.portal.pages import page
from tracemark_groundtruth.web.portal.policy import PAGE, SANDBOX, frame_headers
from tracemark_groundtruth.web.portal.portal import AuthenticatedRequest, Portal

# How long the previous version of an edited template may still be shown.
TEMPLATE_SECONDS = 5

_UNSHOWABLE = Markup(
    "<h1>This task cannot be shown</h1><p>Decline it, and report this to the owner of the job:</p><pre>{cause}</pre>"
    "<style>body {{ max-width: 50rem; margin: 1rem auto }} pre {{ white-space: pre-wrap; color: #a5161d }}</style>"
)


def show_task(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Show the page around a task.

    Raises:
        TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `TaskQueue.held`.
    """
    task = _task(portal, visit)
    values = {
        "task": task,
        "sandbox": SANDBOX,
        "nonce": portal.sessions.task_nonce(visit.session, task.task_id),
        "seconds_left": task.time_left(portal.now()).total_seconds(),
        "saved": "saved" in visit.request.query_params,
    }
    return page("task", {**of_worker(portal, visit), **values})


def show_frame(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Show the job's template, filled in for a task; an error is shown in its place.

    Raises:
        TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `TaskQueue.held`.
        AccessDenied, StorageUnavailable: the template cannot be read.
    """
    task = _task(portal, visit)
    try:
        html = _render(portal, task)
        portal.offers.keep(task.task_id, _offer(portal, task, html))
        content = with_crowd_elements(html, portal.settings.crowd_elements)
    except DataError as error:
        content = _UNSHOWABLE.format(cause=error)
    nonce = portal.sessions.task_nonce(visit.session, task.task_id)
    origin = str(visit.request.base_url).rstrip("/")
    headers = frame_headers(origin, portal.settings.crowd_elements, portal.settings.template_sources)
    return HTMLResponse(frame_document(content, task.title, nonce), headers=dict(headers))


def submit(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Accept the answers of a task and return the path of the next one.

    Raises:
        InvalidDocument: the body is not a JSON object.
        ClassUnknown: an answer is outside the job's categories.
        AnswerRefused, TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `TaskQueue.submit`.
    """
    answers = read_json(visit.body, "answers", depth=REQUEST_DEPTH).mapping()
    task = _task(portal, visit)
    if task.label_categories:
        portal.offers.check(task.task_id, answers, lambda: _offer(portal, task, _render(portal, task)))
    job_name = portal.task_queue.submit(visit.account.worker_id, _id(visit), answers)
    return JSONResponse({"location": f"{_after(portal, visit, job_name)}?saved"}, headers=PAGE)


def decline(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Decline a task and go to the next one.

    Raises:
        TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `TaskQueue.decline`.
    """
    job_name = portal.task_queue.decline(visit.account.worker_id, _id(visit))
    return RedirectResponse(_after(portal, visit, job_name), 303, headers=PAGE)


def stop(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Release a task and go to the list of jobs.

    Raises:
        TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `TaskQueue.release`.
    """
    portal.task_queue.release(visit.account.worker_id, _id(visit))
    return RedirectResponse("/", 303, headers=PAGE)


def _task(portal: Portal, visit: AuthenticatedRequest) -> LeasedTask:
    return portal.task_queue.held(visit.account.worker_id, _id(visit))


def _id(visit: AuthenticatedRequest) -> str:
    return str(visit.request.path_params["task"])


def _render(portal: Portal, task: LeasedTask) -> str:
    period = int(portal.now().timestamp() // TEMPLATE_SECONDS)
    template = _template(portal.client, portal.settings.buckets, task.template, period)
    return render(template, task.task_input, lambda uri: portal.grants.url(uri, task.expires_at), str(task.template))


def _offer(portal: Portal, task: LeasedTask, html: str) -> Offer:
    if task.label_categories is None:
        return Offer()
    period = int(portal.now().timestamp() // TEMPLATE_SECONDS)
    names = _categories(portal.client, portal.settings.buckets, task.label_categories, period)
    return Offer(classifiers(html), names)


@lru_cache(maxsize=64)
def _categories(client: Any, buckets: frozenset[str] | None, uri: S3Uri, _period: int) -> tuple[str, ...]:
    data = S3Objects(client, buckets).read(uri, limit=MAX_CATEGORY_FILE_BYTES).data
    return Categories.parse_file(data, str(uri)).names


@lru_cache(maxsize=64)
def _template(client: Any, buckets: frozenset[str] | None, uri: S3Uri, _period: int) -> str:
    """Read a template at most once in a period: many workers see the same one."""
    return template_text(S3Objects(client, buckets).read(uri, limit=MAX_TEMPLATE_BYTES).data, str(uri))


def _after(portal: Portal, visit: AuthenticatedRequest, job_name: str) -> str:
    # The answer is stored: an error about the next task must not look like an error about this one.
    try:
        return next_location(portal, visit, job_name)
    except JobNotOpen:
        return f"/jobs/{job_name}/done"
    except TracemarkError:
        return "/"
