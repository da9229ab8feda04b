"""The endpoints of one task: its page, its frame, submit, revise, decline and release."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from tracemark.contract.categories import MAX_CATEGORY_FILE_BYTES, Categories
from tracemark.document import REQUEST_DEPTH, Json, read_json
from tracemark.errors import DataError, InvalidDocument, TracemarkError, quoted
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import JobNotOpen, TaskNotHeld
from tracemark_groundtruth.labeling.template import MAX_TEMPLATE_BYTES
from tracemark_groundtruth.rendering.classifiers import classifiers
from tracemark_groundtruth.rendering.crowd_elements import with_crowd_elements
from tracemark_groundtruth.rendering.frame import frame_document
from tracemark_groundtruth.rendering.grants import common_end
from tracemark_groundtruth.rendering.renderer import render, template_text
from tracemark_groundtruth.state.task_queue import LeasedTask, WorkerId
from tracemark_groundtruth.web.portal.jobs import Following, of_worker, take_next
from tracemark_groundtruth.web.portal.loop import task_id
from tracemark_groundtruth.web.portal.offers import Offer
from tracemark_groundtruth.web.portal.pages import page
from tracemark_groundtruth.web.portal.policy import PAGE, SANDBOX, frame_headers
from tracemark_groundtruth.web.portal.portal import AuthenticatedRequest, Portal
from tracemark_groundtruth.web.portal.task_view import TaskView
from tracemark_groundtruth.web.responses import HtmlAnswer, JsonAnswer

logger = logging.getLogger(__name__)

# How long the previous version of an edited template may still be shown.
TEMPLATE_SECONDS = 5

# How long the worker took without pauses, as the page measured it.
SECONDS_HEADER = "x-seconds-spent"

# What nobody spends on one task: more than a lease can last.
MOST_SECONDS = 1_000_000

_UNSHOWABLE = Markup(
    "<h1>This task cannot be shown</h1><p>Decline it, and report this to the owner of the job:</p><pre>{cause}</pre>"
    "<style>body {{ max-width: 50rem; margin: 1rem auto }} pre {{ white-space: pre-wrap; color: #a5161d }}</style>"
)


def show_task(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Show the page around a task that is held, or answered and still to be changed.

    Raises:
        TaskNotHeld, TaskExpired, AnswerFinal, StateUnavailable: see `TaskQueue.seen`.
    """
    task = portal.task_queue.seen(visit.account.worker_id, task_id(visit))
    if task.ahead:
        raise TaskNotHeld("the task is only reserved", remedy="take it")
    view = TaskView.of(portal, visit, task)
    values = {
        "task": task,
        "sandbox": SANDBOX,
        "view": view,
        "given": "" if view.given is None else json.dumps(view.given),
        "answered": portal.task_queue.answered(visit.account.worker_id, task.job_name),
        "saved": "saved" in visit.request.query_params,
    }
    return page("task", {**of_worker(portal, visit), **values})


