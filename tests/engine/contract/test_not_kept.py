"""Statements of a contract that are not known, capped by a boundary, wrong or contradictory."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role, snapshot_of_template
from support.contract_asking import (
    AT,
    BUCKET,
    BUCKET_ARN,
    OBJECTS,
    ask,
    inline,
    listing,
    requests,
    statement,
)

from whomay.engine.contract.check import check
from whomay.engine.contract.finding import Outcome
from whomay.engine.contract.statement import Stated
from whomay.iam.parse import parse_policy
from whomay.metadata.records import StatementKind


def closed(bucket: Any) -> dict[str, Any]:
    """The policy of a bucket that refuses everybody."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    properties = {"Bucket": bucket, "PolicyDocument": {"Statement": [deny]}}
    return {"Type": "AWS::S3::BucketPolicy", "Properties": properties}


FRESH = role(ManagedPolicyArns=["arn:aws:iam::aws:policy/FreshAccess"])
NOT_KNOWN: dict[str, tuple[Stated, dict[str, Any], str]] = {
    "must_allow by a policy that is not known": (
        requests(StatementKind.MUST_ALLOW, "s3:GetObject"),
        {"Role": FRESH},
        "not known: AWS managed policy FreshAccess is not in the table of policies",
    ),
    "must_not_allow by a policy that is not known": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:GetObject"),
        {"Role": FRESH},
        "not known: AWS managed policy FreshAccess is not in the table of policies",
    ),
    "may_only by a policy that is not known": (
        listing(StatementKind.MAY_ONLY, statement("s3:*")),
        {"Role": FRESH},
        "not known: AWS managed policy FreshAccess is not in the table of policies",
    ),
    "must_not_allow on a name that matches perhaps": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:GetObject"),
        {"Role": inline(statement("s3:GetObject", "arn:aws:s3:::app-*/*"))},
        "not known: statement 0 of S/Role P: it depends on a value that only the deployment knows",
    ),
    "must_allow on what is perhaps a bucket that nobody reaches": (
        requests(StatementKind.MUST_ALLOW, "s3:ListBucket", "arn:aws:s3:::app-*"),
        {
            "Role": inline(statement("s3:ListBucket", "arn:aws:s3:::app-*")),
            "Theirs": {"Type": "AWS::S3::Bucket"},
            "Closed": closed({"Ref": "Theirs"}),
        },
        "only the deployment tells whether it is one of arn:aws:s3:::app-*",
    ),
    "cannot_reach while a role of elsewhere may be assumed": (
        requests(StatementKind.CANNOT_REACH, "iam:*", "*"),
        {"Role": inline(statement("sts:AssumeRole", "arn:aws:iam::444455556666:role/theirs"))},
        "what a role outside the assembly may do is not known",
    ),
}


@pytest.mark.parametrize("case", NOT_KNOWN)
def test_what_is_not_known_is_never_kept(tmp_path: Path, case: str) -> None:
    stated, resources, because = NOT_KNOWN[case]
    result = ask(tmp_path, stated, **resources)

    assert result.finding.outcome is Outcome.UNKNOWN
    assert result.finding.because == because


def test_growth_that_a_boundary_caps_is_told_apart(tmp_path: Path) -> None:
    boundary = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": {"Statement": statement("s3:GetObject")}},
    }
    wide = inline(statement("s3:*", OBJECTS))
    wide["Properties"]["PermissionsBoundary"] = {"Ref": "Boundary"}
    stated = listing(StatementKind.MAY_ONLY, statement("s3:GetObject"))
    result = ask(tmp_path, stated, Role=wide, Boundary=boundary)

    assert result.finding.outcome is Outcome.CAPPED
    assert result.finding.said.startswith("S/Role would be allowed s3:")
    assert result.finding.because.startswith("no boundary statement allows it")


