"""The API over HTTP: requests in JSON 1.1, signed with the service's key or a person's."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tracemark.document import REQUEST_DEPTH, Json, Node, read_json, within_utf8
from tracemark.errors import DataError, TracemarkError, quoted
from tracemark_groundtruth.api.access import Caller, KeyRing
from tracemark_groundtruth.api.errors import ApiError, Invalid, TooLarge, Unavailable, UnknownOperation
from tracemark_groundtruth.api.jobs import JobOperations, TemplateCheck
from tracemark_groundtruth.api.signature import SignedRequest
from tracemark_groundtruth.api.streaming import DATA_OBJECTS, AppendOperation
from tracemark_groundtruth.api.tags import TagOperations
from tracemark_groundtruth.api.teams import TeamOperations
from tracemark_groundtruth.api.templates import TemplateOperations
from tracemark_groundtruth.errors import BodyTooLarge, StateUnavailable
from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.running.context import FunctionLookup
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.streams.endpoints import NO_ENDPOINTS, StreamEndpoints
from tracemark_groundtruth.watching.bodies import RETRY_AFTER_SECONDS, Bodies

MAX_REQUEST_BYTES = 2 * 1024 * 1024

_PREFIX = "SageMaker."
_TYPE = "application/x-amz-json-1.1"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SageMakerApi:
    """The operations, and who may call them; `now` returns UTC, `bodies` reads what is sent."""

    database: Database
    functions: FunctionLookup
    storage: JobStorage
    grants: ReadGrants
    keys: KeyRing
    now: Callable[[], datetime]
    check_template: TemplateCheck = lambda _: None
    endpoints: StreamEndpoints = NO_ENDPOINTS
    bodies: Bodies = field(default_factory=Bodies)

    async def handle(self, request: Request) -> Response:
        """Answer a request; errors have SageMaker's format. The body is read once its headers name a known key."""
        headers = {"x-amzn-RequestId": str(uuid.uuid4())}
        try:
            head = SignedRequest(str(request.url), dict(request.headers), b"")
            head.key_id()  # whoever has none costs no thread
            sender = await run_in_threadpool(self.keys.recognize, head, self.now())
            announced = head.headers.get("content-length", "")
            async with self.bodies.read(request.stream(), announced, MAX_REQUEST_BYTES, f"key {sender}") as body:
                answer, status = await run_in_threadpool(self.answer, replace(head, body=body)), 200
        except TracemarkError as error:
            refused = _api_error(error)
            answer, status = {"__type": refused.code, "message": str(refused)}, refused.status
            if isinstance(refused, Unavailable):
                headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return Response(json.dumps(answer), status, headers, media_type=_TYPE)

    def answer(self, request: SignedRequest) -> Json:
        """Check the signature and what its caller may do, and do the operation.

        Raises:
            ApiError, InvalidDocument, InvalidUri, StateUnavailable: see the operations.
        """
        caller, region = self.keys.authenticate(request, self.now())
        target = request.headers.get("x-amz-target", "")
        known, name = self._operations(caller, region), target.removeprefix(_PREFIX)
        operation = known.get(name)
        if operation is None:
            raise UnknownOperation(
                f"this service has no operation {quoted(target)}", expected=f"one of {', '.join(known)}"
            )
        caller.check(name)
        return operation(self.read(request.body))

    @staticmethod
    def read(body: bytes) -> Node:
        """Return the document of a request.

        Raises:
            InvalidDocument: it is not JSON, nested too deeply, or has a text that UTF-8 cannot hold.
        """
        # Data objects stay as they are, as they do in a manifest.
        return within_utf8(read_json(body or b"{}", "request", depth=REQUEST_DEPTH), but=DATA_OBJECTS)

    def _operations(self, caller: Caller, region: str) -> Mapping[str, Callable[[Node], Json]]:
        jobs = JobOperations(self.database, self.functions, self.check_template, self.endpoints, caller)
        teams, tags = TeamOperations(self.database, region, caller), TagOperations(self.database, caller)
        return {
            "CreateLabelingJob": jobs.create,
            "DescribeLabelingJob": jobs.describe,
            "ListLabelingJobs": jobs.list,
            "StopLabelingJob": jobs.stop,
            "ListLabelingJobsForWorkteam": jobs.list_for_team,
            "AppendToLabelingJob": AppendOperation(self.database, self.storage, self.now, caller).append,
            "AddTags": tags.add,
            "ListTags": tags.list,
            "DeleteTags": tags.delete,
            "CreateWorkteam": teams.create,
            "DescribeWorkteam": teams.describe,
            "ListWorkteams": teams.list,
            "UpdateWorkteam": teams.update,
            "DeleteWorkteam": teams.delete,
            "RenderUiTemplate": TemplateOperations(self.grants, self.now).render,
        }


def _api_error(error: TracemarkError) -> ApiError:
    if isinstance(error, ApiError):
        return error
    if isinstance(error, StateUnavailable):
        logger.error("the API cannot answer", extra={"cause": str(error)})
        return Unavailable(error.what, remedy="try again")
    kind: type[ApiError] = Invalid if isinstance(error, DataError) else Unavailable
    if isinstance(error, BodyTooLarge):
        kind = TooLarge
    return kind(error.what, place=error.place, expected=error.expected, remedy=error.remedy)
