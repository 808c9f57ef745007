"""Statements that say nothing, and the words in which every writer of a contract refuses them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whomay.metadata.records import StatementKind, StatementRecord, write

ANY = "s3:DeleteObject"
NONE_OF = "at least one of text; an empty list would grant or guard nothing"


@dataclass(frozen=True)
class Vacuous:
    """One statement: the method, the arguments after the principal, and what is said of it."""

    method: str
    arguments: Sequence[Any]
    message: str
    given: Any = None
    principal: Any = "S/Role"

    @property
    def options(self) -> Mapping[str, Any]:
        """The arguments by name."""
        return {} if self.given is None else {"given": self.given}

    @property
    def data(self) -> dict[str, Any]:
        """The statement as the author of an assembly would write it."""
        kind = StatementKind(self.method)
        match kind:
            case StatementKind.MAY_ONLY:
                [statements] = self.arguments
                return write(StatementRecord(kind, "app.py:7", "S/Role", statements=statements))
            case StatementKind.ASSUMABLE_ONLY_BY:
                trusted = [{"Principal": each, "Condition": {}} for each in self.arguments]
                return write(StatementRecord(kind, "app.py:7", "S/Role", trusted=trusted))
        actions, resources = ([each] if isinstance(each, str) else each for each in self.arguments)
        given = {key: [value] for key, value in (self.given or {}).items()}
        record = StatementRecord(kind, "app.py:7", self.principal, actions, resources, given)
        return write(record)


VACUOUS: dict[str, Vacuous] = {
    "no resource": Vacuous("must_not_allow", [ANY, []], f"resources: got []; allowed is {NONE_OF}"),
    "no resource to reach": Vacuous(
        "cannot_reach", ["iam:*", []], f"resources: got []; allowed is {NONE_OF}"
    ),
    "no action": Vacuous("must_not_allow", [[], "*"], f"actions: got []; allowed is {NONE_OF}"),
    "no action that must be allowed": Vacuous(
        "must_allow", [[], "*"], f"actions: got []; allowed is {NONE_OF}"
    ),
    "a blank action": Vacuous(
        "must_not_allow",
        [[ANY, " "], "*"],
        "actions: got ' '; allowed is text; such as an action s3:GetObject or an ARN",
    ),
    "a blank resource": Vacuous(
        "cannot_reach",
        [ANY, [""]],
        "resources: got ''; allowed is text; such as an action s3:GetObject or an ARN",
    ),
    "a blank principal": Vacuous(
        "must_not_allow",
        [ANY, "*"],
        "principal: got ' '; allowed is a role, a user, an ARN or a construct path; "
        "pass the construct of the role or user",
        principal=" ",
    ),
    "nobody trusted": Vacuous(
        "assumable_only_by",
        [],
        "trusted: got (); allowed is at least one principal; such as Trust.user(user), "
        "Trust.service('ec2.amazonaws.com')",
    ),
    "trusted names of nobody": Vacuous(
        "assumable_only_by",
        [{"AWS": []}],
        f"trusted: AWS: got []; allowed is {NONE_OF}",
    ),
    "a blank trusted name": Vacuous(
        "assumable_only_by",
        [{"Service": ""}],
        "trusted: Service: got ''; allowed is text; name at least one",
    ),
    "a trusted principal without a name": Vacuous(
        "assumable_only_by",
        [{}],
        "trusted: got {}; allowed is a principal with a name; such as Trust.user(user), "
        "Trust.service('ec2.amazonaws.com')",
    ),
    "a listed statement without an action": Vacuous(
        "may_only",
        [[{"Effect": "Allow", "Resource": "*"}]],
        "statements: got 'Effect Allow, Resource *'; allowed is statements with Action; "
        "name at least one",
    ),
    "a listed statement of no action": Vacuous(
        "may_only",
        [[{"Effect": "Allow", "Action": [], "Resource": "*"}]],
        f"statements: Action: got []; allowed is {NONE_OF}",
    ),
    "a listed statement of a blank resource": Vacuous(
        "may_only",
        [[{"Effect": "Allow", "Action": ANY, "Resource": " "}]],
        "statements: Resource: got ' '; allowed is text; name at least one",
    ),
    "a listed statement with a principal": Vacuous(
        "may_only",
        [[{"Effect": "Allow", "Action": ANY, "Resource": "*", "Principal": "*"}]],
        "statements: got 'Principal'; allowed is statements without a principal; "
        "the role or user is the principal",
    ),
    "a listed statement of an element that IAM does not have": Vacuous(
        "may_only",
        [[{"Effect": "Allow", "Action": ANY, "Resource": "*", "Conditions": {}}]],
        "statements: got 'Conditions'; allowed is the elements Sid, Effect, Action, NotAction, "
        "Resource, NotResource, Condition; leave it out",
    ),
    "a given key without its service": Vacuous(
        "must_not_allow",
        [ANY, "*"],
        "given: got 'sourceip'; allowed is condition keys with their service; such as "
        'given={"sts:ExternalId": "course-2026"}',
        {"sourceip": "10.0.0.1"},
    ),
    "a given range in place of an address": Vacuous(
        "must_not_allow",
        [ANY, "*"],
        "given: got {'aws:SourceIp': '10.0.0.0/8'}; allowed is one address, such as 203.0.113.7; "
        "no request carries another aws:SourceIp",
        {"aws:SourceIp": "10.0.0.0/8"},
    ),
    "a given text in place of a Boolean": Vacuous(
        "must_not_allow",
        [ANY, "*"],
        "given: got {'aws:SecureTransport': 'no'}; allowed is true or false; "
        "no request carries another aws:SecureTransport",
        {"aws:SecureTransport": "no"},
    ),
    "a given text in place of a number": Vacuous(
        "must_not_allow",
        ["s3:ListBucket", "*"],
        "given: got {'s3:max-keys': 'few'}; allowed is a number such as 3600; "
        "no request carries another s3:max-keys",
        {"s3:max-keys": "few"},
    ),
}
