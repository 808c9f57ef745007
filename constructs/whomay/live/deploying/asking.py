"""How a check asks an account, what it finds, and what it says of a call that is refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from whomay.iam.facts.service_quotas import ServiceQuota
from whomay.live.deploying.planned import Plan, Planned
from whomay.live.snapshot.account import Account, RefusedError

_CLIENTS: Final = {"access-analyzer": "accessanalyzer", "servicequotas": "service-quotas"}


class LackingError(Exception):
    """The credentials lack permissions; its text names them."""


@dataclass(frozen=True, slots=True)
class DeployFinding:
    """What a deployment would end with, and the one command that settles it.

    `unknown` tells that it could not be told; the command then says how it can.
    """

    what: str
    command: str
    unknown: bool = False


Findings: TypeAlias = Iterator[DeployFinding]


class Call(NamedTuple):
    """A call by the permission that it needs; `absent` are the error codes that say "none"."""

    permission: str
    operation: str
    region: str = ""
    absent: str = ""
    arguments: dict[str, Any] = {}  # noqa: RUF012 - never changed


@dataclass(frozen=True, slots=True)
class Asking:
    """An account, asked by the permission that a call needs."""

    account: Account

    def __call__(
        self, permission: str, operation: str, region: str = "", *, absent: str = "", **more: Any
    ) -> dict[str, Any]:
        """Return the answer; empty for the error codes `absent`, which say "none".

        Raises LackingError where it is refused, LiveError where it is not answered.
        """
        service = permission.partition(":")[0]
        try:
            return self.account.ask(
                _CLIENTS.get(service, service), operation, region, absent=absent, **more
            )
        except RefusedError as error:
            raise LackingError(permission) from error

    def every(self, *calls: Call) -> list[dict[str, Any]]:
        """Return the answer of each call.

        Raises LackingError with each permission that is missing, LiveError as a call does.
        """
        answers, lacking = [], []
        for call in calls:
            try:
                answers.append(
                    self(
                        call.permission,
                        call.operation,
                        call.region,
                        absent=call.absent,
                        **call.arguments,
                    )
                )
            except LackingError as error:
                lacking.append(str(error))
        if lacking:
            raise LackingError(", ".join(lacking))
        return answers

    def quota(self, quota: ServiceQuota, region: str) -> Call:
        """Return the call that tells what the account may have."""
        return Call(
            "servicequotas:GetServiceQuota",
            "get_service_quota",
            quota.region(self.account.partition, region),
            "NoSuchResourceException",
            {"ServiceCode": quota.service, "QuotaCode": quota.code},
        )

    def most(self, quota: ServiceQuota, region: str, told: dict[str, Any]) -> int:
        """Return the quota of an answer, or what every account has where this one has no own.

        https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
        """
        found = told or self(
            "servicequotas:GetAWSDefaultServiceQuota",
            "get_aws_default_service_quota",
            quota.region(self.account.partition, region),
            ServiceCode=quota.service,
            QuotaCode=quota.code,
        )
        return int(found["Quota"]["Value"])

    def raising(self, quota: ServiceQuota, region: str, wanted: int) -> str:
        """Return the command that asks for a higher quota."""
        return (
            "aws service-quotas request-service-quota-increase "
            f"--service-code {quota.service} --quota-code {quota.code} --desired-value {wanted} "
            f"--region {quota.region(self.account.partition, region)}"
        )


class DeployCheck(NamedTuple):
    """One check: what it is about, the permissions that it needs, and how it finds."""

    about: str
    permissions: tuple[str, ...]
    find: Callable[[Asking, Plan], Findings]


def own(ask: Asking, plan: Plan, *kinds: str) -> Iterator[Planned]:
    """Return the planned resources of these types that are for the account that is asked."""
    return (one for one in plan.resources(*kinds) if one.account == ask.account.id)


def is_its_own(ask: Asking, one: Planned, physical: str) -> bool:
    """Tell whether what is there was made by the very stack that is to make it."""
    made = ask(
        "cloudformation:DescribeStackResources",
        "describe_stack_resources",
        one.region,
        absent="ValidationError",
        PhysicalResourceId=physical,
    )
    return one.stack in {each["StackName"] for each in made.get("StackResources", [])}
