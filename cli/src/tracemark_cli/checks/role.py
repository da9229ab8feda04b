"""The job's role: who may assume it, and what IAM says it may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracemark_cli.aws.answers import try_call
from tracemark_cli.checks.finding import Finding, warning

_SERVICE = "sagemaker.amazonaws.com"
_MANAGED_NAMES = ("sagemaker", "gtrecipe", "labelingfunction")
_SIMULATED_AT_ONCE = 50
_MAX_DENIED = 5


@dataclass(frozen=True, slots=True)
class Needs:
    """What the role must be allowed: resources by action."""

    by_action: Mapping[str, Sequence[str]] = field(default_factory=dict)


def trust_findings(iam: Any, role_arn: str) -> Iterator[Finding]:
    """Yield why Ground Truth could not assume the role."""
    answer = try_call(iam.get_role, RoleName=_name(role_arn))
    if answer.code == "NoSuchEntity":
        yield Finding("there is no such role", role_arn, remedy="make it, or correct RoleArn")
    elif answer.code:
        yield warning(f"the role could not be read ({answer.code}: {answer.message})", role_arn)
    elif not any(map(_trusts, _listed(answer.value["Role"]["AssumeRolePolicyDocument"].get("Statement")))):
        yield Finding(
            f"the role does not trust {_SERVICE}",
            role_arn,
            "a statement that allows sts:AssumeRole to it",
            "add it to the role's trust policy",
        )


def permission_findings(iam: Any, role_arn: str, needs: Needs) -> Iterator[Finding]:
    """Yield what the role's own policies do not allow; bucket policies and keys are not simulated."""
    for action, resources in needs.by_action.items():
        for start in range(0, len(resources), _SIMULATED_AT_ONCE):
            some = list(resources[start : start + _SIMULATED_AT_ONCE])
            answer = try_call(
                iam.simulate_principal_policy, PolicySourceArn=role_arn, ActionNames=[action], ResourceArns=some
            )
            if answer.code:
                yield warning(
                    f"the role's permissions could not be simulated ({answer.code}: {answer.message})",
                    role_arn,
                    remedy="allow iam:SimulatePrincipalPolicy to whoever runs the doctor",
                )
                return
            denied = [one for one in answer.value["EvaluationResults"] if one["EvalDecision"] != "allowed"]
            yield from (_denied(role_arn, action, one) for one in denied[:_MAX_DENIED])


def _denied(role_arn: str, action: str, result: Mapping[str, Any]) -> Finding:
    resource = result["EvalResourceName"]
    remedy = f"allow {action} on it in a policy of the role"
    if action == "lambda:InvokeFunction" and not any(word in resource.lower() for word in _MANAGED_NAMES):
        remedy += "; AWS's managed policies allow only names with SageMaker, GtRecipe or LabelingFunction in them"
    return Finding(f"the role may not {action} ({result['EvalDecision']})", resource, f"allowed to {role_arn}", remedy)


def _trusts(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    services = _listed(principal.get("Service")) if isinstance(principal, dict) else []
    actions = _listed(statement.get("Action"))
    allows = "sts:AssumeRole" in actions or "sts:*" in actions or "*" in actions
    return statement.get("Effect") == "Allow" and _SERVICE in services and allows


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _name(role_arn: str) -> str:
    return role_arn.rpartition("/")[2]
