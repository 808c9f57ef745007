"""All AWS managed policies, each as of the day on which AWS last changed it.

The table is one compressed file: a line for each policy, with its name, that day and its document.
`make managed` writes it anew.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

import gzip
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from whomay.iam.parse import read_policy
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Policy, Published

_AWS_ARN = re.compile(r"arn:[^:]+:iam::aws:policy/(.+)")


def source() -> tuple[str, str]:
    """Return where the table is from, and the day of its newest policy, as `2026-09-30`."""
    head, _, day = _text().partition("\n")[0].partition("\t")
    return head, day


@cache
def names() -> tuple[str, ...]:
    """Return the names of all policies, with their paths: `service-role/AWSLambdaBasic…`."""
    return tuple(line.partition("\t")[0] for line in _text().splitlines()[1:])


@cache
def managed_policy(arn: str) -> Policy:
    """Return the policy of an ARN that the assembly does not define.

    One that is not in the table is Unknown: it may allow anything. AWS changes its policies over
    time, so `published` says of which day the text is.
    """
    match = _AWS_ARN.fullmatch(arn)
    if match is None:
        return Policy((), unknown=f"managed policy {display(arn)} is not in the assembly")
    found = published(match[1])
    if found is None:
        return Policy((), unknown=f"AWS managed policy {match[1]} is not in the table of policies")
    day, document = found
    return replace(read_policy(document, arn, match[1]), published=Published(match[1], day))


def published(name: str) -> tuple[str, str] | None:
    """Return the day and the document of a policy, by its name with its path; None for no policy."""
    at = _text().find(f"\n{name}\t")
    if at < 0:
        return None
    _, day, document = _text()[at + 1 : _text().index("\n", at + 1)].split("\t")
    return day, document


@cache
def _text() -> str:
    """Return the whole table: it is read only where a policy of AWS's is attached."""
    return gzip.decompress(Path(__file__).with_name("managed.gz").read_bytes()).decode()
