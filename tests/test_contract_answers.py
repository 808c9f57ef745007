"""What becomes of each statement of a contract, with the exact words."""

from pathlib import Path
from typing import Any

import pytest
from assemblies import role, snapshot_of_template

from whomay.engine.contract import Result, check_stated
from whomay.engine.findings import Outcome
from whomay.engine.parse import parse_policy
from whomay.engine.stated import Kind, Stated

AT = "app.py:7"
BUCKET = {"Type": "AWS::S3::Bucket"}
OBJECTS = {"Fn::Sub": "${Bucket.Arn}/*"}
BUCKET_ARN = "arn:aws:s3:::\ue000S.Bucket\ue002"
ROLE_ARN = "arn:aws:iam::111122223333:role/\ue000S.Role\ue002"
REPORT = f"{BUCKET_ARN}/report.csv"


def statement(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> Any:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def inline(*statements: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return role(Policies=[{"PolicyName": "P", "PolicyDocument": document}])


def trust(*statements: Any) -> dict[str, Any]:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", **each} for each in statements
        ],
    }
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}


def requests(kind: Kind, actions: Any, resources: Any = REPORT, **given: str) -> Stated:
    return Stated(
        kind,
        AT,
        "S",
        "S/Role",
        (actions,) if isinstance(actions, str) else tuple(actions),
        (resources,) if isinstance(resources, str) else tuple(resources),
        tuple((key, (value,)) for key, value in given.items()),
    )


def listing(kind: Kind, *statements: Any) -> Stated:
    return Stated(kind, AT, "S", "S/Role", policy=parse_policy({"Statement": list(statements)}))


def ask(folder: Path, stated: Stated, **resources: Any) -> Result:
    template = {"Resources": {"Bucket": BUCKET, **resources}}
    [result] = check_stated(snapshot_of_template(folder, template), [stated]).results
    return result


def story(result: Result) -> list[str]:
    return result.lines()


