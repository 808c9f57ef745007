"""Whether the account takes the app's policies: by their length, and by how many one may have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from typing import Final

from whomay.iam.facts.limits import COUNTS
from whomay.iam.facts.service_quotas import (
    POLICIES_OF_ROLE,
    POLICIES_OF_USER,
    TRUST_LENGTH,
    ServiceQuota,
)
from whomay.iam.policy_counts import excess
from whomay.iam.policy_sizes import TRUST, managed_policies, measured
from whomay.live.deploying.asking import Asking, DeployFinding, Findings
from whomay.live.deploying.planned import Plan, PlannedTemplate

_OF: Final = {"role": POLICIES_OF_ROLE, "user": POLICIES_OF_USER}
_SHORTER: Final = "name fewer resources or principals, or split it over a managed policy"


def lengths(ask: Asking, plan: Plan) -> Findings:
    """Yield each policy that is too long, or that may be once it is deployed."""
    for template in _templates(ask, plan):
        for found in measured(template.resources):
            if found.likely <= found.limit:
                continue
            raised = found.what.startswith(TRUST)
            most = _most(ask, TRUST_LENGTH, template.region) if raised else found.limit
            what = f"{found.what} in {template.stack}"
            fix = ask.raising(TRUST_LENGTH, template.region, found.likely) if raised else _SHORTER
            if found.least > most:
                text = f"{what}: {found.least} characters, and {most} are allowed"
                yield DeployFinding(text, fix)
            elif found.likely > most:
                text = f"{what}: about {found.likely} characters once deployed, {most} are allowed"
                yield DeployFinding(text, fix, unknown=True)


def counts(ask: Asking, plan: Plan) -> Findings:
    """Yield who has more managed policies than the account allows, and policies with too much."""
    for template in _templates(ask, plan):
        for (kind, logical_id), attached in managed_policies(template.resources).items():
            most = COUNTS["managed policies"]
            quota = _OF.get(kind)
            if len(attached) <= most:
                continue
            if quota:
                most = _most(ask, quota, template.region)
            if len(attached) > most:
                text = (
                    f"the {kind} {logical_id} in {template.stack} has {len(attached)} managed "
                    f"policies, and {most} are allowed"
                )
                fix = (
                    ask.raising(quota, template.region, len(attached)) if quota else "attach fewer"
                )
                yield DeployFinding(text, fix)
        for logical_id, kind, properties in template.resources:
            for each in excess(kind, properties.get("PolicyDocument")):
                text = (
                    f"{logical_id} in {template.stack}: {each.found} {each.what}, "
                    f"and {each.limit} are allowed"
                )
                yield DeployFinding(text, "write fewer")


def _templates(ask: Asking, plan: Plan) -> list[PlannedTemplate]:
    return [one for one in plan.templates() if one.account == ask.account.id]


def _most(ask: Asking, quota: ServiceQuota, region: str) -> int:
    [told] = ask.every(ask.quota(quota, region))
    return ask.most(quota, region, told)
