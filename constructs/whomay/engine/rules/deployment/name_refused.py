"""A name, path, description, tag or session duration that IAM refuses."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item
from whomay.iam.facts import limits
from whomay.iam.patterns.symbols import SYMBOL, is_symbolic

# By property: the longest name. Types that share a property share its limit, but for a path's.
_NAMES: Final[Mapping[str, int]] = {
    "RoleName": limits.ROLE_NAME_LENGTH,
    "UserName": limits.USER_NAME_LENGTH,
    "GroupName": limits.GROUP_NAME_LENGTH,
    "PolicyName": limits.POLICY_NAME_LENGTH,
    "ManagedPolicyName": limits.POLICY_NAME_LENGTH,
    "InstanceProfileName": limits.INSTANCE_PROFILE_NAME_LENGTH,
}
_TYPES: Final = tuple(
    f"AWS::IAM::{kind}"
    for kind in (
        "Role",
        "User",
        "Group",
        "Policy",
        "ManagedPolicy",
        "RolePolicy",
        "UserPolicy",
        "GroupPolicy",
        "InstanceProfile",
    )
)


def name_refused(app: App) -> Iterator[Finding]:
    """Yield every name, path, description, tag and session duration that IAM refuses."""
    for item in app.items.of(*_TYPES):
        for key, value, allowed in _refused(item):
            yield RULE.finding(item, f"{key}={value}", f"{key} is {value}; allowed: {allowed}")


def _refused(item: Item) -> Iterator[tuple[str, str, str]]:
    listed = item.plain("Policies")
    inline = [
        each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, dict)
    ]
    named = [(key, item.text(key)) for key in _NAMES if item.plain(key) is not None]
    named += [("PolicyName", str(each.get("PolicyName", ""))) for each in inline]
    for key, value in named:
        if not _fits(value, limits.NAME, _NAMES[key]):
            yield key, value, f"1 to {_NAMES[key]} of A-Z, a-z, 0-9 and +=,.@-_"
    path = item.text("Path")
    if path and not _fits(path, limits.PATH, limits.PATH_LENGTH):
        yield "Path", path, "a text that begins and ends with a slash, without a blank"
    said = item.text("Description")
    if not _fits(said, limits.DESCRIPTION, limits.DESCRIPTION_LENGTH):
        yield "Description", said, f"up to {limits.DESCRIPTION_LENGTH} characters of Latin-1"
    yield from _of_tags(item)
    seconds = item.text("MaxSessionDuration")
    least, most = limits.MAX_SESSION_SECONDS
    given = item.plain("MaxSessionDuration") is not None and not is_symbolic(seconds)
    if given and not (seconds.isdecimal() and least <= int(seconds) <= most):
        yield "MaxSessionDuration", seconds, f"{least} to {most} seconds, which is 1 to 12 hours"


def _of_tags(item: Item) -> Iterator[tuple[str, str, str]]:
    listed = item.plain("Tags")
    for tag in listed if isinstance(listed, list) else ():
        known = tag if isinstance(tag, dict) else {}
        key, value = as_text(known.get("Key", "")), as_text(known.get("Value", ""))
        if not limits.TAG_KEY.fullmatch(SYMBOL.sub("x", key)):
            yield "Tags.Key", key, "1 to 128 letters, digits, blanks and .:/=+@-_, not aws: first"
        if not limits.TAG_VALUE.fullmatch(SYMBOL.sub("x", value)):
            yield "Tags.Value", value, "up to 256 letters, digits, blanks and .:/=+@-_"


def _fits(value: str, shape: re.Pattern[str], longest: int) -> bool:
    """Tell whether a value fits; a part that only a deployment knows may be anything short."""
    plain = SYMBOL.sub("x", value)
    return bool(shape.fullmatch(plain)) and len(plain) <= longest


def _named(name: str) -> str:
    return f"""
        Role:
          Type: AWS::IAM::Role
          Properties:
            RoleName: "{name}"
            AssumeRolePolicyDocument:
              Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Principal: {{Service: ec2.amazonaws.com}}
                  Action: sts:AssumeRole
        """


RULE = Rule(
    id="name-refused",
    severity=Severity.ERROR,
    title="a name, a path, a description, a tag or a session duration that IAM refuses",
    why="IAM refuses it, so the deployment fails: a name with a blank, a session of over 12 hours.",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    fix="Write what IAM allows, or leave the name out: CloudFormation makes one.",
    bad=resources(_named("report reader")),
    good=resources(_named("report-reader")),
    find=name_refused,
)
