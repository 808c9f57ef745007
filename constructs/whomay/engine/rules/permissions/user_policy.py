"""Permissions that are written into a user."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.templates.roles_and_users import USER

_INLINE = "AWS::IAM::UserPolicy"


def user_policy(app: App) -> Iterator[Finding]:
    """Yield every user with an inline policy that allows something."""
    for placed in app.statements:
        item = placed.item
        of_user = item.kind in (USER, _INLINE) or (
            item.kind == "AWS::IAM::Policy" and item.texts("Users")
        )
        if of_user and placed.allows and placed.statement.source.index == 0:
            name = placed.statement.source.policy
            yield RULE.finding(placed, name, f"the policy {name} is written into a user")


RULE = Rule(
    id="user-policy",
    severity=Severity.WARNING,
    title="an inline policy of a user",
    why=(
        "What a user may do is then in no group and no role, and nobody who reads those sees it. "
        "People change; what a group may do stays."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_choosing-managed-or-inline.html",
    fix="Give the permissions to a group of the user, or to a role that the user assumes.",
    bad=resources(
        """
        User:
          Type: AWS::IAM::User
          Properties:
            Policies:
              - PolicyName: Read
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement: {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::reports-2026/*"}
        """
    ),
    good=resources(
        """
        Group:
          Type: AWS::IAM::Group
          Properties:
            Policies:
              - PolicyName: Read
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement: {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::reports-2026/*"}
        User:
          Type: AWS::IAM::User
          Properties: {Groups: [{Ref: Group}]}
        """
    ),
    find=user_policy,
)
