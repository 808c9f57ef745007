"""Random cases in the format of `whomay cases`: small policies of all layers, and one request."""

from random import Random
from typing import Any

from vocabulary import (
    ACTIONS,
    AWAY,
    HOME,
    KEYS,
    OPERATORS,
    PRINCIPALS,
    RESOURCES,
    ROLE,
    TARGETS,
    VALUES,
)

MULTIVALUED = "aws:PrincipalOrgPaths"


def case(seed: int) -> dict[str, Any]:
    """Return the case of a seed; the same seed always gives the same case."""
    return _Case(Random(seed)).data | {"id": str(seed)}  # noqa: S311 - it chooses examples, not secrets


class _Case:
    """One case in the making: its policies speak of its request more often than chance would."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.principal = random.choice(list(PRINCIPALS))
        self.action = random.choice(list(TARGETS))
        self.resource = random.choice(TARGETS[self.action])
        self.data = {"policies": self.policies(), "request": self.request()}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def policies(self) -> dict[str, Any]:
        trust = self.action == "sts:AssumeRole"
        guarded = trust or self.action.startswith("kms:") or self.chance(0.5)
        guard = [self.document(guards=True)] if guarded else []
        session = "assumed-role" in self.principal and self.chance(0.3)
        return {
            "identity": [self.document() for _ in range(self.random.choice((0, 1, 1, 2)))],
            "boundary": [self.document()] if self.chance(0.25) else [],
            "session": [self.document()] if session else [],
            "scp": [[self.document()]] if self.chance(0.25) else [],
            "resource": [] if trust else guard,
            "trust": guard[0] if trust else None,
            "rcp": [self.resource_control_policy()] if self.chance(0.15) else [],
        }

    def resource_control_policy(self) -> dict[str, Any]:
        """Return one: AWS lets it deny alone, and everybody, and name actions of a service."""
        service = self.action.partition(":")[0]
        statement: dict[str, Any] = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": self.random.choice((self.action, f"{service}:*")),
            "Resource": self.some(RESOURCES, self.resource),
        }
        if self.chance(0.7):
            statement["Condition"] = self.conditions()
        return {"Version": "2012-10-17", "Statement": [statement]}

    def request(self) -> dict[str, Any]:
        _, _, _, _, account, name = self.principal.split(":")
        role = f"arn:aws:iam::{account}:role/{name.split('/')[1]}"
        sent = {k: self.random.choice(v) for k, v in VALUES.items() if self.chance(0.6)}
        if self.action != "sts:AssumeRole":
            sent.pop("sts:ExternalId", None)  # no other request carries it
        return {
            "principal": self.principal,
            "principal_account": account,
            "action": self.action,
            "resource": self.resource,
            "resource_account": HOME,
            "context": {
                "aws:PrincipalArn": role if name.startswith("assumed-role") else self.principal,
                "aws:PrincipalAccount": account,
                "aws:ResourceAccount": HOME,
                **PRINCIPALS[self.principal],
                **sent,
            },
        }

    def document(self, *, guards: bool = False) -> dict[str, Any]:
        count = self.random.choice((1, 1, 2, 3))
        return {
            "Version": "2012-10-17",
            "Statement": [self.statement(guards=guards) for _ in range(count)],
        }

    def statement(self, *, guards: bool) -> dict[str, Any]:
        negated = "NotAction" if self.chance(0.08) else "NotResource" if self.chance(0.08) else ""
        statement: dict[str, Any] = {
            "Effect": "Deny" if self.chance(0.2) else "Allow",
            "NotAction" if negated == "NotAction" else "Action": self.some(ACTIONS, self.action),
        }
        if guards:
            statement["Principal"] = self.principals()
        if not (guards and self.action == "sts:AssumeRole"):  # a trust policy has no Resource
            resource = negated if negated == "NotResource" else "Resource"
            statement[resource] = self.some(RESOURCES, self.resource)
        if self.chance(0.4):
            statement["Condition"] = self.conditions()
        return statement

    def principals(self) -> Any:
        roots = [HOME, AWAY, f"arn:aws:iam::{HOME}:root", f"arn:aws:iam::{AWAY}:root"]
        known = (*roots, *PRINCIPALS, ROLE, f"arn:aws:iam::{AWAY}:role/Hub")
        return self.random.choice(["*", {"AWS": "*"}, {"AWS": self.some(known, self.principal)}])

    def conditions(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in self.random.sample(list(KEYS), self.random.choice((1, 1, 2))):
            kind, values = KEYS[key]
            operator = self.random.choice((*OPERATORS[kind], "Null"))
            wanted = list(self.random.sample(("true", "false"), 1))
            if operator != "Null":
                wanted = self.some(values, values[0])
                operator += "IfExists" if self.chance(0.3) else ""
                if key == MULTIVALUED:
                    operator = self.random.choice(("ForAllValues:", "ForAnyValue:")) + operator
            found.setdefault(operator, {})[key] = wanted
        return found

    def some(self, values: tuple[str, ...], wanted: str) -> list[str]:
        """Return one or two of the values, the wanted one often among them."""
        chosen = self.random.sample(values, min(len(values), self.random.choice((1, 1, 2))))
        return [wanted, *chosen[1:]] if self.chance(0.5) else chosen
