"""Who is trusted to become a role: one principal, with the conditions that belong to it alone.

Each function returns a CDK principal, so `trusted=` takes any CDK principal and
`iam.Role(assumed_by=…)` takes a trust. Conditions never leak from one principal to another: CDK's
`external_ids=` on a composite principal puts the external id on all of them, services included.
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam

from whomay.cdk import checks, limits, services
from whomay.cdk.conditions import Conditions, checked

# Concrete classes stand beside their interfaces: Pyright does not see that one implements the other
# (aws/aws-cdk#21099).
Principal = iam.PrincipalBase | iam.IPrincipal
User = iam.User | iam.IUser
Role = iam.Role | iam.IRole
Mfa = bool | Duration


class Trust:
    """Makes principals for a trust policy. See the IAM User Guide, "The confused deputy problem".

    All functions raise ValueError for a name, id or condition that IAM would refuse, and for a
    condition that guards nothing: an absent value, `…IfExists`, `ForAllValues`, a wildcard under
    `StringEquals`.
    """

    @staticmethod
    def service(name: str, *, conditions: Conditions | None = None) -> iam.PrincipalBase:
        """Trust an AWS service, such as `lambda.amazonaws.com`; the suffix follows the partition.

        Services that send the account for which they act (Systems Manager does, EC2 and Lambda do
        not) are trusted for the stack's own account alone, by `aws:SourceAccount`.
        """
        services.check("name", name)
        extra = checked(conditions)
        if unusable := services.NEVER_SENT & {
            key.lower() for keys in extra.values() for key in keys
        }:
            fix = "no service sends it, so the role could not be used: leave it out"
            allowed = "keys that a service sends, such as aws:SourceArn"
            checks.refuse("conditions", min(unusable), allowed, fix)
        if name in services.SENDS_SOURCE_ACCOUNT:
            extra = _merged({"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}, extra)
        return _with(iam.ServicePrincipal(name), extra)

    @staticmethod
    def user(
        user: User,
        *,
        mfa: Mfa = False,
        external_id: str | None = None,
        conditions: Conditions | None = None,
    ) -> iam.PrincipalBase:
        """Trust one user, by its ARN.

        With `mfa=True` the user must have given a code; with `mfa=Duration.hours(1)` within that
        time. With `external_id` the user must name it.
        """
        checks.external_id(external_id)
        return _with(
            iam.ArnPrincipal(user.user_arn),
            _merged(_mfa(mfa), _external_id(external_id), checked(conditions)),
        )

    @staticmethod
    def role(role: Role | str, *, conditions: Conditions | None = None) -> iam.PrincipalBase:
        """Trust one role, a construct or an ARN. IAM takes no wildcard in it."""
        arn = role if isinstance(role, str) else role.role_arn
        if not checks.unresolved(arn):
            parts = arn.split(":", 5)
            if len(parts) != 6 or not parts[5].startswith("role/") or "*" in arn or "?" in arn:  # noqa: PLR2004 - an ARN has six parts
                fix = "for several roles of an account use Trust.account(id, principal_arns=[…])"
                checks.refuse("role", arn, "the ARN of one role, without wildcards", fix)
            checks.account_id("role", parts[4])
        return _with(iam.ArnPrincipal(arn), checked(conditions))

    @staticmethod
    def account(
        id: str,
        *,
        external_id: str | None = None,
        organization_id: str | None = None,
        principal_arns: Sequence[str] = (),
        mfa: Mfa | None = None,
        delegate: bool = False,
        conditions: Conditions | None = None,
    ) -> iam.PrincipalBase:
        """Trust an account, narrowed: who there may use the trust is not that account's word alone.

        One of three narrowings is required: `external_id` (a third party), `organization_id` (an
        account of the organization), or `principal_arns` (those principals alone; `*` and `?` are
        wildcards, `arn:aws:iam::111122223333:user/people/*`). `delegate=True` instead leaves the
        choice to the account's own policies; `AssumableRole` accepts it for its own account only.
        """
        checks.account_id("id", id)
        checks.external_id(external_id)
        checks.organization_id(organization_id)
        arns = (
            []
            if principal_arns == ()
            else list(checks.sequence("principal_arns", principal_arns, "an ARN"))
        )
        for arn in arns:
            _check_principal_arn(arn, id)
        narrowed = bool(external_id or organization_id or arns)
        if narrowed == delegate:
            allowed = "external_id, organization_id or principal_arns, or else delegate=True"
            checks.refuse(
                "account", id, allowed, "without one, every principal there could be let in"
            )
        organization = (
            {"StringEquals": {"aws:PrincipalOrgID": organization_id}} if organization_id else {}
        )
        return _with(
            DelegatedAccount(id) if delegate else iam.AccountPrincipal(id),
            _merged(
                _external_id(external_id),
                organization,
                {"ArnLike": {"aws:PrincipalArn": arns}} if arns else {},
                _mfa(mfa or False),
                checked(conditions),
            ),
        )


class DelegatedAccount(iam.AccountPrincipal):
    """An account whose own policies decide who there may become the role."""


def _check_principal_arn(arn: str, account: str) -> None:
    if not isinstance(arn, str):
        checks.refuse_type("principal_arns", arn, "ARNs as strings")
    if checks.unresolved(arn) or checks.unresolved(account):
        return
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "iam" or not parts[5].startswith(("user/", "role/")):  # noqa: PLR2004 - an ARN has six parts
        checks.refuse("principal_arns", arn, "ARNs of users or roles, arn:aws:iam::ACCOUNT:user/…")
    if parts[4] != account:
        checks.refuse("principal_arns", arn, f"principals of the account {account}")
    if parts[5] in ("user/*", "role/*"):
        checks.refuse(
            "principal_arns", arn, "some principals of the account", "name a path: user/people/*"
        )


def _mfa(mfa: Mfa) -> dict[str, dict[str, Any]]:
    """Bool, never BoolIfExists: a request signed with long-lived keys carries no MFA key at all."""
    if isinstance(mfa, bool):
        return {"Bool": {"aws:MultiFactorAuthPresent": "true"}} if mfa else {}
    checks.duration("mfa", mfa, limits.MFA_AGE_SECONDS)
    age = str(int(mfa.to_seconds()))
    return {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThan": {"aws:MultiFactorAuthAge": age},
    }


def _external_id(external_id: str | None) -> dict[str, dict[str, Any]]:
    return {"StringEquals": {"sts:ExternalId": external_id}} if external_id else {}


def _merged(*conditions: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Join condition sets. Two values for one key would weaken each other, so that is refused."""
    joined: dict[str, dict[str, Any]] = {}
    for one in conditions:
        for operator, keys in one.items():
            into = joined.setdefault(operator, {})
            for key, value in keys.items():
                if key.lower() in (known.lower() for known in into):
                    checks.refuse(
                        "conditions", key, "keys that no other argument sets", "set it once"
                    )
                into[key] = value
    return joined


def _with(principal: iam.PrincipalBase, conditions: dict[str, dict[str, Any]]) -> iam.PrincipalBase:
    return principal.with_conditions(conditions) if conditions else principal
