"""Who is trusted to assume a role: one principal, with the conditions that belong to it alone.

Each function returns a CDK principal, so `trusted=` takes any CDK principal and
`iam.Role(assumed_by=…)` takes a trust. Conditions never leak from one principal to another: CDK's
`external_ids=` on a composite principal puts the external id on all of them, services included.
"""

from collections.abc import Sequence
from typing import Any, Final

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam

from whomay.cdk.arguments import arns, checks, github_subject
from whomay.cdk.arguments import service_principals as services
from whomay.cdk.jsii.interfaces import Role, User
from whomay.iam.facts import limits
from whomay.iam.facts.service_principals import SENDS_SOURCE_ACCOUNT
from whomay.metadata.conditions import Conditions, checked_conditions
from whomay.metadata.refusals import refuse, refuse_type, sequence
from whomay.metadata.tokens import unresolved

AnyPrincipal = iam.PrincipalBase | iam.IPrincipal
Mfa = bool | Duration

_USERNAME: Final = "${aws:username}"


class Trust:
    """Makes principals for a trust policy. See the IAM User Guide, "The confused deputy problem".

    All functions raise ValueError for a name, id or condition that IAM would refuse. They refuse a
    condition that guards nothing: an absent value, `…IfExists`, `ForAllValues`, a wildcard under
    `StringEquals`.
    """

    @staticmethod
    def service(name: str, *, conditions: Conditions | None = None) -> iam.PrincipalBase:
        """Trust an AWS service, such as `lambda.amazonaws.com`; the suffix follows the partition.

        A service that sends the account for which it acts is trusted for the stack's own account
        alone, by `aws:SourceAccount`. Systems Manager sends it; EC2 and Lambda do not.
        """
        services.check("name", name)
        extra = checked_conditions(conditions)
        services.check_sent("conditions", name, {key for keys in extra.values() for key in keys})
        if name in SENDS_SOURCE_ACCOUNT:
            extra = _merged({"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}, extra)
        return _with(iam.ServicePrincipal(name), extra)

    @staticmethod
    def user(
        user: User,
        *,
        mfa: Mfa = False,
        external_id: str | None = None,
        session_names: Sequence[str] = (),
        conditions: Conditions | None = None,
    ) -> iam.PrincipalBase:
        """Trust one user, by its ARN.

        With `mfa=True` the user must have given a code; with `mfa=Duration.hours(1)` within that
        time. With `external_id` the user must name it. With `session_names` the session must bear
        one of them; `${aws:username}` is the user's own name.
        """
        checks.having(
            "user", user, "user_arn", "a user", "pass the construct, or Trust.role for a role"
        )
        checks.external_id(external_id)
        return _with(
            iam.ArnPrincipal(user.user_arn),
            _merged(
                _mfa(mfa),
                _external_id(external_id),
                _session_names(session_names),
                checked_conditions(conditions),
            ),
        )

    @staticmethod
    def role(
        role: Role | str,
        *,
        session_names: Sequence[str] = (),
        conditions: Conditions | None = None,
    ) -> iam.PrincipalBase:
        """Trust one role, a construct or an ARN. IAM takes no wildcard in it.

        With `session_names` the session must bear one of them. A role has no `${aws:username}`.
        """
        named = _session_names(session_names, _USERNAME)
        if not isinstance(role, str):
            checks.having("role", role, "role_arn", "a role or its ARN", "or Trust.user for a user")
        arn = role if isinstance(role, str) else role.role_arn
        if not arns.opaque(arn):
            arns.check_principal("role", arn, "the ARN of one role")
            parsed = arns.parsed(arn)
            if parsed and parsed.kind != "role":
                refuse("role", arn, "the ARN of one role", "use Trust.user or Trust.account")
        return _with(iam.ArnPrincipal(arn), _merged(named, checked_conditions(conditions)))

    @staticmethod
    def account(
        id: str,
        *,
        external_id: str | None = None,
        organization_id: str | None = None,
        principal_arns: Sequence[str] = (),
        mfa: Mfa = False,
        session_names: Sequence[str] = (),
        delegate: bool = False,
        conditions: Conditions | None = None,
    ) -> iam.PrincipalBase:
        """Trust an account, narrowed: who there may use the trust is not that account's word alone.

        One of three narrowings is required: `external_id` (a third party), `organization_id` (an
        account of the organization), or `principal_arns` (those principals alone). In the last `*`
        and `?` are wildcards, as in `arn:aws:iam::111122223333:user/people/*`. With `session_names`
        the session must bear one of them; `${aws:username}` admits users alone. `delegate=True`
        instead leaves the choice to the account's own policies; `AssumableRole` accepts it for its
        own account only.
        """
        checks.account_id("id", id)
        checks.external_id(external_id)
        checks.organization_id(organization_id)
        checks.flag("delegate", delegate)
        named = []
        if principal_arns != ():
            named = list(sequence("principal_arns", principal_arns, "an ARN"))
        for arn in named:
            _check_principal_arn(arn, id)
        narrowed = bool(external_id or organization_id or named)
        if narrowed == delegate:
            allowed = "external_id, organization_id or principal_arns, or else delegate=True"
            refuse("account", id, allowed, "without one, every principal there could be let in")
        organization = (
            {"StringEquals": {"aws:PrincipalOrgID": organization_id}} if organization_id else {}
        )
        joined = _merged(
            _external_id(external_id),
            organization,
            {"ArnLike": {"aws:PrincipalArn": named}} if named else {},
            _mfa(mfa),
            _session_names(session_names),
            checked_conditions(conditions),
        )
        account = iam.AccountPrincipal(id)
        return DelegatedAccount(account, joined) if delegate else _with(account, joined)

    @staticmethod
    def organization(
        id: str, *, mfa: Mfa = False, conditions: Conditions | None = None
    ) -> iam.PrincipalBase:
        """Trust every account of an organization: the principal `*`, held to it by aws:PrincipalOrgID.

        Who in these accounts may use the trust is for their own policies to say. No other function
        makes a `*` principal.
        """
        if id is None:
            refuse("id", id, "an organization id, o- and 10 to 32 of a-z 0-9")
        checks.organization_id(id)
        # Named again, so that `conditions` cannot put another organization in its place
        own = {"StringEquals": {"aws:PrincipalOrgID": id}}
        joined = _merged(own, _mfa(mfa), checked_conditions(conditions))
        return _with(iam.OrganizationPrincipal(id), joined)

    @staticmethod
    def github(
        owner: str,
        repository: str,
        *,
        branch: str | None = None,
        tag: str | None = None,
        environment: str | None = None,
        owner_id: str | int | None = None,
        repository_id: str | int | None = None,
        migrating: bool = False,
        conditions: Conditions | None = None,
    ) -> iam.PrincipalBase:
        """Trust the GitHub Actions jobs of one branch, tag or environment of a repository.

        The trust is by exact subject and audience: no pull request, no other branch, no fork. Names
        are compared in GitHub's own spelling. Repositories made or renamed since mid-2026 send their
        numbers as well as their names. A number stays, while somebody else may take over a name: give
        `owner_id` and `repository_id`. `migrating=True` admits both forms while the repository
        changes from one to the other. The rule `oidc-name` finds every subject without numbers. The
        account must have GitHub's identity provider (`GithubProvider`).

        See GitHub Docs, "OpenID Connect reference", and the IAM User Guide, "Configuring a role for
        GitHub OIDC identity provider".
        """
        subjects = github_subject.subjects(
            owner,
            repository,
            branch=branch,
            tag=tag,
            environment=environment,
            owner_id=owner_id,
            repository_id=repository_id,
            migrating=migrating,
        )
        provider = f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:oidc-provider/{github_subject.HOST}"
        exact = {
            f"{github_subject.HOST}:aud": github_subject.AUDIENCE,
            f"{github_subject.HOST}:sub": subjects if migrating else subjects[0],
        }
        joined = _merged({"StringEquals": exact}, checked_conditions(conditions))
        return iam.WebIdentityPrincipal(provider, joined)


class DelegatedAccount(iam.PrincipalWithConditions):
    """An account whose own policies decide who there may assume the role."""


def _check_principal_arn(arn: str, account: str) -> None:
    if not isinstance(arn, str):
        refuse_type("principal_arns", arn, "ARNs as strings", "use role.role_arn")
    if unresolved(arn) or unresolved(account):
        return
    allowed = "ARNs of users or roles, arn:aws:iam::ACCOUNT:user/…"
    found = arns.check("principal_arns", arn, allowed)
    if found.service != "iam" or found.region or found.kind not in ("user", "role"):
        refuse("principal_arns", arn, allowed, "name a user or a role")
    if found.account != account:
        allowed = f"principals of the account {account}"
        refuse("principal_arns", arn, allowed, "use Trust.account once for each account")
    if not arns.names_some(arn):
        allowed = "some principals of the account"
        refuse("principal_arns", arn, allowed, "name a path: user/people/*")


def _mfa(mfa: Mfa) -> dict[str, dict[str, Any]]:
    """Bool, never BoolIfExists: a request signed with long-lived keys carries no MFA key at all."""
    if isinstance(mfa, bool):
        return {"Bool": {"aws:MultiFactorAuthPresent": "true"}} if mfa else {}
    if mfa is None:
        refuse_type("mfa", mfa, "True, False or a Duration", "leave it out to ask for none")
    checks.duration("mfa", mfa, limits.MFA_AGE_SECONDS)
    age = str(int(mfa.to_seconds()))
    return {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThan": {"aws:MultiFactorAuthAge": age},
    }


def _external_id(external_id: str | None) -> dict[str, dict[str, Any]]:
    return {"StringEquals": {"sts:ExternalId": external_id}} if external_id else {}


def _session_names(names: Sequence[str], *refused: str) -> dict[str, dict[str, Any]]:
    """Hold a session to its names (IAM User Guide, "IAM and AWS STS condition context keys")."""
    if names == ():
        return {}
    listed = list(sequence("session_names", names, "a session's name"))
    allowed = f"names of A-Z a-z 0-9 and _+=,.@-, or {_USERNAME}"
    for name in listed:
        if name is None:
            refuse_type("session_names", name, allowed, "leave it out")
        if name in refused:
            fix = "only a user has a name: write the session's out"
            refuse("session_names", name, "names of A-Z a-z 0-9 and _+=,.@-", fix)
        if name != _USERNAME:
            length = limits.SESSION_NAME_LENGTH
            checks.text("session_names", name, limits.NAME, allowed, length=length)
    return {"StringEquals": {"sts:RoleSessionName": listed if len(listed) > 1 else listed[0]}}


def _merged(*conditions: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Join condition sets. Two values for one key would weaken each other, so that is refused."""
    joined: dict[str, dict[str, Any]] = {}
    for one in conditions:
        for operator, keys in one.items():
            into = joined.setdefault(operator, {})
            for key, value in keys.items():
                if key.lower() in (known.lower() for known in into):
                    refuse("conditions", key, "keys that no other argument sets", "set it once")
                into[key] = value
    return joined


def _with(principal: iam.PrincipalBase, conditions: dict[str, dict[str, Any]]) -> iam.PrincipalBase:
    return principal.with_conditions(conditions) if conditions else principal
