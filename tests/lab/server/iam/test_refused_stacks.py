"""What IAM refuses, asked of CloudFormation: the stack fails with the reason and rolls back."""

import json
from typing import Any

import pytest
from support.aws import (
    Stack,
    document,
    inline,
    make_role,
    make_user,
    of_length,
    resource,
    root,
    trust,
)

from whomay.lab.state import Lab

EC2_TRUST = trust({"Service": "ec2.amazonaws.com"})
BAD_TRUST = json.loads(EC2_TRUST.replace('"Action"', '"Resource": "*", "Action"'))
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
