"""Errors about a statement in the words of who writes YAML: constructs and files share their checks."""

import re
from typing import Final

_IN_YAML: Final = (
    (r'such as given=\{"sts:ExternalId": "course-2026"\}', "such as given: {sts:ExternalId: course-2026}"),
    (r'such as \{"StringEquals": \{"sts:ExternalId": "…"\}\}', "such as StringEquals: {sts:ExternalId: …}"),
    (
        r"such as Trust\.user\(user\), Trust\.service\('ec2\.amazonaws\.com'\)",
        "such as a construct path, an ARN or ec2.amazonaws.com",
    ),
    (r"a list of iam\.PolicyStatement", "a list of policy statements"),
    (r"pass the construct of the role or user", "name the role or user"),
    (r"write (\w+)=\[…\]", r"write \1: […]"),
    (r"a dict of ", "a mapping of "),
    (r"\bNone for\b", "null for"),
    (r"\bgot NoneType None\b", "got null"),
    (r"\bgot (?:str|int|float|bool|list|dict) ", "got "),
)  # fmt: skip


def in_yaml(problem: str) -> str:
    """Return what is wrong with a statement, with Python's forms as YAML has them.

    >>> in_yaml("given: got list []; allowed is a dict of condition key to value")
    'given: got []; allowed is a mapping of condition key to value'
    """
    for written, instead in _IN_YAML:
        problem = re.sub(written, instead, problem)
    return problem
