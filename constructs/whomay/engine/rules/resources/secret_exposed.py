"""A secret where many can read it."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.templates.resources import Item
from whomay.engine.templates.shown_secrets import shown_secrets


def secret_exposed(app: App) -> Iterator[Finding]:
    """Yield every place of a template that shows a secret."""
    for template in app.assembly.templates:
        for one in shown_secrets(template):
            item = Item(app.items.resolver, template, one.logical_id, one.kind, {})
            message = f"{one.place} shows {one.what} to everyone who may read the stack"
            yield RULE.finding(item, one.place, message)


RULE = Rule(
    id="secret-exposed",
    severity=Severity.ERROR,
    title="a secret key in an output, a parameter, user data, environment variables or elsewhere",
    why=(
        "Whoever may describe the stack, the instance or the function reads the secret, and so do "
        "all that keep copies: consoles, pipelines, logs, backups of state."
    ),
    page="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds",
    fix=(
        "Put the secret into Secrets Manager alone, and let code ask for it when it runs, with a role."
    ),
    bad=resources(
        """
        Resources:
          User: {Type: AWS::IAM::User}
          Key:
            Type: AWS::IAM::AccessKey
            Properties:
              UserName: {Ref: User}
        Outputs:
          Secret:
            Value: {"Fn::GetAtt": [Key, SecretAccessKey]}
        """
    ),
    good=resources(
        """
        User: {Type: AWS::IAM::User}
        Key:
          Type: AWS::IAM::AccessKey
          Properties:
            UserName: {Ref: User}
        Kept:
          Type: AWS::SecretsManager::Secret
          Properties:
            SecretString: {"Fn::GetAtt": [Key, SecretAccessKey]}
        """
    ),
    find=secret_exposed,
    grave=True,
)
