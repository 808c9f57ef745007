"""A role whose long sessions nobody can have."""

import re
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import binds, conditions_on
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.iam.callers import CallerKind, caller
from whomay.iam.policy import Policy, Statement

_LONGEST: Final = 3600  # seconds, of a session that another role's session begins


def chained_session(app: App) -> Iterator[Finding]:
    """Yield every role that offers more than an hour and trusts nobody but roles."""
    for role in app.snapshot.principals:
        if role.max_session > _LONGEST and role.trust and _trusts_roles_alone(role.trust):
            message = (
                f"it offers sessions of {role.max_session} seconds, and the roles that may assume it "
                f"get {_LONGEST} at most"
            )
            yield RULE.finding(app.by_path[role.path], str(role.max_session), message)


def _trusts_roles_alone(trust: Policy) -> bool:
    allows = [each for each in trust.statements if each.effect == "Allow"]
    return bool(allows) and all(map(_admits_roles_alone, allows))


def _admits_roles_alone(allow: Statement) -> bool:
    named = {caller(name).kind for _, names in allow.principals or () for name in names}
    return named == {CallerKind.SESSION} or any(
        binds(each) and all(_A_ROLE.match(value) for value in each.values)
        for each in conditions_on(allow, frozenset({"aws:principalarn"}))
    )


# An ARN of IAM, or a pattern of such, whose resource begins as that of a role or its sessions does.
_A_ROLE: Final = re.compile(r"arn:[^:]*:(?:iam|sts)::[^:]*:(?:role|assumed-role)/")


RULE = Rule(
    id="chained-session",
    severity=Severity.WARNING,
    title="a role with sessions of more than an hour that only roles may assume",
    why=(
        "A session that another role's session begins ends after an hour, whatever the role offers. "
        "Asking for more is an error, in the middle of the work."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining",
    fix="Leave MaxSessionDuration out, or trust the users who need the longer session.",
    bad=resources(
        """
        Role:
          Type: AWS::IAM::Role
          Properties:
            MaxSessionDuration: 14400
            AssumeRolePolicyDocument:
              Version: "2012-10-17"
              Statement:
                Effect: Allow
                Principal: {AWS: "arn:aws:iam::111122223333:role/Deployer"}
                Action: sts:AssumeRole
        """
    ),
    good=resources(
        """
        Role:
          Type: AWS::IAM::Role
          Properties:
            MaxSessionDuration: 14400
            AssumeRolePolicyDocument:
              Version: "2012-10-17"
              Statement:
                Effect: Allow
                Principal: {AWS: "arn:aws:iam::111122223333:user/ada"}
                Action: sts:AssumeRole
        """
    ),
    find=chained_session,
)