def show_frame(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Show the job's template, filled in for a task; an error is shown in its place.

    Raises:
        TaskNotHeld, TaskExpired, AnswerFinal, StateUnavailable: see `TaskQueue.seen`.
        AccessDenied, StorageUnavailable: the template cannot be read.
    """
    task = portal.task_queue.shown_ahead(visit.account.worker_id, task_id(visit))
    origin = str(visit.request.base_url).rstrip("/")
    try:
        html = _render(portal, task, origin)
        portal.offers.keep(task.task_id, _offer(portal, task, html))
        content = with_crowd_elements(html, portal.settings.crowd_elements)
    except DataError as error:
        content = _UNSHOWABLE.format(cause=error)
    nonce = portal.sessions.task_nonce(visit.session, task.task_id)
    headers = frame_headers(origin, portal.settings.crowd_elements, portal.settings.template_sources)
    document = frame_document(content, task.title, nonce, ahead=task.ahead, given=task.given)
    return HtmlAnswer(document, headers=dict(headers))


def submit(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Accept the answers of a task and return what comes next: `{"location", "next", "ahead"}`.

    `next` is the view of the task at the path `location`, and `ahead` that of the one reserved behind it; either may be
    null.

    Raises:
        InvalidDocument: the body is not a JSON object.
        ClassUnknown: an answer is outside the job's categories.
        AnswerRefused, TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `TaskQueue.submit`.
    """
    answers = read_json(visit.body, "answers", depth=REQUEST_DEPTH).mapping()
    worker, seconds = visit.account.worker_id, _seconds(visit)
    _check_classes(portal, visit, portal.task_queue.held, answers)
    turn = portal.task_queue.turn(worker, task_id(visit), answers, seconds)
    path = f"/tasks/{turn.task.task_id}" if turn.task else f"/jobs/{turn.job_name}/done"
    return _following(portal, visit, Following(path, turn.task), "?saved", turn.ahead)


def revise(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Put other answers in the place of those that were given, and return the task that the worker holds; see `submit`.

    Raises:
        InvalidDocument, ClassUnknown: see `submit`.
        AnswerRefused, TaskNotHeld, AnswerFinal, StateUnavailable: see `TaskQueue.revise`.
    """
    answers = read_json(visit.body, "answers", depth=REQUEST_DEPTH).mapping()
    worker, seconds = visit.account.worker_id, _seconds(visit)
    _check_classes(portal, visit, portal.task_queue.seen, answers)
    job_name = portal.task_queue.revise(worker, task_id(visit), answers, seconds)
    return _following(portal, visit, _after(portal, visit, job_name), "?saved")


def decline(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Decline a task and go to the next one; a script is answered as by `submit`.

    Raises:
        TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `TaskQueue.decline`.
    """
    job_name = portal.task_queue.decline(visit.account.worker_id, task_id(visit))
    if visit.request.headers.get("content-type", "").startswith("application/json"):
        return _following(portal, visit, _after(portal, visit, job_name))
    return RedirectResponse(_after(portal, visit, job_name).location, 303, headers=PAGE)


def stop(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """Release a task and go to the list of jobs.

    Raises:
        TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `TaskQueue.release`.
    """
    portal.task_queue.release(visit.account.worker_id, task_id(visit))
    return RedirectResponse("/", 303, headers=PAGE)


def _seconds(visit: AuthenticatedRequest) -> float | None:
    """Return how long the worker took without pauses, as the page measured it."""
    text = visit.request.headers.get(SECONDS_HEADER)
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= MOST_SECONDS:
        raise InvalidDocument(f"{quoted(text, 40)} are no seconds", expected=f"a number from 0 to {MOST_SECONDS:,}")
    return seconds


def _check_classes(
    portal: Portal,
    visit: AuthenticatedRequest,
    find: Callable[[WorkerId, str], LeasedTask],
    answers: Mapping[str, Json],
) -> None:
    offer = portal.offers.kept(task_id(visit)) or _made_offer(portal, find(visit.account.worker_id, task_id(visit)))
    offer.check(answers)


def _made_offer(portal: Portal, task: LeasedTask) -> Offer:
    """Return the offer of a page that another process showed.

    When it cannot be made, every answer will do: a worker's work is not lost because S3 does not answer.
    """
    try:
        return _offer(portal, task, _render(portal, task)) if task.label_categories else Offer()
    except TracemarkError as error:
        logger.warning("an answer's classes are not checked", extra={"cause": str(error)})
        return Offer()


def _render(portal: Portal, task: LeasedTask, origin: str = "") -> str:
    """Return a task's page; its links begin with the portal's `origin`, for scripts that parse them without a base."""
    period = int(portal.now().timestamp() // TEMPLATE_SECONDS)
    template = _template(portal.client, portal.settings.buckets, task.template, period)
    grants, until = replace(portal.grants, origin=origin), common_end(task.links_until)
    return portal.pages.get(
        (template, json.dumps(task.task_input), origin, until.isoformat()),
        lambda: render(template, task.task_input, lambda uri: grants.url(uri, until), str(task.template)),
    )


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


def _following(
    portal: Portal,
    visit: AuthenticatedRequest,
    following: Following,
    remark: str = "",
    ahead: LeasedTask | None = None,
) -> Response:
    views = {
        name: TaskView.of(portal, visit, task).to_json() if task else None
        for name, task in (("next", following.task), ("ahead", ahead))
    }
    return JsonAnswer({"location": f"{following.location}{remark}", **views}, headers=PAGE)


def _after(portal: Portal, visit: AuthenticatedRequest, job_name: str) -> Following:
    # The answer is stored: an error about the next task must not look like an error about this one.
    try:
        return take_next(portal, visit, job_name)
    except JobNotOpen:
        return Following(f"/jobs/{job_name}/done")
    except TracemarkError:
        return Following("/")
