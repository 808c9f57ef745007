"""How one principal of the app becomes another: a step each, decided by the engine.

It may assume a role, or pass a role to a service that runs what it is given. It may rewrite a
role's trust, or make credentials of a user. It may bring its own code to a function, an instance or
another resource that acts as a role. A federated user has no more than the user who makes it. A
member account's root user is none of the app: the rule assume-role-outside reports that one.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.existing_resources import WAYS, roles_of
from whomay.engine.rules.reading.services_that_run import can_do, ways_to_run
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.patterns.matching import arn

Targets = Mapping[str, Principal]

# What makes credentials of a principal, by its kind.
CREDENTIALS: Final[Mapping[str, tuple[str, ...]]] = {
    "role": ("iam:UpdateAssumeRolePolicy",),
    "user": ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
}


# More steps than this are not decided: an app in which everybody may become everybody has as many
# as the square of its principals.
MOST_ASKED: Final = 100_000


class TooManySteps(Exception):  # noqa: N818 - the name says what there is
    """More steps between principals than are decided."""


@dataclass(frozen=True, slots=True)
class Step:
    """One principal that can be become, and by which actions."""

    to: Principal
    by: str

    @property
    def said(self) -> str:
        """The step as part of a sentence."""
        return f"becomes {self.to.path} by {self.by}"


class Becoming:
    """The steps between the principals of an app. `goals` are those that matter most.

    A pattern that covers many principals counts for the goals alone: other rules report it.
    """

    def __init__(self, app: App, goals: list[Principal]) -> None:
        self._app = app
        self._roles = _of_kind(app.snapshot.principals, PrincipalKind.ROLE)
        self._users = _of_kind(app.snapshot.principals, PrincipalKind.USER)
        self._goals = {who.arn: who for who in goals}
        self._assumable = {a: r for a, r in self._roles.items() if _trusts_principals(r)}
        self._existing = [(way, roles_of(app, way, self._roles)) for way in WAYS]
        self._steps: dict[str, tuple[Step, ...]] = {}
        self._left = MOST_ASKED

    def steps(self, who: Principal) -> tuple[Step, ...]:
        """Return what the principal can become in one step.

        Raises TooManySteps once MOST_ASKED requests were decided.
        """
        if who.arn not in self._steps:
            self._steps[who.arn] = tuple(self._decided(who))
        return self._steps[who.arn]

    def _decided(self, who: Principal) -> Iterator[Step]:
        for to in self._on(who, "sts:AssumeRole", self._assumable, self._assumable):
            yield Step(to, "sts:AssumeRole")
        for to, by in self._passing(who):
            yield Step(to, by)
        for kind, actions in CREDENTIALS.items():
            people = self._roles if kind == "role" else self._users
            for action in actions:
                for to in self._on(who, action, people, self._goals):
                    yield Step(to, action)
        for way, resources in self._existing:
            for to in self._on(who, way.actions[0], resources, resources):
                if all(can_do(self._app, who, other) for other in way.actions[1:]):
                    yield Step(to, way.by)

    def _passing(self, who: Principal) -> Iterator[tuple[Principal, str]]:
        named = self._named(who, "iam:PassRole", self._roles, self._goals)
        for role in sorted(named & self._roles.keys()):
            to = self._roles[role]
            trusted = _services(to)
            for service, action in ways_to_run(self._app, who, role) if trusted else ():
                if service in trusted:
                    yield to, f"iam:PassRole and {action}"
                    break

    def _on(
        self, who: Principal, action: str, exact: Targets, wild: Targets
    ) -> Iterator[Principal]:
        for resource in sorted(self._named(who, action, exact, wild)):
            to = exact[resource] if resource in exact else wild[resource]
            self._left -= 1
            if self._left < 0:
                raise TooManySteps
            if to is not who and self._app.may(who, action, resource):
                yield to

    def _named(self, who: Principal, action: str, exact: Targets, wild: Targets) -> set[str]:
        """Return the ARNs that the principal's policies name for the action, among the targets."""
        if not self._app.may_name(who, action):
            return set()
        patterns = self._app.named_resources(who, action)
        found = {pattern for pattern in patterns if pattern in exact}
        # A pattern without a wildcard matches nothing else for sure.
        for pattern in (each for each in patterns - found if "*" in each or "?" in each):
            found.update(target for target in wild if arn(pattern)(target) is True)
        return found


def _of_kind(principals: tuple[Principal, ...], kind: PrincipalKind) -> dict[str, Principal]:
    return {who.arn: who for who in principals if who.kind is kind}


def _trusted(role: Principal, kind: str) -> Iterator[str]:
    for statement in role.trust.statements if role.trust else ():
        for named, values in statement.principals or ():
            if statement.effect == "Allow" and named in (kind, "*"):
                yield from values


def _trusts_principals(role: Principal) -> bool:
    return next(_trusted(role, "AWS"), None) is not None


def _services(role: Principal) -> frozenset[str]:
    return frozenset(_trusted(role, "Service"))
