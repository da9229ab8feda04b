"""The operations on tags, those of labeling jobs and of work teams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracemark.document import Json, Node
from tracemark.errors import quoted
from tracemark_groundtruth.api.access import SERVICE_CALLER, Caller
from tracemark_groundtruth.api.errors import Invalid, NotFound
from tracemark_groundtruth.job.patterns import TAGGED_ARN
from tracemark_groundtruth.job.tags import MAX_TAGS, read_keys, read_tags, tags_json
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import JobRecord, Jobs, owned_by
from tracemark_groundtruth.state.teams import Teams

_TAGS = "Tags"
_LEAST_RESULTS = 50

Document = dict[str, Json]


@dataclass(frozen=True)
class TagOperations:
    """Each method is an operation of SageMaker; every method raises `NotFound` where nothing has the ARN.

    To a `caller` who is no admin, others' jobs are not there, and the tags of teams cannot be changed.

    Tags stand in the document of what they belong to, so that a job has those of its creation from its first moment.
    """

    database: Database
    caller: Caller = SERVICE_CALLER

    def add(self, request: Node) -> Json:
        """Do `AddTags`: a key that is there gets the new value.

        Raises:
            Invalid: there would be more than 50.
            InvalidDocument: a tag is not allowed.
        """
        new = read_tags(request["Tags"])
        found: dict[str, str] = {}

        def add(document: Document) -> None:
            found.update({**_tags(document), **new})
            if len(found) > MAX_TAGS:
                raise Invalid(f"there would be {len(found)} tags", expected=f"at most {MAX_TAGS}", remedy="delete some")
            document[_TAGS] = tags_json(found)

        self._change(request["ResourceArn"], add)
        return {_TAGS: tags_json(found)}

    def delete(self, request: Node) -> Json:
        """Do `DeleteTags`; a key that is not there is none of its business.

        Raises:
            InvalidDocument: a key is not allowed.
        """
        gone = set(read_keys(request["TagKeys"]))

        def delete(document: Document) -> None:
            document[_TAGS] = tags_json({key: value for key, value in _tags(document).items() if key not in gone})

        self._change(request["ResourceArn"], delete)
        return {}

    def list(self, request: Node) -> Json:
        """Do `ListTags`; all of a resource's tags fit on a page.

        Raises:
            InvalidDocument: `MaxResults` is less than 50, or a token is given, although there is no second page.
        """
        token, size = request.get("NextToken"), request.get("MaxResults")
        if size:
            size.integer(_LEAST_RESULTS, 2**31 - 1)
        if token:
            token.refuse("no token: all tags are on the first page")
        return {_TAGS: tags_json(_tags(self._document(request["ResourceArn"])))}

    def _document(self, arn: Node) -> Mapping[str, Json]:
        text = TAGGED_ARN.read(arn)
        kind, name = _resource(text)
        record = self._job(name) if kind == "labeling-job" else None
        if record and record.job.labeling_job_arn == text.lower():
            return record.request
        if kind == "workteam" and (team := Teams(self.database).find(name)):
            return team.document
        raise NotFound(
            f"nothing has the ARN {quoted(text)}",
            expected="the ARN of a labeling job or a work team",
            remedy="see DescribeLabelingJob or DescribeWorkteam for it",
        )

    def _change(self, arn: Node, change: Callable[[Document], None]) -> None:
        self._document(arn)
        kind, name = _resource(arn.text())
        if kind == "workteam":
            self.caller.check_admin("change the tags of a work team")
            Teams(self.database, self.caller.actor).change_document(name, change)
        elif record := self._job(name):
            Jobs(self.database).change_request(record.job_id, change)

    def _job(self, name: str) -> JobRecord | None:
        return Jobs(self.database).find(name, where=owned_by(self.caller.owner))


def _resource(arn: str) -> tuple[str, str]:
    """Return the kind of what an ARN names, and its name: the last part, as everywhere here."""
    resource = arn.split(":", 5)[5]
    return resource.partition("/")[0], resource.rpartition("/")[2]


def _tags(document: Mapping[str, Json]) -> dict[str, str]:
    return read_tags(Node(document[_TAGS], "state")) if document.get(_TAGS) else {}
