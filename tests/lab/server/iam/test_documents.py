"""Documents, sizes, quotas, names and principals that IAM refuses, asked by the real boto3."""

import json
from typing import Any

import pytest
from support.aws import (
    Stack,
    document,
    inline,
    make_role,
    make_user,
    policy,
    refusal,
    resource,
    root,
    statement,
    trust,
)

from whomay.lab.state import Lab

EC2_TRUST = trust({"Service": "ec2.amazonaws.com"})
READ = policy(statement("s3:GetObject", "*"))


def of_length(size: int) -> str:
    """Return a policy of that many characters, white space not counted."""
    empty = policy(statement("s3:GetObject", ["arn:aws:s3:::"])).replace(" ", "")
    return policy(statement("s3:GetObject", ["arn:aws:s3:::" + "b" * (size - len(empty))]))


MALFORMED = {
    "not JSON": ("{", "Syntax errors in policy."),
    "a key twice": (
        READ.replace('"Effect"', '"Effect": "Allow", "Effect"'),
        "Syntax errors in policy.",
    ),
    "no statement": (policy(), "Syntax errors in policy."),
    "an unknown element": (
        policy(statement("s3:GetObject", "*", Resources="*")),
        "Syntax errors in policy.",
    ),
    "an unknown operator": (
        policy(statement("s3:GetObject", "*", Condition={"StringEqual": {"s3:prefix": "a"}})),
        "Syntax errors in policy.",
    ),
    "no action": (
        policy({"Effect": "Allow", "Resource": "*"}),
        "Policy statement must contain actions.",
    ),
    "an action without service": (
        policy(statement("s3", "*")),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ),
    "an action with two colons": (
        policy(statement("s3:a:b", "*")),
        "Actions/Condition can contain only one colon.",
    ),
    "a service with a wildcard": (policy(statement("s*:Get", "*")), "Vendor s* is not valid"),
    "no resource": (
        policy({"Effect": "Allow", "Action": "s3:GetObject"}),
        "Policy statement must contain resources.",
    ),
    "no ARN": (
        policy(statement("s3:GetObject", "bucket/*")),
        'Resource bucket/* must be in ARN format or "*".',
    ),
    "a Sid with a blank": (
        policy(statement("s3:GetObject", "*", Sid="a b")),
        (
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*"
        ),
    ),
    "a Sid twice": (
        policy(*[statement("s3:GetObject", "*", Sid="a")] * 2),
        "Statement IDs (SID) in a single policy must be unique.",
    ),
    "a principal": (
        policy(statement("s3:GetObject", "*", Principal="*")),
        "Policy document should not specify a principal.",
    ),
}
MALFORMED_TRUST = {
    "a resource": (
        trust({"Service": "ec2.amazonaws.com"}).replace('"Action"', '"Resource": "*", "Action"'),
        "Has prohibited field Resource",
    ),
    "no principal": (
        policy({"Effect": "Allow", "Action": "sts:AssumeRole"}),
        "Missing required field Principal",
    ),
    "an action of another service": (
        trust({"Service": "ec2.amazonaws.com"}).replace("sts:AssumeRole", "s3:GetObject"),
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
    "nobody": (
        trust({"AWS": "arn:aws:iam::111111111111:user/nobody"}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:user/nobody"',
    ),
    "a group": (
        trust({"AWS": "arn:aws:iam::111111111111:group/staff"}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:group/staff"',
    ),
    "a name with a wildcard": (
        trust({"AWS": ["111111111111", "arn:aws:iam::111111111111:role/*"]}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/*"',
    ),
    "an id of nobody": (
        trust({"AWS": "AIDAQQQQQQQQQQQQQQQQQ"}),
        'Invalid principal in policy: "AWS":"AIDAQQQQQQQQQQQQQQQQQ"',
    ),
}


def test_each_malformed_document_is_refused_in_iams_words(lab: Lab) -> None:
    iam = root(lab).client("iam")
    make_user(lab, "writes-badly")
    told = {
        what: refusal(
            iam.put_user_policy, UserName="writes-badly", PolicyName="own", PolicyDocument=bad
        )
        for what, (bad, _) in MALFORMED.items()
    }
    assert told == {
        what: ("MalformedPolicyDocument", text) for what, (_, text) in MALFORMED.items()
    }
    told = {
        what: refusal(iam.create_role, RoleName="never", AssumeRolePolicyDocument=bad)
        for what, (bad, _) in MALFORMED_TRUST.items()
    }
    assert told == {
        what: ("MalformedPolicyDocument", text) for what, (_, text) in MALFORMED_TRUST.items()
    }


def test_every_call_that_writes_a_document_refuses_a_malformed_one(lab: Lab) -> None:
    iam = root(lab).client("iam")
    make_user(lab, "all-calls")
    make_role(lab, "all-calls", EC2_TRUST)
    iam.create_group(GroupName="all-calls")
    arn = iam.create_policy(PolicyName="all-calls", PolicyDocument=READ)["Policy"]["Arn"]
    bad = policy(statement("s3", "*"))
    own: dict[str, Any] = {"PolicyName": "own", "PolicyDocument": bad}
    calls: list[tuple[Any, dict[str, Any]]] = [
        (iam.put_user_policy, {"UserName": "all-calls", **own}),
        (iam.put_role_policy, {"RoleName": "all-calls", **own}),
        (iam.put_group_policy, {"GroupName": "all-calls", **own}),
        (iam.create_policy, own),
        (iam.create_policy_version, {"PolicyArn": arn, "PolicyDocument": bad}),
        (iam.update_assume_role_policy, {"RoleName": "all-calls", "PolicyDocument": bad}),
    ]
    assert {refusal(call, **given)[0] for call, given in calls} == {"MalformedPolicyDocument"}
    # Who is not there is told first.
    missing = refusal(iam.put_role_policy, RoleName="nobody", **own)
    assert missing[0] == "NoSuchEntity"


def test_documents_have_a_greatest_length(lab: Lab) -> None:
    iam = root(lab).client("iam")
    make_user(lab, "long")
    make_role(lab, "long", EC2_TRUST)
    iam.create_group(GroupName="long")
    put_user = {"UserName": "long", "PolicyName": "b"}
    iam.put_user_policy(UserName="long", PolicyName="a", PolicyDocument=of_length(1024))
    iam.put_user_policy(**put_user, PolicyDocument=of_length(1024))
    assert refusal(iam.put_user_policy, **put_user, PolicyDocument=of_length(1025)) == (
        "LimitExceeded",
        "Maximum policy size of 2048 bytes exceeded for user long",
    )
    own = {"PolicyName": "own"}
    iam.put_role_policy(RoleName="long", **own, PolicyDocument=of_length(10_240))
    assert refusal(
        iam.put_role_policy, RoleName="long", **own, PolicyDocument=of_length(10_241)
    ) == ("LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role long")
    assert refusal(
        iam.put_group_policy, GroupName="long", **own, PolicyDocument=of_length(5121)
    ) == ("LimitExceeded", "Maximum policy size of 5120 bytes exceeded for group long")
    arn = iam.create_policy(PolicyName="long", PolicyDocument=of_length(6144))["Policy"]["Arn"]
    too_long = ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
    assert refusal(iam.create_policy, **own, PolicyDocument=of_length(6145)) == too_long
    assert (
        refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=of_length(6145))
        == too_long
    )
    many = trust({"AWS": [f"{number:012}" for number in range(150)]})
    assert refusal(iam.create_role, RoleName="many", AssumeRolePolicyDocument=many) == (
        "LimitExceeded",
        "Cannot exceed quota for ACLSizePerRole: 2048",
    )


def test_there_may_be_only_so_many(lab: Lab) -> None:
    iam = root(lab).client("iam")
    make_user(lab, "greedy")
    arns = [
        iam.create_policy(PolicyName=f"of-many-{one}", PolicyDocument=READ)["Policy"]["Arn"]
        for one in range(11)
    ]
    for one in range(10):
        iam.attach_user_policy(UserName="greedy", PolicyArn=arns[one])
        iam.create_group(GroupName=f"of-many-{one}")
        iam.add_user_to_group(UserName="greedy", GroupName=f"of-many-{one}")
    iam.attach_user_policy(UserName="greedy", PolicyArn=arns[0])  # again
    iam.create_group(GroupName="one-too-many")
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arns[0], PolicyDocument=READ)
    iam.create_access_key(UserName="greedy")
    make_role(lab, "first", EC2_TRUST)
    make_role(lab, "second", EC2_TRUST)
    iam.create_instance_profile(InstanceProfileName="single")
    iam.add_role_to_instance_profile(InstanceProfileName="single", RoleName="first")

    told = [
        refusal(iam.attach_user_policy, UserName="greedy", PolicyArn=arns[10]),
        refusal(iam.add_user_to_group, UserName="greedy", GroupName="one-too-many"),
        refusal(iam.create_policy_version, PolicyArn=arns[0], PolicyDocument=READ),
        refusal(iam.create_access_key, UserName="greedy"),
        refusal(iam.add_role_to_instance_profile, InstanceProfileName="single", RoleName="second"),
    ]
    assert {code for code, _ in told} == {"LimitExceeded"}
    assert [text for _, text in told] == [
        "Cannot exceed quota for PoliciesPerUser: 10",
        "Cannot exceed quota for GroupsPerUser: 10",
        (
            "A managed policy can have up to 5 versions. Before you create a new version, you "
            "must delete an existing version."
        ),
        "Cannot exceed quota for AccessKeysPerUser: 2",
        "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    ]


def test_only_a_policy_that_exists_is_attached_and_all_of_aws_s_own_do(lab: Lab) -> None:
    iam = root(lab).client("iam")
    make_user(lab, "attacher")
    aws = "arn:aws:iam::aws:policy"
    mistyped = f"{aws}/AdminstratorAccess"
    assert refusal(iam.attach_user_policy, UserName="attacher", PolicyArn=mistyped) == (
        "NoSuchEntity",
        f"Policy {mistyped} does not exist or is not attachable.",
    )
    rare = f"{aws}/AWSSupportAccess"  # MiniStack does not have it
    iam.attach_user_policy(UserName="attacher", PolicyArn=rare)
    version = iam.get_policy(PolicyArn=rare)["Policy"]["DefaultVersionId"]
    written = iam.get_policy_version(PolicyArn=rare, VersionId=version)["PolicyVersion"]["Document"]
    assert "support:*" in json.dumps(written)


def test_a_name_is_taken_whatever_its_case_and_of_few_characters(lab: Lab) -> None:
    iam = root(lab).client("iam")
    make_user(lab, "kilo")
    make_role(lab, "kilo", EC2_TRUST)
    iam.create_group(GroupName="kilo")
    iam.create_policy(PolicyName="kilo", PolicyDocument=READ)
    told = [
        refusal(iam.create_user, UserName="Kilo"),
        refusal(iam.create_role, RoleName="KILO", AssumeRolePolicyDocument=EC2_TRUST),
        refusal(iam.create_group, GroupName="Kilo"),
        refusal(iam.create_policy, PolicyName="Kilo", PolicyDocument=READ),
    ]
    assert told == [
        ("EntityAlreadyExists", "User with name Kilo already exists."),
        ("EntityAlreadyExists", "Role with name KILO already exists."),
        ("EntityAlreadyExists", "Group with name Kilo already exists."),
        (
            "EntityAlreadyExists",
            "A policy called Kilo already exists. Duplicate names are not allowed.",
        ),
    ]
    assert refusal(iam.create_user, UserName="a b") == (
        "ValidationError",
        (
            "The specified value for userName is invalid. It must contain only alphanumeric "
            "characters and/or the following: +=,.@_-"
        ),
    )
    assert refusal(iam.create_user, UserName="a", Path="/staff") == (
        "ValidationError",
        (
            "The specified value for path is invalid. It must begin and end with / and contain "
            "only alphanumeric characters and/or / characters."
        ),
    )
    assert refusal(
        iam.create_role,
        RoleName="brief",
        AssumeRolePolicyDocument=EC2_TRUST,
        MaxSessionDuration=50_000,
    ) == (
        "ValidationError",
        (
            "1 validation error detected: Value '50000' at 'maxSessionDuration' failed to satisfy "
            "constraint: Member must have value less than or equal to 43200"
        ),
    )


def test_a_trust_keeps_the_id_of_a_user_that_was_deleted_and_made_again(lab: Lab) -> None:
    iam = root(lab).client("iam")
    first = make_user(lab, "again")
    arn = "arn:aws:iam::111111111111:user/again"
    identity = iam.get_user(UserName="again")["User"]["UserId"]
    role = make_role(lab, "trusts-again", trust({"AWS": [arn, "222222222222"]}))
    first.assume(role)
    iam.delete_access_key(UserName="again", AccessKeyId=first.access_key)
    iam.delete_user(UserName="again")
    second = make_user(lab, "again", statement("sts:AssumeRole", "*"))

    assert (
        refusal(second.client("sts").assume_role, RoleArn=role, RoleSessionName="session")[0]
        == "AccessDenied"
    )

    [kept] = iam.get_role(RoleName="trusts-again")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert kept["Principal"] == {"AWS": [identity, "222222222222"]}
    iam.update_assume_role_policy(RoleName="trusts-again", PolicyDocument=trust({"AWS": arn}))
    second.assume(role)


BAD_TRUST = json.loads(MALFORMED_TRUST["a resource"][0])
TRUST = json.loads(EC2_TRUST)
LONG = json.loads(of_length(10_241))
MANY = [
    f"arn:aws:iam::aws:policy/{name}"
    for name in (
        "AdministratorAccess",
        "AmazonS3FullAccess",
        "AmazonS3ReadOnlyAccess",
        "IAMFullAccess",
        "IAMReadOnlyAccess",
        "PowerUserAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "AmazonEC2FullAccess",
        "AWSSupportAccess",
        "AmazonSQSFullAccess",
    )
]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (
            resource("IAM::Role", AssumeRolePolicyDocument=BAD_TRUST),
            "Has prohibited field Resource",
        ),
        (
            resource(
                "IAM::Role",
                AssumeRolePolicyDocument=TRUST,
                Policies=[{"PolicyName": "own", "PolicyDocument": LONG}],
            ),
            "Maximum policy size of 10240 bytes exceeded for role ",
        ),
        (
            resource("IAM::Role", AssumeRolePolicyDocument=TRUST, Policies=[inline("own", "s3")]),
            "Actions/Conditions must be prefaced by a vendor",
        ),
        (
            resource("IAM::Role", AssumeRolePolicyDocument=TRUST, ManagedPolicyArns=MANY),
            "Cannot exceed quota for PoliciesPerRole: 10",
        ),
        (
            resource("IAM::Role", AssumeRolePolicyDocument=TRUST, RoleName="Case-Role"),
            "Role with name Case-Role already exists.",
        ),
        (
            resource("IAM::User", Policies=[inline("own", "s3")]),
            "Actions/Conditions must be prefaced by a vendor",
        ),
        (resource("IAM::User", UserName="Case-User"), "User with name Case-User already exists."),
        (
            resource("IAM::Group", Policies=[inline("own", "s3")]),
            "Actions/Conditions must be prefaced by a vendor",
        ),
        (
            resource("IAM::ManagedPolicy", PolicyDocument=LONG),
            "Cannot exceed quota for PolicySize: 6144",
        ),
        (
            resource(
                "IAM::Policy", PolicyName="p", PolicyDocument=document("s3"), Roles=["case-role"]
            ),
            "Actions/Conditions must be prefaced by a vendor",
        ),
        (
            resource("IAM::Policy", PolicyName="p", PolicyDocument=LONG, Users=["case-user"]),
            "Maximum policy size of 2048 bytes exceeded for user case-user",
        ),
    ],
)
def test_a_stack_with_what_iam_refuses_fails_with_the_reason_and_rolls_back(
    lab: Lab, bad: dict[str, Any], reason: str
) -> None:
    iam = root(lab).client("iam")
    if "case-role" not in {one["RoleName"] for one in iam.list_roles()["Roles"]}:
        make_role(lab, "case-role", EC2_TRUST)
        make_user(lab, "case-user")
    before = (len(iam.list_roles()["Roles"]), len(iam.list_users()["Users"]))
    one = Stack(root(lab), "refused")
    one.client.create_stack(
        StackName="refused",
        TemplateBody=json.dumps({"Resources": {"Bad": bad}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    assert one.settle() == "ROLLBACK_COMPLETE"

    assert [reason in told for told in one.reasons()] == [True], one.reasons()
    assert (len(iam.list_roles()["Roles"]), len(iam.list_users()["Users"])) == before
    assert one.delete() == "DELETE_COMPLETE"
