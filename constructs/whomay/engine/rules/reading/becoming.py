"""How one principal of the app becomes another: a step each, decided by the engine.

It may assume a role, or pass a role to a service that runs what it is given. It may rewrite a
role's trust, or make credentials of a user. It may bring its own code to a function, an instance or
another resource that acts as a role. A federated user has no more than the user who makes it. A
member account's root user is none of the app: the rule assume-role-outside reports that one.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.existing_resources import WAYS, roles_of
from whomay.engine.rules.reading.services_that_run import ways_to_run
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

    A pattern that covers many principals counts for the goals alone: other rules report it. A role
    is passed, and credentials are made, within an account alone.
    """

    def __init__(self, app: App, goals: list[Principal]) -> None:
        self._app = app
        roles = _of_kind(app.snapshot.principals, PrincipalKind.ROLE)
        users = _of_kind(app.snapshot.principals, PrincipalKind.USER)
        self._roles, self._users = _by_account(roles.values()), _by_account(users.values())
        self._goals = _by_account(goals)
        self._assumable = {a: r for a, r in roles.items() if _trusts_principals(r)}
        self._existing = [(way, roles_of(app, way, roles)) for way in WAYS]
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
            people = (self._roles if kind == "role" else self._users)[who.account]
            for action in actions:
                for to in self._on(who, action, people, self._goals[who.account]):
                    yield Step(to, action)
        for way, resources in self._existing:
            for to in self._on(who, way.actions[0], resources, resources):
                if all(self._app.can_do(who, other) for other in way.actions[1:]):
                    yield Step(to, way.by)

    def _passing(self, who: Principal) -> Iterator[tuple[Principal, str]]:
        roles = self._roles[who.account]
        named = self._named(who, "iam:PassRole", roles, self._goals[who.account])
        for role in sorted(named & roles.keys()):
            to = roles[role]
            ways = ways_to_run(self._app, who, role, _services(to))
            yield from ((to, f"iam:PassRole and {action}") for _, action in islice(ways, 1))

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


def _by_account(principals: Iterable[Principal]) -> defaultdict[str, dict[str, Principal]]:
    found: defaultdict[str, dict[str, Principal]] = defaultdict(dict)
    for who in principals:
        found[who.account][who.arn] = who
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
