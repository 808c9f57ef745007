"""What is said of a broken statement of a contract: where, why, and what to change."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role
from support.contract_asking import (
    BUCKET_ARN,
    OBJECTS,
    ask,
    inline,
    listing,
    requests,
    statement,
    trust,
)

from whomay.engine.contract.statement import Stated
from whomay.metadata.records import StatementKind

ROLE_SHOWN = "arn:aws:iam::111122223333:role/<S.Role>"
BROKEN: dict[str, tuple[Stated, dict[str, Any], list[str]]] = {
    "must_allow of what nothing allows": (
        requests(StatementKind.MUST_ALLOW, "s3:DeleteObject"),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
        [
            "app.py:7: must_allow is broken",
            (
                "S/Role must be allowed s3:DeleteObject on arn:aws:s3:::<S.Bucket>/report.csv, and is "
                "not"
            ),
            (
                "because: no identity statement allows it; nearest is statement 0 of S/Role P: it does "
                "not allow the action s3:DeleteObject"
            ),
            "to fix it: allow it in the identity policy of S/Role",
        ],
    ),
    "must_allow of what is denied": (
        requests(StatementKind.MUST_ALLOW, "s3:GetObject"),
        {
            "Role": inline(
                statement("s3:GetObject", OBJECTS), statement("s3:Get*", effect="Deny", Sid="No")
            )
        },
        [
            "app.py:7: must_allow is broken",
            "S/Role must be allowed s3:GetObject on arn:aws:s3:::<S.Bucket>/report.csv, and is not",
            "because: denied by identity: statement No of S/Role P",
            "to fix it: make an exception in statement No of S/Role P",
        ],
    ),
    "must_allow under a free key": (
        requests(StatementKind.MUST_ALLOW, "s3:ListBucket", BUCKET_ARN),
        {
            "Role": inline(
                statement("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "in/*"}})
            )
        },
        [
            "app.py:7: must_allow is broken",
            "S/Role must be allowed s3:ListBucket on arn:aws:s3:::<S.Bucket>, and is not",
            (
                "because: no identity statement allows it; nearest is statement 0 of S/Role P: "
                "StringLike s3:prefix in/* fails: the request has no such key"
            ),
            (
                "to fix it: state that s3:prefix=in/x is given, under which it holds, or drop the "
                "condition"
            ),
        ],
    ),
    "must_allow of part of a pattern": (
        requests(StatementKind.MUST_ALLOW, "s3:GetObject", f"{BUCKET_ARN}/*"),
        {"Role": inline(statement("s3:GetObject", {"Fn::Sub": "${Bucket.Arn}/in/*"}))},
        [
            "app.py:7: must_allow is broken",
            "S/Role must be allowed s3:GetObject on arn:aws:s3:::<S.Bucket>/x, and is not",
            (
                "because: no identity statement allows it; nearest is statement 0 of S/Role P: it "
                "covers only arn:aws:s3:::<S.Bucket>/in/*, not arn:aws:s3:::<S.Bucket>/x"
            ),
            "to fix it: allow it in the identity policy of S/Role",
        ],
    ),
    "must_not_allow of a pattern that covers it": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:Delete*", "*"),
        {"Role": inline(statement("s3:DeleteObject", OBJECTS))},
        [
            "app.py:7: must_not_allow is broken",
            "S/Role may s3:DeleteObject on arn:aws:s3:::<S.Bucket>/x",
            "because: allowed by identity: statement 0 of S/Role P",
            "to fix it: narrow statement 0 of S/Role P, or deny it",
        ],
    ),
    "must_not_allow under a condition that can be met": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:GetObject"),
        {
            "Role": inline(
                statement("s3:GetObject", Condition={"Bool": {"aws:SecureTransport": "false"}})
            )
        },
        [
            "app.py:7: must_not_allow is broken",
            (
                "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/report.csv with "
                "aws:securetransport=false"
            ),
            "because: allowed by identity: statement 0 of S/Role P",
            "to fix it: narrow statement 0 of S/Role P, or deny it",
        ],
    ),
    "may_only less than is allowed": (
        listing(StatementKind.MAY_ONLY, statement("s3:GetObject", f"{BUCKET_ARN}/in/*")),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
        [
            "app.py:7: may_only is broken",
            "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/x",
            "because: allowed by identity: statement 0 of S/Role P",
            (
                "to fix it: narrow statement 0 of S/Role P, or add it to may_only at app.py:7 if it "
                "is meant"
            ),
        ],
    ),
    "may_only under a condition that the policy lost": (
        listing(
            StatementKind.MAY_ONLY,
            statement("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "in/*"}}),
        ),
        {"Role": inline(statement("s3:ListBucket"))},
        [
            "app.py:7: may_only is broken",
            "S/Role may s3:ListBucket on arn:aws:s3:::example",
            "because: allowed by identity: statement 0 of S/Role P",
            (
                "to fix it: narrow statement 0 of S/Role P, or add it to may_only at app.py:7 if it "
                "is meant"
            ),
        ],
    ),
    "may_only without what a bucket's policy grants": (
        listing(StatementKind.MAY_ONLY),
        {
            "Role": role(),
            "Policy": {
                "Type": "AWS::S3::BucketPolicy",
                "Properties": {
                    "Bucket": {"Ref": "Bucket"},
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": statement(
                            "s3:GetObject",
                            OBJECTS,
                            Principal={"AWS": {"Fn::GetAtt": ["Role", "Arn"]}},
                        ),
                    },
                },
            },
        },
        [
            "app.py:7: may_only is broken",
            "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/x",
            "because: allowed by resource: statement 0 of S/Policy",
            (
                "to fix it: narrow statement 0 of S/Policy, or add it to may_only at app.py:7 if it "
                "is meant"
            ),
        ],
    ),
    "may_only without a role of another account": (
        listing(StatementKind.MAY_ONLY),
        {"Role": inline(statement("sts:AssumeRole", "arn:aws:iam::444455556666:role/theirs"))},
        [
            "app.py:7: may_only is broken",
            "S/Role may sts:AssumeRole on arn:aws:iam::444455556666:role/theirs",
            "because: allowed by trust: statement 0 of a policy outside the assembly; identity: statement 0 of S/Role P",
            (
                "to fix it: narrow statement 0 of S/Role P, or add it to may_only at "
                "app.py:7 if it is meant"
            ),
        ],
    ),
    "assumable_only_by one service, while another is trusted": (
        listing(
            StatementKind.ASSUMABLE_ONLY_BY,
            {"Effect": "Allow", "Action": "sts:*", "Principal": {"Service": "ec2.amazonaws.com"}},
        ),
        {"Role": trust({"Principal": {"Service": ["ec2.amazonaws.com", "ssm.amazonaws.com"]}})},
        [
            "app.py:7: assumable_only_by is broken",
            "ssm.amazonaws.com can become S/Role by sts:AssumeRole on " + ROLE_SHOWN,
            "because: allowed by statement 0 of S/Role trust policy",
            (
                "to fix it: narrow the trust policy, or list whom it trusts in assumable_only_by at "
                "app.py:7"
            ),
        ],
    ),
    "assumable_only_by one user, while its account is trusted": (
        listing(
            StatementKind.ASSUMABLE_ONLY_BY,
            {
                "Effect": "Allow",
                "Action": "sts:*",
                "Principal": {"AWS": "arn:aws:iam::444455556666:user/u"},
            },
        ),
        {"Role": trust({"Principal": {"AWS": "arn:aws:iam::444455556666:root"}})},
        [
            "app.py:7: assumable_only_by is broken",
            "arn:aws:iam::444455556666:user/somebody can become S/Role by sts:AssumeRole on "
            + ROLE_SHOWN,
            "because: allowed by statement 0 of S/Role trust policy",
            (
                "to fix it: narrow the trust policy, or list whom it trusts in assumable_only_by at "
                "app.py:7"
            ),
        ],
    ),
    "assumable_only_by with an external id that the trust lost": (
        listing(
            StatementKind.ASSUMABLE_ONLY_BY,
            {
                "Effect": "Allow",
                "Action": "sts:*",
                "Principal": {"AWS": "arn:aws:iam::444455556666:user/u"},
                "Condition": {"StringEquals": {"sts:ExternalId": "x"}},
            },
        ),
        {"Role": trust({"Principal": {"AWS": "arn:aws:iam::444455556666:user/u"}})},
        [
            "app.py:7: assumable_only_by is broken",
            "arn:aws:iam::444455556666:user/u can become S/Role by sts:AssumeRole on " + ROLE_SHOWN,
            "because: allowed by statement 0 of S/Role trust policy",
            (
                "to fix it: narrow the trust policy, or list whom it trusts in assumable_only_by at "
                "app.py:7"
            ),
        ],
    ),
    "cannot_reach by itself": (
        requests(StatementKind.CANNOT_REACH, "iam:CreateUser", "*"),
        {"Role": inline(statement("iam:*"))},
        [
            "app.py:7: cannot_reach is broken",
            "S/Role may iam:CreateUser on arn:aws:iam::111122223333:user/example",
            "because: allowed by identity: statement 0 of S/Role P",
            "to fix it: narrow statement 0 of S/Role P, or deny it",
        ],
    ),
    "cannot_reach through two roles": (
        requests(StatementKind.CANNOT_REACH, "iam:CreateUser", "*"),
        {
            "Role": inline(statement("sts:AssumeRole", {"Fn::GetAtt": ["Next", "Arn"]})),
            "Next": {
                **trust({"Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}),
            },
            "Hop": {
                "Type": "AWS::IAM::RolePolicy",
                "Properties": {
                    "RoleName": {"Ref": "Next"},
                    "PolicyName": "Hop",
                    "PolicyDocument": {
                        "Statement": statement("sts:AssumeRole", {"Fn::GetAtt": ["Last", "Arn"]})
                    },
                },
            },
            "Last": trust({"Principal": {"AWS": {"Fn::GetAtt": ["Next", "Arn"]}}}),
            "Admin": {
                "Type": "AWS::IAM::RolePolicy",
                "Properties": {
                    "RoleName": {"Ref": "Last"},
                    "PolicyName": "Admin",
                    "PolicyDocument": {"Statement": statement("*")},
                },
            },
        },
        [
            "app.py:7: cannot_reach is broken",
            (
                "S/Last may iam:CreateUser on arn:aws:iam::111122223333:user/example, which S/Role becomes by sts:AssumeRole on "
                "arn:aws:iam::111122223333:role/<S.Next>, then sts:AssumeRole on "
                "arn:aws:iam::111122223333:role/<S.Last>"
            ),
            "because: allowed by identity: statement 0 of S/Admin Admin",
            "to fix it: narrow statement 0 of S/Admin Admin, or close the way to it",
        ],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_statement_says_where_why_and_what_to_change(tmp_path: Path, case: str) -> None:
    stated, resources, lines = BROKEN[case]
    result = ask(tmp_path, stated, **resources)

    assert result.lines() == lines
    assert result.finding.witness is not None
