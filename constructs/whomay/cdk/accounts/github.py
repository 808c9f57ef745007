"""Roles for GitHub Actions: short-lived credentials in place of a stored key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from aws_cdk import Annotations, Aws, Duration, Environment, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from whomay.cdk.arguments import checks, web_identity
from whomay.cdk.arguments.github_subject import AUDIENCE, HOST
from whomay.cdk.principals.roles import AssumableRole
from whomay.cdk.principals.trust import AnyPrincipal
from whomay.iam.facts import limits
from whomay.metadata.refusals import items, refuse, refuse_type, sequence
from whomay.metadata.tokens import unresolved

_QUALIFIER: Final = "hnb659fds"
_STACK: Final = "a stack's name"


class GithubProvider(iam.OidcProviderNative):
    """GitHub's identity provider. An account has one; `GithubProvider.of` makes it for a stack."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, client_ids=[AUDIENCE], url=f"https://{HOST}")

    @classmethod
    def of(cls, scope: Construct) -> Self:
        """Return the provider of the scope's stack; it is made when first asked for."""
        stack = Stack.of(scope)
        found = stack.node.try_find_child("GithubProvider")
        return found if isinstance(found, cls) else cls(stack, "GithubProvider")


@dataclass(frozen=True)
class BootstrapRolesAccess:
    """Assume the roles of `cdk bootstrap` that a deployment needs, in the named environments alone.

    Each by its exact ARN, and only while it bears the tag that the bootstrap gave it (AWS CDK
    Developer Guide, "AWS CDK bootstrapping"). These roles hold the permissions to deploy, and CloudFormation's
    own role those to make resources: the caller gets neither. `images=True` adds the role that pushes
    container images. Another account's roles must trust this one: `cdk bootstrap --trust`.

    Raises ValueError for an environment without a literal account and Region.
    """

    environments: tuple[Environment, ...]
    qualifier: str
    images: bool

    def __init__(
        self, *environments: Environment, qualifier: str = _QUALIFIER, images: bool = False
    ) -> None:
        """Take at least one environment."""
        checks.flag("images", images)
        for one in sequence("environments", environments, "an Environment"):
            checks.having("environments", one, "account", "Environment(…)", "name account, Region")
            for key, value in (("account", one.account), ("region", one.region)):
                if value is None or unresolved(value):
                    fix = "these are roles of one account and Region: name both"
                    refuse("environments", f"no {key}", "Environment(account=…, region=…)", fix)
            checks.account_id("environments", str(one.account))
            checks.region("environments", one.region)
        allowed = "the bootstrap's qualifier, a-z and 0-9"
        if qualifier is None:
            refuse_type("qualifier", None, allowed, "leave it out for CDK's own")
        checks.text("qualifier", qualifier, limits.QUALIFIER, allowed, length=10)
        object.__setattr__(self, "environments", tuple(environments))
        object.__setattr__(self, "qualifier", qualifier)
        object.__setattr__(self, "images", images)

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement for each kind of role."""
        kinds = [
            "deploy",
            "file-publishing",
            "lookup",
            *(["image-publishing"] if self.images else []),
        ]
        return [
            iam.PolicyStatement(
                actions=["sts:AssumeRole"],
                conditions={"StringEquals": {"iam:ResourceTag/aws-cdk:bootstrap-role": kind}},
                resources=[
                    f"arn:{Aws.PARTITION}:iam::{one.account}:role/"
                    f"cdk-{self.qualifier}-{kind}-role-{one.account}-{one.region}"
                    for one in self.environments
                ],
            )
            for kind in kinds
        ]


@dataclass(frozen=True)
class StackTemplateAccess:
    """Read the templates of stacks, which is what `cdk diff --method=template` needs.

    Parameters and outputs show too, so no secret may be in them. The bootstrap's lookup role would
    do as well, but may read nearly everything in the account.
    """

    stacks: tuple[str, ...]

    wildcard_reason: ClassVar[str] = (
        "A stack's ARN ends in an id that CloudFormation makes, so every id of the name is meant"
    )

    def __init__(self, *stacks: str) -> None:
        """Take names of stacks of the role's own account and Region; raises ValueError without any."""
        for name in sequence("stacks", checks.texts("stacks", stacks, _STACK), _STACK):
            checks.text("stacks", name, limits.STACK_NAME, "letters, digits and dashes", length=128)
        object.__setattr__(self, "stacks", tuple(stacks))

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return one statement on the named stacks."""
        stacks = f"arn:{Aws.PARTITION}:cloudformation:{Aws.REGION}:{Aws.ACCOUNT_ID}:stack"
        return [
            iam.PolicyStatement(
                actions=["cloudformation:DescribeStacks", "cloudformation:GetTemplate"],
                resources=[f"{stacks}/{name}/*" for name in self.stacks],
            )
        ]


class GithubDeployRole(AssumableRole):
    """The role that a workflow deploys with: it may assume the bootstrap's roles, and nothing else.

    `trusted` are the jobs, by `Trust.github`. Trust an environment that asks for approval: there is a
    warning for a branch or tag, whose jobs deploy without one. The first role of a stack makes
    GitHub's identity provider; `provider_exists=True` is for an account that has it already. A
    session lasts up to an hour, or `max_session`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        trusted: Sequence[AnyPrincipal],
        environments: Sequence[Environment],
        qualifier: str = _QUALIFIER,
        images: bool = False,
        provider_exists: bool = False,
        max_session: Duration | None = None,
        role_name: str | None = None,
    ) -> None:
        targets = items("environments", environments, "an Environment")
        _check(trusted, provider_exists)
        access = BootstrapRolesAccess(*targets, qualifier=qualifier, images=images)
        super().__init__(
            scope,
            id,
            access=[access],
            max_session=max_session,
            role_name=role_name,
            trusted=trusted,
        )
        _finish(self, provider_exists=provider_exists)
        if ":ref:refs/" in str(Stack.of(self).resolve(self.assume_role_policy)):
            text = (
                "a job of a branch or tag deploys without the approval that an environment asks for, "
                "and a job that uses an environment sends its name in place of the branch"
            )
            Annotations.of(self).add_warning_v2("whomay:deploys-without-environment", text)


class GithubDiffRole(AssumableRole):
    """A role for `cdk diff --method=template`: it may read the templates of the named stacks.

    It cannot change anything, nor read data. `trusted`, `provider_exists` and `role_name` are as for
    `GithubDeployRole`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        trusted: Sequence[AnyPrincipal],
        stacks: Sequence[str],
        provider_exists: bool = False,
        role_name: str | None = None,
    ) -> None:
        access = StackTemplateAccess(*items("stacks", stacks, _STACK))
        _check(trusted, provider_exists)
        super().__init__(scope, id, access=[access], role_name=role_name, trusted=trusted)
        _finish(self, provider_exists=provider_exists)


def _check(trusted: Sequence[AnyPrincipal], provider_exists: object) -> None:
    checks.flag("provider_exists", provider_exists)
    for principal in items("trusted", trusted, "a job by Trust.github"):
        action = getattr(principal, "assume_role_action", web_identity.ACTION)
        if action != web_identity.ACTION:
            fix = "use Trust.github, or AssumableRole for a role that others assume as well"
            refuse("trusted", action, f"principals of {web_identity.ACTION}", fix)


def _finish(role: AssumableRole, *, provider_exists: bool) -> None:
    if not provider_exists:
        role.node.add_dependency(GithubProvider.of(role))
