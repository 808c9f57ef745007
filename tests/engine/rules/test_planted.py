"""Mistakes that other tools were measured to miss: each is seen, and named for what it is."""

from pathlib import Path
from typing import Any

import pytest
from support.rule_examples import found_in, ids, role_allowed, role_trusting

GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"
SUBJECT = "repo:octo-org/octo-repo:environment:prod"


def trusted(principal: Any, action: str = "sts:AssumeRole", **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return role_trusting(statement | ({"Condition": condition} if condition else {}))


def by_token(**claims: str) -> dict[str, Any]:
    condition = {f"{GITHUB}:{claim}": value for claim, value in claims.items()}
    operator = "StringLike" if "*" in "".join(claims.values()) else "StringEquals"
    return trusted(
        {"Federated": PROVIDER}, "sts:AssumeRoleWithWebIdentity", **{operator: condition}
    )


def allowed(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return role_allowed({"Effect": "Allow", "Action": action, "Resource": resource, **more})


def access_key(**sections: Any) -> dict[str, Any]:
    key = {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "ada"}}
    return {"Resources": {"Key": key}, **sections}


# Seen by none of six cdk-nag packs, CloudFormation Validate, cfn-lint, checkov, Control Tower's
# rules for cfn-guard and parliament.
SEEN_BY_NOBODY: dict[str, tuple[dict[str, Any], str]] = {
    "wildcard ?": (
        allowed("s3:GetObject", "arn:aws:s3:::one-bucke?/*"),
        "question-mark[arn:aws:s3:::one-bucke?/*]",
    ),
    "ARN of another partition": (
        allowed("s3:GetObject", "arn:aws-cn:s3:::one-bucket/*"),
        "other-partition[arn:aws-cn:s3:::one-bucket/*]",
    ),
    "wildcard in StringEquals": (
        allowed("s3:ListBucket", Condition={"StringEquals": {"s3:prefix": "home/*"}}),
        "guard-literal-wildcard[s3:prefix=home/*]",
    ),
    "trust of everyone": (trusted("*"), "trust-everyone[*]"),
    "own account without a condition": (
        trusted({"AWS": "arn:aws:iam::111122223333:root"}),
        "trust-own-account[arn:aws:iam::111122223333:root]",
    ),
    "third party without an external id": (
        trusted({"AWS": "arn:aws:iam::444455556666:root"}),
        "trust-other-account[arn:aws:iam::444455556666:root]",
    ),
    "OIDC without sub": (by_token(aud="sts.amazonaws.com"), "oidc-guard[sub]"),
    "OIDC for every repository": (
        by_token(aud="sts.amazonaws.com", sub="repo:*"),
        "oidc-guard[sub=repo:*]",
    ),
    "OIDC for an organization, without aud": (by_token(sub="repo:octo-org/*"), "oidc-guard[aud]"),
    "OIDC by sts:AssumeRole": (
        trusted(
            {"Federated": PROVIDER},
            StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": SUBJECT},
        ),
        f"federated-action[{PROVIDER}]",
    ),
    "MFA of a service": (
        trusted({"Service": "lambda.amazonaws.com"}, Bool={"aws:MultiFactorAuthPresent": "true"}),
        "service-condition[aws:MultiFactorAuthPresent-of-lambda.amazonaws.com]",
    ),
    "service for any account": (
        trusted({"Service": "ssm.amazonaws.com"}),
        "service-source-account[ssm.amazonaws.com]",
    ),
    "service of China": (
        trusted({"Service": "ec2.amazonaws.com.cn"}),
        "service-unknown[ec2.amazonaws.com.cn]",
    ),
    "service that does not exist": (
        trusted({"Service": "nosuchthing.amazonaws.com"}),
        "service-unknown[nosuchthing.amazonaws.com]",
    ),
    "secret key in an output": (
        access_key(Outputs={"Out": {"Value": {"Fn::GetAtt": ["Key", "SecretAccessKey"]}}}),
        "secret-exposed[Outputs.Out.Value]",
    ),
    "key without a place for its secret": (access_key(), "access-key"),
}

# Of these, four cdk-nag packs and CDK's own validation named one: NotAction.
RISKY: dict[str, tuple[dict[str, Any], str]] = {
    "trust of everyone": SEEN_BY_NOBODY["trust of everyone"],
    "another account": SEEN_BY_NOBODY["third party without an external id"],
    "GitHub without sub": SEEN_BY_NOBODY["OIDC without sub"],
    "GitHub for every repository": SEEN_BY_NOBODY["OIDC for every repository"],
    "NotResource": (
        role_allowed({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::secret/*"}),
        "allow-except[NotResource]",
    ),
    "NotAction": (
        role_allowed({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
        "allow-except[NotAction]",
    ),
    "PassRole and RunInstances": (
        role_allowed(
            [
                {
                    "Effect": "Allow",
                    "Action": "iam:PassRole",
                    "Resource": "arn:aws:iam::111122223333:role/admin",
                },
                {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"},
            ]
        ),
        "pass-role-run[arn:aws:iam::111122223333:role/admin]",
    ),
    "policies of its own": (
        allowed(["iam:CreatePolicyVersion", "iam:AttachRolePolicy", "iam:PutRolePolicy"]),
        "writes-own-policy[iam:AttachRolePolicy,iam:CreatePolicyVersion,iam:PutRolePolicy]",
    ),
    "another account's administrator": (
        allowed("sts:AssumeRole", "arn:aws:iam::444455556666:role/Admin"),
        "assume-role-outside[arn:aws:iam::444455556666:role/Admin]",
    ),
    "public bucket": (
        {
            "Resources": {
                "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
                "Policy": {
                    "Type": "AWS::S3::BucketPolicy",
                    "Properties": {
                        "Bucket": {"Ref": "Bucket"},
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": {
                                "Effect": "Allow",
                                "Principal": "*",
                                "Action": "s3:GetObject",
                                "Resource": {"Fn::Sub": "${Bucket.Arn}/*"},
                            },
                        },
                    },
                },
            }
        },
        "public-resource[s3:GetObject]",
    ),
    "access key of a user": SEEN_BY_NOBODY["key without a place for its secret"],
}


# Named by some of those tools, and not by these rules until the tools' findings were compared.
SEEN_BY_OTHERS: dict[str, tuple[dict[str, Any], str]] = {
    "a service's whole set of actions": (
        allowed("s3:*", "arn:aws:s3:::reports/*"),
        "full-access[s3:*]",
    ),
    "every bucket": (
        allowed("s3:GetObject", "arn:aws:s3:::*"),
        "any-bucket[arn:aws:s3:::*]",
    ),
    "buckets by the beginning of a name": (
        allowed("s3:GetObject", "arn:aws:s3:::my-*"),
        "any-bucket[arn:aws:s3:::my-*]",
    ),
    "a Sid that AWS refuses": (
        allowed("s3:GetObject", "arn:aws:s3:::reports/*", Sid="read it"),
        "policy-refused[Sid=read-it]",
    ),
    "a role name that AWS refuses": (
        role_allowed([], RoleName="report reader"),
        "name-refused[RoleName=report-reader]",
    ),
    "a variable under the old Version": (
        {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "PolicyDocument": {
                    "Version": "2008-10-17",
                    "Statement": {
                        "Effect": "Allow",
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::reports/${aws:username}/*",
                    },
                }
            },
        },
        "variable-ignored[arn:aws:s3:::reports/$aws:username/*]",
    ),
    "CreatePolicyVersion on one policy": (
        allowed("iam:CreatePolicyVersion", "arn:aws:iam::111122223333:policy/Reports"),
        "policy-version[arn:aws:iam::111122223333:policy/Reports]",
    ),
    "sessions over twelve hours": (
        role_allowed([], MaxSessionDuration=86400),
        "name-refused[MaxSessionDuration=86400]",
    ),
    "Resource in a trust policy": (
        role_trusting(
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Resource": "*",
            }
        ),
        "policy-refused[Resource]",
    ),
    "a service in capitals": (
        allowed("iam:GetRole", "arn:aws:IAM::111122223333:Role/Reports"),
        "never-matches[iam:GetRole]",
    ),
    "a user's inline policy": (
        {
            "Type": "AWS::IAM::User",
            "Properties": {
                "Policies": [
                    {
                        "PolicyName": "Read",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": {
                                "Effect": "Allow",
                                "Action": "s3:GetObject",
                                "Resource": "arn:aws:s3:::reports/*",
                            },
                        },
                    }
                ]
            },
        },
        "user-policy[Read]",
    ),
    "a bucket's ARN as a service's only source": (
        trusted(
            {"Service": "s3.amazonaws.com"},
            ArnLike={"aws:SourceArn": "arn:aws:s3:::reports"},
        ),
        "source-bucket[arn:aws:s3:::reports]",
    ),
    "another bucket's ARN in a bucket's policy": (
        {
            "Resources": {
                "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
                "Policy": {
                    "Type": "AWS::S3::BucketPolicy",
                    "Properties": {
                        "Bucket": {"Ref": "Bucket"},
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": {
                                "Effect": "Allow",
                                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                                "Action": "s3:GetObject",
                                "Resource": "arn:aws:s3:::another-bucket/*",
                            },
                        },
                    },
                },
            }
        },
        "other-bucket[arn:aws:s3:::another-bucket/*]",
    ),
    "the trust of any role": (
        allowed("iam:UpdateAssumeRolePolicy"),
        "escalation-outside[iam:UpdateAssumeRolePolicy]",
    ),
}


def seen(folder: Path, planted: dict[str, Any]) -> list[str]:
    template = planted if "Resources" in planted else {"Resources": {"Role": planted}}
    return ids(found_in(folder, template))


@pytest.mark.parametrize("name", SEEN_BY_NOBODY)
def test_what_nobody_else_sees_is_seen(name: str, tmp_path: Path) -> None:
    planted, finding = SEEN_BY_NOBODY[name]
    assert finding in seen(tmp_path, planted)


@pytest.mark.parametrize("name", RISKY)
def test_a_risky_construct_is_named(name: str, tmp_path: Path) -> None:
    planted, finding = RISKY[name]
    assert finding in seen(tmp_path, planted)


@pytest.mark.parametrize("name", SEEN_BY_OTHERS)
def test_what_others_see_is_seen(name: str, tmp_path: Path) -> None:
    planted, finding = SEEN_BY_OTHERS[name]
    assert finding in seen(tmp_path, planted)


def test_the_lists_are_whole() -> None:
    assert (len(SEEN_BY_NOBODY), len(RISKY), len(SEEN_BY_OTHERS)) == (16, 11, 14)
