"""Who on GitHub may deploy: exact subjects, the roles for it, and each way to open them too wide."""

from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match
from support.github_hub import HOST

from whomay.cdk import (
    AssumableRole,
    AssumeRoleAccess,
    Trust,
)
from whomay.cdk.jsii.rendered import rendered

PROVIDER = f"arn:<AWS::Partition>:iam::<AWS::AccountId>:oidc-provider/{HOST}"


def trust_policy(stack: Stack, *trusted: iam.PrincipalBase) -> list[dict[str, Any]]:
    made = iam.Role.from_role_arn(stack, "Other", "arn:aws:iam::111122223333:role/Other")
    role = AssumableRole(stack, "Role", access=[AssumeRoleAccess(made)], trusted=[*trusted])
    found: list[dict[str, Any]] = rendered(stack, role.assume_role_policy)["Statement"]
    return found


def by_hand(**conditions: Any) -> iam.PrincipalBase:
    """What a team writes without `Trust.github`."""
    return iam.WebIdentityPrincipal(f"arn:aws:iam::111122223333:oidc-provider/{HOST}", conditions)


def warnings(stack: Stack) -> list[str]:
    found = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    return [str(one.entry.data).split(" [ack:")[0] for one in found]


@pytest.mark.parametrize(
    ("arguments", "subject"),
    [
        ({"branch": "main"}, "repo:acme/app:ref:refs/heads/main"),
        ({"branch": "release/2026.1"}, "repo:acme/app:ref:refs/heads/release/2026.1"),
        ({"tag": "v1.2.0"}, "repo:acme/app:ref:refs/tags/v1.2.0"),
        ({"environment": "production"}, "repo:acme/app:environment:production"),
        ({"environment": "eu production"}, "repo:acme/app:environment:eu production"),
        (
            {"environment": "production", "owner_id": 123456, "repository_id": "456789"},
            "repo:acme@123456/app@456789:environment:production",
        ),
        (
            {"branch": "main", "owner_id": 1, "repository_id": 2, "migrating": True},
            ["repo:acme@1/app@2:ref:refs/heads/main", "repo:acme/app:ref:refs/heads/main"],
        ),
    ],
)
def test_subject_and_audience_are_exact(
    stack: Stack, arguments: dict[str, Any], subject: str | list[str]
) -> None:
    assert trust_policy(stack, Trust.github("acme", "app", **arguments)) == [
        {
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {f"{HOST}:aud": "sts.amazonaws.com", f"{HOST}:sub": subject}
            },
            "Effect": "Allow",
            "Principal": {"Federated": PROVIDER},
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {},
            "branch: got None; allowed is one of branch, tag and environment; a trust in the whole",
        ),
        (
            {"branch": "*"},
            r"branch: got '\*'; allowed is one branch by its name, such as main; git",
        ),
        ({"branch": "release/*"}, r"branch: got 'release/\*'; allowed is one branch by its name"),
        ({"branch": "ma?n"}, r"branch: got 'ma\?n'; allowed is one branch by its name"),
        ({"branch": "refs/heads/main"}, "branch: got 'refs/heads/main'; allowed is one branch by"),
        ({"branch": "refs/pull/1/merge"}, "branch: got 'refs/pull/1/merge'; allowed is one branch"),
        ({"branch": "a..b"}, r"branch: got 'a\.\.b'; allowed is one branch by its name"),
        ({"branch": "a b"}, "branch: got 'a b'; allowed is one branch by its name"),
        ({"branch": ""}, "branch: got ''; allowed is 1 to 244 characters"),
        ({"branch": ["main"]}, r"branch: got list \['main'\]; allowed is a string: one branch"),
        ({"tag": "v*"}, r"tag: got 'v\*'; allowed is one tag by its name, such as v1\.2\.0"),
        ({"environment": "*"}, r"environment: got '\*'; allowed is one environment by its name"),
        (
            {"environment": "${$}"},
            r"environment: got '\$\{\$\}'; .* IAM would read a policy variab",
        ),
        (
            {"branch": "a${$}"},
            r"branch: got 'a\$\{\$\}'; allowed is one branch by its name, without",
        ),
        ({"environment": "a:b"}, "environment: got 'a:b'; allowed is one environment by its name"),
        (
            {"branch": "main", "environment": "production"},
            (
                "branch: got \"branch='main', environment='production'\"; allowed is one of branch, "
                "tag and environment; a job that uses an environment sends its name in place of"
            ),
        ),
        (
            {"branch": "main", "owner_id": 1},
            "both numbers or neither; GitHub sends both or neither",
        ),
        (
            {"branch": "main", "owner_id": True, "repository_id": 2},
            "owner_id: got bool True; allowed is the number that GitHub gave",
        ),
        (
            {"branch": "main", "owner_id": "01", "repository_id": 2},
            "owner_id: got '01'; allowed is the number that GitHub gave",
        ),
        (
            {"branch": "main", "owner_id": "*", "repository_id": "*"},
            r"owner_id: got '\*'; allowed is the number that GitHub gave",
        ),
        (
            {"branch": "main", "migrating": True},
            "migrating: got True; allowed is True with owner_id",
        ),
    ],
)
def test_a_job_is_named_exactly(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Trust.github("acme", "app", **arguments)


@pytest.mark.parametrize(
    ("owner", "repository", "message"),
    [
        ("*", "app", r"owner: got '\*'; allowed is a GitHub user or organization"),
        ("acme", "*", r"repository: got '\*'; allowed is a repository, without its owner"),
        ("acme", "..", r"repository: got '\.\.'; allowed is a repository, without its owner"),
        ("acme", "app.git", r"repository: got 'app\.git'; .* without its owner and \.git"),
        ("acme", "a?p", r"repository: got 'a\?p'; allowed is a repository"),
        ("acme", "acme/app", "repository: got 'acme/app'; allowed is a repository, without its"),
        ("acme:x", "app", "owner: got 'acme:x'; allowed is a GitHub user or organization"),
        (None, "app", "owner: got None; allowed is a GitHub user or organization"),
    ],
)
def test_a_repository_is_named_exactly(owner: Any, repository: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Trust.github(owner, repository, branch="main")


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringLike": {f"{HOST}:sub": "repo:*", f"{HOST}:aud": "sts.amazonaws.com"}},
        {"StringLike": {f"{HOST}:sub": "repo:acme/*", f"{HOST}:aud": "sts.amazonaws.com"}},
        {"StringLike": {f"{HOST}:sub": "repo:acme/app:*", f"{HOST}:aud": "sts.amazonaws.com"}},
        {
            "StringLike": {
                f"{HOST}:sub": ["repo:acme/app:ref:refs/heads/main", "*"],
                f"{HOST}:aud": "sts.amazonaws.com",
            }
        },
        {
            "StringLike": {
                f"{HOST}:sub": [
                    "repo:acme/app:ref:refs/heads/main",
                    "repo:acme/app:ref:refs/heads/*",
                ],
                f"{HOST}:aud": "sts.amazonaws.com",
            }
        },
        {
            "StringEquals": {
                f"{HOST}:sub": "repo:acme/app:pull_request",
                f"{HOST}:aud": "sts.amazonaws.com",
            }
        },
        {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"}},
        {"StringEquals": {f"{HOST}:sub": "repo:acme/app:ref:refs/heads/main"}},
    ],
)
def test_a_principal_made_by_hand_is_held_to_the_same(
    stack: Stack, conditions: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"^trusted"):
        trust_policy(stack, by_hand(**conditions))


def test_an_identity_provider_is_not_assumed_as_a_user_is(stack: Stack) -> None:
    principal = iam.FederatedPrincipal(
        f"arn:aws:iam::111122223333:oidc-provider/{HOST}",
        {
            "StringEquals": {
                f"{HOST}:sub": "repo:acme/app:ref:refs/heads/main",
                f"{HOST}:aud": "sts.amazonaws.com",
            }
        },
        "sts:AssumeRole",
    )
    with pytest.raises(ValueError, match="allowed is sts:AssumeRoleWithWebIdentity"):
        trust_policy(stack, principal)


def test_capitals_are_warned_of_because_the_comparison_is_exact(stack: Stack) -> None:
    trust_policy(stack, Trust.github("Acme", "app", branch="main"))
    assert warnings(stack) == [
        (
            "repo:Acme/app:ref:refs/heads/main: the comparison is exact, so write Acme/app as GitHub "
            "does"
        )
    ]


def test_an_organization_is_a_star_held_to_its_id(stack: Stack) -> None:
    assert trust_policy(stack, Trust.organization("o-a1b2c3d4e5", mfa=True)) == [
        {
            "Action": "sts:AssumeRole",
            "Condition": {
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
            },
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
        }
    ]


@pytest.mark.parametrize("id", [None, "", "*", "o-*", "o-A1B2C3D4E5", 1])
def test_an_organization_is_named_by_its_id(id: Any) -> None:
    with pytest.raises(ValueError, match=r"^(organization_)?id: got "):
        Trust.organization(id)
