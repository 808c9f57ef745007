"""Checks of arguments before CDK sees them: a ValueError names parameter, value, what is allowed, what to do.

A token is skipped: its value is known at deployment only, and its placeholder proves nothing.
"""

import difflib
import re
from collections.abc import Iterable
from functools import cache

from aws_cdk import Duration
from aws_cdk.region_info import RegionInfo

from whomay.iam.facts import limits
from whomay.metadata.condition_values import is_account
from whomay.metadata.reasons import says_why
from whomay.metadata.refusals import items, refuse, refuse_type
from whomay.metadata.tokens import unresolved


def text(
    parameter: str,
    value: str | None,
    shape: re.Pattern[str],
    allowed: str,
    *,
    length: int | tuple[int, int],
) -> None:
    """Check an optional string against a shape and a length: at most, or (at least, at most)."""
    if value is None:
        return
    if not isinstance(value, str):
        refuse_type(parameter, value, f"a string: {allowed}", "write it in quotes")
    if unresolved(value):
        return
    least, most = length if isinstance(length, tuple) else (1, length)
    if not least <= len(value) <= most:
        fix = f"this has {len(value)}, make it {'longer' if len(value) < least else 'shorter'}"
        refuse(parameter, value, f"{least} to {most} characters", fix)
    if not shape.fullmatch(value):
        refuse(parameter, value, allowed, "change or leave out the other characters")


def name(parameter: str, value: str | None, length: int) -> None:
    """Check the name of a role, user, group or policy (IAM User Guide, IAM identifiers)."""
    text(parameter, value, limits.NAME, "A-Z a-z 0-9 and _+=,.@-", length=length)


def required_name(parameter: str, value: object, length: int) -> None:
    """Check a name that cannot be left out."""
    if not isinstance(value, str):
        refuse_type(parameter, value, "a name as text", "write it in quotes")
    name(parameter, value, length)


def path(value: str | None, parameter: str = "path") -> None:
    """Check an IAM path (IAM User Guide, IAM identifiers)."""
    allowed = "/ or /parts/between/slashes/ of printable ASCII"
    text(parameter, value, limits.PATH, allowed, length=limits.PATH_LENGTH)
    if not value or unresolved(value):
        return
    if {".", ".."} & set(value.split("/")):
        fix = "IAM takes a path as it is written: write where it leads to"
        refuse(parameter, value, "parts other than . and ..", fix)
    if set("*?$") & set(value):
        fix = "it is part of the ARN, where these stand for other names: leave them out"
        refuse(parameter, value, "a path without * ? and $", fix)


def required_path(parameter: str, value: object) -> None:
    """Check an IAM path that cannot be left out."""
    if not isinstance(value, str):
        fix = "leave it out for the default"
        refuse_type(parameter, value, "a path such as /people/", fix)
    path(value, parameter)


def description(value: str | None) -> None:
    """Check a role's description."""
    allowed = "printable Latin-1 text: IAM stores no other character"
    length = (0, limits.DESCRIPTION_LENGTH)
    text("description", value, limits.DESCRIPTION, allowed, length=length)


def account_id(parameter: str, value: str) -> None:
    """Check an account id: twelve digits in a string, so that leading zeros stay."""
    if not isinstance(value, str):
        refuse_type(
            parameter,
            value,
            "an account id as a string of twelve digits",
            "a number loses leading zeros: write it in quotes, as the console shows it",
        )
    if unresolved(value):
        return
    if not limits.ACCOUNT_ID.fullmatch(value):
        refuse(
            parameter,
            value,
            "twelve digits, without dashes or spaces",
            "copy it as the console shows it, leading zeros included",
        )


def external_id(value: str | None) -> None:
    """Check an external id (STS API Reference, AssumeRole)."""
    allowed = "A-Z a-z 0-9 and _+=,.@:/-"
    text("external_id", value, limits.EXTERNAL_ID, allowed, length=limits.EXTERNAL_ID_LENGTH)
    if value and is_account(value):
        fix = "let the third party give each customer one of its own, such as a UUID"
        refuse("external_id", value, "an id that others do not know, as an account's is known", fix)


def organization_id(value: str | None) -> None:
    """Check an organization id (Organizations API Reference, Organization)."""
    text("organization_id", value, limits.ORGANIZATION_ID, "o- and 10 to 32 of a-z 0-9", length=34)


