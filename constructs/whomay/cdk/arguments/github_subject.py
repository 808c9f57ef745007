"""The subjects of GitHub's tokens: which jobs of which repository a trust admits.

A job that uses an environment has that environment in its subject, and neither branch nor tag. Any
other job has its branch or tag. Since mid-2026 new and renamed repositories also have the numbers
of owner and repository, which never change (GitHub Docs, "OpenID Connect reference").
"""

import re
from typing import Final

from whomay.cdk.arguments import checks
from whomay.metadata.refusals import refuse, refuse_type

HOST: Final = "token.actions.githubusercontent.com"
AUDIENCE: Final = "sts.amazonaws.com"

_OWNER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_REPOSITORY: Final = re.compile(r"(?!\.{1,2}$)[\w.-]+(?<!\.git)", re.ASCII)
# What git admits in the name of a branch or tag (git-check-ref-format), in printable ASCII.
_REF: Final = re.compile(
    r"(?!refs/|/|\.)(?!.*(?:\.\.|//|@\{|/\.))[!-~]+(?<![/.])(?<!\.lock)", re.ASCII
)
_NOT_IN_REF: Final = re.compile(r"[~^:?*\[\\ ]")
_ENVIRONMENT: Final = re.compile(r"(?! )[ -)+-9;->@-~]+(?<! )")
_NUMBER: Final = re.compile(r"[1-9][0-9]*")


def subjects(
    owner: str,
    repository: str,
    *,
    branch: str | None,
    tag: str | None,
    environment: str | None,
    owner_id: str | int | None,
    repository_id: str | int | None,
    migrating: bool,
) -> list[str]:
    """Return the exact subjects of one branch, tag or environment; see `Trust.github`."""
    for parameter, value, shape, allowed, length in (
        ("owner", owner, _OWNER, "a GitHub user or organization", 39),
        ("repository", repository, _REPOSITORY, "a repository, without its owner and .git", 100),
    ):
        if value is None:
            refuse(parameter, value, allowed)
        checks.text(parameter, value, shape, allowed, length=length)
    checks.flag("migrating", migrating)
    where = _where(branch, tag, environment)
    numbers = [_number("owner_id", owner_id), _number("repository_id", repository_id)]
    by_name = f"repo:{owner}/{repository}:{where}"
    if numbers == [None, None]:
        if migrating:
            fix = "give both: gh api repos/OWNER/REPOSITORY --jq '.owner.id, .id'"
            refuse("migrating", migrating, "True with owner_id and repository_id", fix)
        return [by_name]
    if None in numbers:
        found = f"owner_id={owner_id!r}, repository_id={repository_id!r}"
        refuse("owner_id", found, "both numbers or neither", "GitHub sends both or neither")
    by_number = f"repo:{owner}@{numbers[0]}/{repository}@{numbers[1]}:{where}"
    return [by_number, by_name] if migrating else [by_number]


def _where(branch: str | None, tag: str | None, environment: str | None) -> str:
    given = {"branch": branch, "tag": tag, "environment": environment}
    named = [key for key, value in given.items() if value is not None]
    if not named:
        fix = "a trust in the whole repository admits every branch and pull request"
        refuse("branch", None, "one of branch, tag and environment", fix)
    if len(named) > 1:
        fix = (
            "a job that uses an environment sends its name in place of branch and tag: limit the "
            "branches in the environment's settings at GitHub"
        )
        found = ", ".join(f"{key}={given[key]!r}" for key in named)
        refuse(named[0], found, "one of branch, tag and environment", fix)
    allowed = "one environment by its name, without * ? and :"
    checks.text("environment", environment, _ENVIRONMENT, allowed, length=255)
    for key, value in (("branch", branch), ("tag", tag)):
        allowed = f"one {key} by its name, such as {'main' if key == 'branch' else 'v1.2.0'}"
        checks.text(key, value, _REF, allowed, length=244)
        if value and _NOT_IN_REF.search(value):
            refuse(key, value, allowed, "git admits none of ~ ^ : ? * [ \\ and no space")
    for key, value in given.items():
        if value and "${" in value:
            fix = "IAM would read a policy variable in place of the name"
            refuse(key, value, f"one {key} by its name, without ${{", fix)
    if environment is not None:
        return f"environment:{environment}"
    return f"ref:refs/heads/{branch}" if branch is not None else f"ref:refs/tags/{tag}"


def _number(parameter: str, value: str | int | None) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        refuse_type(parameter, value, "the number that GitHub gave, as text or a number")
    checks.text(parameter, str(value), _NUMBER, "the number that GitHub gave", length=20)
    return str(value)
