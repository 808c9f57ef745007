"""The mistakes, each as two templates: with it, and without."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent / "templates"
TOPICS: Final = {
    "trust": "Trust",
    "federation": "Trust of an OpenID Connect provider",
    "permissions": "Permissions",
    "resources": "Other resources",
}
GITHUB: Final = "token.actions.githubusercontent.com"
# How further properties of the role are written in short.
PROPERTIES: Final = {
    "boundary": "PermissionsBoundary",
    "managed": "ManagedPolicyArns",
    "name": "RoleName",
    "session": "MaxSessionDuration",
}
EC2: Final = {
    "Effect": "Allow",
    "Principal": {"Service": "ec2.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
# Put together here, so that nobody who scans the repository for secrets is alarmed.
SECRETS: Final = {
    "<access key>": "AKIA" + "Z7Q3LM2P" * 2,
    "<secret access key>": "wJ4+lrXU/tnF9EMI7K2" + "q8MDe3NGbPxR5fiCYz1Kd",
}


@dataclass(frozen=True)
class Mistake:
    """`bad` and `good` are templates. `generic` asks for CDK's generic CfnResource in place of L1s."""

    topic: str
    name: str
    bad: dict[str, Any]
    good: dict[str, Any]
    generic: bool = False


def mistakes() -> list[Mistake]:
    """Return all of them, topic by topic."""
    return [mistake for topic in TOPICS for mistake in _of(topic)]


def _of(topic: str) -> Iterator[Mistake]:
    text = (FOLDER / f"{topic}.yaml").read_text()
    for placeholder, secret in SECRETS.items():
        text = text.replace(placeholder, secret)
    for name, written in yaml.safe_load(text).items():
        bad, good = template(written["bad"]), template(written["good"])
        yield Mistake(topic, name, bad, good, written.get("generic", False))


def template(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is written in short as a template."""
    resources = json.loads(json.dumps(written.get("resources", {})))  # no part is shared
    if role := _role(written):
        resources["Role"] = role
    for policy in _documents(resources):
        if isinstance(policy["Statement"], dict):
            policy["Statement"] = [policy["Statement"]]
    outputs = {"Outputs": written["outputs"]} if "outputs" in written else {}
    return {"Resources": resources, **outputs}


def _role(written: Mapping[str, Any]) -> dict[str, Any] | None:
    trust = _statements(written.get("trust"), Effect="Allow", Action="sts:AssumeRole")
    if "federated" in written:
        trust = [_federated(written["federated"], written.get("action"))]
    allow = _statements(written.get("allow"), Effect="Allow")
    if not trust and not allow:
        return None
    role: dict[str, Any] = {"AssumeRolePolicyDocument": _document(trust or [EC2])}
    if allow:
        role["RoleName"] = "the-role"
        role["Policies"] = [{"PolicyName": "Inline", "PolicyDocument": _document(allow)}]
    for name, property_ in PROPERTIES.items():
        if name in written:
            role[property_] = written[name]
    path = {"Metadata": {"aws:cdk:path": written["path"]}} if "path" in written else {}
    return {"Type": "AWS::IAM::Role", **path, "Properties": role}


def _federated(conditions: Mapping[str, Mapping[str, str]], action: str | None) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"},
        "Action": action or "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            operator: {f"{GITHUB}:{claim}": value for claim, value in claims.items()}
            for operator, claims in conditions.items()
        },
    }


def _statements(written: Any, **usual: str) -> list[dict[str, Any]]:
    some = written if isinstance(written, list) else [written] if written else []
    return [{**usual, **each} for each in some]


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _documents(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        for part in value.values():
            yield from _documents(part)
    elif isinstance(value, list):
        for part in value:
            yield from _documents(part)
