"""OIDC trust against the graded vectors of the package subvectors, its AWS suites.

A vector is one subject and one condition. The rule sees conditions alone, so what a vector leaves
open is filled in: an exact audience always, and an exact subject where a safe vector is about
another claim.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from support.rule_examples import found_in, role_trusting

ISSUERS = {
    "bitbucket": "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
    "circleci": "oidc.circleci.com/org/2a3b4c5d-1111-2222-3333-444455556666",
    "github": "token.actions.githubusercontent.com",
    "gitlab": "gitlab.com",
    "terraform-cloud": "app.terraform.io",
}
# The condition alone tells these from no safe one: the same condition is graded better for another
# subject, and what differs (a reused path, an SSH re-run, a twin environment) no policy can see.
NOT_IN_THE_POLICY = {
    "circleci-aws-ssh-rerun-debug-token-admitted": "circleci-aws-docs-projectid-aud-pin",
    "gh-aws-environment-colon-twin-collides": "gh-aws-environment-colon-encoded-exact",
    "gitlab-aws-path-reuse-no-projectid": "gitlab-aws-exact-branch-namebased-stringequals",
}
NUMBERED = ("gh-aws-immutable-exact-match", "gh-aws-all-repository-id-plus-sub")


def vectors() -> Iterator[dict[str, Any]]:
    for file in sorted(files("subvectors").joinpath("vectors").iterdir(), key=str):
        if file.name.endswith("-aws.json"):
            yield from json.loads(file.read_text("utf-8"))["vectors"]


VECTORS = {vector["id"]: vector for vector in vectors()}


def grade(vector: dict[str, Any]) -> str:
    return str((vector.get("judgment") or {}).get("grade"))


def conditions(vector: dict[str, Any], *, complete: bool) -> dict[str, dict[str, Any]]:
    """Write the vector's condition as IAM has it."""
    issuer = ISSUERS[vector["issuer"]]
    found: dict[str, dict[str, Any]] = {}
    whole = vector["condition"]
    for one in whole.get("of", [whole]):
        operator = {"aws-stringequals": "StringEquals", "aws-stringlike": "StringLike"}[
            one["consumer"]
        ]
        if "qualifier" in one:
            operator = f"{one['qualifier']}:{operator}"
        claim = one["claim"]
        key = claim if "/" in claim else f"{issuer}:{claim}"
        found.setdefault(operator, {})[key] = one["pattern"]
    keys = {key for keyed in found.values() for key in keyed}
    if f"{issuer}:aud" not in keys:
        found.setdefault("StringEquals", {})[f"{issuer}:aud"] = "sts.amazonaws.com"
    if complete and f"{issuer}:sub" not in keys:
        found.setdefault("StringEquals", {})[f"{issuer}:sub"] = (
            "repo:octo-org/octo-repo:ref:refs/heads/main"
        )
    return found


def findings_of(vector: dict[str, Any], folder: Path, *, complete: bool) -> list[str]:
    statement = {
        "Effect": "Allow",
        "Principal": {
            "Federated": f"arn:aws:iam::111122223333:oidc-provider/{ISSUERS[vector['issuer']]}"
        },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": conditions(vector, complete=complete),
    }
    return [f.id for f in found_in(folder, {"Resources": {"Role": role_trusting(statement)}})]


def named(wanted: str) -> list[str]:
    return [name for name, vector in VECTORS.items() if grade(vector) == wanted]


@pytest.mark.parametrize(
    "id", [name for name in named("dangerous") if name not in NOT_IN_THE_POLICY]
)
def test_a_dangerous_condition_is_found(id: str, tmp_path: Path) -> None:
    assert findings_of(VECTORS[id], tmp_path, complete=False)


@pytest.mark.parametrize("id", named("safe"))
def test_a_safe_condition_is_not_found_but_for_names(id: str, tmp_path: Path) -> None:
    """The vectors take a repository's name for its repository, whoever holds the name."""
    found = findings_of(VECTORS[id], tmp_path, complete=True)
    assert [each for each in found if not each.startswith("oidc-name")] == []
    assert bool(found) == (VECTORS[id]["issuer"] == "github" and id not in NUMBERED)