WRONG: dict[str, tuple[Stated, str]] = {
    "an action that AWS does not have": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:DeletObject"),
        (
            "AWS has no action 's3:DeletObject'; nearest: s3:DeleteObject, s3:GetObject, "
            "s3:DeleteObjectVersion"
        ),
    ),
    "a pattern that no action matches": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:Remove*"),
        "AWS has no action 's3:Remove*'",
    ),
    "a service that AWS does not have": (
        requests(StatementKind.MUST_NOT_ALLOW, "s4:GetObject"),
        "AWS has no service 's4'; nearest: ts, s3, es",
    ),
    "an action without service": (
        requests(StatementKind.MUST_NOT_ALLOW, "GetObject"),
        "action 'GetObject' has no service, as in s3:GetObject",
    ),
    "an object's action on a bucket": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:GetBucketAcl", f"{BUCKET_ARN}/*"),
        (
            "s3:GetBucketAcl does not act on arn:aws:s3:::<S.Bucket>/*; allowed is "
            "arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName} or "
            "arn:${Partition}:s3:::${BucketName}"
        ),
    ),
    "a resource of another service": (
        requests(StatementKind.MUST_NOT_ALLOW, "sts:AssumeRole", BUCKET_ARN),
        (
            "sts:AssumeRole does not act on arn:aws:s3:::<S.Bucket>; allowed is "
            "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"
        ),
    ),
    "an action that names no resource": (
        requests(StatementKind.MUST_ALLOW, "s3:ListAllMyBuckets", BUCKET_ARN),
        (
            "s3:ListAllMyBuckets does not act on arn:aws:s3:::<S.Bucket>; allowed is "
            "arn:${Partition}:s3:::*"
        ),
    ),
    "an action that needs no permission": (
        requests(StatementKind.MUST_NOT_ALLOW, "sts:GetCallerIdentity", "*"),
        "sts:GetCallerIdentity needs no permission: no policy can change the answer",
    ),
    "a given key that the principal settles": (
        requests(
            StatementKind.MUST_NOT_ALLOW,
            "s3:GetObject",
            **{"aws:principalarn": "arn:aws:iam::1:user/x"},
        ),
        "given names aws:principalarn, which follows from the principal: state that",
    ),
    "a given key that the resource settles": (
        requests(
            StatementKind.MUST_NOT_ALLOW,
            "s3:GetObject",
            **{"aws:resourceaccount": "999988887777"},
        ),
        "given names aws:resourceaccount, which follows from the resource: state that",
    ),
    "a given key that only a service sends": (
        requests(
            StatementKind.MUST_NOT_ALLOW, "s3:GetObject", **{"aws:sourcearn": "arn:aws:s3:::x"}
        ),
        "given names aws:sourcearn, which only a service sends: leave it out",
    ),
    "a given key that the action does not have": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:GetObject", **{"s3:prefix": "in/"}),
        "given names s3:prefix: no request for s3:GetObject carries it",
    ),
    "a given key that AWS does not have": (
        requests(StatementKind.MUST_NOT_ALLOW, "s3:GetObject", **{"aws:sourceiip": "10.0.0.1"}),
        "given names aws:sourceiip: AWS has no such condition key: did you mean aws:SourceIp?",
    ),
    "one action of two that acts on none of the resources": (
        requests(StatementKind.MUST_NOT_ALLOW, ["s3:GetObject", "sts:AssumeRole"]),
        (
            "sts:AssumeRole does not act on arn:aws:s3:::<S.Bucket>/report.csv; allowed is "
            "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"
        ),
    ),
    "a resource in may_only that no action acts on": (
        listing(StatementKind.MAY_ONLY, statement("sts:AssumeRole", ["*", BUCKET_ARN])),
        (
            "sts:AssumeRole does not act on arn:aws:s3:::<S.Bucket>; allowed is "
            "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"
        ),
    ),
    "a pattern of principals that matches nobody": (
        Stated(StatementKind.MUST_NOT_ALLOW, AT, "S", "S/Admin*", ("s3:*",), ("*",)),
        "no role or user is called 'S/Admin*'; nearest: S/Role, S/User",
    ),
    "a principal that does not exist": (
        Stated(StatementKind.MUST_NOT_ALLOW, AT, "S", "S/Rolle", ("s3:*",), ("*",)),
        "no role or user is called 'S/Rolle'; nearest: S/Role, S/User",
    ),
    "a user as a role": (
        Stated(
            StatementKind.ASSUMABLE_ONLY_BY,
            AT,
            "S",
            "S/User",
            policy=parse_policy({"Statement": []}),
        ),
        "S/User is a user: only a role can be assumed",
    ),
    "an action in may_only that AWS does not have": (
        listing(StatementKind.MAY_ONLY, statement("s3:GetObjct")),
        "AWS has no action 's3:GetObjct'; nearest: s3:GetObject, s3:GetObjectAcl, s3:PutObject",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_statement_that_says_nothing_is_an_error(tmp_path: Path, case: str) -> None:
    stated, said = WRONG[case]
    result = ask(tmp_path, stated, Role=role(), User={"Type": "AWS::IAM::User"})

    assert result.lines() == [f"{AT}: {stated.kind} is wrong", said]
    assert result.principal is None


def test_a_key_of_services_may_be_given_as_absent(tmp_path: Path) -> None:
    given = (("aws:sourcearn", ()),)
    stated = Stated(
        StatementKind.MUST_NOT_ALLOW, AT, "S", "S/Role", ("s3:GetObject",), ("*",), given
    )
    reading = inline(statement("s3:GetObject", Condition={"Null": {"aws:SourceArn": "true"}}))

    assert ask(tmp_path, stated, Role=reading).finding.outcome is Outcome.BROKEN


def test_statements_that_contradict_each_other_show_both_lines(tmp_path: Path) -> None:
    wanted = requests(StatementKind.MUST_ALLOW, "s3:PutObject", f"{BUCKET_ARN}/a/*")
    refused = Stated(
        StatementKind.MUST_NOT_ALLOW, "app.py:9", "S", "S/*", ("s3:Put*",), (f"{BUCKET_ARN}/a/b",)
    )
    apart = Stated(
        StatementKind.MUST_NOT_ALLOW, "app.py:10", "S", "S/*", ("s3:Put*",), (f"{BUCKET_ARN}/b/*",)
    )
    template = {"Resources": {"Bucket": BUCKET, "Role": role()}}
    checked = check([wanted, refused, apart], snapshot_of_template(tmp_path, template))

    assert [result.lines() for result in checked.of(Outcome.WRONG)] == [
        [
            "app.py:7: must_allow is wrong",
            (
                "must_allow at app.py:7 and must_not_allow at app.py:9 contradict each other: both "
                "speak of s3:PutObject on arn:aws:s3:::<S.Bucket>/a/* for S/Role"
            ),
        ]
    ]
