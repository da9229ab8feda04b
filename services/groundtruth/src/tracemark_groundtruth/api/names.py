"""What a request names: a job, or the work team or job behind an ARN."""

from __future__ import annotations

import hashlib

from tracemark.document import Node
from tracemark.errors import quoted
from tracemark_groundtruth.api.access import Caller
from tracemark_groundtruth.api.errors import NotFound
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import JobRecord, Jobs, owned_by
from tracemark_groundtruth.state.teams import Team, Teams


def find_job(database: Database, request: Node, caller: Caller) -> JobRecord:
    """Return the job that `LabelingJobName` names.

    Raises:
        NotFound: there is no such job, or the caller may not see it.
    """
    name = request["LabelingJobName"].text()
    record = Jobs(database).find(name, where=owned_by(caller.owner))
    if record is None:
        raise NotFound(f"there is no labeling job {quoted(name)}", remedy="see ListLabelingJobs for the names")
    return record


def find_team(database: Database, name: str) -> Team:
    """Return a work team.

    Raises:
        NotFound: there is no such team.
    """
    team = Teams(database).find(name)
    if team is None:
        raise NotFound(f"there is no work team {quoted(name)}", remedy="see ListWorkteams for the names")
    return team


def reference_code(job: LabelingJob) -> str:
    """Return the `JobReferenceCode` of a job."""
    return hashlib.sha256(job.labeling_job_arn.encode()).hexdigest()[:10]