KEPT: dict[str, tuple[Stated, dict[str, Any]]] = {
    "must_allow on one object": (
        requests(Kind.MUST_ALLOW, "s3:GetObject"),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
    ),
    "must_allow on all objects": (
        requests(Kind.MUST_ALLOW, ["s3:GetObject", "s3:PutObject"], f"{BUCKET_ARN}/*"),
        {"Role": inline(statement(["s3:GetObject", "s3:Put*"], OBJECTS))},
    ),
    "must_allow with an ordinary key": (
        requests(Kind.MUST_ALLOW, "s3:GetObject"),
        {
            "Role": inline(
                statement("s3:GetObject", OBJECTS),
                statement("*", effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}),
            )
        },
    ),
    "must_allow with a given key": (
        requests(Kind.MUST_ALLOW, "s3:ListBucket", BUCKET_ARN, **{"s3:prefix": "in/a"}),
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
        requests(Kind.MUST_NOT_ALLOW, "s3:Delete*", "*"),
        {"Role": inline(statement(["s3:GetObject", "s3:PutObject"], OBJECTS))},
    ),
    "must_not_allow by an explicit deny": (
        requests(Kind.MUST_NOT_ALLOW, "s3:Delete*", "*"),
        {"Role": inline(statement("*"), statement("s3:Delete*", effect="Deny"))},
    ),
    "must_not_allow under a given key": (
        requests(Kind.MUST_NOT_ALLOW, "s3:GetObject", **{"aws:securetransport": "false"}),
        {
            "Role": inline(
                statement("s3:GetObject", Condition={"Bool": {"aws:SecureTransport": "true"}})
            )
        },
    ),
    "may_only what is allowed": (
        listing(Kind.MAY_ONLY, statement("s3:GetObject", f"{BUCKET_ARN}/*")),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
    ),
    "may_only more than is allowed": (
        listing(Kind.MAY_ONLY, statement("s3:*", "*"), statement("ec2:*", "*")),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
    ),
    "may_only nothing": (listing(Kind.MAY_ONLY), {"Role": role()}),
    "may_only with a narrower condition": (
        listing(Kind.MAY_ONLY, statement("s3:*", Condition={"Null": {"s3:prefix": "false"}})),
        {
            "Role": inline(
                statement("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "in/*"}})
            )
        },
    ),
    "assumable_only_by whom it trusts": (
        listing(
            Kind.ASSUMABLE_ONLY_BY,
            {"Effect": "Allow", "Action": "sts:*", "Principal": {"Service": "ec2.amazonaws.com"}},
        ),
        {"Role": role()},
    ),
    "assumable_only_by an account, of which one user is trusted": (
        listing(
            Kind.ASSUMABLE_ONLY_BY,
            {"Effect": "Allow", "Action": "sts:*", "Principal": {"AWS": "444455556666"}},
        ),
        {"Role": trust({"Principal": {"AWS": "arn:aws:iam::444455556666:user/u"}})},
    ),
    "assumable_only_by without the condition that the trust has": (
        listing(
            Kind.ASSUMABLE_ONLY_BY,
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
        requests(Kind.CANNOT_REACH, "iam:*", "*"),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
    ),
    "cannot_reach what no assumable role may": (
        requests(Kind.CANNOT_REACH, "iam:*", "*"),
        {
            "Role": inline(statement("sts:AssumeRole", {"Fn::GetAtt": ["Next", "Arn"]})),
            "Next": trust({"Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}),
        },
    ),
    "cannot_reach a role that does not trust it": (
        requests(Kind.CANNOT_REACH, "iam:*", "*"),
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

    assert story(result) == [f"{AT}: {stated.kind} is kept"]


ROLE_SHOWN = "arn:aws:iam::111122223333:role/<S.Role>"
BROKEN: dict[str, tuple[Stated, dict[str, Any], list[str]]] = {
    "must_allow of what nothing allows": (
        requests(Kind.MUST_ALLOW, "s3:DeleteObject"),
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
            "to mend it: allow it in the identity policy of S/Role",
        ],
    ),
    "must_allow of what is denied": (
        requests(Kind.MUST_ALLOW, "s3:GetObject"),
        {
            "Role": inline(
                statement("s3:GetObject", OBJECTS), statement("s3:Get*", effect="Deny", Sid="No")
            )
        },
        [
            "app.py:7: must_allow is broken",
            "S/Role must be allowed s3:GetObject on arn:aws:s3:::<S.Bucket>/report.csv, and is not",
            "because: denied by identity: statement No of S/Role P",
            "to mend it: make an exception in statement No of S/Role P",
        ],
    ),
    "must_allow under a free key": (
        requests(Kind.MUST_ALLOW, "s3:ListBucket", BUCKET_ARN),
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
                "to mend it: state given={'s3:prefix': 'in/x'}, under which it holds, or drop the "
                "condition"
            ),
        ],
    ),
    "must_allow of part of a pattern": (
        requests(Kind.MUST_ALLOW, "s3:GetObject", f"{BUCKET_ARN}/*"),
        {"Role": inline(statement("s3:GetObject", {"Fn::Sub": "${Bucket.Arn}/in/*"}))},
        [
            "app.py:7: must_allow is broken",
            "S/Role must be allowed s3:GetObject on arn:aws:s3:::<S.Bucket>/x, and is not",
            (
                "because: no identity statement allows it; nearest is statement 0 of S/Role P: it "
                "speaks of only arn:aws:s3:::<S.Bucket>/in/*, not arn:aws:s3:::<S.Bucket>/x"
            ),
            "to mend it: allow it in the identity policy of S/Role",
        ],
    ),
    "must_not_allow of a pattern that covers it": (
        requests(Kind.MUST_NOT_ALLOW, "s3:Delete*", "*"),
        {"Role": inline(statement("s3:DeleteObject", OBJECTS))},
        [
            "app.py:7: must_not_allow is broken",
            "S/Role may s3:DeleteObject on arn:aws:s3:::<S.Bucket>/x",
            "because: allowed by identity: statement 0 of S/Role P",
            "to mend it: narrow statement 0 of S/Role P, or deny it",
        ],
    ),
    "must_not_allow under a condition that can be met": (
        requests(Kind.MUST_NOT_ALLOW, "s3:GetObject"),
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
            "to mend it: narrow statement 0 of S/Role P, or deny it",
        ],
    ),
    "may_only less than is allowed": (
        listing(Kind.MAY_ONLY, statement("s3:GetObject", f"{BUCKET_ARN}/in/*")),
        {"Role": inline(statement("s3:GetObject", OBJECTS))},
        [
            "app.py:7: may_only is broken",
            "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/x",
            "because: allowed by identity: statement 0 of S/Role P",
            (
                "to mend it: narrow statement 0 of S/Role P, or add it to may_only at app.py:7 if it "
                "is meant"
            ),
        ],
    ),
    "may_only under a condition that the policy lost": (
        listing(
            Kind.MAY_ONLY,
            statement("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "in/*"}}),
        ),
        {"Role": inline(statement("s3:ListBucket"))},
        [
            "app.py:7: may_only is broken",
            "S/Role may s3:ListBucket on arn:aws:s3::111122223333:example",
            "because: allowed by identity: statement 0 of S/Role P",
            (
                "to mend it: narrow statement 0 of S/Role P, or add it to may_only at app.py:7 if it "
                "is meant"
            ),
        ],
    ),
    "may_only without what a bucket's policy grants": (
        listing(Kind.MAY_ONLY),
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
                "to mend it: narrow statement 0 of S/Policy, or add it to may_only at app.py:7 if it "
                "is meant"
            ),
        ],
    ),
    "may_only without a role of another account": (
        listing(Kind.MAY_ONLY),
        {"Role": inline(statement("sts:AssumeRole", "arn:aws:iam::444455556666:role/theirs"))},
        [
            "app.py:7: may_only is broken",
            "S/Role may sts:AssumeRole on arn:aws:iam::444455556666:role/theirs",
            "because: allowed by trust: statement 0 of a policy outside the assembly; identity: statement 0 of S/Role P",
            (
                "to mend it: narrow statement 0 of S/Role P, or add it to may_only at "
                "app.py:7 if it is meant"
            ),
        ],
    ),
    "assumable_only_by one service, while another is trusted": (
        listing(
            Kind.ASSUMABLE_ONLY_BY,
            {"Effect": "Allow", "Action": "sts:*", "Principal": {"Service": "ec2.amazonaws.com"}},
        ),
        {"Role": trust({"Principal": {"Service": ["ec2.amazonaws.com", "ssm.amazonaws.com"]}})},
        [
            "app.py:7: assumable_only_by is broken",
            "ssm.amazonaws.com can become S/Role by sts:AssumeRole on " + ROLE_SHOWN,
            "because: allowed by statement 0 of S/Role trust policy",
            (
                "to mend it: narrow the trust policy, or list whom it trusts in assumable_only_by at "
                "app.py:7"
            ),
        ],
    ),
    "assumable_only_by one user, while its account is trusted": (
        listing(
            Kind.ASSUMABLE_ONLY_BY,
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
                "to mend it: narrow the trust policy, or list whom it trusts in assumable_only_by at "
                "app.py:7"
            ),
        ],
    ),
    "assumable_only_by with an external id that the trust lost": (
        listing(
            Kind.ASSUMABLE_ONLY_BY,
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
                "to mend it: narrow the trust policy, or list whom it trusts in assumable_only_by at "
                "app.py:7"
            ),
        ],
    ),
    "cannot_reach by itself": (
        requests(Kind.CANNOT_REACH, "iam:CreateUser", "*"),
        {"Role": inline(statement("iam:*"))},
        [
            "app.py:7: cannot_reach is broken",
            "S/Role may iam:CreateUser on arn:aws:iam::111122223333:example",
            "because: allowed by identity: statement 0 of S/Role P",
            "to mend it: narrow statement 0 of S/Role P, or deny it",
        ],
    ),
    "cannot_reach through two roles": (
        requests(Kind.CANNOT_REACH, "iam:CreateUser", "*"),
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
                "S/Last may iam:CreateUser on arn:aws:iam::111122223333:example, which S/Role becomes by sts:AssumeRole on "
                "arn:aws:iam::111122223333:role/<S.Next>, then sts:AssumeRole on "
                "arn:aws:iam::111122223333:role/<S.Last>"
            ),
            "because: allowed by identity: statement 0 of S/Admin Admin",
            "to mend it: narrow statement 0 of S/Admin Admin, or close the way to it",
        ],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_statement_says_where_why_and_what_to_change(tmp_path: Path, case: str) -> None:
    stated, resources, lines = BROKEN[case]
    result = ask(tmp_path, stated, **resources)

    assert story(result) == lines
    assert result.finding.witness is not None


FRESH = role(ManagedPolicyArns=["arn:aws:iam::aws:policy/FreshAccess"])
NOT_KNOWN: dict[str, tuple[Stated, dict[str, Any], str]] = {
    "must_allow by a policy that is not known": (
        requests(Kind.MUST_ALLOW, "s3:GetObject"),
        {"Role": FRESH},
        "not known: AWS managed policy FreshAccess is not in the table of policies",
    ),
    "must_not_allow by a policy that is not known": (
        requests(Kind.MUST_NOT_ALLOW, "s3:GetObject"),
        {"Role": FRESH},
        "not known: AWS managed policy FreshAccess is not in the table of policies",
    ),
    "may_only by a policy that is not known": (
        listing(Kind.MAY_ONLY, statement("s3:*")),
        {"Role": FRESH},
        "not known: AWS managed policy FreshAccess is not in the table of policies",
    ),
    "must_not_allow on a name that matches perhaps": (
        requests(Kind.MUST_NOT_ALLOW, "s3:GetObject"),
        {"Role": inline(statement("s3:GetObject", "arn:aws:s3:::app-*/*"))},
        "not known: statement 0 of S/Role P: it depends on a value that only the deployment knows",
    ),
    "cannot_reach while a role of elsewhere may be assumed": (
        requests(Kind.CANNOT_REACH, "iam:*", "*"),
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
    stated = listing(Kind.MAY_ONLY, statement("s3:GetObject"))
    result = ask(tmp_path, stated, Role=wide, Boundary=boundary)

    assert result.finding.outcome is Outcome.CAPPED
    assert result.finding.said.startswith("S/Role would be allowed s3:")
    assert result.finding.because.startswith("no boundary statement allows it")


WRONG: dict[str, tuple[Stated, str]] = {
    "an action that AWS does not have": (
        requests(Kind.MUST_NOT_ALLOW, "s3:DeletObject"),
        (
            "AWS has no action 's3:DeletObject'; nearest: s3:DeleteObject, s3:GetObject, "
            "s3:DeleteObjectVersion"
        ),
    ),
    "a pattern that no action matches": (
        requests(Kind.MUST_NOT_ALLOW, "s3:Remove*"),
        "AWS has no action 's3:Remove*'",
    ),
    "a service that AWS does not have": (
        requests(Kind.MUST_NOT_ALLOW, "s4:GetObject"),
        "AWS has no service 's4'; nearest: ts, s3, es",
    ),
    "an action without service": (
        requests(Kind.MUST_NOT_ALLOW, "GetObject"),
        "action 'GetObject' has no service, as in s3:GetObject",
    ),
    "an object's action on a bucket": (
        requests(Kind.MUST_NOT_ALLOW, "s3:GetBucketAcl", f"{BUCKET_ARN}/*"),
        (
            "s3:GetBucketAcl does not act on arn:aws:s3:::<S.Bucket>/*; allowed is "
            "arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName} or "
            "arn:${Partition}:s3:::${BucketName}"
        ),
    ),
    "a resource of another service": (
        requests(Kind.MUST_NOT_ALLOW, "sts:AssumeRole", BUCKET_ARN),
        (
            "sts:AssumeRole does not act on arn:aws:s3:::<S.Bucket>; allowed is "
            "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"
        ),
    ),
    "an action that names no resource": (
        requests(Kind.MUST_ALLOW, "s3:ListAllMyBuckets", BUCKET_ARN),
        (
            "s3:ListAllMyBuckets does not act on arn:aws:s3:::<S.Bucket>; allowed is * (the action "
            "names no resource)"
        ),
    ),
    "an action that needs no permission": (
        requests(Kind.MUST_NOT_ALLOW, "sts:GetCallerIdentity", "*"),
        "sts:GetCallerIdentity needs no permission: no policy can change the answer",
    ),
    "a principal that does not exist": (
        Stated(Kind.MUST_NOT_ALLOW, AT, "S", "S/Rolle", ("s3:*",), ("*",)),
        "no role or user is called 'S/Rolle'; nearest: S/Role, S/User",
    ),
    "a user as a role": (
        Stated(Kind.ASSUMABLE_ONLY_BY, AT, "S", "S/User", policy=parse_policy({"Statement": []})),
        "S/User is a user: only a role can be assumed",
    ),
    "an action in may_only that AWS does not have": (
        listing(Kind.MAY_ONLY, statement("s3:GetObjct")),
        "AWS has no action 's3:GetObjct'; nearest: s3:GetObject, s3:GetObjectAcl, s3:PutObject",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_statement_that_says_nothing_is_an_error(tmp_path: Path, case: str) -> None:
    stated, said = WRONG[case]
    result = ask(tmp_path, stated, Role=role(), User={"Type": "AWS::IAM::User"})

    assert story(result) == [f"{AT}: {stated.kind} is wrong", said]
    assert result.principal is None


def test_statements_that_contradict_each_other_show_both_lines(tmp_path: Path) -> None:
    wanted = requests(Kind.MUST_ALLOW, "s3:PutObject", f"{BUCKET_ARN}/a/*")
    refused = Stated(
        Kind.MUST_NOT_ALLOW, "app.py:9", "S", "S/*", ("s3:Put*",), (f"{BUCKET_ARN}/a/b",)
    )
    apart = Stated(
        Kind.MUST_NOT_ALLOW, "app.py:10", "S", "S/*", ("s3:Put*",), (f"{BUCKET_ARN}/b/*",)
    )
    template = {"Resources": {"Bucket": BUCKET, "Role": role()}}
    checked = check_stated(snapshot_of_template(tmp_path, template), [wanted, refused, apart])

    assert [story(result) for result in checked.of(Outcome.WRONG)] == [
        [
            "app.py:7: must_allow is wrong",
            (
                "must_allow at app.py:7 and must_not_allow at app.py:9 contradict each other: both "
                "speak of s3:PutObject on arn:aws:s3:::<S.Bucket>/a/* for S/Role"
            ),
        ]
    ]


def test_a_path_with_wildcards_speaks_of_every_principal_that_fits(tmp_path: Path) -> None:
    stated = Stated(Kind.MUST_NOT_ALLOW, AT, "S", "S/R*", ("iam:*",), ("*",))
    template = {"Resources": {"Role": role(), "Rogue": inline(statement("iam:*")), "Other": role()}}
    results = check_stated(snapshot_of_template(tmp_path, template), [stated]).results

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
        "resource control policies and endpoint policies are not looked at",
        "no service control policy was given, so none is taken to deny",
    )

    assert check_stated(snapshot_of_template(tmp_path, plain), []).assumed == always
    assert check_stated(snapshot_of_template(tmp_path, environment), []).assumed == (
        *always,
        "AWS managed policies are as of 2026-09-30",
    )