def region(parameter: str, value: object) -> None:
    """Check the name of a Region: one that this version of CDK knows."""
    if unresolved(value):
        return
    if value not in _regions():
        near = nearest(value, _regions()) or "write it as in eu-west-1"
        refuse(parameter, value, "a Region that this version of CDK knows", near)


@cache
def _regions() -> list[str]:
    return [one.name for one in RegionInfo.regions]


def organizational_unit(parameter: str, value: str) -> None:
    """Check the id of an organizational unit or of a root (Organizations API Reference)."""
    shape = limits.ORGANIZATIONAL_UNIT_ID
    text(parameter, value, shape, "an id such as ou-ab12-11111111 or r-ab12", length=68)


def tag(parameter: str, key: str, value: str) -> None:
    """Check a tag (AWS General Reference, "Tag naming limits and requirements")."""
    allowed = "letters, digits, spaces and _.:/=+@-, not beginning with aws:"
    text(parameter, key, limits.TAG_KEY, allowed, length=128)
    text(parameter, value, limits.TAG_VALUE, allowed, length=(0, 256))


def duration(parameter: str, value: Duration | None, seconds: tuple[int, int]) -> None:
    """Check a duration, in seconds (at least, at most)."""
    if value is None:
        return
    least, most = seconds
    allowed = f"a Duration of {least} to {most} seconds"
    if not isinstance(value, Duration):
        refuse_type(
            parameter, value, allowed, "use Duration: Duration.hours(1), Duration.minutes(90)"
        )
    if value.is_unresolved():
        return
    found = value.to_seconds(integral=False)
    if not least <= found <= most or found != int(found):
        refuse(parameter, f"{found:g} s", allowed, "whole seconds within these bounds")


def nearest(value: object, known: Iterable[str]) -> str:
    """Return `did you mean …?` with the nearest known name, or nothing where none is near."""
    near = difflib.get_close_matches(str(value), list(known), n=1)
    return f"did you mean {near[0]}?" if near else ""


def whole_number(parameter: str, value: int, range: tuple[int, int]) -> None:
    """Check a whole number, of at least and at most."""
    least, most = range
    allowed = f"a whole number of {least} to {most}"
    if not isinstance(value, int) or isinstance(value, bool):
        refuse_type(parameter, value, allowed)
    if not least <= value <= most:
        refuse(parameter, value, allowed)


def texts(parameter: str, value: Iterable[str], of: str) -> list[str]:
    """Return the items of a list, tuple or generator, each of them text and there once."""
    found = items(parameter, value, of)
    for one in found:
        if not isinstance(one, str):
            refuse_type(parameter, one, f"{of} as text", "write it in quotes")
        if found.count(one) > 1:
            refuse(parameter, one, f"{of} once", "leave the second one out")
    return found


def flag(parameter: str, value: object) -> None:
    """Check a switch: True or False, not something that passes for one."""
    if not isinstance(value, bool):
        refuse_type(parameter, value, "True or False", f"write {parameter}=True or leave it out")


def has(value: object, attribute: str) -> bool:
    """Tell whether a value has an attribute, of what CDK made elsewhere too."""
    # The class is asked first: to ask a construct is to have CDK work the attribute out. What CDK
    # imports may be of a class that finds its attributes only when they are asked for.
    return hasattr(type(value), attribute) or hasattr(value, attribute)


def having(parameter: str, value: object, attribute: str, allowed: str, fix: str) -> None:
    """Check that the value is a thing of the kind that has the attribute, not its name or its class."""
    if isinstance(value, type) or not has(value, attribute):
        refuse_type(parameter, value, allowed, fix)


def reason(parameter: str, value: str) -> None:
    """Check that a reason says something: a sentence of ten words or more, and no placeholder."""
    if not isinstance(value, str):
        refuse_type(parameter, value, "a sentence that says why", "write it in quotes")
    if not says_why(value):
        refuse(
            parameter,
            value,
            "a sentence of at least ten words, and no placeholder",
            "say why this is right here",
        )


def boundary(parameter: str, value: object) -> None:
    """Check a permissions boundary: a managed policy, not its name or ARN."""
    fix = "use iam.ManagedPolicy.from_managed_policy_arn(scope, id, arn)"
    having(parameter, value, "managed_policy_arn", "a managed policy", fix)
