"""How many there may be, which names are taken, and who is meant by a name made again."""

import json

from support.aws import make_role, make_user, policy, refusal, root, statement, trust

from whomay.lab.state import Lab

EC2_TRUST = trust({"Service": "ec2.amazonaws.com"})
READ = policy(statement("s3:GetObject", "*"))


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
