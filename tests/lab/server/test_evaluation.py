"""Policy evaluation where MiniStack alone would answer otherwise than AWS."""

from support.aws import (
    make_role,
    make_user,
    policy,
    refusal,
    root,
    statement,
    trust,
)

from whomay.lab.state import Lab

ASSUME_ANY = statement("sts:AssumeRole", "*")
ACCOUNT = "111111111111"


def test_a_policy_variable_is_the_value_of_the_request(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket="homes")
    home = "arn:aws:s3:::homes/${aws:username}/*"
    listing = {"StringLike": {"s3:prefix": "${aws:username}/*"}}
    dora = make_user(
        lab,
        "dora",
        statement("s3:PutObject", home),
        statement("s3:ListBucket", "arn:aws:s3:::homes", Condition=listing),
    ).client("s3")

    assert dora.put_object(Bucket="homes", Key="dora/a", Body=b"")
    assert refusal(dora.put_object, Bucket="homes", Key="emil/a", Body=b"")[0] == "AccessDenied"
    assert dora.list_objects_v2(Bucket="homes", Prefix="dora/x")["KeyCount"] == 0
    assert refusal(dora.list_objects_v2, Bucket="homes", Prefix="emil/x")[0] == "AccessDenied"


def test_a_policy_variable_without_a_value_matches_nothing_but_its_default(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket="teams")
    frida = make_user(
        lab,
        "frida",
        statement("s3:PutObject", "arn:aws:s3:::teams/${aws:PrincipalTag/team}*"),
        statement("s3:PutObject", "arn:aws:s3:::teams/${aws:PrincipalTag/room, 'hall'}/*"),
    ).client("s3")

    assert refusal(frida.put_object, Bucket="teams", Key="a", Body=b"")[0] == "AccessDenied"
    assert frida.put_object(Bucket="teams", Key="hall/a", Body=b"")
    root(lab).client("iam").tag_user(UserName="frida", Tags=[{"Key": "team", "Value": "a"}])
    assert frida.put_object(Bucket="teams", Key="a", Body=b"")


def test_a_session_name_can_be_held_to_the_user_s_own(lab: Lab) -> None:
    user = make_user(lab, "gustav", ASSUME_ANY)
    own = {"StringLike": {"sts:RoleSessionName": "${aws:username}"}}
    role = make_role(lab, "names-its-sessions", trust({"AWS": ACCOUNT}, **own))
    call = user.client("sts").assume_role
    assert call(RoleArn=role, RoleSessionName="gustav")
    assert refusal(call, RoleArn=role, RoleSessionName="other")[0] == "AccessDenied"


def test_a_role_s_tag_decides_who_assumes_it_also_from_another_account(lab: Lab) -> None:
    tagged = {"StringEquals": {"iam:ResourceTag/aws-cdk:bootstrap-role": "deploy"}}
    near = make_user(lab, "tag-near", statement("sts:AssumeRole", "*", Condition=tagged))
    far = make_user(lab, "tag-far", statement("sts:AssumeRole", "*", Condition=tagged), account=1)
    everyone = trust({"AWS": [ACCOUNT, "222222222222"]})
    tag = {"Key": "aws-cdk:bootstrap-role", "Value": "deploy"}
    right = make_role(lab, "tagged-deploy", everyone, Tags=[tag])
    wrong = make_role(lab, "tagged-lookup", everyone, Tags=[{**tag, "Value": "lookup"}])
    none = make_role(lab, "untagged", everyone)

    for user in (near, far):
        call = user.client("sts").assume_role
        assert call(RoleArn=right, RoleSessionName="session")
        for role in (wrong, none):
            assert refusal(call, RoleArn=role, RoleSessionName="session")[0] == "AccessDenied"


def test_not_principal_denies_everyone_but_who_is_named_with_the_account(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    put = statement("s3:PutObject", "*")
    users = {name: make_user(lab, name, put).client("s3") for name in ("helga", "ida")}
    role = make_role(lab, "excepted", trust({"AWS": ACCOUNT}), put)
    users["role"] = make_user(lab, "becomes-excepted", ASSUME_ANY).assume(role).client("s3")

    def denied(*named: str) -> list[str]:
        """Return who is refused when all but these are denied."""
        s3.create_bucket(Bucket="excepting")
        rule = {
            "Effect": "Deny",
            "NotPrincipal": {"AWS": list(named)},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::excepting/*",
        }
        s3.put_bucket_policy(Bucket="excepting", Policy=policy(rule))
        found = []
        for name, client in users.items():
            try:
                client.put_object(Bucket="excepting", Key="a", Body=b"")
            except client.exceptions.ClientError as error:
                found.append((name, error.response["Error"]["Code"]))
        assert {code for _, code in found} == {"AccessDenied"}
        return [name for name, _ in found]

    account = f"arn:aws:iam::{ACCOUNT}:root"
    helga = f"arn:aws:iam::{ACCOUNT}:user/helga"
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/excepted/session"
    assert denied(helga, account) == ["ida", "role"]
    assert denied(helga) == ["helga", "ida", "role"]
    assert denied(account) == ["helga", "ida", "role"]
    assert denied(role, account) == ["helga", "ida", "role"]
    assert denied(session, role, account) == ["helga", "ida"]


def test_the_principal_arn_of_a_session_is_its_role_s(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket="for-one-role")
    put = statement("s3:PutObject", "arn:aws:s3:::for-one-role/*")
    document = trust({"AWS": ACCOUNT})
    role = make_role(lab, "with-path", document, put, Path="/team/")
    other = make_role(lab, "without-path", document, put)
    unequal = {"ArnNotEquals": {"aws:PrincipalArn": role}}
    deny = {**put, "Effect": "Deny", "Principal": "*", "Condition": unequal}
    s3.put_bucket_policy(Bucket="for-one-role", Policy=policy(deny))
    user = make_user(lab, "has-two-roles", ASSUME_ANY)
    call = {"Bucket": "for-one-role", "Key": "a", "Body": b""}
    assert user.assume(role).client("s3").put_object(**call)
    assert refusal(user.assume(other).client("s3").put_object, **call)[0] == "AccessDenied"


def test_plain_http_is_seen_by_conditions(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket="tls-only")
    deny = {
        **statement("s3:*", ["arn:aws:s3:::tls-only", "arn:aws:s3:::tls-only/*"]),
        "Effect": "Deny",
        "Principal": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket="tls-only", Policy=policy(deny))
    user = make_user(lab, "speaks-plainly", statement("s3:PutObject", "*"))
    call = {"Bucket": "tls-only", "Key": "a", "Body": b""}
    assert user.client("s3").put_object(**call)
    assert refusal(user.client("s3", plain=True).put_object, **call)[0] == "AccessDenied"


def test_the_details_of_an_account_name_the_boundaries_of_users_and_roles(lab: Lab) -> None:
    iam = root(lab).client("iam")
    boundary = iam.create_policy(
        PolicyName="bounds", PolicyDocument=policy(statement("s3:*", "*"))
    )["Policy"]["Arn"]
    iam.create_user(UserName="bounded", PermissionsBoundary=boundary)
    make_role(lab, "bounded", trust({"AWS": ACCOUNT}), PermissionsBoundary=boundary)
    told = iam.get_account_authorization_details(Filter=["User", "Role"])
    for name, kind in (("UserName", "UserDetailList"), ("RoleName", "RoleDetailList")):
        [one] = [each for each in told[kind] if each[name] == "bounded"]
        assert one["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
