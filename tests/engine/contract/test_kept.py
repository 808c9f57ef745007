"""Statements of a contract that are kept, by what the template holds."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role, snapshot_of_template
from support.contract_asking import (
    AT,
    BUCKET_ARN,
    OBJECTS,
    ask,
    inline,
    listing,
    requests,
    statement,
    trust,
)

from whomay.engine.contract.check import check
from whomay.engine.contract.finding import Outcome
from whomay.engine.contract.statement import Stated
from whomay.metadata.records import StatementKind

KEPT: dict[str, tuple[Stated, dict[str, Any]]] = {
    "must_allow on one object": (
        requests(StatementKind.MUST_ALLOW, "s3:GetObject"),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
    ),
    "must_allow on all objects": (
        requests(StatementKind.MUST_ALLOW, ["s3:GetObject", "s3:PutObject"], f"{BUCKET_ARN}/*"),
        {"Role": inline(statement(["s3:GetObject", "s3:Put*"], OBJECTS))},
    ),
    "must_allow with an ordinary key": (
        requests(StatementKind.MUST_ALLOW, "s3:GetObject"),
        {
            "Role": inline(
                statement("s3:GetObject", OBJECTS),
                statement("*", effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}),
            )
        },
    ),
    "must_allow with a given key": (
        requests(StatementKind.MUST_ALLOW, "s3:ListBucket", BUCKET_ARN, **{"s3:prefix": "in/a"}),
        {
            "Role": inline(
                statement(
                    "s3:ListBucket",
                    {"Fn::GetAtt": ["Bucket", "Arn"]},
                    Condition={"StringLike": {"s3:prefix": "in/*"}},
                )
            )
        },
    ),
    "must_not_allow of another action": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:Delete*", "*"),
        {"Role": inline(statement(["s3:GetObject", "s3:PutObject"], OBJECTS))},
    ),
    "must_not_allow by an explicit deny": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:Delete*", "*"),
        {"Role": inline(statement("*"), statement("s3:Delete*", effect="Deny"))},
    ),
    "must_not_allow under a given key": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:GetObject", **{"aws:securetransport": "false"}),
        {
            "Role": inline(
                statement("s3:GetObject", Condition={"Bool": {"aws:SecureTransport": "true"}})
            )
        },
    ),
    "may_only what is allowed": (
        listing(StatementKind.MAY_ONLY, statement("s3:GetObject", f"{BUCKET_ARN}/*")),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
    ),
    "may_only more than is allowed": (
        listing(StatementKind.MAY_ONLY, statement("s3:*", "*"), statement("ec2:*", "*")),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
    ),
    "may_only nothing": (listing(StatementKind.MAY_ONLY), {"Role": role()}),
    "may_only with a narrower condition": (
        listing(
            StatementKind.MAY_ONLY, statement("s3:*", Condition={"Null": {"s3:prefix": "false"}})
        ),
        {
            "Role": inline(
                statement("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "in/*"}})
            )
        },
    ),
    "assumable_only_by whom it trusts": (
        listing(
            StatementKind.ASSUMABLE_ONLY_BY,
            {"Effect": "Allow", "Action": "sts:*", "Principal": {"Service": "ec2.amazonaws.com"}},
        ),
        {"Role": role()},
    ),
    "assumable_only_by an account, of which one user is trusted": (
        listing(
            StatementKind.ASSUMABLE_ONLY_BY,
            {"Effect": "Allow", "Action": "sts:*", "Principal": {"AWS": "444455556666"}},
        ),
        {"Role": trust({"Principal": {"AWS": "arn:aws:iam::444455556666:user/u"}})},
    ),
    "assumable_only_by without the condition that the trust has": (
        listing(
            StatementKind.ASSUMABLE_ONLY_BY,
            {"Effect": "Allow", "Action": "sts:*", "Principal": {"AWS": "444455556666"}},
        ),
        {
            "Role": trust(
                {
                    "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
                    "Condition": {"StringEquals": {"sts:ExternalId": "x"}},
                }
            )
        },
    ),
    "cannot_reach without any way": (
        requests(StatementKind.CANNOT_REACH, "iam:*", "*"),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
    ),
    "cannot_reach what no assumable role may": (
        requests(StatementKind.CANNOT_REACH, "iam:*", "*"),
        {
            "Role": inline(statement("sts:AssumeRole", {"Fn::GetAtt": ["Next", "Arn"]})),
            "Next": trust({"Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}),
        },
    ),
    "cannot_reach a role that does not trust it": (
        requests(StatementKind.CANNOT_REACH, "iam:*", "*"),
        {
            "Role": inline(statement("sts:AssumeRole", {"Fn::GetAtt": ["Next", "Arn"]})),
            "Next": inline(statement("iam:*")),
        },
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_a_statement_is_kept(tmp_path: Path, case: str) -> None:
    stated, resources = KEPT[case]
    result = ask(tmp_path, stated, **resources)

    assert result.lines() == [f"{AT}: {stated.kind} is kept"]


def test_a_path_with_wildcards_speaks_of_every_principal_that_fits(tmp_path: Path) -> None:
    stated = Stated(StatementKind.MUST_NOT_ALLOW, AT, "S", "S/R*", ("iam:*",), ("*",))
    template = {"Resources": {"Role": role(), "Rogue": inline(statement("iam:*")), "Other": role()}}
    results = check([stated], snapshot_of_template(tmp_path, template)).results

    assert [(r.principal and r.principal.path, r.finding.outcome) for r in results] == [
        ("S/Role", Outcome.KEPT),
        ("S/Rogue", Outcome.BROKEN),
    ]


def test_what_is_assumed_is_said(tmp_path: Path) -> None:
    plain = {"Resources": {"Role": role()}}
    managed = role(ManagedPolicyArns=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"])
    environment = {"Resources": {"Role": managed}}
    always = (
        "resources outside the assembly carry no policy that grants",
        "requests may take any network path: a VPC endpoint's policy counts where aws:SourceVpce names it",
        "no service control policy was given, so none is taken to deny",
        "no resource control policy was given, so none is taken to deny",
    )

    assert check([], snapshot_of_template(tmp_path, plain)).assumed == always
    assert check([], snapshot_of_template(tmp_path, environment)).assumed == (
        *always,
        "AWS managed policies are as of 2026-09-30",
    )
