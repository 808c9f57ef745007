"""A key whose policy nobody can change."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import names_action
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.snapshot import Resource
from whomay.iam.policy import Statement

_CHANGES: Final = "kms:putkeypolicy"
_KEYS: Final = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")


def key_locked(app: App) -> Iterator[Finding]:
    """Yield every key under whose policy nobody may change that policy."""
    for key in app.snapshot.resources:
        if key.type not in _KEYS or key.policy is None or key.policy.unknown:
            continue
        if why := _locked(key, key.policy.statements):
            message = f"nobody may change the policy of the key: {why}"
            yield RULE.finding(app.by_path[key.path], "kms:PutKeyPolicy", message)


def _locked(key: Resource, statements: tuple[Statement, ...]) -> str:
    speaking = [each for each in statements if _speaks(each, key.arn)]
    if any(each.effect == "Deny" and _everyone(each) for each in speaking):
        return "a statement denies kms:PutKeyPolicy to everyone"
    if not any(each.effect == "Allow" and _somebody(each) for each in speaking):
        return "no statement allows kms:PutKeyPolicy to an account, a role or a user"
    return ""


def _speaks(statement: Statement, arn: str) -> bool:
    listed = statement.actions if statement.not_actions is None else statement.not_actions
    named = names_action(listed or (), _CHANGES)
    on_itself = statement.resources is None or {"*", arn} & set(statement.resources)
    return named is (statement.not_actions is None) and bool(on_itself)


def _everyone(statement: Statement) -> bool:
    """Tell whether the statement holds for every caller and every request."""
    named = statement.principals or ()
    return not statement.conditions and any("*" in values for _, values in named)


def _somebody(statement: Statement) -> bool:
    """Tell whether the statement is about a principal of an account, not a service alone."""
    if statement.principals is None:
        return True
    return any(kind != "Service" for kind, _ in statement.principals)


RULE = Rule(
    id="key-locked",
    severity=Severity.ERROR,
    title="a KMS key whose policy lets nobody change that policy",
    why=(
        "KMS refuses such a policy at deployment. Where its check is bypassed, the key can neither "
        "be repaired nor deleted by anybody but AWS Support."
    ),
    page="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#allow-iam-policies",
    fix="Allow kms:* on the key to the account: arn:aws:iam::ACCOUNT:root.",
    bad=resources(
        """
        Key:
          Type: AWS::KMS::Key
          Properties:
            KeyPolicy:
              Version: "2012-10-17"
              Statement:
                Effect: Allow
                Principal: {AWS: "arn:aws:iam::111122223333:root"}
                Action: [kms:Encrypt, kms:Decrypt]
                Resource: "*"
        """
    ),
    good=resources(
        """
        Key:
          Type: AWS::KMS::Key
          Properties:
            KeyPolicy:
              Version: "2012-10-17"
              Statement:
                Effect: Allow
                Principal: {AWS: "arn:aws:iam::111122223333:root"}
                Action: kms:*
                Resource: "*"
        """
    ),
    find=key_locked,
)
