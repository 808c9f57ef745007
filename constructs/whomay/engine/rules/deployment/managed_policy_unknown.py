"""A managed policy that cannot be there: AWS has none of the name, or the ARN is no policy's."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.iam.facts.managed_policies import managed_policy, names, source
from whomay.iam.patterns.symbols import is_symbolic

_OF_AWS: Final = "arn:aws:iam::aws:policy/"
_POLICY: Final = re.compile(r"arn:aws[a-z-]*:iam::(?:[0-9]{12}|aws):policy/[\x21-\x7e]+")


def managed_policy_unknown(app: App) -> Iterator[Finding]:
    """Yield every managed policy, attached or a boundary, that AWS cannot have."""
    for item, arn in app.named_policies():
        if not is_symbolic(arn) and not _POLICY.fullmatch(arn):
            allowed = "arn:aws:iam::aws:policy/NAME or arn:aws:iam::ACCOUNT:policy/NAME"
            yield RULE.finding(
                item, arn, f"{arn} is not the ARN of a managed policy; allowed: {allowed}"
            )
        name = arn.removeprefix(_OF_AWS)
        if name != arn and not is_symbolic(name) and managed_policy(arn).published is None:
            near = _nearest(name)
            hint = f"; did you mean {near[0]}?" if near else ""
            message = f"AWS had no managed policy {name} on {source()[1]}{hint}"
            yield RULE.finding(item, name, message)


def _nearest(name: str) -> list[str]:
    """Return the names that are meant, the likeliest first."""
    # A path is easily forgotten, service-role/AWSLambdaBasicExecutionRole, and so is Access.
    by_last_part = [each for each in names() if each.endswith(f"/{name}")]
    longer = sorted((each for each in names() if each.startswith(name)), key=len)
    return by_last_part or longer or get_close_matches(name, names(), n=1)


def _role(policy: str) -> str:
    return f"""
        Role:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns: ["{_OF_AWS}{policy}"]
            AssumeRolePolicyDocument:
              Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Principal: {{Service: lambda.amazonaws.com}}
                  Action: sts:AssumeRole
        """


RULE = Rule(
    id="managed-policy-unknown",
    severity=Severity.ERROR,
    title="a managed policy that AWS does not have, with the nearest name, or an ARN that is no policy's",
    why=(
        "The deployment fails, since the policy cannot be attached. A path that is left out, as in "
        "service-role/AWSLambdaBasicExecutionRole, is the usual reason."
    ),
    page="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html",
    fix="Write the ARN as AWS's list of managed policies has it, with its path.",
    bad=resources(_role("AWSLambdaBasicExecutionRole")),
    good=resources(_role("service-role/AWSLambdaBasicExecutionRole")),
    find=managed_policy_unknown,
)