@pytest.mark.parametrize(("id", "same"), NOT_IN_THE_POLICY.items())
def test_an_excepted_vector_has_the_condition_of_a_better_one(id: str, same: str) -> None:
    assert grade(VECTORS[id]) == "dangerous"
    assert VECTORS[id]["condition"] == VECTORS[same]["condition"]
    assert grade(VECTORS[same]) != "dangerous"


def test_the_answer_key_is_whole() -> None:
    assert len(VECTORS) == 93
    assert {wanted: len(named(wanted)) for wanted in ("safe", "caution", "dangerous")} == {
        "safe": 22,
        "caution": 28,
        "dangerous": 31,
    }


GITHUB = ISSUERS["github"]


def trust_of_github(**claims: str) -> dict[str, Any]:
    exact = {f"{GITHUB}:{claim}": value for claim, value in claims.items()}
    like = {f"{GITHUB}:sub": "repo:acme/app:*"}
    return {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", **exact},
            "StringLike": like,
        },
    }


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"repository_id": "456789", "environment": "prod"}, []),
        (
            {"repository": "acme/app", "ref": "refs/heads/main"},
            ["oidc-name[sub=repo:acme/app:*]"],
        ),
        ({"repository_id": "456789"}, ["oidc-guard[sub=repo:acme/app:*]"]),
        (
            {"environment": "prod"},
            ["oidc-guard[sub=repo:acme/app:*]", "oidc-name[sub=repo:acme/app:*]"],
        ),
        (
            {"repository_id": "456789", "ref": "refs/heads/main", "iss": f"https://{GITHUB}"},
            [f"oidc-claim[{GITHUB}:iss]"],
        ),
    ],
)
def test_other_claims_of_github_may_name_the_workload(
    claims: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    role = role_trusting(trust_of_github(**claims))
    assert [each.id for each in found_in(tmp_path, {"Resources": {"Role": role}})] == expected


@pytest.mark.parametrize(
    ("subject", "by_name"),
    [
        ("repo:acme/app:ref:refs/heads/main", True),
        ("repo:acme@1/app@2:ref:refs/heads/main", False),
        ("repo:acme/app@2:ref:refs/heads/main", True),
        ("repo:acme@x/app@y:ref:refs/heads/main", True),
        ("repository_id:2:environment:prod", False),
        ("repository_owner_id:1:repo:acme/app:environment:prod", False),
        ("job_workflow_ref:acme/shared/.github/workflows/deploy.yml@refs/heads/main", True),
        (["repo:acme@1/app@2:environment:prod", "repo:acme/app:environment:prod"], True),
    ],
)
def test_a_name_of_github_needs_a_number(
    subject: str | list[str], by_name: bool, tmp_path: Path
) -> None:
    statement = trust_of_github()
    statement["Condition"] = {
        "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": subject}
    }
    [value] = subject[1:] if isinstance(subject, list) else [subject]
    found = [each.id for each in found_in(tmp_path, {"Resources": {"R": role_trusting(statement)}})]
    assert found == ([f"oidc-name[sub={value}]"] if by_name else [])


@pytest.mark.parametrize(
    ("claim", "operator", "value", "by_name"),
    [
        ("repository_id", "StringEquals", "2", False),
        ("repository_owner_id", "StringEquals", ["1", "2"], False),
        ("repository_id", "StringLike", "*", True),
        ("repository_id", "StringEqualsIfExists", "2", True),
        ("repository_id", "StringNotEquals", "2", True),
        ("repository", "StringEquals", "acme/app", True),
    ],
)
def test_a_number_counts_where_it_must_be_there(
    claim: str, operator: str, value: Any, by_name: bool, tmp_path: Path
) -> None:
    subject = "repo:acme/app:environment:prod"
    statement = trust_of_github(sub=subject)
    statement["Condition"]["StringLike"] = {"aws:RequestedRegion": "eu-west-1"}
    statement["Condition"].setdefault(operator, {})[f"{GITHUB}:{claim}"] = value
    found = [each.id for each in found_in(tmp_path, {"Resources": {"R": role_trusting(statement)}})]
    assert (f"oidc-name[sub={subject}]" in found) == by_name
