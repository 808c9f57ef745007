"""Random systems, and statements of a contract about them.

The systems are those of the property tests (`tests/support/random_systems.py`), with conditions of
every kind, service control policies, an organization and encrypted buckets besides.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from support.random_systems import BUCKET, INSIDERS, KEY, TARGETS, A, B, RandomSystem

from scripts.prove.words import conditions
from whomay.engine import Snapshot
from whomay.engine.contract import Stated, StatementKind
from whomay.engine.snapshot import Levels, Principal
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.code_points import SYMBOL_END
from whomay.iam.policy import Policy, Source

Asked = tuple[Stated, Principal]
_VERSIONS = ("2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17")
_GIVEN: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = (
    (),
    (),
    (("aws:multifactorauthpresent", ("true",)),),
    (("aws:sourceip", ("10.1.2.3",)),),
    (("aws:sourcevpce", ()), ("aws:sourceip", ("192.0.2.7",))),
    (("aws:currenttime", ("2026-06-01T00:00:00Z",)),),
)


# What makes somebody another than themselves, and on what it is asked.
_WAYS = (
    ("sts:GetFederationToken", "*"),
    ("sts:GetFederationToken", f"arn:aws:sts::{A}:federated-user/fr*"),
    ("sts:*", f"arn:aws:sts::{A}:federated-user/*"),
    ("sts:AssumeRoot", f"arn:aws:iam::{B}:root"),
    ("sts:GetDelegatedAccessToken", "*"),
)


class DrawnSystem(RandomSystem):
    """One system in the making, and what is stated about it."""

    def snapshot(self) -> Snapshot:
        """Return the system."""
        found = super().snapshot()
        resources = tuple(
            replace(each, key=KEY) if each.arn == BUCKET and self.chance(0.3) else each
            for each in found.resources
        )
        levels = self.random.choice((0, 0, 0, 1, 2))
        return replace(
            found,
            resources=resources,
            scps=tuple(self._level() for _ in range(levels)),
            scp_accounts=self.random.choice(((), (), (A,), (B,))),
            management_account=self.random.choice((None, None, B)),
            organization=self.random.choice((None, "o-a1b2c3d4e5")),
            levels=self._organization_levels() if self.chance(0.3) else (),
        )

    def _organization_levels(self) -> tuple[Levels, ...]:
        """Return resource control policies above the accounts, which deny alone."""
        return tuple(
            Levels(account, rcps=tuple(self._rcp() for _ in range(self.random.choice((0, 1, 1)))))
            for account in (A, B)
        )

    def _rcp(self) -> Policy:
        found = super().statement("")
        service = self.random.choice(self.services)
        found |= {"Effect": "Deny", "Principal": "*"}
        if found.pop("NotAction", None) or found["Action"] == "*":
            found["Action"] = f"{service}:*"
        if self.chance(0.5):
            found["Condition"] = conditions(self.random, service)
        return parse_policy({"Version": "2012-10-17", "Statement": [found]}, Source("RCP"))

    def _level(self) -> tuple[Policy, ...]:
        """Return the policies of one level, of which AWS's own most often is one."""
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        own = [self.statement("")]
        found = [everything, *own] if self.chance(0.8) else own
        return (parse_policy({"Version": "2012-10-17", "Statement": found}, Source("SCP")),)

    def policy(self, path: str, of: str = "") -> Policy:
        """Return a policy, a few of them of the version without variables."""
        return replace(super().policy(path, of), version=self.random.choice(_VERSIONS))

    def statement(self, of: str) -> dict[str, Any]:
        """Return a statement, with more than one action and conditions of every kind."""
        found = super().statement(of)
        service = of or self.random.choice(self.services)
        for element in ("Action", "Resource"):
            if element in found and self.chance(0.15):
                found[element] = [found[element], super().statement(of).get(element, "*")]
        if service == "sts" and self.chance(0.2) and (ways := self.random.choice(_WAYS)):
            own = {k: v for k, v in found.items() if k not in ("NotAction", "NotResource")}
            found = {**own, "Action": ways[0]} | ({} if of else {"Resource": ways[1]})
        if self.chance(0.35):
            found["Condition"] = conditions(self.random, service)
        if "Principal" in found and self.chance(0.05):
            found["Principal"] = {"AWS": f"arn:aws:sts::{A}:federated-user/fred"}
        return found

    def asked(self, snapshot: Snapshot) -> Iterator[Asked]:
        """Yield statements of each kind."""
        kinds = StatementKind
        for kind in (kinds.MUST_ALLOW, kinds.MUST_NOT_ALLOW, kinds.CANNOT_REACH):
            who = self.random.choice(snapshot.principals)
            action, resource = self._pattern(who)
            given = self.random.choice(_GIVEN)
            yield Stated(kind, "", "S", who.path, (action,), (resource,), given), who
        who = self.random.choice(snapshot.principals)
        yield Stated(kinds.MAY_ONLY, "", "S", who.path, policy=self._listed(who)), who
        role = self.random.choice([each for each in snapshot.principals if each.trust])
        trusted = self._trusted(role)
        yield Stated(kinds.ASSUMABLE_ONLY_BY, "", "S", role.path, policy=trusted), role

    def _pattern(self, who: Principal) -> tuple[str, str]:
        """Return patterns of an action and a resource: often those of one of its own statements."""
        request = self.request(INSIDERS)
        action, resource = request.action, request.resource
        own = [s for p in who.identity for s in p.statements if s.actions and s.resources]
        if own and self.chance(0.5):
            statement = self.random.choice(own)
            named = [a for a in statement.actions or () if a in TARGETS]
            plain = [r for r in statement.resources or () if "${" not in r]
            action = self.random.choice(named) if named else action
            resource = self.random.choice(plain) if plain else resource
        elif self.chance(0.3):
            action = f"{action.partition(':')[0]}:*"
        longer = f"{resource}*" if resource.endswith(SYMBOL_END) else f"{resource[:-1]}*"
        return action, self.random.choice((resource, resource, "*", longer))

    def _listed(self, who: Principal) -> Policy:
        """Return what may_only lists: nothing, what its own policies say, or whole services."""
        services = [f"{service}:*" for service in self.services]
        wide: dict[str, Any] = {"Effect": "Allow", "Action": services, "Resource": "*"}
        if self.chance(0.3):
            wide["Condition"] = conditions(self.random, self.services[0])
        own = [s for p in who.identity for s in p.statements]
        match self.random.randrange(4):
            case 0:
                return Policy(())
            case 1:
                return Policy(tuple(own), "2012-10-17")
            case 2:
                bare = (replace(s, conditions=()) for s in own if s.effect == "Allow")
                return Policy(tuple(bare), "2012-10-17")
        return parse_policy({"Version": "2012-10-17", "Statement": [wide]}, Source("listed"))

    def _trusted(self, role: Principal) -> Policy:
        """Return what assumable_only_by lists: some of those whom the trust names, or nobody."""
        named = [s.principals for s in role.trust.statements if s.principals] if role.trust else []
        chosen = [each for each in named if self.chance(0.4)]
        return parse_policy(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": "*" if each[0][0] == "*" else {k: [*v] for k, v in each},
                        "Action": "sts:*",
                    }
                    for each in chosen
                ],
            },
            Source("listed"),
        )


def drawn(seed: int) -> tuple[Snapshot, list[Asked]]:
    """Return the system of a seed and its statements; the same seed always gives the same."""
    made = DrawnSystem(Random(seed))  # noqa: S311 - it chooses examples, not secrets
    snapshot = made.snapshot()
    return snapshot, list(made.asked(snapshot))
