"""The operations on work teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracemark.document import Json, Node
from tracemark.errors import quoted
from tracemark_groundtruth.api.access import SERVICE_CALLER, Caller
from tracemark_groundtruth.api.errors import InUse, Invalid
from tracemark_groundtruth.api.listing import Listing
from tracemark_groundtruth.api.names import find_team
from tracemark_groundtruth.job.labeling_job import read_text
from tracemark_groundtruth.job.patterns import TEAM_NAME
from tracemark_groundtruth.job.tags import read_tags, tags_json
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.teams import Team, Teams

MAX_DEFINITIONS = 10
MAX_GROUPS = 10
MAX_GROUP = 63
MAX_DESCRIPTION = 200

_ACCOUNT = "000000000000"  # no account of AWS: teams here are told apart by their name
_ORDERS = ("Name", "CreateDate")


@dataclass(frozen=True)
class TeamOperations:
    """Each method is an operation of SageMaker: the request in, the answer out; `region` is the client's.

    A member definition names groups, an OIDC one several and a Cognito one its user group: a worker who is in one of
    them here is a member. Every method raises `InvalidDocument` for a wrong request, and `StateUnavailable`.
    """

    database: Database
    region: str
    caller: Caller = SERVICE_CALLER

    def create(self, request: Node) -> Json:
        """Do `CreateWorkteam`.

        Raises:
            InUse: there is a team of this name.
        """
        name, groups = TEAM_NAME.read(request["WorkteamName"]), _groups(request["MemberDefinitions"])
        document = {
            "MemberDefinitions": request.value["MemberDefinitions"],
            "Description": read_text(request["Description"], MAX_DESCRIPTION),
            "Tags": tags_json(read_tags(request.get("Tags"))),
        }
        if not Teams(self.database, self.caller.actor).add(name, groups, document):
            raise InUse(f"there is a work team {quoted(name)} already", remedy="choose another WorkteamName")
        return {"WorkteamArn": self._arn(name)}

    def describe(self, request: Node) -> Json:
        """Do `DescribeWorkteam`.

        Raises:
            NotFound: there is no such team.
        """
        return {"Workteam": self._description(self._team(request))}

    def list(self, request: Node) -> Json:
        """Do `ListWorkteams`."""
        listing, contains = Listing.parse(request, _ORDERS), request.get("NameContains")
        part = contains.text().lower() if contains else ""
        page = listing.page(
            [team for team in Teams(self.database).list() if part in team.name.lower()],
            {"Name": lambda team: team.name, "CreateDate": lambda team: team.created_at},
            "CreateDate",
        )
        answer: dict[str, Json] = {"Workteams": [self._description(team) for team in page.items]}
        return {**answer, "NextToken": page.next_token} if page.next_token else answer

    def update(self, request: Node) -> Json:
        """Do `UpdateWorkteam`: values that the request does not name are kept.

        Raises:
            NotFound: there is no such team.
        """
        team = self._team(request)
        members, description = request.get("MemberDefinitions"), request.get("Description")
        document = dict(team.document)
        if members:
            document["MemberDefinitions"] = members.value
        if description:
            document["Description"] = read_text(description, MAX_DESCRIPTION)
        Teams(self.database, self.caller.actor).replace(
            team.name, _groups(members) if members else team.groups, document
        )
        return {"Workteam": self._description(self._team(request))}

    def delete(self, request: Node) -> Json:
        """Do `DeleteWorkteam`.

        Raises:
            NotFound: there is no such team.
            Invalid: a job that is not over needs it.
        """
        team = self._team(request)
        if not Teams(self.database, self.caller.actor).remove(team.name):
            raise Invalid(
                f"the work team {quoted(team.name)} has a labeling job that is not over", remedy="stop the job first"
            )
        return {"Success": True}

    def _team(self, request: Node) -> Team:
        return find_team(self.database, request["WorkteamName"].text())

    def _description(self, team: Team) -> Json:
        return {
            "WorkteamName": team.name,
            "WorkteamArn": self._arn(team.name),
            "MemberDefinitions": team.document["MemberDefinitions"],
            "Description": team.document["Description"],
            "CreateDate": team.created_at,
            "LastUpdatedDate": team.updated_at,
        }

    def _arn(self, name: str) -> str:
        return f"arn:aws:sagemaker:{self.region}:{_ACCOUNT}:workteam/private-crowd/{name}"


def _groups(definitions: Node) -> Sequence[str]:
    groups = [group for definition in definitions.items() for group in _groups_of(definition)]
    count = len(definitions.value)
    return groups if 1 <= count <= MAX_DEFINITIONS else definitions.refuse(f"1 to {MAX_DEFINITIONS} member definitions")


def _groups_of(definition: Node) -> Sequence[str]:
    cognito, oidc = definition.get("CognitoMemberDefinition"), definition.get("OidcMemberDefinition")
    if cognito and not oidc:
        return [read_text(cognito["UserGroup"], 128)]
    if not oidc or cognito:
        definition.refuse("one of CognitoMemberDefinition and OidcMemberDefinition")
    groups = [read_text(group, MAX_GROUP) for group in oidc["Groups"].items()]
    return groups if 1 <= len(groups) <= MAX_GROUPS else oidc["Groups"].refuse(f"1 to {MAX_GROUPS} groups")
