"""A policy variable that AWS reads as plain text."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.iam.policy import Statement
from whomay.iam.policy_variables import has_variables


def variable_ignored(app: App) -> Iterator[Finding]:
    """Yield every variable in a policy of a version that knows none."""
    for placed in app.statements:
        if placed.policy.version == "2008-10-17":
            for value in filter(has_variables, _values(placed.statement)):
                message = f"{value} is plain text in a policy of Version 2008-10-17, or without one"
                yield RULE.finding(placed, value, message)


def _values(statement: Statement) -> Iterator[str]:
    yield from statement.resources or statement.not_resources or ()
    for condition in statement.conditions:
        yield from condition.values


def _user(version: str) -> str:
    return f"""
        User:
          Type: AWS::IAM::User
          Properties:
            Policies:
              - PolicyName: Home
                PolicyDocument:
                  Version: "{version}"
                  Statement:
                    - Effect: Allow
                      Action: s3:GetObject
                      Resource: "arn:aws:s3:::reports-2026/home/${{aws:username}}/*"
        """


RULE = Rule(
    id="variable-ignored",
    severity=Severity.ERROR,
    title="a policy variable in a policy of Version 2008-10-17, where it is plain text",
    why=(
        "Variables came with Version 2012-10-17, and a policy without a Version is of the old one: "
        "an Allow matches nothing, and a Deny denies nothing."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
    fix='Write Version: "2012-10-17" into the policy that has the variable.',
    bad=resources(_user("2008-10-17")),
    good=resources(_user("2012-10-17")),
    find=variable_ignored,
)
