"""A key that never ends."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.iam.patterns.symbols import display


def access_key(app: App) -> Iterator[Finding]:
    """Yield every access key that a template makes."""
    for item in app.items.of("AWS::IAM::AccessKey"):
        message = f"a key of {display(item.text('UserName'))} that is valid until somebody ends it"
        yield RULE.finding(item, "", message)


RULE = Rule(
    id="access-key",
    severity=Severity.WARNING,
    title="a long-lived access key of a user",
    why=(
        "Who has a copy of the key has the user's permissions until the key is deleted, from "
        "anywhere. Roles give credentials that end by themselves."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles",
    fix="Use a role: an instance profile, a service's role, or OpenID Connect for a pipeline.",
    bad=resources(
        """
        User: {Type: AWS::IAM::User}
        Key:
          Type: AWS::IAM::AccessKey
          Properties:
            UserName: {Ref: User}
        """
    ),
    good=resources(
        """
        User: {Type: AWS::IAM::User}
        """
    ),
    find=access_key,
)
