"""Documents, sizes, quotas, names and principals that IAM refuses, asked by the real boto3."""

from typing import Any

from support.aws import (
    make_role,
    make_user,
    of_length,
    policy,
    refusal,
    root,
    statement,
    trust,
)

from whomay.lab.state import Lab

EC2_TRUST = trust({"Service": "ec2.amazonaws.com"})
READ = policy(statement("s3:GetObject", "*"))


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
