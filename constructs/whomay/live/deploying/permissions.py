"""Whether the caller may deploy: by the roles of the bootstrap, or by CloudFormation's own calls.

https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
The simulator reads the caller's own policies. It reads no trust policy.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from whomay.iam.arn import account_in
from whomay.iam.facts.limits import POLICY_NAME_LENGTH
from whomay.live.deploying.asking import Asking, DeployFinding, Findings
from whomay.live.deploying.planned import Plan, PlannedStack

_SESSION: Final = re.compile(r"arn:([^:]+):sts::(\d{12}):assumed-role/([^/]+)/.+")
_OWNED: Final = re.compile(r"arn:[^:]+:iam::\d{12}:(user|role)/(?:.*/)?([^/]+)")
_RESERVED: Final = ":role/aws-reserved/sso.amazonaws.com/"


# What the CDK's command calls by itself where a stack has no role to deploy with.
_CALLS: Final = tuple(
    f"cloudformation:{each}"
    for each in (
        "CreateChangeSet",
        "DeleteChangeSet",
        "DescribeChangeSet",
        "DescribeStackEvents",
        "DescribeStacks",
        "ExecuteChangeSet",
        "GetTemplate",
    )
)


class Needed(NamedTuple):
    """Calls that a deployment makes in the caller's own name, and what for."""

    actions: tuple[str, ...]
    resource: str
    use: str


def caller(ask: Asking, plan: Plan) -> Findings:
    """Yield each call of a deployment that the caller's own policies do not allow."""
    who = ask.account.caller
    if who.endswith(":root"):
        return
    source = _source(ask, who)
    if not source:
        text = f"what {who} may do is not known: it is no user and no session of a role"
        yield DeployFinding(text, "AWS_PROFILE=… whomay doctor --deploy", unknown=True)
        return
    for needed in dict.fromkeys(_needed(ask, plan)):
        told = ask(
            "iam:SimulatePrincipalPolicy",
            "simulate_principal_policy",
            PolicySourceArn=source,
            ActionNames=list(needed.actions),
            ResourceArns=[needed.resource],
        )
        for result in told["EvaluationResults"]:
            yield from _finding(source, needed, result)


def _needed(ask: Asking, plan: Plan) -> Iterator[Needed]:
    """Yield what is needed in the account that is asked; others are asked by credentials of theirs."""
    for stack in plan.stacks:
        if stack.account == ask.account.id:
            yield from _of_stack(ask, stack)
    for role in plan.publishing_roles:
        if account_in(role) == ask.account.id:
            yield Needed(("sts:AssumeRole",), role, "uploads templates and files")


def _of_stack(ask: Asking, stack: PlannedStack) -> Iterator[Needed]:
    if stack.deploy_role:
        yield Needed(("sts:AssumeRole",), stack.deploy_role, "deploys")
        return
    where = f"arn:{ask.account.partition}:cloudformation:{stack.region}:{stack.account}"
    yield Needed(_CALLS, f"{where}:stack/{stack.name}/*", f"deploys {stack.name}")
    if stack.execution_role:
        yield Needed(("iam:PassRole",), stack.execution_role, f"deploys {stack.name}")


def _source(ask: Asking, who: str) -> str:
    """Return the ARN of the user or role whose policies decide; empty for others."""
    if session := _SESSION.fullmatch(who):
        told = ask("iam:GetRole", "get_role", RoleName=session[3])
        return str(told["Role"]["Arn"])
    return who if _OWNED.fullmatch(who) else ""


def _finding(source: str, needed: Needed, result: dict[str, Any]) -> Findings:
    [specific] = result.get("ResourceSpecificResults") or [{}]
    decision = specific.get("EvalResourceDecision") or result["EvalDecision"]
    action = result["EvalActionName"]
    what = f"{action} on {needed.resource}"
    asked = (
        f"aws iam simulate-principal-policy --policy-source-arn {source} --action-names {action} "
        f"--resource-arns {needed.resource}"
    )
    if lacking := sorted({*_lacking(action, result), *_lacking(action, specific)}):
        given = " ".join(
            f"ContextKeyName={key},ContextKeyType=string,ContextKeyValues=…" for key in lacking
        )
        text = (
            f"whether {source} may do {what}, which {needed.use}, depends on {', '.join(lacking)}"
        )
        yield DeployFinding(text, f"{asked} --context-entries {given}", unknown=True)
    elif decision == "explicitDeny":
        text = f"a policy denies {source} {what}, which {needed.use}"
        yield DeployFinding(text, f"{asked}   # its MatchedStatements name the policy")
    elif decision != "allowed":
        text = f"{source} may not do {what}, which {needed.use}"
        fix = _other_layer({**result, **specific}) or _granting(source, needed, action)
        yield DeployFinding(text, fix)


def _lacking(action: str, result: dict[str, Any]) -> Iterator[str]:
    """Yield the keys that the policies read, nobody gave, and a call of the action may have."""
    prefixes = ("aws:", action.partition(":")[0] + ":")
    found = result.get("MissingContextValues") or []
    return (key for key in found if key.lower().startswith(prefixes))


def _other_layer(result: dict[str, Any]) -> str:
    """Return what to change where the caller's own policies are not what refuses."""
    organization = result.get("OrganizationsDecisionDetail", {})
    if not organization.get("AllowedByOrganizations", True):
        return "allow it in the service control policies of the organization"
    boundary = result.get("PermissionsBoundaryDecisionDetail", {})
    if not boundary.get("AllowedByPermissionsBoundary", True):
        return "allow it in the caller's permissions boundary"
    return ""


def _granting(source: str, needed: Needed, action: str) -> str:
    """Return the command that allows it to a user or role; a permission set is changed elsewhere."""
    statement = {"Effect": "Allow", "Action": action, "Resource": needed.resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    owned = _OWNED.fullmatch(source)
    if owned is None or _RESERVED in source:
        return f"allow it in the permission set of IAM Identity Center: {document}"
    kind, name = owned.groups()
    about = f"{action}-{needed.resource.rpartition(':')[2]}"
    policy = re.sub(r"[^\w+=,.@-]+", "-", about, flags=re.ASCII).strip("-")[:POLICY_NAME_LENGTH]
    return (
        f"aws iam put-{kind}-policy --{kind}-name {name} --policy-name {policy} "
        f"--policy-document '{document}'"
    )
