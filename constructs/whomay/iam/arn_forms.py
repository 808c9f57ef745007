"""Forms of ARNs whose parts in braces are handed to a call: of a bucket, an object, a role.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

EVERYTHING: Final = "*"
BUCKET: Final = "arn:aws:s3:::{bucket}"
OBJECT: Final = "arn:aws:s3:::{bucket}/{key}"
USER: Final = "arn:aws:iam::{account}:user/{path}{name}"
ROLE: Final = "arn:aws:iam::{account}:role/{path}{name}"
KEY: Final = "arn:aws:kms:{region}:{account}:key/{id}"
SECRET: Final = "arn:aws:secretsmanager:{region}:{account}:secret:{id}"  # noqa: S105 - an ARN
FUNCTION: Final = "arn:aws:lambda:{region}:{account}:function:{name}"

PART: Final = re.compile(r"\{(\w+)\}")
_FORM: Final = {  # of the parts that may not hold everything
    "account": "[^:]+",
    "bucket": "[^/:]+",
    "name": "[^/:]+",
    "path": "(?:[^:]+/)?",
    "region": "[^:]+",
}


def parts_of(kind: str, resource: str) -> dict[str, str] | None:
    """Return the parts of a resource of a kind, and `arn`; None when it is of another kind.

    >>> parts_of(OBJECT, "arn:aws:s3:::reports/a.csv")
    {'bucket': 'reports', 'key': 'a.csv', 'arn': 'arn:aws:s3:::reports/a.csv'}
    """
    match = _pattern(kind).fullmatch(resource)
    return None if match is None else {**match.groupdict(), "arn": resource}


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    if kind == EVERYTHING:
        return re.compile(r"\*")
    form = PART.sub(lambda part: f"(?P<{part[1]}>{_FORM.get(part[1], '.+')})", kind)
    return re.compile(form, re.DOTALL)


def filled(parameters: Mapping[str, Any], parts: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of a call with the parts of a resource in place of their names.

    >>> filled({"Bucket": "{bucket}", "MaxKeys": 1}, {"bucket": "reports"})
    {'Bucket': 'reports', 'MaxKeys': 1}
    """
    return {name: _filled(value, parts) for name, value in parameters.items()}


def _filled(value: Any, parts: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(each, parts) for each in value]
    if not isinstance(value, str):
        return value
    return PART.sub(lambda part: parts[part[1]], value)
